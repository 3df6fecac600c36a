//! What a second examination proves.

use std::collections::HashSet;
use std::sync::Arc;

use super::plan::finding_id;
use crate::model::diagnosis::Diagnosis;
use crate::model::finding::{Finding, Verdict};
use crate::model::fix::FixStep;
use crate::model::treatment::{Attempt, Fate, FixResult};

/// Probes that look at this machine alone: what shares one with a fixed finding may be sick because
/// of the fix; what shares only a network's answer is not.
const LOCAL: [&str; 6] = ["disk ", "file ", "json ", "lock ", "socket ", "token "];

/// What became of the finding `id` by `after`: its verdict, if the check still judges it.
pub fn verdict_on(id: &str, after: &Diagnosis) -> Option<Verdict> {
    let own = after.findings.iter().find(|finding| finding.id() == id);
    if let Some(own) = own {
        return Some(own.verdict);
    }
    let check = id.split('[').next().unwrap_or_default();
    let of_check: Vec<&Finding> = after.findings.iter().filter(|finding| finding.check.id == check).collect();
    match of_check.as_slice() {
        // A cause rule is no check: it holds as long as there is such a root.
        [] => Some(if after.roots.iter().any(|root| finding_id(root) == id) {
            Verdict::Sick
        } else {
            Verdict::Healthy
        }),
        [only] if only.element.is_none() => Some(only.verdict),
        // The element is gone from a list that was looked at.
        _ => Some(Verdict::Healthy),
    }
}

/// Notes in `attempt` what `after` proves of it.
pub fn prove(attempt: &mut Attempt, after: &Diagnosis) {
    let verdict = verdict_on(&attempt.finding, after);
    attempt.after = verdict;
    attempt.result = match verdict {
        Some(Verdict::Healthy | Verdict::NotApplicable) => FixResult::Healed,
        Some(Verdict::Sick) => FixResult::StillSick,
        _ => FixResult::Unproven,
    };
}

/// The findings that were healthy in `before` and are sick in `after`.
pub fn newly_sick<'d>(before: &Diagnosis, after: &'d Diagnosis) -> Vec<&'d Finding> {
    let healthy: HashSet<String> = before
        .findings
        .iter()
        .filter(|finding| finding.verdict == Verdict::Healthy)
        .map(Finding::id)
        .collect();
    let sick = |finding: &&Finding| finding.verdict == Verdict::Sick && healthy.contains(&finding.id());
    after.findings.iter().filter(sick).collect()
}

/// Whether `attempt` is to blame that `finding` is sick now: both look at the same thing on this
/// machine, and what would heal it is not just what is left of the attempt.
pub fn is_to_blame(attempt: &Attempt, before: &Diagnosis, finding: &Finding) -> bool {
    let fixed = before.findings.iter().find(|known| known.id() == attempt.finding);
    let looked_at = |key: &&Arc<str>| LOCAL.iter().any(|probe| key.starts_with(probe));
    let shares = fixed.is_some_and(|fixed| {
        fixed.evidence.iter().filter(looked_at).any(|key| finding.evidence.contains(key))
    });
    shares && !rest_heals(attempt, finding)
}

/// Whether all steps that would heal `finding` are among those of `attempt` that were not done.
fn rest_heals(attempt: &Attempt, finding: &Finding) -> bool {
    let left: Vec<&FixStep> =
        attempt.steps.iter().filter(|taken| taken.fate != Fate::Done).map(|taken| &taken.step).collect();
    let is_left = |step: &FixStep| left.iter().any(|other| other.command == step.command);
    finding.fix().is_some_and(|fix| fix.steps.iter().any(is_left))
}
