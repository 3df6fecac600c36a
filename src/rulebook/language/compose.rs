//! What rules from outside make of the checks that are built in: some stand in the place of one, some take
//! one away. Only what is built in can be changed, and each check once.

use std::collections::HashMap;

use super::fault::{RuleFault, quoted};
use super::link::{Placed, area};
use super::node::Pos;
use super::rule::{Changing, Mark, Rule};
use super::spell;
use crate::model::cause::Cause;
use crate::model::change::{Change, How};
use crate::model::check::{Check, Outcome, Trust};
use crate::model::list::{List, Str};
use crate::model::rulebook::Rulebook;

/// The built-in checks that are not as they were, by id.
pub(super) struct Composition {
    changes: HashMap<Str, Change>,
}

impl Composition {
    /// Finds out what `rules` change of `base`. Reports what cannot be changed.
    pub(super) fn of(base: &Rulebook, rules: &[Placed<'_>], faults: &mut Vec<RuleFault>) -> Composition {
        let mut composition = Composition { changes: HashMap::new() };
        // What stands in the place of a check comes first: an area that is disabled leaves it alone.
        for placed in rules {
            if let (Rule::Check(check), Some(changing)) = (&placed.1.rule, &placed.1.change) {
                composition.replace(base, check.id, placed, changing, faults);
            }
        }
        for placed in rules {
            if let (Rule::Disable, Some(changing)) = (&placed.1.rule, &placed.1.change) {
                for (_, name, pos) in placed.1.marks.iter().filter(|(mark, ..)| *mark == Mark::Disabled) {
                    composition.disable(base, name, pos, placed, changing, faults);
                }
            }
        }
        composition
    }

    fn replace(
        &mut self,
        base: &Rulebook,
        id: Str,
        (document, marked): &Placed<'_>,
        changing: &Changing,
        faults: &mut Vec<RuleFault>,
    ) {
        let Some(check) = base.unchanged(id) else {
            // An empty id was reported when it was read.
            if !id.is_empty() {
                let what = format!("there is no built-in check {} to be overridden", quoted(id));
                let near = spell::nearest(id, base.checks.iter().map(|check| check.id));
                let hint = match (base.change(id), near) {
                    (Some(change), _) => format!("it is {change}"),
                    (None, Some(near)) if near != id => format!("did you mean `{near}`?"),
                    (None, _) => "leave `overrides` out".to_owned(),
                };
                faults.push(document.fault(changing.pos, what).hint(hint));
            }
            return;
        };
        let line = document.in_file(marked.place).line;
        let change = change_of(check, changing, document.file, line);
        self.changes.entry(id).or_insert(change);
    }

    fn disable(
        &mut self,
        base: &Rulebook,
        name: Str,
        pos: Pos,
        (document, marked): &Placed<'_>,
        changing: &Changing,
        faults: &mut Vec<RuleFault>,
    ) {
        let line = document.in_file(marked.place).line;
        let mut found = false;
        let built_in = base.checks.iter().filter(|check| check.source.trust == Trust::BuiltIn);
        for check in built_in.filter(|check| check.id == name || area(check.id) == name) {
            found = true;
            let known = self.changes.get(check.id);
            match known {
                Some(known) if known.how != How::Disabled && check.id == name => {
                    let what =
                        format!("the check {} is {known}: it cannot be disabled as well", quoted(name));
                    faults.push(document.fault(pos, what));
                }
                Some(_) => {}
                None => _ = self.changes.insert(check.id, change_of(check, changing, document.file, line)),
            }
        }
        if !found {
            let fault = document.fault(pos, format!("there is no built-in check or area {}", quoted(name)));
            let ids = base.checks.iter().flat_map(|check| [check.id, area(check.id)]);
            let hint = "only what is built in is disabled; a rule of one's own is left out";
            faults.push(fault.hint(hint).did_you_mean(name, ids));
        }
    }

    fn how(&self, id: &str) -> Option<How> {
        self.changes.get(id).map(|change| change.how)
    }

    /// Of the built-in checks those that nothing stands in the place of and nobody took away.
    pub(super) fn left(&self, checks: List<Check>) -> List<Check> {
        self.filtered(checks, |how| how.is_none())
    }

    /// Of the built-in checks those whose evidence is looked at as it is built in.
    pub(super) fn looking(&self, checks: List<Check>) -> List<Check> {
        self.filtered(checks, |how| matches!(how, None | Some(How::Extended)))
    }

    fn filtered(&self, checks: List<Check>, stays: impl Fn(Option<How>) -> bool) -> List<Check> {
        if self.changes.is_empty() {
            return checks;
        }
        List::keep(checks.iter().filter(|check| stays(self.how(check.id))).copied().collect())
    }

    /// `checks` without needs of what is disabled: nobody waits for an answer that is not wanted.
    pub(super) fn without_needs(&self, checks: Vec<Check>) -> Vec<Check> {
        if self.changes.is_empty() {
            return checks;
        }
        let kept = |needs: List<Str>| self.kept(needs);
        let outcome = |outcome: &Outcome| Outcome { needs: kept(outcome.needs), ..*outcome };
        let check = |check: Check| Check {
            needs: kept(check.needs),
            outcomes: match check.outcomes.iter().any(|outcome| !outcome.needs.is_empty()) {
                true => List::keep(check.outcomes.iter().map(outcome).collect()),
                false => check.outcomes,
            },
            ..check
        };
        checks.into_iter().map(check).collect()
    }

    fn kept(&self, needs: List<Str>) -> List<Str> {
        let gone = |id: &Str| self.how(id) == Some(How::Disabled);
        if !needs.iter().any(gone) {
            return needs;
        }
        List::keep(needs.iter().filter(|id| !gone(id)).copied().collect())
    }

    /// `causes` without those that speak with the words of a check that is disabled.
    pub(super) fn speaking(&self, causes: List<Cause>) -> List<Cause> {
        let mute = |cause: &&Cause| cause.root.is_some_and(|root| self.how(root) == Some(How::Disabled));
        if !causes.iter().any(|cause| mute(&cause)) {
            return causes;
        }
        List::keep(causes.iter().filter(|cause| !mute(cause)).copied().collect())
    }

    /// What was changed, by id.
    pub(super) fn changes(self, before: List<Change>) -> List<Change> {
        let mut all = before.to_vec();
        all.extend(self.changes.into_values());
        all.sort_by_key(|change| change.check);
        List::keep(all)
    }
}

fn change_of(check: &Check, changing: &Changing, file: Str, line: u32) -> Change {
    Change { check: check.id, title: check.title, how: changing.how, file, line, reason: changing.reason }
}
