//! Waivers: what they cover is no reason to fail, and waivers that cover nothing any more are told.

use crate::model::diagnosis::{Diagnosis, Root, RootKind};
use crate::model::finding::{Finding, Verdict};
use crate::model::severity::Severity;
use crate::model::waiver::Waiver;

/// Makes `finding` a waived one if one of `waivers` covers it.
pub(super) fn waive(finding: &mut Finding, waivers: &[Waiver]) {
    if finding.verdict == Verdict::Sick
        && let Some(waiver) = waivers.iter().find(|waiver| waiver.covers(finding))
    {
        finding.verdict = Verdict::Waived;
        finding.waiver = Some(waiver.clone());
    }
}

/// Takes the waived cause rules out of `diagnosis`, and adds a warning for each waiver that is over at
/// `now` (milliseconds since 1970) or not needed any more. `valid` are those of `waivers` that counted.
pub fn settle_waivers(diagnosis: &mut Diagnosis, waivers: &[Waiver], now: i64) {
    for waiver in waivers.iter().filter(|waiver| waiver.counts_at(now)) {
        waive_cause(diagnosis, waiver);
    }
    let stale: Vec<Root> = waivers
        .iter()
        .filter_map(|waiver| {
            let until = waiver.until.as_deref().unwrap_or_default();
            if !waiver.counts_at(now) {
                let cause = format!("the waiver of {} at {} ended on {until}", waiver.id, waiver.place);
                Some(stale(waiver, "waiver.expired", cause))
            } else if is_idle(diagnosis, waiver) {
                let cause = format!("nothing is wrong with {}, which {} waives", waiver.id, waiver.place);
                Some(stale(waiver, "waiver.unused", cause))
            } else {
                None
            }
        })
        .collect();
    diagnosis.roots.extend(stale);
}

fn waive_cause(diagnosis: &mut Diagnosis, waiver: &Waiver) {
    let before = diagnosis.roots.len();
    diagnosis.roots.retain(|root| root.id != waiver.id);
    if diagnosis.roots.len() == before {
        return;
    }
    let folded = |finding: &&mut Finding| finding.suppressed_by.as_ref().is_some_and(|by| by.by == waiver.id);
    for finding in diagnosis.findings.iter_mut().filter(folded) {
        finding.verdict = Verdict::Waived;
        finding.suppressed_by = None;
        finding.waiver = Some(waiver.clone());
    }
}

/// Whether all that `waiver` names was judged, and none of it had to be waived.
fn is_idle(diagnosis: &Diagnosis, waiver: &Waiver) -> bool {
    let used = diagnosis.findings.iter().any(|finding| finding.waiver.as_ref() == Some(waiver));
    let named = waiver.id.split(['/', '[']).next().unwrap_or_default();
    let open = |finding: &&Finding| {
        !matches!(finding.verdict, Verdict::Healthy | Verdict::NotApplicable | Verdict::Sick)
    };
    let of_check = |finding: &&Finding| finding.check.id == named || named.starts_with("cause.");
    !used && !diagnosis.findings.iter().filter(of_check).any(|finding| open(&finding))
}

fn stale(waiver: &Waiver, rule: &str, cause: String) -> Root {
    Root {
        id: format!("{rule}[{}]", waiver.id),
        kind: RootKind::Cause,
        check: None,
        outcome: None,
        severity: Severity::Warning,
        title: "Every waiver is needed and in date".to_owned(),
        symptom: "what is waived for longer than it must be is not noticed when it breaks".to_owned(),
        cause,
        fix: None,
        explains: Vec::new(),
        evidence: Vec::new(),
        candidates: Vec::new(),
        next: Some(format!("edit {}", waiver.place)),
        lines: Vec::new(),
    }
}
