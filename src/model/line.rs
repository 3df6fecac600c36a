//! Lines: places in the files that evidence was recorded in.

use std::sync::Arc;

/// A line of a recorded file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Line {
    /// The file as it was named.
    pub file: Arc<str>,
    /// One-based.
    pub line: u64,
}

impl std::fmt::Display for Line {
    /// Writes `auth-debug.log:1432`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}
