//! How a report looks: width, colour, glyphs. What it says is the same in every theme.

use std::borrow::Cow;

use owo_colors::Style as Paint;

use crate::model::severity::Severity;

/// How the reader wants a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    /// Columns; longer lines are wrapped at words.
    pub width: usize,
    pub color: bool,
    /// The locale or the terminal knows no other characters.
    pub ascii: bool,
    /// Every finding, not only the roots.
    pub all: bool,
    /// What the probes read, beside what follows from it.
    pub evidence: bool,
}

impl Style {
    /// What a file or a pipe gets.
    pub const PLAIN: Style = Style { width: 80, color: false, ascii: false, all: false, evidence: false };
}

/// What a piece of text is, which decides its colour. Colour never says what no word says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    Plain,
    Strong,
    Faint,
    Good,
    Warning,
    Error,
    Command,
}

impl Role {
    /// The colour of a severity.
    pub fn of(severity: Severity) -> Role {
        match severity {
            Severity::Error => Role::Error,
            Severity::Warning => Role::Warning,
        }
    }

    fn paint(self) -> Paint {
        match self {
            Role::Plain => Paint::new(),
            Role::Strong => Paint::new().bold(),
            Role::Faint => Paint::new().dimmed(),
            Role::Good => Paint::new().green(),
            Role::Warning => Paint::new().yellow().bold(),
            Role::Error => Paint::new().red().bold(),
            Role::Command => Paint::new().cyan(),
        }
    }
}

/// A sign before a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Glyph {
    Good,
    Warning,
    Error,
    Open,
    Idle,
}

impl Glyph {
    /// The sign of a severity.
    pub fn of(severity: Severity) -> Glyph {
        match severity {
            Severity::Error => Glyph::Error,
            Severity::Warning => Glyph::Warning,
        }
    }
}

/// Typographic signs that rules use, and what stands for them in ASCII.
const IN_ASCII: [(char, &str); 12] = [
    ('…', "..."),
    ('–', "-"),
    ('—', "-"),
    ('›', ">"),
    ('→', "->"),
    ('·', "-"),
    ('“', "\""),
    ('”', "\""),
    ('‘', "'"),
    ('’', "'"),
    ('✓', "ok"),
    ('✗', "x"),
];

impl Style {
    /// `text` in the colour of `role`, or as it is.
    pub fn paint<'t>(&self, role: Role, text: &'t str) -> Cow<'t, str> {
        if !self.color || role == Role::Plain || text.is_empty() {
            return Cow::Borrowed(text);
        }
        Cow::Owned(role.paint().style(text).to_string())
    }

    /// The sign itself.
    pub fn glyph(&self, glyph: Glyph) -> &'static str {
        match (glyph, self.ascii) {
            (Glyph::Good, false) => "✓",
            (Glyph::Good, true) => "ok",
            (Glyph::Error, false) => "✗",
            (Glyph::Error, true) => "x",
            (Glyph::Warning, _) => "!",
            (Glyph::Open, _) => "?",
            (Glyph::Idle, _) => "-",
        }
    }

    /// What stands between the members of the closing line.
    pub fn separator(&self) -> &'static str {
        if self.ascii { " - " } else { " · " }
    }

    /// Our own words in the characters that the terminal knows. Letters of names stay as they are:
    /// a path that is spelled differently is another path.
    pub fn words<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let typographic = |c: char| IN_ASCII.iter().find(|(sign, _)| *sign == c);
        if !self.ascii || !text.contains(|c| typographic(c).is_some()) {
            return Cow::Borrowed(text);
        }
        let mut plain = String::with_capacity(text.len());
        for c in text.chars() {
            match typographic(c) {
                Some((_, instead)) => plain.push_str(instead),
                None => plain.push(c),
            }
        }
        Cow::Owned(plain)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colour_is_added_only_when_wanted() {
        let style = Style { color: true, ..Style::PLAIN };
        assert_eq!(Style::PLAIN.paint(Role::Error, "error"), "error");
        assert_eq!(style.paint(Role::Plain, "error"), "error");
        let painted = style.paint(Role::Error, "error").into_owned();
        assert!(
            painted.starts_with("\u{1b}[") && painted.contains("error") && painted.ends_with("\u{1b}[0m")
        );
    }

    #[test]
    fn ascii_replaces_signs_and_keeps_letters() {
        let style = Style { ascii: true, ..Style::PLAIN };
        assert_eq!(style.words("dashboard › Settings…"), "dashboard > Settings...");
        assert_eq!(style.words("/home/ö"), "/home/ö");
        assert_eq!(style.glyph(Glyph::Good), "ok");
    }
}
