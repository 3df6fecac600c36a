//! Mending what can be mended without a doubt: each change is tried on the text, and kept only if the
//! file then says what it said before, but for the words that were to change.

use super::super::document::{Places, RuleText};
use super::super::node::Content;
use super::flat::{differs_in, flat};
use super::layout::{BOM, CRLF, NO_NEWLINE, TRAILING_BLANK, needless_blanks, without_blanks};
use super::style::{self, Word};
use crate::model::check::Trust;

/// A change that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mended {
    /// One-based, in the text as it was before this change.
    pub line: usize,
    pub code: &'static str,
    /// What was done, in words.
    pub what: String,
}

/// A missing line between two rules, which the parser reports as keys that stand twice.
const MARKER: &str = "missing-marker";

/// Documents that are told apart at most.
const MANY: usize = 1000;

/// The text with everything mended that can be, and what that was. Comments stay as they are.
pub fn mend(file: RuleText<'_>) -> (String, Vec<Mended>) {
    let mut bench =
        Bench { text: file.text.to_owned(), trust: file.trust, name: file.name, done: Vec::new() };
    bench.layout();
    bench.markers();
    bench.words();
    (bench.text, bench.done)
}

struct Bench<'n> {
    text: String,
    name: &'n str,
    trust: Trust,
    done: Vec<Mended>,
}

impl Bench<'_> {
    fn note(&mut self, line: usize, code: &'static str, what: impl Into<String>) {
        self.done.push(Mended { line, code, what: what.into() });
    }

    fn layout(&mut self) {
        if let Some(rest) = self.text.strip_prefix('\u{feff}') {
            self.text = rest.to_owned();
            self.note(1, BOM, "took the byte-order mark away");
        }
        if self.text.contains("\r\n") {
            self.text = self.text.replace("\r\n", "\n");
            self.note(1, CRLF, "made every line end in a line feed alone");
        }
        self.blanks();
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            let last = self.text.lines().count();
            self.text.push('\n');
            self.note(last, NO_NEWLINE, "ended the last line");
        }
    }

    fn blanks(&mut self) {
        let lines = needless_blanks(&self.text);
        self.text = without_blanks(&self.text, &lines);
        for line in lines {
            self.note(line + 1, TRAILING_BLANK, "took the blanks at the end of the line away");
        }
    }

    /// Puts `---` before every rule that begins in the middle of another one.
    fn markers(&mut self) {
        for _ in 0..MANY {
            let Some(line) = self.second_rule() else { return };
            let lines: Vec<&str> = self.text.split('\n').collect();
            // Comments above a rule belong to it.
            let above = lines[..line].iter().rev().take_while(|line| line.starts_with('#')).count();
            let at = line - above;
            let mended = [&lines[..at], &["---"], &lines[at..]].concat().join("\n");
            self.text = mended;
            self.note(at + 1, MARKER, "put `---` between two rules");
        }
    }

    /// The line, from zero, where the key `id` stands a second time at the left of a document.
    fn second_rule(&self) -> Option<usize> {
        for document in self.file().documents() {
            let Ok(node) = document.parse(Places::Kept) else { continue };
            let Content::Map(entries) = &node.content else { continue };
            let mut ids = entries.iter().filter(|entry| entry.key == "id" && entry.key_pos.column == 1);
            if let (Some(_), Some(second)) = (ids.next(), ids.next()) {
                return (document.in_file(second.key_pos).line as usize).checked_sub(1);
            }
        }
        None
    }

    fn words(&mut self) {
        /// Each round mends one text.
        const ROUNDS: usize = 1000;
        let mut given_up: Vec<(u32, &'static str)> = Vec::new();
        for _ in 0..ROUNDS {
            let Some((line, code, mended)) = self.next_word(&mut given_up) else { return };
            let what = match code {
                style::CAPITAL => "made the first letter a small one",
                _ => "took the full stop away",
            };
            self.text = mended;
            self.note(line as usize, code, what);
        }
    }

    /// The text with the next word mended; what cannot be is added to `given_up`.
    fn next_word(&self, given_up: &mut Vec<(u32, &'static str)>) -> Option<(u32, &'static str, String)> {
        let before = flat(&self.text)?;
        for document in self.file().documents() {
            let Ok(node) = document.parse(Places::Kept) else { continue };
            for word in style::words(&document, &node) {
                let line = document.in_file(word.pos).line;
                if given_up.contains(&(line, word.code)) {
                    continue;
                }
                match self.with(&word, line, &before) {
                    Some(mended) => return Some((line, word.code, mended)),
                    None => given_up.push((line, word.code)),
                }
            }
        }
        None
    }

    /// The text with `word`, which begins in `line`, as it ought to be.
    fn with(&self, word: &Word<'_>, line: u32, before: &[String]) -> Option<String> {
        let start: usize =
            self.text.split_inclusive('\n').take(line.saturating_sub(1) as usize).map(str::len).sum();
        let part = match word.code {
            style::CAPITAL => word.written.split_whitespace().next()?,
            _ => word.written.split_whitespace().next_back()?,
        };
        let tried = self.text[start..].match_indices(part).map(|(at, _)| {
            let at = start + at;
            let (head, tail) = (&self.text[..at], &self.text[at + part.len()..]);
            match word.code {
                style::CAPITAL => {
                    let mut letters = part.chars();
                    let first: String = letters.next().into_iter().flat_map(char::to_lowercase).collect();
                    format!("{head}{first}{}{tail}", letters.as_str())
                }
                _ => format!("{head}{}{tail}", part.strip_suffix('.').unwrap_or(part)),
            }
        });
        /// Places where the word is looked for.
        const PLACES: usize = 20;
        tried.take(PLACES).find(|text| {
            flat(text).is_some_and(|after| differs_in(before, &after, word.written, &word.better))
        })
    }

    fn file(&self) -> RuleText<'_> {
        RuleText { name: self.name, text: &self.text, trust: self.trust }
    }
}
