//! The order of checks: each after what it needs, and among the rest by id.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

use super::fault::RuleFault;
use super::link::Placed;
use super::rule::{Mark, Rule};
use crate::model::check::Check;
use crate::model::list::{List, Str};

/// The checks of `base` and of `rules` in their order. Reports what needs itself, in a circle.
pub(super) fn sort(base: List<Check>, rules: &[Placed<'_>], faults: &mut Vec<RuleFault>) -> Vec<Check> {
    let mut checks: Vec<Check> = base.to_vec();
    checks.extend(rules.iter().filter_map(|(_, marked)| match marked.rule {
        Rule::Check(check) => Some(check),
        _ => None,
    }));
    checks.sort_by_key(|check| check.id);
    let graph = Graph::of(&checks);
    let order = graph.order();
    if order.len() < checks.len() {
        for circle in graph.circles(&order) {
            faults.extend(describe(&circle, &checks, rules));
        }
    }
    order.into_iter().map(|index| checks[index]).collect()
}

/// Who needs whom, by index.
struct Graph {
    needs: Vec<Vec<usize>>,
}

impl Graph {
    fn of(checks: &[Check]) -> Graph {
        let index: HashMap<Str, usize> =
            checks.iter().enumerate().map(|(index, check)| (check.id, index)).collect();
        let needs = checks.iter().map(|check| {
            let mut needs: Vec<usize> = all_needs(check).filter_map(|id| index.get(id).copied()).collect();
            needs.sort_unstable();
            needs.dedup();
            needs
        });
        Graph { needs: needs.collect() }
    }

    /// Kahn's algorithm; of all that could come next, the first by id does. What is in a circle,
    /// or needs something that is, is left out.
    fn order(&self) -> Vec<usize> {
        let mut waiting: Vec<usize> = self.needs.iter().map(Vec::len).collect();
        let mut needed_by = vec![Vec::new(); self.needs.len()];
        for (check, needs) in self.needs.iter().enumerate() {
            needs.iter().for_each(|need| needed_by[*need].push(check));
        }
        let ready = (0..waiting.len()).filter(|check| waiting[*check] == 0);
        let mut ready: BinaryHeap<Reverse<usize>> = ready.map(Reverse).collect();
        let mut order = Vec::with_capacity(self.needs.len());
        while let Some(Reverse(check)) = ready.pop() {
            order.push(check);
            for dependent in &needed_by[check] {
                waiting[*dependent] -= 1;
                if waiting[*dependent] == 0 {
                    ready.push(Reverse(*dependent));
                }
            }
        }
        order
    }

    /// The circles among what `order` left out: from each check the first need that is left out
    /// is followed until one is met a second time.
    fn circles(&self, order: &[usize]) -> Vec<Vec<usize>> {
        let mut done = vec![false; self.needs.len()];
        order.iter().for_each(|check| done[*check] = true);
        let in_order = done.clone();
        let mut circles = Vec::new();
        for start in 0..self.needs.len() {
            let mut path = Vec::new();
            let mut step = Some(start).filter(|start| !done[*start]);
            while let Some(check) = step {
                done[check] = true;
                path.push(check);
                let next = self.needs[check].iter().copied().find(|need| !in_order[*need]);
                if let Some(at) = next.and_then(|next| path.iter().position(|seen| *seen == next)) {
                    circles.push(path[at..].to_vec());
                    break;
                }
                step = next.filter(|next| !done[*next]);
            }
        }
        circles
    }
}

/// The checks that `check` needs, be it for one outcome.
fn all_needs(check: &Check) -> impl Iterator<Item = Str> {
    let of_outcomes = check.outcomes.into_iter().flat_map(|outcome| outcome.needs);
    check.needs.into_iter().chain(of_outcomes).copied()
}

/// Points at a need that closes the circle, in a rule that was read just now.
fn describe(circle: &[usize], checks: &[Check], rules: &[Placed<'_>]) -> Option<RuleFault> {
    let ids: Vec<Str> = circle.iter().map(|index| checks[*index].id).collect();
    let (document, pos, id) = rules.iter().find_map(|(document, marked)| {
        let id = ids.iter().find(|id| **id == marked.rule.id() && matches!(marked.rule, Rule::Check(_)))?;
        let need = marked.marks.iter().find(|(mark, name, _)| *mark == Mark::Need && ids.contains(name))?;
        Some((document, need.2, *id))
    })?;
    let start = ids.iter().position(|other| *other == id)?;
    let around = ids[start..].iter().chain(&ids[..start]).chain([&ids[start]]);
    let path: Vec<Str> = around.copied().collect();
    Some(document.fault(pos, format!("this check needs itself, in a circle: {}", path.join(" → "))))
}
