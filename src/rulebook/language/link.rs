//! What can only be said of all rules together: ids that are given once, names that are known,
//! needs without circles, body facts on which all checks agree, and the order of the checks.

use std::collections::HashMap;

use super::body;
use super::compose::Composition;
use super::document::Document;
use super::fault::{RuleFault, quoted};
use super::node::Pos;
use super::order;
use super::rule::{Mark, Marked, Rule};
use super::spell;
use crate::model::check::Check;
use crate::model::list::{List, Str, keep_text};
use crate::model::log_rule::LogRule;
use crate::model::rulebook::Rulebook;
use crate::model::symptom::{Suggestion, Symptom};

/// Unknown names for which a near one is looked for; each costs a walk over all ids.
const MAX_HINTS: usize = 100;

/// Stands in a suggestion for every sick outcome of its check.
const EVERY: &str = "*";

/// A rule with its document.
pub(super) type Placed<'d> = (&'d Document<'d>, Marked);

/// Joins `rules` to those of `base`. What is returned is in order only if no fault was added.
pub(super) fn link(base: Rulebook, rules: &[Placed<'_>], faults: &mut Vec<RuleFault>) -> Rulebook {
    let mut names = Names::of(&base);
    for placed in rules {
        names.add(placed, faults);
    }
    let mut hints = MAX_HINTS;
    for (document, rule) in rules {
        for (mark, name, pos) in rule.marks.iter() {
            if let Some(unknown) = names.unknown(mark, name) {
                faults.push(unknown.fault(document, pos, &names, &mut hints));
            }
        }
    }
    let composition = Composition::of(&base, rules, faults);
    body::compare(composition.looking(base.checks), base.causes, rules, faults);
    let checks = order::sort(composition.left(base.checks), rules, faults);
    let causes = joined(base.causes, rules, |rule| match rule {
        Rule::Cause(cause) => Some(*cause),
        _ => None,
    });
    Rulebook {
        checks: List::keep(composition.without_needs(checks)),
        causes: composition.speaking(causes),
        shapes: joined(base.shapes, rules, |rule| match rule {
            Rule::Shape(shape) => Some(*shape),
            _ => None,
        }),
        profiles: joined(base.profiles, rules, |rule| match rule {
            Rule::Profile(profile) => Some(*profile),
            _ => None,
        }),
        logs: joined(base.logs, rules, |rule| match rule {
            Rule::Log(rule) => Some(LogRule { suggests: names.unfolded(rule.suggests), ..*rule }),
            _ => None,
        }),
        symptoms: joined(base.symptoms, rules, |rule| match rule {
            Rule::Symptom(symptom) => {
                Some(Symptom { suggests: names.unfolded(symptom.suggests), ..*symptom })
            }
            _ => None,
        }),
        changes: composition.changes(base.changes),
        packed: base.packed,
    }
}

/// The rules of one kind, the given ones first.
fn joined<T: Copy>(base: List<T>, rules: &[Placed<'_>], pick: impl Fn(&Rule) -> Option<T>) -> List<T> {
    let mut all = base.to_vec();
    all.extend(rules.iter().filter_map(|(_, marked)| pick(&marked.rule)));
    List::keep(all)
}

/// All ids, and where they were given.
struct Names<'d> {
    checks: HashMap<Str, Check>,
    areas: HashMap<Str, ()>,
    /// Of each kind of rule, where each id was given.
    given: HashMap<(&'static str, Str), Given<'d>>,
}

/// Where an id was given.
enum Given<'d> {
    InBase,
    At(&'d Document<'d>, Pos),
}

impl std::fmt::Display for Given<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Given::InBase => f.write_str("the built-in rules"),
            Given::At(document, pos) => write!(f, "{}:{}", document.file, document.in_file(*pos).line),
        }
    }
}

/// A name that nothing has.
struct Unknown {
    what: String,
    name: Str,
    /// The check whose outcomes the name could be one of.
    within: Option<Check>,
}

impl<'d> Names<'d> {
    fn of(base: &Rulebook) -> Names<'d> {
        let mut names = Names { checks: HashMap::new(), areas: HashMap::new(), given: HashMap::new() };
        for check in base.checks {
            names.checks.insert(check.id, *check);
            names.areas.insert(area(check.id), ());
            names.given.insert(("check", check.id), Given::InBase);
        }
        names.given.extend(base.causes.iter().map(|cause| (("cause", cause.id), Given::InBase)));
        names.given.extend(base.shapes.iter().map(|shape| (("shape", shape.id), Given::InBase)));
        names.given.extend(base.profiles.iter().map(|profile| (("profile", profile.id), Given::InBase)));
        names.given.extend(base.logs.iter().map(|rule| (("log rule", rule.id), Given::InBase)));
        names.given.extend(base.symptoms.iter().map(|symptom| (("symptom", symptom.id), Given::InBase)));
        names
    }

    fn add(&mut self, (document, marked): &Placed<'d>, faults: &mut Vec<RuleFault>) {
        let (kind, id) = (marked.rule.kind(), marked.rule.id());
        if id.is_empty() {
            return; // It was reported when it was read.
        }
        let first = self.given.insert((kind, id), Given::At(document, marked.place));
        if let Some(first) = first.filter(|first| marked.change.is_none() || !matches!(first, Given::InBase))
        {
            let fault = document.fault(marked.place, format!("the {kind} {} is there already", quoted(id)));
            let hint = match (kind, &first) {
                ("check", Given::InBase) => format!(
                    "it is first in {first}; `overrides: true` replaces it, `extends: {id}` changes it"
                ),
                _ => format!("it is first in {first}"),
            };
            faults.push(fault.hint(hint));
        }
        if let Rule::Check(check) = marked.rule {
            self.checks.insert(id, check);
            self.areas.insert(area(id), ());
        }
    }

    /// `suggests` with all sick outcomes in place of `check/*`, each once.
    fn unfolded(&self, suggests: List<Suggestion>) -> List<Suggestion> {
        if suggests.iter().all(|suggestion| suggestion.parts().1 != EVERY) {
            return suggests;
        }
        let mut all: Vec<Suggestion> = Vec::new();
        for suggestion in suggests {
            let (check, outcome) = suggestion.parts();
            let known = self.checks.get(check).into_iter().flat_map(|check| check.outcomes);
            let sick =
                known.filter(|known| known.severity.is_some() && (outcome == EVERY || outcome == known.id));
            for sick in sick {
                let outcome = format!("{check}/{}", sick.id);
                if !all.iter().any(|known| known.outcome == outcome) {
                    all.push(Suggestion { outcome: keep_text(&outcome) });
                }
            }
        }
        List::keep(all)
    }

    fn unknown(&self, mark: Mark, name: Str) -> Option<Unknown> {
        let no_check =
            |name| Unknown { what: format!("there is no check {}", quoted(name)), name, within: None };
        match mark {
            // What is taken away is looked up among what is built in alone.
            Mark::Body(..) | Mark::Disabled => None,
            Mark::Need | Mark::Root => (!self.checks.contains_key(name)).then(|| no_check(name)),
            Mark::Selection => {
                (!self.checks.contains_key(name) && !self.areas.contains_key(name)).then(|| Unknown {
                    what: format!("there is no check or area {}", quoted(name)),
                    ..no_check(name)
                })
            }
            Mark::Finding | Mark::Suggestion => {
                let (check, outcome) = name.split_once('/').map_or((name, None), |(c, o)| (c, Some(o)));
                let Some(known) = self.checks.get(check) else { return Some(no_check(check)) };
                let Some(outcome) = outcome else {
                    let what = format!("{} names no outcome", quoted(name));
                    return (mark == Mark::Suggestion).then_some(Unknown {
                        what,
                        name,
                        within: Some(*known),
                    });
                };
                if mark == Mark::Suggestion && outcome == EVERY {
                    return None;
                }
                let what = match known.outcomes.iter().find(|other| other.id == outcome) {
                    None => format!("the check `{check}` has no outcome {}", quoted(outcome)),
                    Some(found) if mark == Mark::Suggestion && found.severity.is_none() => {
                        format!("the outcome {} of the check `{check}` is a healthy one", quoted(outcome))
                    }
                    Some(_) => return None,
                };
                Some(Unknown { what, name: outcome, within: Some(*known) })
            }
        }
    }
}

impl Unknown {
    fn fault(self, document: &Document<'_>, pos: Pos, names: &Names<'_>, hints: &mut usize) -> RuleFault {
        let fault = document.fault(pos, self.what);
        if let Some(check) = self.within {
            let outcomes: Vec<&str> = check.outcomes.iter().map(|outcome| outcome.id).collect();
            let near = outcomes.iter().copied().filter(|outcome| *outcome != self.name);
            return fault.expected(outcomes.join(", ")).did_you_mean(self.name, near);
        }
        if *hints == 0 {
            return fault;
        }
        *hints -= 1;
        // Sorted, because the nearest of several must not depend on the order of a hash map.
        let mut ids: Vec<&str> = names.checks.keys().copied().collect();
        ids.sort_unstable();
        match spell::nearest(self.name, ids) {
            Some(near) => fault.hint(format!("did you mean `{near}`?")),
            None => fault,
        }
    }
}

/// The part of an id before its dot.
pub(super) fn area(id: Str) -> Str {
    id.split('.').next().unwrap_or(id)
}
