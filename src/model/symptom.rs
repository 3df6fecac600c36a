//! Symptoms: messages that a user sees, and the outcomes that can produce each.

use serde::{Deserialize, Serialize};

use super::check::RuleSource;
use super::line::Line;
use super::list::{List, Str};

/// A message, in all its spellings.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Symptom {
    pub id: Str,
    /// The message in its plainest spelling.
    pub says: Str,
    /// Full sentences for `explain`: what the message means.
    pub about: Str,
    /// A regular expression over the message, or over what a line of a log says.
    pub pattern: Str,
    /// Where this matches too, the message is another one.
    pub unless: Option<Str>,
    /// Only a person says it of this product: in a log it may be said of any other.
    pub typed: bool,
    /// Likeliest first.
    pub suggests: List<Suggestion>,
    pub source: RuleSource,
}

/// An outcome that could be the reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Suggestion {
    /// `check/outcome`; of a sick outcome that there is.
    pub outcome: Str,
}

impl Suggestion {
    /// The check's id and the outcome's.
    pub fn parts(&self) -> (&'static str, &'static str) {
        self.outcome.split_once('/').unwrap_or((self.outcome, ""))
    }
}

/// A message that was seen, and what could be the reason.
#[derive(Debug, Clone, PartialEq)]
pub struct Suggested {
    /// The id of the symptom, or of the log rule, that knows it.
    pub rule: Str,
    /// Likeliest first.
    pub outcomes: List<Suggestion>,
    /// As it is shown, without secrets.
    pub text: String,
    /// Where it stands; nowhere if a person said it.
    pub lines: Vec<Line>,
}
