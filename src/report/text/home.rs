//! Paths below the user's home folder, shortened to `~`.

use std::borrow::Cow;

/// Where a shortened path may stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// In a sentence: after a blank, a quote or a bracket.
    Prose,
    /// In a command: only where a word begins, because a shell expands `~` nowhere else.
    Command,
}

/// `text` with `home` written as `~` where it is a whole path or its beginning.
pub(super) fn shorten<'t>(text: &'t str, home: Option<&str>, place: Place) -> Cow<'t, str> {
    let Some(home) = home.map(|home| home.trim_end_matches('/')).filter(|home| home.len() > 1) else {
        return Cow::Borrowed(text);
    };
    // Within quotes a shell expands nothing, and which quotes are open is not worth a parser here.
    if place == Place::Command && text.contains(['\'', '"', '\\']) {
        return Cow::Borrowed(text);
    }
    let mut short = String::new();
    let mut copied = 0;
    for (at, _) in text.match_indices(home) {
        let before = text[..at].chars().next_back();
        let after = text[at + home.len()..].chars().next();
        if begins_path(before, place) && ends_component(after) {
            short.push_str(&text[copied..at]);
            short.push('~');
            copied = at + home.len();
        }
    }
    if copied == 0 {
        return Cow::Borrowed(text);
    }
    short.push_str(&text[copied..]);
    Cow::Owned(short)
}

fn begins_path(before: Option<char>, place: Place) -> bool {
    match before {
        None | Some(' ') => true,
        Some(c) => place == Place::Prose && matches!(c, '"' | '\'' | '(' | '[' | '`' | ':' | '='),
    }
}

fn ends_component(after: Option<char>) -> bool {
    after.is_none_or(|c| "/ \"')]`,;:".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prose(text: &str) -> String {
        shorten(text, Some("/home/ada"), Place::Prose).into_owned()
    }

    #[test]
    fn only_whole_components_are_shortened() {
        assert_eq!(prose("/home/ada/.cmdop/auth.json is empty"), "~/.cmdop/auth.json is empty");
        assert_eq!(prose("(/home/ada) and '/home/ada/x'"), "(~) and '~/x'");
        assert_eq!(
            prose("/home/adam/x /home/ada.bak /mnt/home/ada/x"),
            "/home/adam/x /home/ada.bak /mnt/home/ada/x"
        );
    }

    #[test]
    fn in_a_command_only_what_a_shell_expands() {
        let command = |text| shorten(text, Some("/home/ada"), Place::Command);
        assert_eq!(command("chmod 600 /home/ada/x"), "chmod 600 ~/x");
        assert_eq!(command("chmod 600 '/home/ada/a b'"), "chmod 600 '/home/ada/a b'");
        assert_eq!(command("X=/home/ada/x run"), "X=/home/ada/x run");
        assert_eq!(command("echo 'see /home/ada/x'"), "echo 'see /home/ada/x'");
    }

    #[test]
    fn a_home_that_is_the_root_or_unknown_shortens_nothing() {
        assert_eq!(shorten("/etc/x", Some("/"), Place::Prose), "/etc/x");
        assert_eq!(shorten("/etc/x", None, Place::Prose), "/etc/x");
    }
}
