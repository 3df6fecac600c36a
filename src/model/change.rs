//! What rules from outside the binary do to the checks that are built in.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::list::Str;

/// A built-in check that is not as it was built in, and who says so.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Change {
    /// The check's id, and the title that it has built in.
    pub check: Str,
    pub title: Str,
    pub how: How,
    /// The rule that says so: its file, and the one-based line of its first key.
    pub file: Str,
    pub line: u32,
    /// Why, in the words of whoever wrote it; may be empty, but not where the check is disabled.
    pub reason: Str,
}

/// What became of a built-in check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum How {
    /// Another check stands in its place.
    Overridden,
    /// It looks as before, and answers otherwise.
    Extended,
    /// It is not there.
    Disabled,
}

impl How {
    pub fn name(self) -> &'static str {
        match self {
            How::Overridden => "overridden",
            How::Extended => "extended",
            How::Disabled => "disabled",
        }
    }
}

/// "disabled by corp.yaml:3: we run both generations until June".
impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} by {}:{}", self.how.name(), self.file, self.line)?;
        if self.reason.is_empty() { Ok(()) } else { write!(f, ": {}", self.reason) }
    }
}
