//! How bad a sick outcome is.

use serde::{Deserialize, Serialize};

/// Least first, so that `severity >= fail_on` reads as it should.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Severity {
    Warning,
    Error,
}

impl Severity {
    /// The word used in rules, reports and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }

    /// The severity that formats call `name`.
    pub fn named(name: &str) -> Option<Severity> {
        [Severity::Warning, Severity::Error].into_iter().find(|severity| severity.name() == name)
    }
}
