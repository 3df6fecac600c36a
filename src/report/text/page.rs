//! The page that the text report is written on: labelled lines with a hanging indent.

use super::home::shorten;
use super::wrap::{columns, wrap};
use crate::report::hidden::visible;
use crate::report::theme::{Role, Style};

/// Columns before the text of a labelled line: two blanks, the label, a blank.
pub const INDENT: usize = 11;

/// The least that a line is wrapped to, however narrow the terminal.
const NARROWEST: usize = 40;

/// A report under way. Every text that goes through it is encoded here and nowhere else.
pub struct Page<'a> {
    out: String,
    /// How the reader wants it.
    pub style: &'a Style,
    home: Option<&'a str>,
}

impl<'a> Page<'a> {
    /// An empty page; `home` is written as `~`.
    pub fn new(style: &'a Style, home: Option<&'a str>) -> Page<'a> {
        Page { out: String::new(), style, home }
    }

    /// What was written.
    pub fn finish(self) -> String {
        self.out
    }

    /// An empty line, unless the page is empty.
    pub fn gap(&mut self) {
        if !self.out.is_empty() {
            self.out.push('\n');
        }
    }

    /// Short pieces on a line of their own, never wrapped.
    pub fn line(&mut self, pieces: &[(Role, &str)]) {
        for (role, text) in pieces {
            self.put(*role, &visible(text));
        }
        self.end();
    }

    /// A text after `lead` (already on the page, `at` columns wide), wrapped, its further lines
    /// `hanging` columns from the left.
    pub fn flow(&mut self, role: Role, text: &str, at: usize, hanging: usize) {
        let text = self.prose(text);
        let width = self.style.width.max(NARROWEST);
        let first = wrap(&text, width.saturating_sub(at)).first().map_or(0, |line| line.len());
        let (mut line, mut rest) = text.split_at(first);
        // Where not even a word fits behind a long lead, the text begins on the next line.
        if at > hanging && at + columns(line) > width {
            (line, rest) = ("", text.as_str());
        }
        self.put(role, line);
        self.end();
        let rest = rest.trim_start();
        if rest.is_empty() {
            return;
        }
        for line in wrap(rest, width.saturating_sub(hanging)) {
            self.out.extend(std::iter::repeat_n(' ', hanging));
            self.put(role, line);
            self.end();
        }
    }

    /// `  symptom  requests fail …`, wrapped below the text's first column.
    pub fn field(&mut self, label: &str, text: &str) {
        self.label(label);
        self.flow(Role::Plain, text, INDENT, INDENT);
    }

    /// Words between other steps: where they go on, they stand further in, so that one sees where
    /// the next step begins.
    pub fn step(&mut self, label: &str, text: &str) {
        self.label(label);
        self.flow(Role::Plain, text, INDENT, INDENT + 2);
    }

    /// A command in one piece, however long, with `note` at the right, beginning at column `right`.
    pub fn command(&mut self, label: &str, command: &str, note: &str, right: usize) {
        self.label(label);
        let command = visible(command);
        self.put(Role::Command, &command);
        if note.is_empty() {
            return self.end();
        }
        let mut at = INDENT + columns(&command);
        if at + 2 > right {
            self.end();
            at = 0;
        }
        self.out.extend(std::iter::repeat_n(' ', right - at));
        self.put(Role::Faint, note);
        self.end();
    }

    /// Begins a labelled line; an empty label continues the one above.
    fn label(&mut self, label: &str) {
        self.out.push_str("  ");
        self.put(Role::Faint, label);
        let blanks = (INDENT - 2).saturating_sub(columns(label)).max(1);
        self.out.extend(std::iter::repeat_n(' ', blanks));
    }

    /// Writes pieces without ending the line and says how many columns they took.
    pub fn lead(&mut self, pieces: &[(Role, &str)]) -> usize {
        let mut taken = 0;
        for (role, text) in pieces {
            let text = visible(text);
            taken += columns(&text);
            self.put(*role, &text);
        }
        taken
    }

    fn prose(&self, text: &str) -> String {
        let text = visible(text.trim());
        let text = shorten(&text, self.home);
        self.style.words(&text).into_owned()
    }

    fn put(&mut self, role: Role, text: &str) {
        self.out.push_str(&self.style.paint(role, text));
    }

    fn end(&mut self) {
        self.out.truncate(self.out.trim_end_matches(' ').len());
        self.out.push('\n');
    }
}
