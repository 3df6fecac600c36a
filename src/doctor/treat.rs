//! The flow of a treatment: plan fixes, ask, apply, and examine again to prove them.

use std::collections::HashSet;

use crate::fix::apply::{Applied, Performer, Workplace, apply, roll_back};
use crate::fix::plan::{Planned, Wish, plan as plan_fixes};
use crate::fix::verify::{is_to_blame, newly_sick, prove};
use crate::model::fix::Safety;
use crate::model::report::Report;
use crate::model::treatment::{Attempt, Fate, FixResult, Treatment};

/// How often a diagnosis is treated: what a fix reveals is treated too, and then there is an end.
const ROUNDS: usize = 3;

/// What the user says to fixes that ask first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Consent {
    Given,
    Refused,
    /// Nobody is there to answer.
    Unasked,
}

/// Whoever stands by while the doctor acts.
pub trait Attendant: Performer {
    /// Asks once for all fixes that ask first.
    fn consent(&mut self, asking: &[Attempt]) -> Consent;

    /// Examines this machine again; none where that cannot be done any more, or should not.
    fn examine(&mut self) -> Option<Report>;

    /// Whether the user has said that it is enough.
    fn is_stopped(&self) -> bool;
}

/// What is to be done about a diagnosis, and with what.
#[derive(Debug)]
pub struct Orders {
    pub wish: Wish,
    /// Only say what would be done.
    pub dry_run: bool,
    pub place: Workplace,
}

/// Treats what `report` found: plan, consent, apply, examine again, compare; and again for what that
/// reveals. The report of the last examination tells what was done.
pub fn treat(report: Report, orders: &Orders, attendant: &mut dyn Attendant) -> Report {
    let treatment = Treatment { dry_run: orders.dry_run, ..Treatment::default() };
    let mut round = Round { report, orders, treatment, tried: HashSet::new(), agreed: HashSet::new() };
    for _ in 0..ROUNDS {
        let planned = plan_fixes(&round.report.diagnosis, &orders.wish, &round.tried);
        if planned.is_empty() {
            break;
        }
        if orders.dry_run {
            round.treatment.attempts.extend(planned.iter().map(foreseen));
            break;
        }
        if !round.apply(&planned, attendant) {
            break;
        }
    }
    Report { treatment: Some(round.treatment), ..round.report }
}

/// A treatment under way.
struct Round<'o> {
    /// Of the last examination.
    report: Report,
    orders: &'o Orders,
    treatment: Treatment,
    tried: HashSet<(String, String)>,
    /// The commands that the user has agreed to.
    agreed: HashSet<String>,
}

impl Round<'_> {
    /// Applies `planned` and examines again. Whether it is worth looking for more to do.
    fn apply(&mut self, planned: &[Planned], attendant: &mut dyn Attendant) -> bool {
        let begun = self.treatment.attempts.len();
        let refusal = self.ask(planned, attendant);
        for planned in planned {
            let done = self.treatment.attempts.get(begun..).unwrap_or_default();
            // The next examination judges what is there then.
            if done.iter().any(|before| planned.is_outdated_by(before)) {
                continue;
            }
            self.tried.insert(planned.mark());
            let applied = match (planned.safety, &refusal) {
                _ if attendant.is_stopped() => Applied::not(planned, &Fate::NotReached),
                (Safety::Asks, Some(why)) => Applied::not(planned, why),
                _ => apply(planned, &self.orders.place, attendant),
            };
            self.treatment.attempts.push(attempt(planned, applied));
        }
        let fresh = self.treatment.attempts.get(begun..).unwrap_or_default();
        fresh.iter().any(Attempt::was_applied) && self.verify(begun, attendant)
    }

    /// Why the fixes that ask first are not applied, if so. What was agreed to is not asked again.
    fn ask(&mut self, planned: &[Planned], attendant: &mut dyn Attendant) -> Option<Fate> {
        let asking: Vec<&Planned> = planned
            .iter()
            .filter(|planned| planned.asking().any(|command| !self.agreed.contains(command)))
            .collect();
        if asking.is_empty() {
            return None;
        }
        let shown: Vec<Attempt> = asking.iter().map(|planned| foreseen(planned)).collect();
        match attendant.consent(&shown) {
            Consent::Given => {
                self.agreed.extend(asking.iter().flat_map(|planned| planned.asking()).map(str::to_owned));
                None
            }
            Consent::Refused => Some(Fate::Declined),
            Consent::Unasked => Some(Fate::NotAsked),
        }
    }

    /// Examines again, notes what that proves of the attempts from `begun` on, and takes back what
    /// made something else sick.
    fn verify(&mut self, begun: usize, attendant: &mut dyn Attendant) -> bool {
        let Some(after) = attendant.examine() else { return false };
        let before = std::mem::replace(&mut self.report, after);
        let worse = newly_sick(&before.diagnosis, &self.report.diagnosis);
        let mut taken_back = false;
        for attempt in self.treatment.attempts.iter_mut().skip(begun).filter(|one| one.was_applied()) {
            prove(attempt, &self.report.diagnosis);
            let to_blame = worse.iter().any(|finding| is_to_blame(attempt, &before.diagnosis, finding));
            if to_blame && attempt.is_undoable() {
                taken_back |= take_back(attempt, &self.orders.place);
            }
        }
        if taken_back && let Some(again) = attendant.examine() {
            self.report = again;
        }
        let worse = newly_sick(&before.diagnosis, &self.report.diagnosis);
        self.treatment.newly_sick.extend(worse.iter().map(|finding| finding.id()));
        !taken_back
    }
}

/// Takes an attempt back; whether that succeeded.
fn take_back(attempt: &mut Attempt, place: &Workplace) -> bool {
    let Some(entry) = attempt.undo.take() else { return false };
    let back = roll_back(&entry, place).iter().all(Result::is_ok);
    if back {
        attempt.result = FixResult::RolledBack;
        for taken in attempt.steps.iter_mut().filter(|taken| taken.fate == Fate::Done) {
            taken.fate = Fate::RolledBack;
        }
    }
    back
}

fn attempt(planned: &Planned, applied: Applied) -> Attempt {
    let result = if applied.changed() { FixResult::Unproven } else { FixResult::NotApplied };
    Attempt {
        root: planned.root.clone(),
        finding: planned.finding.clone(),
        title: planned.title.clone(),
        severity: planned.severity,
        cause: planned.cause.clone(),
        message: planned.fix.message.clone(),
        steps: applied.steps,
        result,
        after: None,
        undo: applied.entry,
    }
}

fn foreseen(planned: &Planned) -> Attempt {
    let applied = Applied::not(planned, &Fate::Planned);
    Attempt { result: FixResult::Planned, ..attempt(planned, applied) }
}
