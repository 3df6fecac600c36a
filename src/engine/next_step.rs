//! The cheapest step that would tell several possible outcomes apart.

use super::prospects::{Lack, Prospect};
use crate::model::list::Str;
use crate::model::probe::{ProbeKind, Waits};

/// What a sign-in does can only be seen while it is done (facts: "Debugging").
const SHOW_SIGN_IN: &str = "cmdop --debug login 2>&1 | tee auth-debug.log";

/// A command for whoever sits at the machine: it looks with the probe that is worth most for its
/// price, and judges the checks that wait for it.
pub(super) fn next_step(prospects: &[Prospect]) -> Option<String> {
    let mut best: Option<(u64, &Lack)> = None;
    for lack in prospects.iter().flat_map(|prospect| &prospect.lacks) {
        let worth = worth(lack, prospects);
        // The earlier one stays where two are worth the same: candidates stand in their rank.
        if best.is_none_or(|(known, _)| worth > known) {
            best = Some((worth, lack));
        }
    }
    let (_, lack) = best?;
    if lack.kind == ProbeKind::SignIn {
        return Some(SHOW_SIGN_IN.to_owned());
    }
    Some(format!("cmdop doctor auth --only {}", checks_of(lack, prospects).join(",")))
}

/// The checks that wait for `lack`, by rank.
fn checks_of(lack: &Lack, prospects: &[Prospect]) -> Vec<Str> {
    let mut checks = Vec::new();
    for prospect in prospects.iter().filter(|prospect| prospect.waits_for(lack)) {
        if !checks.contains(&prospect.check.id) {
            checks.push(prospect.check.id);
        }
    }
    checks
}

/// How many pairs of outcomes one look tells apart, by its price.
fn worth(lack: &Lack, prospects: &[Prospect]) -> u64 {
    /// More than any number of pairs, so that the price counts in the quotient.
    const SCALE: u64 = 1 << 32;
    let told = prospects.iter().filter(|prospect| prospect.waits_for(lack)).count() as u64;
    let all = prospects.len() as u64;
    let pairs = told * told.saturating_sub(1) / 2 + told * (all - told);
    // One outcome alone is confirmed or not, which is worth a look as well.
    (pairs + 1) * SCALE / price(lack)
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

impl Prospect {
    fn waits_for(&self, lack: &Lack) -> bool {
        self.lacks.contains(lack)
    }
}
