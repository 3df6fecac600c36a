//! Texts as words of a POSIX shell.

/// Characters that stand for themselves in every POSIX shell.
fn plain(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || "-_./:@%+=,".contains(letter)
}

/// `text` as one word. It must have no control characters; ours have none.
pub(super) fn word(text: &str) -> String {
    match !text.is_empty() && text.chars().all(plain) {
        true => text.to_owned(),
        false => format!("'{}'", text.replace('\'', r"'\''")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_stays_one_word() {
        assert_eq!(word("http://127.0.0.1:4100"), "http://127.0.0.1:4100");
        assert_eq!(word("/tmp/a b"), "'/tmp/a b'");
        assert_eq!(word("it's"), r"'it'\''s'");
        assert_eq!(word("$(id)"), "'$(id)'");
        assert_eq!(word(""), "''");
    }
}
