//! `--wait`: looks again while all that is wrong can heal by itself, and says why it waits.

use std::time::{Duration, Instant};

use super::output::complain;
use crate::model::diagnosis::Root;
use crate::model::fact::{Fact, Value};
use crate::model::report::{Report, RunVerdict};
use crate::report::hidden::visible;

/// The outcomes that time may heal: a network that is not up yet, a server that is starting or busy.
const HEALING: [&str; 17] = [
    "net.api_reachable/mute",
    "net.api_reachable/rate_limited",
    "net.api_reachable/server_fault",
    "net.api_reachable/cut",
    "net.api_reachable/gateway",
    "net.api_connects/refused",
    "net.api_connects/timed_out",
    "net.api_connects/no_route",
    "net.api_connects/reset",
    "net.name_resolves/no_server",
    "net.name_resolves/server_fault",
    "net.name_resolves/server_mute",
    "net.name_resolves/server_unreachable",
    "net.proxy/refused",
    "net.proxy/timed_out",
    "net.proxy/no_address",
    "net.proxy/no_route",
];

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
    if !serious.iter().all(|root| heals(root)) {
        return None;
    }
    match (serious.first(), report.verdict) {
        (Some(root), _) => Some(format!("{}: {}", visible(&root.id), visible(&root.cause))),
        (None, RunVerdict::Inconclusive) => Some("not everything could be looked at".to_owned()),
        (None, _) => None,
    }
}

/// Whether time may heal `root`: an outcome of the list, or a cause that stands for one.
fn heals(root: &Root) -> bool {
    let outcome = root.check.zip(root.outcome).map(|(check, outcome)| format!("{check}/{outcome}"));
    outcome.is_some_and(|outcome| HEALING.contains(&outcome.as_str()))
}

/// The longest pause that a server asks for (`Retry-After`, RFC 9110 section 10.2.3).
fn asked_for(report: &Report) -> Option<Duration> {
    let asked = report.evidence.iter().filter_map(|(_, read)| match read.reading.fact("retry_after") {
        Fact::Known(Value::Duration(ms)) => u64::try_from(ms).ok().map(Duration::from_millis),
        _ => None,
    });
    asked.max()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_healing_outcome_is_one() {
        let book = crate::rulebook::built_in();
        for id in HEALING {
            let (check, outcome) = id.split_once('/').unwrap();
            let known =
                book.check(check).is_some_and(|check| check.outcomes.iter().any(|one| one.id == outcome));
            assert!(known, "{id}");
        }
    }
}
