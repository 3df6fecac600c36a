//! Which facts of which evidence a rule reads, so that a probe need not find out the others.

use super::prescribe::PROVIDER;
use crate::model::check::{Check, EvidenceDecl, ProbeCall};
use crate::model::condition::{Cond, FactRef, Op, Operand};
use crate::model::fix::{Action, Step};
use crate::model::list::{List, Str};
use crate::model::operation::Operation;
use crate::model::template::{Filter, Piece, Template};

/// Calls `note` with every fact that `check` reads anywhere, `it` and symbols included.
pub(super) fn facts_of(check: &Check, note: &mut impl FnMut(&FactRef)) {
    conditions(check.applies, note);
    for decl in check.evidence {
        parameters(&decl.probe, note);
    }
    if let Some(list) = &check.each {
        note(list);
    }
    if check.outcomes.iter().flat_map(|outcome| outcome.fix).any(changes_a_file) {
        objects(check.evidence, note);
    }
    for outcome in check.outcomes {
        conditions(outcome.when, note);
        template(&outcome.symptom, note);
        template(&outcome.cause, note);
        steps(outcome.fix, note);
    }
}

fn changes_a_file(step: &Step) -> bool {
    matches!(step.action, Action::File(_))
}

/// Calls `note` with the facts by which evidence tells one object from another: a fix changes the
/// one that was judged and no other.
fn objects(decls: List<EvidenceDecl>, note: &mut impl FnMut(&FactRef)) {
    for decl in decls {
        let known = decl.probe.kind.spec().facts.iter().map(|fact| fact.name);
        for fact in known.filter(|name| matches!(*name, "path" | "mode" | "entry" | "object")) {
            note(&FactRef { evidence: decl.name, fact });
        }
    }
}

/// Calls `note` with every fact in the parameters of a probe call.
pub(super) fn parameters(call: &ProbeCall, note: &mut impl FnMut(&FactRef)) {
    for arg in call.args {
        template(&arg.value, note);
    }
}

/// Calls `note` with every fact in `members`.
pub(super) fn conditions(members: List<Cond>, note: &mut impl FnMut(&FactRef)) {
    for member in members {
        match member {
            Cond::All(inner) | Cond::Any(inner) | Cond::Not(inner) => conditions(*inner, note),
            Cond::Test(test) => {
                note(&test.fact);
                operands(&test.op, note);
            }
            Cond::Each(each) => {
                note(&each.list);
                conditions(each.matching, note);
            }
            Cond::FindingIs(_) => {}
        }
    }
}

fn operands(op: &Op, note: &mut impl FnMut(&FactRef)) {
    let mut one = |operand: &Operand| {
        if let Operand::Ref(reference) = operand {
            note(&reference.fact);
        }
    };
    match op {
        Op::Is(o) | Op::IsNot(o) | Op::Before(o) | Op::After(o) | Op::Less(o) | Op::More(o) => one(o),
        Op::AtLeast(o) | Op::AtMost(o) | Op::Contains(o) | Op::Lacks(o) => one(o),
        Op::StartsWith(o) | Op::EndsWith(o) => one(o),
        Op::OneOf(many) | Op::NoneOf(many) => many.into_iter().for_each(one),
        Op::IsNothing(_) | Op::AnyBits(_) | Op::AllBits(_) | Op::Matches(_) => {}
    }
}

/// Calls `note` with every fact in a sentence.
pub(super) fn template(template: &Template, note: &mut impl FnMut(&FactRef)) {
    for piece in template.pieces {
        if let Piece::Hole(hole) = piece {
            note(&hole.fact);
            for filter in hole.filters {
                if let Filter::Since(other) | Filter::Until(other) = filter {
                    note(other);
                }
            }
        }
    }
}

/// Calls `note` with every fact in the steps of a fix.
pub(super) fn steps(steps: List<Step>, note: &mut impl FnMut(&FactRef)) {
    for step in steps {
        conditions(step.when, note);
        template(&step.message, note);
        match &step.action {
            Action::Auth(action) => {
                action.args.into_iter().for_each(|word| template(word, note));
                if action.operation == Operation::LogIn {
                    note(&PROVIDER);
                }
            }
            Action::Run(argv) => argv.into_iter().for_each(|word| template(word, note)),
            Action::Manual(words) | Action::Restart(words) => template(words, note),
            Action::Shell(action) => {
                template(&action.variable, note);
                template(&action.value, note);
            }
            Action::File(action) => {
                template(&action.path, note);
                template(&action.to, note);
            }
        }
    }
}

/// The names that `facts` mentions of the evidence `name`.
pub(super) fn names_of(facts: &[FactRef], name: Str) -> Vec<Str> {
    facts.iter().filter(|fact| fact.evidence == name).map(|fact| fact.fact).collect()
}
