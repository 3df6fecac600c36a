//! Commands as a person types them.

/// Quotes one word for a POSIX shell; what lies in the home folder begins with `~`. `None` where
/// the word has a control, bidi or zero-width character: such a word never enters a command.
pub fn quote(word: &str, home: Option<&str>) -> Option<String> {
    if word.chars().any(|c| c.is_control() || is_invisible(c)) {
        return None;
    }
    let below_home = home
        .filter(|home| home.len() > 1)
        .and_then(|home| word.strip_prefix(home))
        .filter(|rest| rest.is_empty() || rest.starts_with('/'));
    Some(match below_home {
        Some("") => "~".to_owned(),
        Some(rest) => format!("~/{}", plain_or_quoted(rest.get(1..).unwrap_or_default())),
        None => plain_or_quoted(word),
    })
}

fn plain_or_quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:,@%+=".contains(c);
    if word.is_empty() {
        "''".to_owned()
    } else if word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

/// Characters that change how a line looks without being seen: zero-width, bidi, separators
/// (Unicode general category Cf, and U+2028/2029).
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
}

#[cfg(test)]
mod tests {
    use super::quote;

    #[test]
    fn words_are_quoted_only_where_a_shell_would_stumble() {
        let home = Some("/home/ada");
        let quoted = |word: &str| quote(word, home);
        assert_eq!(quoted("chmod").as_deref(), Some("chmod"));
        assert_eq!(quoted("/home/ada/.cmdop/auth.json").as_deref(), Some("~/.cmdop/auth.json"));
        assert_eq!(quoted("/home/ada/a b").as_deref(), Some("~/'a b'"));
        assert_eq!(quoted("/home/adam/x").as_deref(), Some("/home/adam/x"));
        assert_eq!(quoted("it's").as_deref(), Some(r"'it'\''s'"));
        assert_eq!(quoted("$(rm -rf ~)").as_deref(), Some("'$(rm -rf ~)'"));
        assert_eq!(quoted("").as_deref(), Some("''"));
    }

    #[test]
    fn a_word_that_could_deceive_enters_no_command() {
        for word in ["a\nb", "a\u{1b}[2Jb", "a\u{202e}b", "a\u{200b}b", "a\u{0}b", "a\u{9b}b"] {
            assert_eq!(quote(word, None), None, "{word:?}");
        }
    }
}
