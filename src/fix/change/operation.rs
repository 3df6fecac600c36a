//! An operation of this program, such as a login.

use serde::{Deserialize, Serialize};

use crate::fix::seen::Refused;

/// An operation was run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Operated {
    /// The words of its command.
    argv: Vec<String>,
    /// Where the credential file that it replaced is kept, which had its owner's rights only.
    kept: Option<String>,
}

impl Operated {
    /// About to be run; the credential file as it was is kept at `kept`.
    pub(in crate::fix) fn by(argv: &[String], kept: Option<String>) -> Operated {
        Operated { argv: argv.to_vec(), kept }
    }

    pub(super) fn kept(&self) -> Option<&str> {
        self.kept.as_deref()
    }

    pub(super) fn is_undoable(&self) -> bool {
        false
    }

    /// Tokens that were replaced may have been revoked by that, and a server that sees one again
    /// takes it for stolen and ends the session (RFC 9700 section 4.14.2).
    pub(super) fn reverse(&self) -> Result<(), Refused> {
        Err(Refused::Credentials)
    }
}
