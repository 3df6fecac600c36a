//! Findings: judged checks.

use std::sync::Arc;

use super::check::{Check, Outcome};
use super::fix::Fix;
use super::line::Line;
use super::severity::Severity;
use super::waiver::Waiver;

/// What became of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verdict {
    Healthy,
    Sick,
    /// This input cannot decide.
    Unknown,
    /// A check that it needs is sick, or was itself not judged.
    NotJudged,
    NotApplicable,
    /// By the user: `--only`, `--skip`, `--offline`.
    Skipped,
    Waived,
    /// One of its probes panicked.
    Crashed,
}

impl Verdict {
    /// The word used in every format.
    pub fn name(self) -> &'static str {
        match self {
            Verdict::Healthy => "healthy",
            Verdict::Sick => "sick",
            Verdict::Unknown => "unknown",
            Verdict::NotJudged => "not_judged",
            Verdict::NotApplicable => "not_applicable",
            Verdict::Skipped => "skipped",
            Verdict::Waived => "waived",
            Verdict::Crashed => "crashed",
        }
    }
}

/// One judged check, or one judged element of a check with `each`.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    pub check: &'static Check,
    /// The element's name, for a check with `each`.
    pub element: Option<String>,
    pub verdict: Verdict,
    /// The outcomes that are still open; for a certain answer there is one. Wording is filled in.
    pub open: Vec<OpenOutcome>,
    /// The root or the check that this finding hides behind, with how it does so.
    pub suppressed_by: Option<Suppression>,
    /// Why a waived finding is one.
    pub waiver: Option<Waiver>,
    /// Keys of the probes that were read.
    pub evidence: Vec<Arc<str>>,
    /// What would have been needed to decide, as `probe key: reason`.
    pub missing: Vec<String>,
    /// The longest of its probes.
    pub duration_ms: u64,
    /// The lines of recorded files that it rests on.
    pub lines: Vec<Line>,
}

/// An outcome that holds, or may hold, with its words.
#[derive(Debug, Clone, PartialEq)]
pub struct OpenOutcome {
    pub outcome: &'static Outcome,
    pub symptom: String,
    pub cause: String,
    pub fix: Option<Fix>,
}

/// Why a finding is not shown as a root of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suppression {
    /// The id of a root or of a check.
    pub by: String,
    /// `needs` or `explains`.
    pub how: &'static str,
}

impl Finding {
    /// `check`, or `check[element]`.
    pub fn id(&self) -> String {
        match &self.element {
            Some(element) => format!("{}[{element}]", self.check.id),
            None => self.check.id.to_owned(),
        }
    }

    /// The worst severity among the open outcomes.
    pub fn severity(&self) -> Option<Severity> {
        self.open.iter().filter_map(|open| open.outcome.severity).max()
    }

    /// The fix that every open outcome agrees on.
    pub fn fix(&self) -> Option<&Fix> {
        let first = self.open.first()?.fix.as_ref()?;
        self.open.iter().all(|open| open.fix.as_ref() == Some(first)).then_some(first)
    }
}
