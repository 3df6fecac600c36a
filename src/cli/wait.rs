//! `--wait`: looks again while all that is wrong can heal by itself, and says why it waits.

use std::time::{Duration, Instant};

use super::output::complain;
use crate::model::diagnosis::Root;
use crate::model::fact::{Fact, Value};
use crate::model::report::{Report, RunVerdict};
use crate::report::hidden::visible;

/// The first pause; each further one is twice as long, up to the longest.
const FIRST: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_secs(15);

/// A run that may wait.
#[derive(Debug)]
pub(super) struct Wait {
    until: Instant,
    pause: Duration,
}

impl Wait {
    /// Waits at most for `patience` from now on.
    pub(super) fn of(patience: Duration) -> Wait {
        Wait { until: Instant::now() + patience, pause: FIRST }
    }

    /// How long to wait before looking again, which is told on standard error; none where waiting
    /// heals nothing, or would take too long.
    pub(super) fn before_next(&mut self, report: &Report) -> Option<Duration> {
        let why = reason(report)?;
        let pause = asked_for(report).unwrap_or(self.pause).max(FIRST);
        self.pause = (self.pause * 2).min(LONGEST);
        let left = self.until.saturating_duration_since(Instant::now());
        if pause >= left {
            complain(&format!("not waiting any longer: {why}\n"));
            return None;
        }
        complain(&format!("waiting {} s, then looking again: {why}\n", pause.as_secs_f64().ceil()));
        Some(pause)
    }
}

/// What time may heal, if it is all that is wrong.
fn reason(report: &Report) -> Option<String> {
    let serious: Vec<&Root> =
        report.diagnosis.roots.iter().filter(|root| root.severity >= report.fail_on).collect();
    if !serious.iter().all(|root| heals(root, report)) {
        return None;
    }
    match (serious.first(), report.verdict) {
        (Some(root), _) => Some(format!("{}: {}", visible(&root.id), visible(&root.cause))),
        (None, RunVerdict::Inconclusive) => Some("not everything could be looked at".to_owned()),
        (None, _) => None,
    }
}

/// Whether `root` is an outcome that can heal by itself, or a cause that stands for one.
fn heals(root: &Root, report: &Report) -> bool {
    let mut findings = report.diagnosis.findings.iter();
    let finding = findings.find(|finding| Some(finding.check.id) == root.check);
    let mut outcomes = finding.into_iter().flat_map(|finding| finding.check.outcomes);
    outcomes.any(|outcome| outcome.transient && Some(outcome.id) == root.outcome)
}

/// The longest pause that a server asks for (`Retry-After`, RFC 9110 section 10.2.3).
fn asked_for(report: &Report) -> Option<Duration> {
    let asked = report.evidence.iter().filter_map(|(_, read)| match read.reading.fact("retry_after") {
        Fact::Known(Value::Duration(ms)) => u64::try_from(ms).ok().map(Duration::from_millis),
        _ => None,
    });
    asked.max()
}
