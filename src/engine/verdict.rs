//! The one answer of a run.

use crate::model::diagnosis::Diagnosis;
use crate::model::finding::{Finding, Verdict};
use crate::model::report::RunVerdict;
use crate::model::severity::Severity;

/// Sick where a root is at or above `fail_on`; inconclusive where a check that could have been so
/// was not decided; otherwise healthy.
pub fn verdict(diagnosis: &Diagnosis, fail_on: Severity) -> RunVerdict {
    if diagnosis.roots.iter().any(|root| root.severity >= fail_on) {
        RunVerdict::Sick
    } else if diagnosis.findings.iter().any(|finding| leaves_open(finding, fail_on)) {
        RunVerdict::Inconclusive
    } else {
        RunVerdict::Healthy
    }
}

/// Whether a finding could have been a root at or above `fail_on`, and was not decided.
pub fn leaves_open(finding: &Finding, fail_on: Severity) -> bool {
    matches!(finding.verdict, Verdict::Unknown | Verdict::Crashed)
        && finding.check.outcomes.iter().any(|outcome| outcome.severity >= Some(fail_on))
}
