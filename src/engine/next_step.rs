//! The cheapest step that would tell several possible outcomes apart.

use super::prospects::{Lack, Prospect};
use crate::model::list::Str;
use crate::model::probe::{ProbeKind, Waits};

/// What a sign-in does can only be seen while it is done (facts: "Debugging").
const SHOW_SIGN_IN: &str = "cmdop --debug login 2>&1 | tee auth-debug.log";

/// A command for whoever sits at the machine: it judges the checks that tell most of `prospects` apart
/// for what their probes cost.
pub(super) fn next_step(prospects: &[Prospect]) -> Option<String> {
    let open = checks_in(prospects.iter().filter(|prospect| !prospect.lacks.is_empty()));
    let mut best: Option<(u64, Look<'_>)> = None;
    for check in open {
        let look = Look::at(check, prospects);
        let worth = look.worth(prospects);
        // The earlier one stays where two are worth the same: candidates stand in their rank.
        if best.as_ref().is_none_or(|(known, _)| worth > *known) {
            best = Some((worth, look));
        }
    }
    let (_, look) = best?;
    if look.lacks.iter().any(|lack| lack.kind == ProbeKind::SignIn) {
        return Some(SHOW_SIGN_IN.to_owned());
    }
    Some(format!("cmdop doctor auth --only {}", look.checks.join(",")))
}

/// The checks of `prospects`, by rank.
fn checks_in<'p>(prospects: impl Iterator<Item = &'p Prospect>) -> Vec<Str> {
    let mut checks = Vec::new();
    for prospect in prospects {
        if !checks.contains(&prospect.check.id) {
            checks.push(prospect.check.id);
        }
    }
    checks
}

/// Checks that are judged together, and the probes that this takes.
struct Look<'p> {
    checks: Vec<Str>,
    lacks: Vec<&'p Lack>,
}

impl<'p> Look<'p> {
    /// What `check` takes, with all checks that take no more.
    fn at(check: Str, prospects: &'p [Prospect]) -> Look<'p> {
        let mut lacks: Vec<&Lack> = Vec::new();
        for lack in prospects.iter().filter(|one| one.check.id == check).flat_map(|one| &one.lacks) {
            if !lacks.contains(&lack) {
                lacks.push(lack);
            }
        }
        let is_enough = |check: &Str| {
            let mut same = prospects.iter().filter(|one| one.check.id == *check);
            same.all(|one| !one.lacks.is_empty() && one.lacks.iter().all(|lack| lacks.contains(&lack)))
        };
        let mut checks = checks_in(prospects.iter());
        checks.retain(|other| *other == check || is_enough(other));
        Look { checks, lacks }
    }

    /// How many pairs of outcomes it tells apart, by its price.
    fn worth(&self, prospects: &[Prospect]) -> u64 {
        /// More than any price, so that the price counts in the quotient.
        const SCALE: u64 = 1 << 32;
        let told =
            prospects.iter().filter(|prospect| self.checks.contains(&prospect.check.id)).count() as u64;
        let others = prospects.len() as u64 - told;
        let pairs = told * told.saturating_sub(1) / 2 + told * others;
        let price: u64 = self.lacks.iter().map(|lack| price(lack)).sum();
        // One outcome alone is confirmed or not, which is worth a look as well.
        (pairs + 1) * SCALE / price.max(1)
    }
}

/// What a look costs: one at this machine, one at a server, one with a credential, an operation.
fn price(lack: &Lack) -> u64 {
    match lack.kind {
        ProbeKind::SignIn => 20,
        _ if lack.signed => 4,
        kind if kind.spec().network => 3,
        kind if kind.spec().waits == Waits::OnRuntime => 2,
        _ => 1,
    }
}
