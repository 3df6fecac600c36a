//! The diagnosis: which causes explain what was found.

use std::sync::Arc;

use super::finding::Finding;
use super::fix::Fix;
use super::line::Line;
use super::severity::Severity;

/// All findings, and the few roots that explain them.
#[derive(Debug, Clone, PartialEq)]
pub struct Diagnosis {
    /// Worst first; then by how much a root explains; then by id.
    pub roots: Vec<Root>,
    pub findings: Vec<Finding>,
    /// Messages that were seen and that nothing explains: every reason that is known is ruled out.
    pub unexplained: Vec<String>,
}

/// A cause that explains findings.
#[derive(Debug, Clone, PartialEq)]
pub struct Root {
    /// `check/outcome`, with `[element]` where there is one; or the cause rule's id.
    pub id: String,
    pub kind: RootKind,
    pub check: Option<&'static str>,
    pub outcome: Option<&'static str>,
    pub severity: Severity,
    pub title: String,
    pub symptom: String,
    pub cause: String,
    pub fix: Option<Fix>,
    /// Ids of the findings that are folded under this root or wait for it.
    pub explains: Vec<String>,
    pub evidence: Vec<Arc<str>>,
    pub candidates: Vec<Candidate>,
    /// The cheapest next step that would tell the candidates apart.
    pub next: Option<String>,
    /// The lines of recorded files that it rests on.
    pub lines: Vec<Line>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RootKind {
    Cause,
    /// One of several outcomes, which this input cannot tell apart.
    OneOf,
}

impl RootKind {
    pub fn name(self) -> &'static str {
        match self {
            RootKind::Cause => "cause",
            RootKind::OneOf => "one_of",
        }
    }
}

/// One of several possible outcomes.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    pub check: &'static str,
    pub outcome: &'static str,
    pub symptom: String,
    pub cause: String,
    pub fix: Option<Fix>,
    /// What speaks for it: what was said, and what was read.
    pub speaks_for: Vec<String>,
    pub speaks_against: Vec<String>,
}
