//! What a credential looks like: the table of `rules/shapes/` applied to a text. Pure.

use std::sync::OnceLock;

use regex::Regex;

use crate::model::list::List;
use crate::model::rulebook::{Family, Shape};

/// The table of shapes. A pattern is compiled when a text first begins as it demands.
pub struct Shapes {
    table: List<Shape>,
    patterns: Vec<OnceLock<Option<Regex>>>,
}

/// A shape that a text has, or begins to have.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Likeness {
    pub shape: &'static Shape,
    /// The whole text fits; otherwise it only begins as one of these does.
    pub whole: bool,
}

/// A beginning shorter than this says nothing about whose credential it is.
const TELLING_PREFIX: usize = 3;

/// How much of a key of ours is public (facts: the server stores and returns the first 12 characters).
pub const PUBLIC_OF_OURS: usize = 12;

/// How much is shown of a text that nobody knows, and of a vendor's without a fixed beginning.
const PUBLIC_OF_OTHERS: usize = 4;

/// A random part with fewer characters was cut (facts: the example has 20).
const FULL_RANDOM_PART: usize = 16;

impl Shapes {
    /// The shapes of `table`, none of them compiled yet.
    pub fn new(table: List<Shape>) -> Shapes {
        let patterns = table.iter().map(|_| OnceLock::new()).collect();
        Shapes { table, patterns }
    }

    /// What `text` looks like, as it stands. A shape that it has as a whole precedes one that it
    /// only begins with, a placeholder precedes the real thing, and a long beginning a short one.
    pub fn classify(&self, text: &str) -> Option<Likeness> {
        let begun = self.begun(text);
        let bare = || (0..self.table.len()).filter(|index| self.table[*index].prefixes.is_empty());
        self.whole(begun.iter().map(|(index, _)| *index), text)
            .or_else(|| self.whole(bare(), text))
            .or_else(|| self.begins_like(&begun))
    }

    /// What an opaque token looks like by its beginning: a server may make tokens that look like
    /// anything, so only what begins as nobody else's does belongs to somebody else.
    pub fn classify_token(&self, text: &str) -> Option<Likeness> {
        self.whole(self.begun(text).iter().map(|(index, _)| *index), text)
    }

    /// The shapes that `text` begins as, and how long that beginning is; the most telling first.
    fn begun(&self, text: &str) -> Vec<(usize, usize)> {
        let mut begun: Vec<(usize, usize)> = Vec::new();
        for (index, shape) in self.table.iter().enumerate() {
            if let Some(prefix) = longest_prefix(shape, text) {
                begun.push((index, prefix.len()));
            }
        }
        begun.sort_by_key(|(index, length)| {
            (self.table[*index].family != Family::Example, std::cmp::Reverse(*length))
        });
        begun
    }

    fn whole(&self, mut candidates: impl Iterator<Item = usize>, text: &str) -> Option<Likeness> {
        let index = candidates.find(|index| self.fits(*index, text))?;
        Some(Likeness { shape: &self.table.members()[index], whole: true })
    }

    fn begins_like(&self, begun: &[(usize, usize)]) -> Option<Likeness> {
        begun
            .iter()
            .filter(|(index, length)| {
                self.table[*index].family != Family::Example && *length >= TELLING_PREFIX
            })
            .map(|(index, _)| Likeness { shape: &self.table.members()[*index], whole: false })
            .next()
    }

    /// Whether `text`, as it stands, is an API key of this generation.
    pub fn is_key(&self, text: &str) -> bool {
        self.classify(text).is_some_and(Likeness::is_key)
    }

    fn fits(&self, index: usize, text: &str) -> bool {
        let compiled = self.patterns[index].get_or_init(|| compile(self.table[index].pattern));
        compiled.as_ref().is_some_and(|pattern| pattern.is_match(text))
    }
}

impl std::fmt::Debug for Shapes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} shapes", self.table.len())
    }
}

/// A pattern that does not compile fits nothing; the rulebook refuses such a shape when it loads.
fn compile(pattern: &str) -> Option<Regex> {
    Regex::new(&format!(r"\A(?:{pattern})\z")).ok()
}

/// The longest beginning of `shape` that `text` has.
fn longest_prefix(shape: &Shape, text: &str) -> Option<&'static str> {
    shape.prefixes.iter().copied().filter(|prefix| text.starts_with(prefix)).max_by_key(|prefix| prefix.len())
}

impl Likeness {
    /// Whether this is, as a whole, an API key of this generation.
    pub fn is_key(self) -> bool {
        self.whole && self.shape.family == Family::Key
    }
}

/// The word for the family of `likeness`, as facts spell it.
pub fn family_name(likeness: Option<Likeness>) -> &'static str {
    let family = likeness.map(|likeness| likeness.shape.family);
    Family::ALL.iter().find(|(_, known)| Some(*known) == family).map_or("unknown", |(name, _)| name)
}

/// What may be shown of `text`: 12 characters of a key of ours, a vendor's fixed beginning, four
/// characters of anything else; never more than half of it, nor a quarter of what nobody knows.
pub fn public_prefix(text: &str, likeness: Option<Likeness>) -> String {
    let length = text.chars().count();
    let shown = match likeness {
        Some(Likeness { shape, whole: true }) if shape.family == Family::Key => PUBLIC_OF_OURS,
        Some(Likeness { shape, .. }) => match longest_prefix(shape, text) {
            Some(prefix) => prefix.chars().count(),
            None => PUBLIC_OF_OTHERS.min(length / 4),
        },
        None => PUBLIC_OF_OTHERS.min(length / 4),
    };
    text.chars().take(shown.min(length / 2)).collect()
}

/// The two parts of `cmd_<workspace>_<random>`; the second is empty where the key ends early.
pub fn parts_of_key<'t>(text: &'t str, shape: &Shape) -> (&'t str, &'t str) {
    let rest = longest_prefix(shape, text).map_or(text, |prefix| &text[prefix.len()..]);
    rest.split_once('_').unwrap_or((rest, ""))
}

/// Whether the random part of a key has fewer characters than any that was made.
pub fn is_cut_short(random: &str) -> bool {
    random.chars().count() < FULL_RANDOM_PART
}

#[cfg(test)]
#[path = "shape_tests.rs"]
mod tests;
