//! Paths below the user's home folder, shortened to `~` in sentences. Commands come shortened, by
//! the function that quotes them.

use std::borrow::Cow;

/// `text` with `home` written as `~` where a path below it begins. The folder itself keeps its
/// name: a sentence about it means that one.
pub(super) fn shorten<'t>(text: &'t str, home: Option<&str>) -> Cow<'t, str> {
    let Some(home) = home.map(|home| home.trim_end_matches('/')).filter(|home| home.len() > 1) else {
        return Cow::Borrowed(text);
    };
    let mut short = String::new();
    let mut copied = 0;
    for (at, _) in text.match_indices(home) {
        let before = text[..at].chars().next_back();
        if begins_path(before) && text[at + home.len()..].starts_with('/') {
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

fn begins_path(before: Option<char>) -> bool {
    before.is_none_or(|c| " \"'([`:=".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_components_are_shortened() {
        let short = |text| shorten(text, Some("/home/ada"));
        assert_eq!(short("/home/ada/.cmdop/auth.json is empty"), "~/.cmdop/auth.json is empty");
        assert_eq!(short("HOME is /home/ada, not '/home/ada/x'"), "HOME is /home/ada, not '~/x'");
        let others = "/home/adam/x /home/ada.bak /mnt/home/ada/x";
        assert_eq!(short(others), others);
    }

    #[test]
    fn a_home_that_is_the_root_or_unknown_shortens_nothing() {
        assert_eq!(shorten("/etc/x", Some("/")), "/etc/x");
        assert_eq!(shorten("/etc/x", None), "/etc/x");
    }
}
