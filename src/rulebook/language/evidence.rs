//! `evidence:`: which probes a rule looks with, and what further facts it takes from their answers.

use super::body_fact;
use super::fault::{either, quoted};
use super::node::{Content, Entry, Node, Pos};
use super::outside;
use super::reader::{A_NAME, Fields, Reader, is_name};
use super::scope::Scope;
use super::template;
use crate::model::check::{Arg, EvidenceDecl, ProbeCall};
use crate::model::condition::{FactRef, IT};
use crate::model::list::{List, Str, keep_text};
use crate::model::probe::{ParamSpec, ProbeKind, ProbeSpec};
use crate::model::template::{Piece, Template};

/// The evidence of one rule.
#[derive(Default)]
pub(super) struct Declared {
    pub decls: Vec<EvidenceDecl>,
    /// Whether all of it was understood.
    pub complete: bool,
    /// Where each body fact is declared: the evidence's index, the fact's, the place.
    pub body_places: Vec<(usize, usize, Pos)>,
}

/// One entry of `evidence:` whose parameters are still to be read.
struct Opened<'n, 't> {
    fields: Fields<'n, 't>,
    probe_pos: Pos,
}

/// Reads `evidence:`. Parameters may name other evidence, so all names and types are read first.
pub(super) fn read(reader: &mut Reader<'_>, node: &Node<'_>, hosts: &[Str]) -> Declared {
    let mut declared = Declared { complete: true, ..Declared::default() };
    let mut opened = Vec::new();
    for entry in reader.entries(node, "`name: { probe: { parameters } }`") {
        match open(reader, entry, declared.decls.len(), &mut declared.body_places) {
            Some((decl, open)) => {
                declared.decls.push(decl);
                opened.push(open);
            }
            None => declared.complete = false,
        }
    }
    let all_args: Vec<List<Arg>> = {
        let scope = Scope::new(&declared.decls, declared.complete);
        let kinds = declared.decls.iter().map(|decl| decl.probe.kind);
        kinds.zip(&opened).map(|(kind, open)| args(reader, &scope, kind.spec(), open)).collect()
    };
    for (decl, args) in declared.decls.iter_mut().zip(all_args) {
        decl.probe.args = args;
    }
    report_cycle(reader, &declared.decls, &opened);
    for (decl, open) in declared.decls.iter().zip(&opened) {
        outside::check_probe(reader, &decl.probe, hosts, |param| {
            open.fields.entry(param).map_or(open.probe_pos, |entry| entry.value.pos)
        });
    }
    declared
}

/// Reads everything of an entry but the parameters.
fn open<'n, 't>(
    reader: &mut Reader<'_>,
    entry: &'n Entry<'t>,
    index: usize,
    places: &mut Vec<(usize, usize, Pos)>,
) -> Option<(EvidenceDecl, Opened<'n, 't>)> {
    if !is_name(&entry.key) || entry.key == IT {
        let fault = reader.fault(entry.key_pos, format!("{} cannot name evidence", quoted(&entry.key)));
        reader.report(fault.expected(format!("{A_NAME}; `{IT}` means the element of a list")));
        return None;
    }
    let Content::Map(probes) = &entry.value.content else {
        reader.wrong_type(&entry.value, "a probe with its parameters: `{ file: { path: \"{store}\" } }`");
        return None;
    };
    let [probe] = probes.as_slice() else {
        let what = format!("{} probes stand here", probes.len());
        reader.report(reader.fault(entry.value.pos, what).expected("exactly one probe"));
        return None;
    };
    let kind = probe_kind(reader, probe)?;
    let spec = kind.spec();
    outside::check_kind(reader, kind, probe.key_pos);
    let known: Vec<&str> =
        spec.params.iter().map(|param| param.name).chain(spec.body.then_some("body")).collect();
    let fields = reader.fields(&probe.value, "the parameters of a probe", &known)?;
    let body = match fields.get("body") {
        Some(node) => body_fact::read_all(reader, kind, node, |fact, pos| places.push((index, fact, pos))),
        None => List::EMPTY,
    };
    let probe_call = ProbeCall { kind, args: List::EMPTY, body };
    let decl = EvidenceDecl { name: keep_text(&entry.key), probe: probe_call };
    Some((decl, Opened { fields, probe_pos: probe.key_pos }))
}

fn probe_kind(reader: &mut Reader<'_>, probe: &Entry<'_>) -> Option<ProbeKind> {
    let kind = ProbeKind::named(&probe.key);
    if kind.is_none() {
        let names: Vec<&str> = ProbeKind::ALL.iter().map(|kind| kind.spec().name).collect();
        let fault = reader
            .fault(probe.key_pos, format!("there is no probe {}", quoted(&probe.key)))
            .expected(either(&names))
            .did_you_mean(&probe.key, names.iter().copied());
        reader.report(fault);
    }
    kind
}

fn args(reader: &mut Reader<'_>, scope: &Scope<'_>, spec: &ProbeSpec, open: &Opened<'_, '_>) -> List<Arg> {
    let mut args = Vec::new();
    for param in spec.params {
        if let Some(node) = open.fields.get(param.name).filter(|_| param.many) {
            args.extend(words(reader, scope, param, node));
        } else if let Some(node) = open.fields.get(param.name) {
            args.push(Arg { name: param.name, value: arg(reader, scope, param, node) });
        } else if param.required {
            let what = format!("the probe `{}` needs the parameter `{}`", spec.name, param.name);
            let fault = reader.fault(open.probe_pos, what);
            reader.report(if param.choices.is_empty() {
                fault.expected(param.name)
            } else {
                fault.expected(format!("`{}`: {}", param.name, either(param.choices)))
            });
        }
    }
    let given = args.iter().filter(|arg| spec.one_of.contains(&arg.name)).count();
    if !spec.one_of.is_empty() && given != 1 {
        let what = format!(
            "the probe `{}` is given {given} of its parameters {}",
            spec.name,
            spec.one_of.join(", ")
        );
        reader.report(reader.fault(open.probe_pos, what).expected("exactly one of them"));
    }
    List::keep(args)
}

/// The words of a command: a list, never one text for a shell to take apart. Which program it is stands
/// there as it is meant.
fn words(reader: &mut Reader<'_>, scope: &Scope<'_>, param: &ParamSpec, node: &Node<'_>) -> Vec<Arg> {
    let members = reader.members(node, "the words of a command, each by itself: `[uname, -r]`");
    let Some(first) = members.first() else {
        if matches!(node.content, Content::List(_)) {
            reader.report(reader.fault(node.pos, "this command is empty"));
        }
        return Vec::new();
    };
    let words: Vec<Arg> =
        members.iter().map(|word| Arg { name: param.name, value: arg(reader, scope, param, word) }).collect();
    let plain = |program: &Arg| matches!(*program.value.pieces, [Piece::Words(name)] if fits(name));
    if !words.first().is_some_and(plain) && reader.text(first).is_some() {
        let fault = reader.fault(first.pos, "a command names its program as it is");
        reader.report(fault.expected("the name of a program in the system's folders, or its whole path"));
    }
    words
}

/// Whether `program` does not depend on where one stands.
fn fits(program: &str) -> bool {
    program.starts_with('/') || !program.contains('/')
}

fn arg(reader: &mut Reader<'_>, scope: &Scope<'_>, param: &ParamSpec, node: &Node<'_>) -> Template {
    let value = template::read(reader, scope, node);
    let has_holes = value.pieces.iter().any(|piece| matches!(piece, Piece::Hole(_)));
    let fits = param.choices.is_empty() || has_holes || param.choices.contains(&value.written);
    if !fits && !value.is_empty() {
        let fault = reader
            .fault(node.pos, format!("`{}` cannot be {}", param.name, quoted(value.written)))
            .expected(either(param.choices))
            .did_you_mean(value.written, param.choices.iter().copied());
        reader.report(fault);
    }
    value
}

/// Reports evidence whose parameters need, in a circle, evidence that needs it.
fn report_cycle(reader: &mut Reader<'_>, decls: &[EvidenceDecl], opened: &[Opened<'_, '_>]) {
    // Whatever needs nothing that is left is taken away; what stays at the end is in a circle,
    // or behind one.
    let mut left: Vec<usize> = (0..decls.len()).collect();
    loop {
        let count = left.len();
        let names: Vec<Str> = left.iter().map(|index| decls[*index].name).collect();
        left.retain(|index| mentioned(&decls[*index]).any(|fact| names.contains(&fact.evidence)));
        if left.len() == count {
            break;
        }
    }
    if let Some(first) = left.first() {
        let names: Vec<&str> = left.iter().map(|index| decls[*index].name).collect();
        let what = format!("evidence needs itself, in a circle: {}", names.join(", "));
        reader.report(reader.fault(opened[*first].probe_pos, what));
    }
}

/// The facts that the parameters of `decl` mention.
fn mentioned(decl: &EvidenceDecl) -> impl Iterator<Item = FactRef> {
    let pieces = decl.probe.args.into_iter().flat_map(|arg| arg.value.pieces);
    pieces.filter_map(|piece| match piece {
        Piece::Hole(hole) if !hole.fact.evidence.is_empty() => Some(hole.fact),
        Piece::Hole(_) | Piece::Words(_) => None,
    })
}
