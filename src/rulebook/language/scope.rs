//! Which facts a condition or a sentence may name at the place where it stands.

use super::fault::quoted;
use super::node::Pos;
use super::reader::Reader;
use crate::model::check::EvidenceDecl;
use crate::model::condition::{FactRef, IT};
use crate::model::fact::{FactSpec, FactType};
use crate::model::list::List;
use crate::model::probe::PRESENT;

/// The evidence of a rule, and the element that `it` means here.
#[derive(Clone, Copy)]
pub(super) struct Scope<'a> {
    evidence: &'a [EvidenceDecl],
    /// Whether the rule's `evidence` was read without faults; if not, unknown names are echoes.
    complete: bool,
    element: Option<Element>,
}

/// The type of the element of a list.
#[derive(Clone, Copy)]
enum Element {
    Text,
    Map(List<FactSpec>),
}

/// What a name is used for, for the words of a fault.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    Condition,
    Text,
}

impl<'a> Scope<'a> {
    pub(super) fn new(evidence: &'a [EvidenceDecl], complete: bool) -> Scope<'a> {
        Scope { evidence, complete, element: None }
    }

    /// The same scope inside of a list of the type `list`, whose element is `it`; `None` when
    /// that is no list.
    pub(super) fn within(self, list: FactType) -> Option<Scope<'a>> {
        let element = match list {
            FactType::Texts => Element::Text,
            FactType::Maps(fields) => Element::Map(fields),
            _ => return None,
        };
        Some(Scope { element: Some(element), ..self })
    }

    /// Whether all evidence was understood.
    pub(super) fn is_complete(&self) -> bool {
        self.complete
    }

    /// Whether `name` is the element itself.
    pub(super) fn is_element(&self, name: &str) -> bool {
        name == IT
    }

    /// The fact that `name` stands for, and its type. Reports it when there is none.
    pub(super) fn resolve(
        &self,
        reader: &mut Reader<'_>,
        name: &str,
        pos: Pos,
        used: Use,
    ) -> Option<(FactRef, FactType)> {
        let (evidence, fact) = name.split_once('.').unwrap_or((name, ""));
        if evidence == IT {
            return self.resolve_element(reader, fact, pos);
        }
        if fact.is_empty() {
            report_no_fact(reader, name, pos, used);
            return None;
        }
        let Some(decl) = self.evidence.iter().find(|decl| decl.name == evidence) else {
            if self.complete {
                self.report_no_evidence(reader, evidence, pos);
            }
            return None;
        };
        let body = decl.probe.body.iter().map(|body| body.fact).find(|spec| spec.name == fact);
        let Some(spec) = body.or_else(|| decl.probe.kind.fact(fact)) else {
            report_no_such_fact(reader, decl, fact, pos);
            return None;
        };
        Some((FactRef { evidence: decl.name, fact: spec.name }, spec.kind))
    }

    fn resolve_element(&self, reader: &mut Reader<'_>, fact: &str, pos: Pos) -> Option<(FactRef, FactType)> {
        match self.element {
            None => {
                let fault = reader.fault(pos, "`it` means nothing here");
                reader.report(fault.hint("`it` is the element in a check with `each`, and under `where`"));
                None
            }
            Some(Element::Text) if fact.is_empty() => {
                Some((FactRef { evidence: IT, fact: "" }, FactType::Text))
            }
            Some(Element::Text) => {
                let fault = reader.fault(pos, format!("`it` is a text and has no fact {}", quoted(fact)));
                reader.report(fault.hint("write `it` alone"));
                None
            }
            Some(Element::Map(fields)) if fact.is_empty() => {
                let names: Vec<&str> = fields.iter().map(|spec| spec.name).collect();
                let fault = reader.fault(pos, "the element `it` has several facts");
                reader.report(fault.expected(format!("`it.` and one of {}", names.join(", "))));
                None
            }
            Some(Element::Map(fields)) => {
                let found = fields.into_iter().find(|spec| spec.name == fact);
                if found.is_none() {
                    let names: Vec<&str> = fields.iter().map(|spec| spec.name).collect();
                    let fault = reader
                        .fault(pos, format!("the element `it` has no fact {}", quoted(fact)))
                        .expected(names.join(", "))
                        .did_you_mean(fact, names.iter().copied());
                    reader.report(fault);
                }
                found.map(|spec| (FactRef { evidence: IT, fact: spec.name }, spec.kind))
            }
        }
    }

    fn report_no_evidence(&self, reader: &mut Reader<'_>, evidence: &str, pos: Pos) {
        let names: Vec<&str> = self.evidence.iter().map(|decl| decl.name).collect();
        let fault = reader
            .fault(pos, format!("there is no evidence {} in this rule", quoted(evidence)))
            .expected(if names.is_empty() {
                "an `evidence` to be declared".to_owned()
            } else {
                names.join(", ")
            })
            .did_you_mean(evidence, names.iter().copied());
        reader.report(fault);
    }
}

fn report_no_fact(reader: &mut Reader<'_>, name: &str, pos: Pos, used: Use) {
    let fault = reader.fault(pos, format!("{} names no fact", quoted(name)));
    let fault = match used {
        Use::Condition => fault
            .expected("`evidence.fact`, or `all`, `any`, `not`, `every`, `no`")
            .did_you_mean(name, ["all", "any", "not", "every", "no"]),
        Use::Text => fault.expected("`evidence.fact`"),
    };
    reader.report(fault);
}

fn report_no_such_fact(reader: &mut Reader<'_>, decl: &EvidenceDecl, fact: &str, pos: Pos) {
    let spec = decl.probe.kind.spec();
    let body = decl.probe.body.iter().map(|body| body.fact.name);
    let names = || spec.facts.iter().map(|fact| fact.name).chain([PRESENT.name]).chain(body.clone());
    let fault = reader.fault(pos, format!("the probe `{}` has no fact {}", spec.name, quoted(fact)));
    let near = super::spell::nearest(fact, names());
    let fault = match near {
        Some(near) => fault.hint(format!("did you mean `{}.{near}`?", decl.name)),
        None => fault.expected(names().collect::<Vec<_>>().join(", ")),
    };
    reader.report(fault);
}
