//! Fitting words into lines, by the columns that a terminal uses.

use unicode_width::UnicodeWidthStr;

/// The columns that `text` takes.
pub fn columns(text: &str) -> usize {
    text.width()
}

/// `text` in lines of at most `width` columns. A word that is longer stands alone on its line, and
/// what stands between backticks is one word: a command that is cut in two cannot be copied.
pub fn wrap(text: &str, width: usize) -> Vec<&str> {
    let mut lines = Vec::new();
    let mut line = 0..0;
    for word in words(text) {
        if line.end > line.start && columns(&text[line.start..word.end]) > width {
            lines.push(&text[line.clone()]);
            line = word;
        } else if line.end > line.start {
            line.end = word.end;
        } else {
            line = word;
        }
    }
    lines.push(&text[line]);
    lines
}

/// The byte ranges of the words of `text`.
fn words(text: &str) -> Vec<std::ops::Range<usize>> {
    let mut words = Vec::new();
    let mut start = None;
    let mut quoted = false;
    for (at, c) in text.char_indices() {
        match c {
            ' ' if !quoted => words.extend(start.take().map(|start| start..at)),
            _ => {
                start.get_or_insert(at);
                // A backtick without a partner quotes nothing.
                quoted = if c == '`' { !quoted && text[at + 1..].contains('`') } else { quoted };
            }
        }
    }
    words.extend(start.map(|start| start..text.len()));
    words
}

/// A title in the middle of a line: small at its beginning, unless it begins with a name such as SSO.
pub fn lowered(title: &str) -> String {
    let mut chars = title.chars();
    match (chars.next(), chars.clone().next()) {
        (Some(first), second) if second.is_none_or(|c| c.is_lowercase() || c == ' ') => {
            first.to_lowercase().chain(chars).collect()
        }
        _ => title.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_are_lowered_but_names_are_not() {
        assert_eq!(lowered("The access token is accepted"), "the access token is accepted");
        assert_eq!(lowered("A key is set"), "a key is set");
        assert_eq!(lowered("SSO is configured"), "SSO is configured");
        assert_eq!(lowered("CMDOP_API_KEY is set"), "CMDOP_API_KEY is set");
        assert_eq!(lowered(""), "");
    }

    #[test]
    fn lines_break_at_words() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("one two three", 80), ["one two three"]);
        assert_eq!(wrap("a  b ", 80), ["a  b"]);
        assert_eq!(wrap("", 10), [""]);
        assert_eq!(wrap("a/very/long/path and more", 8), ["a/very/long/path", "and more"]);
    }

    #[test]
    fn what_stands_between_backticks_is_not_broken() {
        assert_eq!(wrap("type `cmdop auth status` now", 12), ["type", "`cmdop auth status`", "now"]);
        assert_eq!(wrap("a ` alone", 4), ["a `", "alone"]);
    }

    #[test]
    fn wide_characters_take_two_columns() {
        assert_eq!(wrap("日本 語", 4), ["日本", "語"]);
        assert_eq!(columns("日本"), 4);
    }
}
