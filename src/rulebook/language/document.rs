//! Files of rules taken apart into documents, each of which is parsed alone and within a budget.

use super::fault::RuleFault;
use super::node::{self, Content, Node, Pos};
use crate::model::check::Trust;
use crate::model::list::{Str, keep_text};

/// A file of rules, already read.
#[derive(Debug, Clone, Copy)]
pub struct RuleText<'t> {
    /// Its path as messages show it; for built-in rules relative to the project's root, where
    /// the folder says what kind of rule stands in it.
    pub name: &'t str,
    pub text: &'t str,
    pub trust: Trust,
}

/// Whether places are kept for faults to point at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Places {
    Kept,
    /// All but the document's own. A list keeps them, because each of its rules has a line.
    LeftOut,
}

/// One YAML document of a file.
#[derive(Debug, Clone, Copy)]
pub(super) struct Document<'t> {
    pub file: Str,
    pub text: &'t str,
    pub trust: Trust,
    /// Lines of the file before it.
    pub lines_before: u32,
    /// Whether it is the first of its file.
    pub first: bool,
}

impl<'t> RuleText<'t> {
    /// The documents of the file. They are told apart here and not by the parser, because YAML
    /// forbids a line that begins with `---` everywhere else (YAML 1.2.2, rule 206, `c-forbidden`), and
    /// so a fault in one document cannot hide the others.
    pub(super) fn documents(self) -> impl Iterator<Item = Document<'t>> {
        let text = self.text.strip_prefix('\u{feff}').unwrap_or(self.text);
        let mut rest = Some(text);
        let mut lines_before = 0;
        let mut first = true;
        let file = keep_text(self.name);
        let pieces = std::iter::from_fn(move || {
            let text = rest?;
            let end = next_marker(text);
            rest = end.map(|end| &text[end..]);
            let piece = &text[..end.unwrap_or(text.len())];
            let before = lines_before;
            lines_before += count_lines(piece);
            Some((piece, before))
        });
        pieces.filter(|(piece, _)| !is_blank(piece)).map(move |(text, lines_before)| Document {
            file,
            text,
            trust: self.trust,
            lines_before,
            first: std::mem::take(&mut first),
        })
    }
}

/// The byte where the next document begins, after the first line of `text`.
fn next_marker(text: &str) -> Option<usize> {
    let candidates = text.match_indices("\n---").map(|(at, _)| at + 1);
    candidates
        .into_iter()
        .find(|at| text[at + 3..].is_empty() || text[at + 3..].starts_with([' ', '\t', '\r', '\n']))
}

fn count_lines(text: &str) -> u32 {
    u32::try_from(text.bytes().filter(|byte| *byte == b'\n').count()).unwrap_or(u32::MAX)
}

/// Whether there is nothing but markers, comments, directives and blanks.
fn is_blank(text: &str) -> bool {
    text.lines().all(|line| matches!(line.trim(), "" | "---" | "...") || line.starts_with(['#', '%']))
}

impl<'t> Document<'t> {
    /// What stands for the text of a recording, whose places its own format knows.
    pub(super) fn nameless() -> Document<'static> {
        Document { file: "", text: "", trust: Trust::Named, lines_before: 0, first: true }
    }

    /// Parses it.
    ///
    /// # Errors
    /// When it is no YAML, or too much of it.
    pub(super) fn parse(&self, places: Places) -> Result<Node<'t>, Box<RuleFault>> {
        if self.text.len() > node::MAX_BYTES {
            let size = format!("this document has {} bytes", self.text.len());
            let fault = self.fault(Pos { line: 1, column: 1 }, size);
            return Err(Box::new(fault.expected(format!("at most {} bytes", node::MAX_BYTES))));
        }
        let parsed = match places {
            Places::Kept => node::parse(self.text),
            Places::LeftOut => match node::parse_without_places(self.text) {
                Ok(Node { content: Content::List(_), .. }) => node::parse(self.text),
                other => other,
            },
        };
        parsed.map_err(|error| {
            let place = error.location().map_or(Pos { line: 1, column: 1 }, Pos::from);
            Box::new(self.fault(place, without_place(&error.to_string())))
        })
    }

    /// A fault at a place of this document.
    pub(super) fn fault(&self, at: Pos, what: impl Into<String>) -> RuleFault {
        let line = self.text.lines().nth(at.line.saturating_sub(1) as usize).unwrap_or_default();
        RuleFault::at(self.file, self.in_file(at), line, what)
    }

    /// The same place counted from the start of the file.
    pub(super) fn in_file(&self, at: Pos) -> Pos {
        Pos { line: at.line.saturating_add(self.lines_before), column: at.column }
    }

    /// Where the byte `offset` of `whole` stands, a text that begins at `start`. Scalars lose their
    /// quotes and line breaks on the way, so the source is searched: for all of it, or else for
    /// the line from `offset` on.
    pub(super) fn place_in(&self, whole: &str, offset: usize, start: Pos) -> Pos {
        if let Some(place) = self.find(whole, start) {
            let before = u32::try_from(whole[..offset].chars().count()).unwrap_or(u32::MAX);
            return Pos { column: place.column.saturating_add(before), ..place };
        }
        let part = whole[offset..].lines().next().unwrap_or_default();
        self.find(part, start).unwrap_or(start)
    }

    /// The first place from `start` on where `part` stands in one line.
    fn find(&self, part: &str, start: Pos) -> Option<Pos> {
        /// A longer scalar is pointed at as a whole.
        const LINES: usize = 40;
        let mut skip = start.column.saturating_sub(1) as usize;
        for (index, line) in
            self.text.lines().skip(start.line.saturating_sub(1) as usize).take(LINES).enumerate()
        {
            let from = line.char_indices().nth(skip).map_or(line.len(), |(at, _)| at);
            if let Some(at) = line[from..].find(part) {
                let before = line[..from + at].chars().count();
                let narrow = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
                return Some(Pos { line: start.line + narrow(index), column: narrow(before) + 1 });
            }
            skip = 0;
        }
        None
    }
}

/// The parser's message without the places that it appends: those are counted from the start of
/// the document, and the fault has its own.
fn without_place(message: &str) -> String {
    let message = message.split(" (defined at").next().unwrap_or_default();
    let end = message.rfind(" at line ").unwrap_or(message.len());
    let message = &message[..end];
    match message.strip_prefix("budget breached: ") {
        Some(breach) => {
            let measure = breach.split(' ').next().unwrap_or_default();
            format!("this document is larger than any rule needs ({measure})")
        }
        None if message == "recursion limit exceeded" => "this document nests too deep".to_owned(),
        None => message.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(text: &str) -> Vec<(&str, u32)> {
        let file = RuleText { name: "a.yaml", text, trust: Trust::Named };
        file.documents().map(|document| (document.text, document.lines_before)).collect()
    }

    #[test]
    fn documents_are_told_apart_at_marker_lines() {
        assert_eq!(split("a: 1\n---\nb: 2\n"), [("a: 1\n", 0), ("---\nb: 2\n", 1)]);
        assert_eq!(split("---\r\na: 1\r\n--- \r\nb: 2"), [("---\r\na: 1\r\n", 0), ("--- \r\nb: 2", 2)]);
        assert_eq!(split("--- {a: 1}\n--- {b: 2}"), [("--- {a: 1}\n", 0), ("--- {b: 2}", 1)]);
        assert_eq!(split("a: |\n ---\n x\n----\n"), [("a: |\n ---\n x\n----\n", 0)]);
    }

    #[test]
    fn what_holds_nothing_is_no_document() {
        assert_eq!(split(""), []);
        assert_eq!(split("\u{feff}# words\n\n---\n---\n...\n"), []);
        assert_eq!(split("%YAML 1.2\n---\na: 1"), [("---\na: 1", 1)]);
    }

    #[test]
    fn the_parsers_place_is_counted_from_the_start_of_the_file() {
        let file = RuleText { name: "a.yaml", text: "a: 1\n---\nb: [\n", trust: Trust::Named };
        let fault =
            file.documents().nth(1).map(|document| document.parse(Places::Kept)).unwrap().unwrap_err();
        assert_eq!((fault.line, fault.column, fault.what.as_str()), (3, 4, "unclosed bracket '['"));
    }
}
