//! What a secret takes out of a text with it: a secret that begins or ends with a quote is found together
//! with quotes that are the text's own, and a run of it may begin in the middle of an escape. The bite
//! ends where the secret does, so that what stays is as well formed as it was.

use std::ops::Range;

/// The parts of `text[start..end]` that are to go. Of a secret that stands there as a whole nothing stays
/// but quotes, blanks and backslashes at its edges; of a run of one, quotes within may be the text's own
/// too, and signs alone tell nothing.
pub(super) fn parts(text: &str, start: usize, end: usize, is_whole: bool) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    if is_whole {
        let core = trimmed(bytes, start..end);
        return vec![whole(bytes, if core.is_empty() { start..end } else { core })];
    }
    let mut parts = Vec::new();
    let mut from = start;
    for at in start..=end {
        if at == end || bytes[at] == b'"' && !is_escaped(bytes, at) {
            let core = trimmed(bytes, from..at);
            if bytes[core.clone()].iter().any(|byte| byte.is_ascii_alphanumeric() || !byte.is_ascii()) {
                parts.push(whole(bytes, core));
            }
            from = at + 1;
        }
    }
    parts
}

/// Whether a backslash before `at` gives the byte there another meaning.
fn is_escaped(text: &[u8], at: usize) -> bool {
    let slashes = text[..at].iter().rev().take_while(|byte| **byte == b'\\').count();
    slashes % 2 == 1
}

/// Without what may be the text's own at the edges.
fn trimmed(text: &[u8], Range { mut start, mut end }: Range<usize>) -> Range<usize> {
    let is_edge = |byte: u8| b"\"'`\\".contains(&byte) || byte.is_ascii_whitespace();
    while start < end && is_edge(text[start]) {
        start += 1;
    }
    while start < end && is_edge(text[end - 1]) {
        end -= 1;
    }
    start..end
}

/// With the whole of an escape that it has only a part of: `\n`, `\u00fc`, `%2F`.
fn whole(text: &[u8], Range { start, end }: Range<usize>) -> Range<usize> {
    let begins = |back: usize| start.checked_sub(back).filter(|at| start < at + escape(text, *at));
    let start = (1..=5).rev().find_map(begins).unwrap_or(start);
    let ends = (1..=5).filter_map(|back| end.checked_sub(back)).filter(|at| *at >= start);
    let end = ends.map(|at| at + escape(text, at)).max().map_or(end, |escaped| escaped.max(end));
    start..end
}

/// The length of the escape that begins at `at`; 0 if none does.
fn escape(text: &[u8], at: usize) -> usize {
    let are_digits = |digits: &[u8]| digits.iter().all(u8::is_ascii_hexdigit);
    match &text[at..] {
        [b'%', a, b, ..] if are_digits(&[*a, *b]) => 3,
        [b'\\', ..] if is_escaped(text, at) => 0,
        [b'\\', b'u', a, b, c, d, ..] if are_digits(&[*a, *b, *c, *d]) => 6,
        [b'\\', next, ..] if next.is_ascii() => 2,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `text` without `run`, which is a secret or a part of one.
    fn bitten(text: &str, run: &str, is_whole: bool) -> String {
        let start = text.find(run).unwrap();
        let mut left = text.to_owned();
        let parts = parts(text, start, start + run.len(), is_whole);
        parts.into_iter().rev().for_each(|part| left.replace_range(part, "*"));
        left
    }

    #[test]
    fn quotes_that_may_be_the_texts_own_stay() {
        for is_whole in [true, false] {
            assert_eq!(bitten(r#"{"key":"abc"}"#, r#""abc""#, is_whole), r#"{"key":"*"}"#);
            assert_eq!(bitten(r#"{"key":"\"abc\""}"#, r#"\"abc\""#, is_whole), r#"{"key":"\"*\""}"#);
            assert_eq!(bitten("key abc\r\nnext", "abc\r\n", is_whole), "key *\r\nnext");
        }
        assert_eq!(bitten(r#"["abc","def"]"#, r#"abc","def"#, false), r#"["*","*"]"#);
        assert_eq!(bitten(r#"sent abc"def."#, r#"abc"def"#, true), "sent *.");
    }

    #[test]
    fn escapes_go_as_a_whole() {
        for is_whole in [true, false] {
            let bitten = |text, run| bitten(text, run, is_whole);
            assert_eq!(bitten(r#""\nabc""#, "nabc"), r#""*""#);
            assert_eq!(bitten(r#""\u00fcabc""#, "fcabc"), r#""*""#);
            assert_eq!(bitten(r#""abc\u00fcd""#, r"abc\u00"), r#""*d""#);
            assert_eq!(bitten(r#""abc\\d""#, r"abc\"), r#""*\\d""#);
            assert_eq!(bitten(r#""\\nabc""#, "nabc"), r#""\\*""#);
            assert_eq!(bitten("?a=%22abc%2F&b", "2abc%2"), "?a=*&b");
        }
    }

    #[test]
    fn signs_go_where_they_are_the_secret() {
        assert_eq!(bitten("a ##!!## b", "##!!##", true), "a * b");
        assert_eq!(bitten("a \"''\" b", "\"''\"", true), "a * b");
        assert_eq!(bitten("a ##!!## b", "##!!##", false), "a ##!!## b");
    }
}
