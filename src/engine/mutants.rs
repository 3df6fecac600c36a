//! Broken copies of a check, to find out whether its cases would notice.

use crate::model::check::{Check, Outcome};
use crate::model::condition::{Cond, Each};
use crate::model::list::List;

/// A copy of a check in which one comparison has been replaced.
#[derive(Debug)]
pub struct Mutant {
    /// Where, and by what: `rejected: comparison 2 always true`.
    pub what: String,
    pub check: &'static Check,
}

/// Every copy of `check` with one comparison of `applies` or a `when` made always true or always
/// false. The copies live as long as the process, as every check does.
pub fn mutants(check: &Check) -> Vec<Mutant> {
    let mut all = Vec::new();
    for_each_comparison("applies", check.applies, &mut all, |applies| Check { applies, ..*check });
    for at in 0..check.outcomes.len() {
        let Some(outcome) = check.outcomes.get(at) else { continue };
        for_each_comparison(outcome.id, outcome.when, &mut all, |when| {
            let mut outcomes: Vec<Outcome> = check.outcomes.to_vec();
            if let Some(slot) = outcomes.get_mut(at) {
                slot.when = when;
            }
            Check { outcomes: List::keep(outcomes), ..*check }
        });
    }
    all
}

fn for_each_comparison(
    place: &str,
    conditions: List<Cond>,
    all: &mut Vec<Mutant>,
    rebuilt: impl Fn(List<Cond>) -> Check,
) {
    for number in 0..count(conditions) {
        for (says, stand_in) in [("true", Cond::All(List::EMPTY)), ("false", Cond::Any(List::EMPTY))] {
            let mut left = Some(number);
            let check = rebuilt(replaced(conditions, &mut left, stand_in));
            let what = format!("{place}: comparison {} always {says}", number + 1);
            all.push(Mutant { what, check: Box::leak(Box::new(check)) });
        }
    }
}

fn count(conditions: List<Cond>) -> usize {
    conditions
        .iter()
        .map(|condition| match condition {
            Cond::All(inner) | Cond::Any(inner) | Cond::Not(inner) => count(*inner),
            Cond::Each(each) => count(each.matching),
            Cond::Test(_) | Cond::FindingIs(_) => 1,
        })
        .sum()
}

/// `conditions` with the comparison that stands `left` places ahead replaced by `stand_in`; `left` is
/// none once that is done.
fn replaced(conditions: List<Cond>, left: &mut Option<usize>, stand_in: Cond) -> List<Cond> {
    let mut copy = conditions.to_vec();
    for condition in &mut copy {
        match condition {
            Cond::All(inner) | Cond::Any(inner) | Cond::Not(inner) => {
                *inner = replaced(*inner, left, stand_in)
            }
            Cond::Each(each) => *each = Each { matching: replaced(each.matching, left, stand_in), ..*each },
            Cond::Test(_) | Cond::FindingIs(_) => match *left {
                Some(0) => {
                    *condition = stand_in;
                    *left = None;
                }
                Some(further) => *left = Some(further - 1),
                None => {}
            },
        }
    }
    List::keep(copy)
}
