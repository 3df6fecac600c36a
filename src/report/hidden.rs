//! Characters that a terminal obeys or an eye cannot see. Text from outside (server messages, file
//! names, variables) may hold them; no format lets them through as they are.

use std::borrow::Cow;
use std::fmt::Write;

pub use crate::model::hidden::is_hidden;

/// `text` with every hidden character spelled out: `\n`, `\x1b`, `\u{202e}`; and where a word is a
/// command to a build system, its first sign. This is the one encoder of everything that is shown
/// on a terminal.
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.contains(is_hidden) && !text.contains("::") && !text.contains("##") {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    let mut begins = true;
    for (at, c) in text.char_indices() {
        match c {
            '\n' => shown.push_str("\\n"),
            '\r' => shown.push_str("\\r"),
            '\t' => shown.push_str("\\t"),
            ':' | '#' if begins && is_build_command(&text[at..]) => {
                let _ = write!(shown, "\\x{:02x}", u32::from(c));
            }
            c if !is_hidden(c) => shown.push(c),
            c if u32::from(c) <= 0xff => drop(write!(shown, "\\x{:02x}", u32::from(c))),
            c => drop(write!(shown, "\\u{{{:x}}}", u32::from(c))),
        }
        begins = c == ' ';
    }
    if shown == text { Cow::Borrowed(text) } else { Cow::Owned(shown) }
}

/// Whether a build system would obey a line that begins with `text`, after blanks: `::error::words`
/// (GitHub, Gitea), `##[error]words` and `##vso[task.complete]` (Azure), `##teamcity[…]`.
fn is_build_command(text: &str) -> bool {
    let named = |rest: &str| rest.starts_with(|c: char| c.is_ascii_alphabetic());
    let by_colons = text.strip_prefix("::").is_some_and(|rest| named(rest) && rest.contains("::"));
    by_colons
        || text
            .strip_prefix("##")
            .is_some_and(|rest| rest.starts_with('[') || named(rest) && rest.contains('['))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_be_seen_stays_as_it_is() {
        for text in ["", "plain", "Grüße aus Köln", "日本語", "🔑 key", "~/.cmdop/auth.json"] {
            assert!(matches!(visible(text), Cow::Borrowed(same) if same == text));
        }
    }

    #[test]
    fn what_a_terminal_obeys_is_spelled_out() {
        assert_eq!(visible("\u{1b}[31mred\u{7}"), "\\x1b[31mred\\x07");
        assert_eq!(visible("\u{9b}2J"), "\\x9b2J");
        assert_eq!(visible("a\r\nb\tc"), "a\\r\\nb\\tc");
        assert_eq!(visible("safe\u{202e}exe.txt"), "safe\\u{202e}exe.txt");
        assert_eq!(visible("zero\u{200b}width\u{feff}"), "zero\\u{200b}width\\u{feff}");
        assert_eq!(visible("\u{e0041}"), "\\u{e0041}");
    }

    #[test]
    fn what_a_build_system_obeys_is_broken() {
        assert_eq!(visible("::error file=a::b ::c::"), "\\x3a:error file=a::b \\x3a:c::");
        assert_eq!(visible("##[error]a ##vso[b]"), "\\x23#[error]a \\x23#vso[b]");
        for harmless in ["::1", "::ffff:10.0.0.1", "a::b::c", "## a heading", "[::1]:80", "std::mem", "# ##"]
        {
            assert!(matches!(visible(harmless), Cow::Borrowed(_)), "{harmless}");
        }
    }
}
