//! What a check may still answer, seen by itself: the outcomes that its evidence does not rule out, what
//! speaks for each, and what is missing to decide.

use std::sync::Arc;

use super::evaluate::{Docket, Judge};
use super::matcher;
use super::prescribe::prescribe;
use super::view::{Seen, View};
use super::wanted;
use super::words::{fill_openly, show};
use crate::model::check::{Check, Outcome};
use crate::model::condition::{Cond, FactRef, IT, Op, Test};
use crate::model::finding::OpenOutcome;
use crate::model::list::List;
use crate::model::probe::{PRESENT, ProbeKind};
use crate::model::truth::Truth;

/// A sick outcome that is not ruled out.
#[derive(Debug, Clone)]
pub(super) struct Prospect {
    pub(super) check: &'static Check,
    /// With words as far as anything is known.
    pub(super) open: OpenOutcome,
    /// The facts that its conditions ask for and that are so.
    pub(super) supports: Vec<String>,
    pub(super) lacks: Vec<Lack>,
}

/// A probe that would tell more.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Lack {
    pub(super) key: Arc<str>,
    pub(super) kind: ProbeKind,
    /// Whether it sends a credential.
    pub(super) signed: bool,
}

impl Judge<'_> {
    /// The sick outcomes that `check` may have, whatever it needs.
    pub(super) fn prospects(&self, check: &'static Check) -> Vec<Prospect> {
        self.look(check, |docket| {
            let view = &docket.view;
            if matcher::all(check.applies, view) == Truth::False {
                return Vec::new();
            }
            let mut left = Vec::new();
            for outcome in check.outcomes {
                let truth = matcher::all(outcome.when, view);
                if truth != Truth::False && outcome.severity.is_some() {
                    left.push(docket.prospect(outcome));
                }
                if truth == Truth::True {
                    break;
                }
            }
            left
        })
    }
}

impl Docket<'_> {
    fn prospect(&self, outcome: &'static Outcome) -> Prospect {
        let view = &self.view;
        let open = OpenOutcome {
            outcome,
            symptom: fill_openly(&outcome.symptom, view),
            cause: fill_openly(&outcome.cause, view),
            fix: prescribe(outcome.fix, view),
        };
        let mut supports = Vec::new();
        for conditions in [self.check.applies, outcome.when] {
            self.support(conditions, &mut supports);
        }
        Prospect { check: self.check, open, supports, lacks: self.lacks(outcome) }
    }

    /// Adds the comparisons that hold, in words.
    fn support(&self, conditions: List<Cond>, into: &mut Vec<String>) {
        for condition in conditions {
            match condition {
                Cond::All(members) => self.support(*members, into),
                Cond::Test(test) if matcher::truth(condition, &self.view) == Truth::True => {
                    into.extend(self.words_of(test).filter(|words| !into.contains(words)));
                }
                _ => {}
            }
        }
    }

    /// `token access: refreshable no`. That something is there goes without saying.
    fn words_of(&self, test: &Test) -> Option<String> {
        let FactRef { evidence, fact } = test.fact;
        let at = self.check.evidence.iter().position(|decl| decl.name == evidence)?;
        let key = &self.read.get(at)?.key;
        match self.view.fact(&test.fact) {
            _ if fact == PRESENT.name => None,
            Seen::Known(_) if matches!(test.op, Op::IsNothing(_) | Op::IsNot(_) | Op::NoneOf(_)) => None,
            Seen::Known(value) => Some(format!("{key}: {fact} {}", show(&value))),
            Seen::Nothing => Some(format!("{key}: no {fact}")),
            Seen::Unknown => None,
        }
    }

    /// The probes whose facts decide about `outcome` and are not known.
    fn lacks(&self, outcome: &Outcome) -> Vec<Lack> {
        let mut facts: Vec<FactRef> = self.check.each.into_iter().collect();
        let mut note = |fact: &FactRef| facts.push(*fact);
        wanted::conditions(self.check.applies, &mut note);
        wanted::conditions(outcome.when, &mut note);
        let unknown = facts.iter().filter(|fact| fact.evidence != IT && is_unknown(fact, &self.view));
        let mut lacks: Vec<Lack> = Vec::new();
        for fact in unknown {
            let Some(at) = self.check.evidence.iter().position(|decl| decl.name == fact.evidence) else {
                continue;
            };
            let (Some(decl), Some(read)) = (self.check.evidence.get(at), self.read.get(at)) else { continue };
            let signed = decl.probe.args.iter().any(|arg| arg.name == "auth");
            let lack = Lack { key: Arc::clone(&read.key), kind: decl.probe.kind, signed };
            if !lacks.contains(&lack) {
                lacks.push(lack);
            }
        }
        lacks
    }
}

fn is_unknown(fact: &FactRef, view: &View<'_>) -> bool {
    view.fact(fact) == Seen::Unknown
}
