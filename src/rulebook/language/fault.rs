//! Faults of rule files, told as compilers tell theirs: the place, the line, what was expected.

use std::fmt::{self, Write as _};

use super::node::Pos;
use super::spell;

/// Something wrong at one place of a rule file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleFault {
    /// The file, as it was named.
    pub file: String,
    /// One-based; 0 where the whole file is at fault.
    pub line: u32,
    /// One-based, in characters.
    pub column: u32,
    pub what: String,
    /// What should stand there.
    pub expected: Option<String>,
    /// A remedy, such as "did you mean `severity`?".
    pub hint: Option<String>,
    /// The source line, cut to the neighbourhood of the column.
    pub snippet: Option<Snippet>,
}

/// A piece of a source line and where in it the caret goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snippet {
    pub text: String,
    /// Characters before the caret.
    pub caret: usize,
}

/// Characters of a source line that are shown before and after the caret.
const BEFORE: usize = 60;
const AFTER: usize = 60;
/// Characters of a name from a rule file that are shown in a message.
const SHOWN: usize = 60;

impl RuleFault {
    /// A fault of a whole file.
    pub fn of_file(file: &str, what: impl Into<String>) -> RuleFault {
        RuleFault {
            file: file.to_owned(),
            line: 0,
            column: 0,
            what: what.into(),
            expected: None,
            hint: None,
            snippet: None,
        }
    }

    /// A fault at a place of a file, of which `line` is the text.
    pub(super) fn at(file: &str, place: Pos, line: &str, what: impl Into<String>) -> RuleFault {
        let snippet = Some(Snippet::around(line, place.column));
        RuleFault { line: place.line, column: place.column, snippet, ..RuleFault::of_file(file, what) }
    }

    /// What is wrong, and what was expected, without the place.
    pub fn words(&self) -> String {
        match &self.expected {
            Some(expected) => format!("{}; expected: {expected}", self.what),
            None => self.what.clone(),
        }
    }

    /// Says what should stand there.
    #[must_use]
    pub fn expected(mut self, expected: impl Into<String>) -> RuleFault {
        self.expected = Some(expected.into());
        self
    }

    /// Says what to do.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> RuleFault {
        self.hint = Some(hint.into());
        self
    }

    /// Says which of `known` was probably meant by `word`, if one is near.
    #[must_use]
    pub(super) fn did_you_mean<'k>(self, word: &str, known: impl IntoIterator<Item = &'k str>) -> RuleFault {
        match spell::nearest(word, known) {
            Some(near) => self.hint(format!("did you mean `{near}`?")),
            None => self,
        }
    }
}

impl Snippet {
    fn around(line: &str, column: u32) -> Snippet {
        let at = usize::try_from(column).unwrap_or(usize::MAX).saturating_sub(1);
        let start = at.saturating_sub(BEFORE);
        let text: String = line.chars().skip(start).take(at - start + AFTER).collect();
        Snippet { text: masked(text.trim_end()), caret: at - start }
    }
}

/// A name from a rule file as messages show it: in backquotes, and not at any length.
pub(super) fn quoted(name: &str) -> String {
    match name.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("`{}…`", masked(&name[..end])),
        None => format!("`{}`", masked(name)),
    }
}

/// A word of at least so many characters with so many letters and digits may be a credential: names
/// in rules have fewer digits, and times fewer letters.
const SUSPICIOUS: usize = 12;
const LETTERS: usize = 5;
const DIGITS: usize = 4;
/// Characters at the beginning of such a word that are shown.
const PUBLIC: usize = 4;

/// `text`, as long as it was, with stars for what may be a credential.
fn masked(text: &str) -> String {
    let in_word = |c: &char| c.is_ascii_alphanumeric() || *c == '_' || *c == '-';
    let mut shown: Vec<char> = text.chars().collect();
    for word in shown.chunk_by_mut(|a, b| in_word(a) == in_word(b)).filter(|word| may_be_secret(word)) {
        word[PUBLIC..].fill('*');
    }
    let is_start = |three: &[char]| three == [':', '/', '/'];
    let addresses: Vec<usize> = (3..=shown.len()).filter(|end| is_start(&shown[end - 3..*end])).collect();
    for start in addresses {
        let address = shown[start..].split_mut(|c| c.is_whitespace()).next().unwrap_or_default();
        let end = address.iter().rposition(|c| *c == '@').unwrap_or(0);
        if let Some(password) = address[..end].iter().position(|c| *c == ':') {
            address[password + 1..end].fill('*');
        }
    }
    shown.into_iter().collect()
}

fn may_be_secret(word: &[char]) -> bool {
    let count = |test: fn(&char) -> bool| word.iter().filter(|c| test(c)).count();
    word.len() >= SUSPICIOUS
        && count(char::is_ascii_alphabetic) >= LETTERS
        && count(char::is_ascii_digit) >= DIGITS
}

/// Members as a sentence lists them: "a, b or c".
pub(super) fn either(members: &[&str]) -> String {
    match members {
        [] => String::new(),
        [only] => (*only).to_owned(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}

impl fmt::Display for RuleFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let gutter = self.line.checked_ilog10().unwrap_or(0) as usize + 1;
        writeln!(f, "error: {}", Plain(&self.what))?;
        write!(f, "{:gutter$}--> {}", "", Plain(&self.file))?;
        if self.line > 0 {
            write!(f, ":{}:{}", self.line, self.column)?;
        }
        if let Some(Snippet { text, caret }) = &self.snippet {
            write!(
                f,
                "\n{:gutter$} |\n{} | {}\n{:gutter$} | {:caret$}^",
                "",
                self.line,
                Plain(text),
                "",
                ""
            )?;
        }
        if let Some(expected) = &self.expected {
            write!(f, "\n{:gutter$} = expected: {}", "", Plain(expected))?;
        }
        if let Some(hint) = &self.hint {
            write!(f, "\n{:gutter$} = help: {}", "", Plain(hint))?;
        }
        Ok(())
    }
}

impl std::error::Error for RuleFault {}

/// All that is wrong with a set of rule files, by file and place.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RuleFaults(pub Vec<RuleFault>);

impl RuleFaults {
    /// Sorts `faults` into reading order.
    pub fn new(mut faults: Vec<RuleFault>) -> RuleFaults {
        faults.sort_by(|a, b| (&a.file, a.line, a.column).cmp(&(&b.file, b.line, b.column)));
        RuleFaults(faults)
    }
}

impl fmt::Display for RuleFaults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for fault in &self.0 {
            write!(f, "{fault}\n\n")?;
        }
        let (count, plural) = (self.0.len(), if self.0.len() == 1 { "" } else { "s" });
        write!(f, "{count} fault{plural} in the rules")
    }
}

impl std::error::Error for RuleFaults {}

/// Text of a rule file without what could drive a terminal: each such character is one `�`, so
/// that a caret still points at its column.
struct Plain<'t>(&'t str);

impl fmt::Display for Plain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.chars().try_for_each(|c| match c {
            '\t' => f.write_char(' '),
            _ if c.is_control() || steers(c) => f.write_char('\u{fffd}'),
            _ => f.write_char(c),
        })
    }
}

/// Whether `c` is invisible and changes how its neighbours are shown: zero-width characters,
/// line separators, bidirectional controls (Unicode Standard Annex 9, section 2), the byte-order mark.
fn steers(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_reads_like_a_compilers() {
        let place = Pos { line: 12, column: 5 };
        let fault =
            RuleFault::at("checks/token/a.yaml", place, "    sevrity: error", "unknown key `sevrity`")
                .expected(either(&["id", "when", "severity"]))
                .did_you_mean("sevrity", ["id", "when", "severity"]);
        let expected = "\
error: unknown key `sevrity`
  --> checks/token/a.yaml:12:5
   |
12 |     sevrity: error
   |     ^
   = expected: id, when or severity
   = help: did you mean `severity`?";
        assert_eq!(fault.to_string(), expected);
    }

    #[test]
    fn a_long_line_is_cut_around_its_column() {
        let line = format!("{}x{}", "a".repeat(500), "b".repeat(500));
        let snippet = Snippet::around(&line, 501);
        assert_eq!(snippet.text.chars().nth(snippet.caret), Some('x'));
        assert_eq!(snippet.text.chars().count(), BEFORE + AFTER);
    }

    #[test]
    fn what_may_be_a_credential_is_not_quoted() {
        let line = "get: https://ada:p@w1/x@idp.test/a # cmd_acme_a1b2c3d4e5f6, 2026-01-02T08:00:00Z";
        assert_eq!(
            masked(line),
            "get: https://ada:******@idp.test/a # cmd_*****************, 2026-01-02T08:00:00Z"
        );
        for plain in ["net.api_reachable", "symptom: X509Certificate", "https://idp.test/@a b@c", ""] {
            assert_eq!(masked(plain), plain);
        }
    }

    #[test]
    fn nothing_of_a_rule_file_drives_the_terminal() {
        let fault =
            RuleFault::at("a\u{1b}.yaml", Pos { line: 1, column: 3 }, "\u{202e}\tx\u{1b}[2J", "bad \u{9b}");
        let shown = fault.to_string();
        assert!(shown.chars().all(|c| c == '\n' || !(c.is_control() || steers(c))), "{shown:?}");
    }
}
