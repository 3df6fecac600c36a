//! Facts that checks take out of answers themselves. Equal probes are asked once, so all checks
//! that declare a fact of one probe by one name must mean the same by it.

use std::collections::HashMap;

use super::fault::RuleFault;
use super::key;
use super::link::Placed;
use super::rule::{Mark, Rule};
use crate::model::cause::Cause;
use crate::model::check::{BodyFact, Check, EvidenceDecl};
use crate::model::list::{List, Str};
use crate::model::template::Hole;

/// The first declaration of a fact, and where it is.
struct First {
    fact: BodyFact,
    place: String,
}

/// Reports body facts that are declared differently for one probe.
pub(super) fn compare(
    checks: List<Check>,
    causes: List<Cause>,
    rules: &[Placed<'_>],
    faults: &mut Vec<RuleFault>,
) {
    let mut declared: HashMap<(String, Str), First> = HashMap::new();
    let evidence_lists =
        checks.iter().map(|check| check.evidence).chain(causes.iter().map(|cause| cause.evidence));
    for (evidence, decl) in evidence_lists.flat_map(|list| list.into_iter().map(move |decl| (list, decl))) {
        for fact in decl.probe.body {
            let place = "the built-in rules".to_owned();
            declared.entry((key_of(decl, &evidence), fact.fact.name)).or_insert(First { fact: *fact, place });
        }
    }
    for (document, marked) in rules {
        let evidence = match marked.rule {
            Rule::Check(check) => check.evidence,
            Rule::Cause(cause) => cause.evidence,
            Rule::Shape(_) | Rule::Profile(_) | Rule::Log(_) | Rule::Symptom(_) | Rule::Disable => continue,
        };
        for (mark, _, pos) in marked.marks.iter() {
            let Mark::Body(decl, fact) = mark else { continue };
            let decl = &evidence[decl];
            let fact = decl.probe.body[fact];
            let at = document.in_file(pos);
            let place = format!("{}:{}:{}", document.file, at.line, at.column);
            let first =
                declared.entry((key_of(decl, &evidence), fact.fact.name)).or_insert(First { fact, place });
            if first.fact != fact {
                let what =
                    format!("`{}` means something else in another rule for the same probe", fact.fact.name);
                faults.push(document.fault(pos, what).hint(format!("it is first in {}", first.place)));
            }
        }
    }
}

/// The key of a probe, in which other evidence stands by its own key and not by the name that
/// this rule gave it. Evidence has no circles in a rulebook; where faults left one, names stay.
fn key_of(decl: &EvidenceDecl, evidence: &[EvidenceDecl]) -> String {
    /// More links than any rule has evidence.
    const DEEP: usize = 16;
    keyed(decl, evidence, DEEP)
}

fn keyed(decl: &EvidenceDecl, evidence: &[EvidenceDecl], depth: usize) -> String {
    let value_of = |hole: &Hole| {
        let of = evidence.iter().find(|other| other.name == hole.fact.evidence && depth > 0);
        let of = of.map_or(hole.fact.evidence.to_owned(), |of| keyed(of, evidence, depth - 1));
        Some(format!("{of}.{}|{:?}", hole.fact.fact, hole.filters))
    };
    let args =
        decl.probe.args.iter().filter_map(|arg| Some((arg.name, key::parameter(&arg.value, value_of)?)));
    let args: Vec<(Str, String)> = args.collect();
    key::write(decl.probe.kind, &args)
}
