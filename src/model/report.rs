//! The report: one value that every format renders.

use std::sync::Arc;

use super::diagnosis::Diagnosis;
use super::evidence::{Evidence, SourceKind};
use super::finding::Verdict as FindingVerdict;
use super::history::History;
use super::severity::Severity;
use super::treatment::Treatment;

/// Everything that a format may show. A format is a function of this and of nothing else.
#[derive(Debug, Clone)]
pub struct Report {
    pub source: SourceName,
    /// Milliseconds since 1970.
    pub started_at: i64,
    pub duration_ms: u64,
    pub timings: Timings,
    pub verdict: RunVerdict,
    /// How the program ends: the verdict's code, unless a signal ended the run.
    pub exit_code: u8,
    pub diagnosis: Diagnosis,
    /// By key, sorted.
    pub evidence: Vec<(Arc<str>, Evidence)>,
    pub fail_on: Severity,
    /// The user's home folder, which text shortens to `~`.
    pub home: Option<String>,
    /// Warnings about the run itself: rules that were refused, a probe that stalled.
    pub remarks: Vec<String>,
    /// The story that logs tell; none of a machine that is looked at now.
    pub history: Option<History>,
    /// What was done about it; with it, the diagnosis is the one after that.
    pub treatment: Option<Treatment>,
}

/// Where the evidence came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceName {
    pub kind: SourceKind,
    /// The files as they were named, or the machine.
    pub name: String,
}

impl SourceName {
    /// The machine that this runs on.
    pub fn this_machine() -> SourceName {
        SourceName { kind: SourceKind::Live, name: "this machine".to_owned() }
    }
}

/// Where the time went, in milliseconds with fractions.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Timings {
    pub load_ms: f64,
    pub gather_ms: f64,
    pub judge_ms: f64,
}

/// The one answer of a run; the exit code of a run that came to its end is a function of it alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunVerdict {
    Healthy,
    Sick,
    Inconclusive,
}

impl RunVerdict {
    pub fn name(self) -> &'static str {
        match self {
            RunVerdict::Healthy => "healthy",
            RunVerdict::Sick => "sick",
            RunVerdict::Inconclusive => "inconclusive",
        }
    }

    pub fn exit_code(self) -> u8 {
        match self {
            RunVerdict::Healthy => 0,
            RunVerdict::Sick => 1,
            RunVerdict::Inconclusive => 3,
        }
    }
}

/// Counts for the closing line, which never contradict the list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Summary {
    pub roots: usize,
    pub errors: usize,
    pub warnings: usize,
    pub healthy: usize,
    pub sick: usize,
    pub unknown: usize,
    pub not_judged: usize,
    pub not_applicable: usize,
    pub skipped: usize,
    pub waived: usize,
    pub crashed: usize,
}

impl Summary {
    /// Counts a diagnosis.
    pub fn of(diagnosis: &Diagnosis) -> Summary {
        let mut summary = Summary { roots: diagnosis.roots.len(), ..Summary::default() };
        for root in &diagnosis.roots {
            match root.severity {
                Severity::Error => summary.errors += 1,
                Severity::Warning => summary.warnings += 1,
            }
        }
        for finding in &diagnosis.findings {
            *match finding.verdict {
                FindingVerdict::Healthy => &mut summary.healthy,
                FindingVerdict::Sick => &mut summary.sick,
                FindingVerdict::Unknown => &mut summary.unknown,
                FindingVerdict::NotJudged => &mut summary.not_judged,
                FindingVerdict::NotApplicable => &mut summary.not_applicable,
                FindingVerdict::Skipped => &mut summary.skipped,
                FindingVerdict::Waived => &mut summary.waived,
                FindingVerdict::Crashed => &mut summary.crashed,
            } += 1;
        }
        summary
    }
}
