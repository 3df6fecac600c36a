//! Every fix of the built-in rules that changes a file can know which file was judged.

use cmdop_doctor::model::check::{Check, EvidenceDecl};
use cmdop_doctor::model::fix::{Action, FileVerb};
use cmdop_doctor::rulebook::built_in;

/// Whether this evidence tells objects apart.
fn identifies(decl: &EvidenceDecl) -> bool {
    let facts = decl.probe.kind.spec().facts;
    facts.iter().any(|fact| matches!(fact.name, "entry" | "object"))
}

/// Whether evidence of `check` is about the file at `path`: asked for it, or naming it as its own.
fn knows(check: &Check, path: &str) -> bool {
    let by_parameter = |decl: &EvidenceDecl| decl.probe.args.iter().any(|arg| arg.value.written == path);
    let by_fact = |decl: &EvidenceDecl| path == format!("{{{}.path}}", decl.name);
    let element = path == "{it.path}" && check.each.is_some();
    element || check.evidence.iter().any(|decl| identifies(decl) && (by_parameter(decl) || by_fact(decl)))
}

#[test]
fn what_a_fix_changes_was_looked_at() {
    let mut seen = 0;
    for check in built_in().checks {
        for step in check.outcomes.iter().flat_map(|outcome| outcome.fix) {
            let Action::File(action) = &step.action else { continue };
            if action.verb != FileVerb::Mkdir {
                seen += 1;
                let path = action.path.written;
                assert!(knows(check, path), "{}: nothing tells which file at {path} was judged", check.id);
            }
        }
    }
    assert!(seen > 10);
}
