//! `body:`: the facts that a rule takes out of an answer itself, each by its place in a document, and of
//! what a command says also out of its lines.

use super::fault::quoted;
use super::keys::{Form, Key};
use super::node::{Content, Entry, Node, Pos};
use super::pattern;
use super::reader::{A_NAME, Fields, Reader, is_name};
use crate::model::check::{BodyFact, Stream, Take};
use crate::model::fact::{FactSpec, FactType};
use crate::model::list::{List, Str, keep_text};
use crate::model::probe::ProbeKind;

/// The keys of a fact that a check takes out of a document.
pub const BODY_FACT: [Key; 3] = [
    Key::must("at", Form::Pointer, "a JSON pointer (RFC 6901); a step `*` takes every element of a list"),
    Key::must("type", Form::BodyType, "the fact's type"),
    Key::may("of", Form::BodyFacts, "of a list of maps: the fields of one element, relative to it"),
];

/// The keys of one that it takes out of what a command says; without `at` and `match` it is all of that.
pub const OUTPUT_FACT: [Key; 5] = [
    Key::may("at", Form::Pointer, "a JSON pointer (RFC 6901) into the document that is said"),
    Key::may("match", Form::Regex, "an expression with one group: what that is in the first line that fits"),
    Key::may("in", Form::Stream, "the stream that is looked at; stdout if nothing is said"),
    Key::must("type", Form::BodyType, "the fact's type"),
    Key::may("of", Form::BodyFacts, "of a list of maps: the fields of one element, relative to it"),
];

/// How a fact is written, for messages.
fn form(output: bool) -> &'static str {
    if output { "`fact: { match: '(.*)', type: text }`" } else { "`fact: { at: /pointer, type: text }`" }
}

/// Reads `body:`, telling the caller where each fact stands.
pub(super) fn read_all(
    reader: &mut Reader<'_>,
    kind: ProbeKind,
    node: &Node<'_>,
    mut at: impl FnMut(usize, Pos),
) -> List<BodyFact> {
    let mut facts = Vec::new();
    for entry in reader.entries(node, form(kind.spec().output)) {
        if kind.fact(&entry.key).is_some() {
            let what = format!("the probe `{}` already has a fact {}", kind.spec().name, quoted(&entry.key));
            reader.report(reader.fault(entry.key_pos, what).hint("take another name, or use that fact"));
        } else if let Some(fact) = body_fact(reader, entry, kind.spec().output) {
            at(facts.len(), entry.key_pos);
            facts.push(fact);
        }
    }
    List::keep(facts)
}

/// The types that a body fact can have; a list with `of` is one of maps.
pub const TYPES: [(&str, FactType); 7] = [
    ("bool", FactType::Bool),
    ("int", FactType::Int),
    ("text", FactType::Text),
    ("time", FactType::Time),
    ("duration", FactType::Duration),
    ("bytes", FactType::Bytes),
    ("list", FactType::Texts),
];

fn body_fact(reader: &mut Reader<'_>, entry: &Entry<'_>, output: bool) -> Option<BodyFact> {
    if !is_name(&entry.key) {
        let what = format!("{} cannot name a fact", quoted(&entry.key));
        reader.report(reader.fault(entry.key_pos, what).expected(A_NAME));
        return None;
    }
    let keys: &[Key] = if output { &OUTPUT_FACT } else { &BODY_FACT };
    let fields = reader.keyed(&entry.value, "a body fact", keys)?;
    let place = place(reader, fields, output);
    let declared = fields.get("type");
    let declared = reader.word(declared?, &TYPES);
    let ((at, take), declared) = (place?, declared?);
    let is_list = declared == FactType::Texts;
    if !is_list && at.split('/').any(|step| step == "*") {
        let what = "a pointer with `*` takes a list of values";
        let fault = reader.fault(fields.get("at").map_or(fields.pos, |node| node.pos), what);
        reader.report(fault.hint("declare `type: list`"));
    }
    let of = match fields.entry("of") {
        Some(of) if take != Take::Json => {
            reader.report(reader.fault(of.key_pos, "what is taken from text has no fields"));
            List::EMPTY
        }
        Some(of) if !is_list => {
            let what = format!("the type {} has no fields", declared.name());
            reader.report(reader.fault(of.key_pos, what).hint("declare `type: list`"));
            List::EMPTY
        }
        Some(of) => {
            let fields = reader.entries(&of.value, "`field: { at: /pointer, type: text }`");
            List::keep(fields.iter().filter_map(|field| body_fact(reader, field, false)).collect())
        }
        None => List::EMPTY,
    };
    let kind = if of.is_empty() { declared } else { FactType::Maps(specs(of)) };
    Some(BodyFact { fact: FactSpec { name: keep_text(&entry.key), kind, about: "" }, at, take, of })
}

fn specs(of: List<BodyFact>) -> List<FactSpec> {
    List::keep(of.iter().map(|field| field.fact).collect())
}

/// Where the fact is taken from: by `at` out of a document; of output also by `match`, or all of it.
fn place(reader: &mut Reader<'_>, fields: Fields<'_, '_>, output: bool) -> Option<(Str, Take)> {
    if !output || (fields.has("at") && !fields.has("match")) {
        let at = fields.get("at")?;
        if let Some(entry) = fields.entry("in") {
            let fault = reader.fault(entry.key_pos, "a document is taken from `stdout` alone");
            reader.report(fault.hint("leave `in` out"));
        }
        return pointer(reader, at).map(|at| (at, Take::Json));
    }
    if let (Some(entry), true) = (fields.entry("match"), fields.has("at")) {
        let fault = reader.fault(entry.key_pos, "a fact is taken by `at` or by `match`");
        reader.report(fault.hint("leave one of them out"));
    }
    let stream = match fields.get("in") {
        Some(node) => reader.word(node, &Stream::ALL)?,
        None => Stream::Out,
    };
    match fields.get("match") {
        Some(node) => expression(reader, node).map(|pattern| ("", Take::Match(stream, pattern))),
        None => Some(("", Take::Text(stream))),
    }
}

/// An expression with one group, which is what the fact is.
fn expression(reader: &mut Reader<'_>, node: &Node<'_>) -> Option<Str> {
    let pattern = pattern::read(reader, node)?;
    let groups = regex_syntax::parse(pattern).map_or(0, |parsed| parsed.properties().explicit_captures_len());
    if groups != 1 {
        let fault = reader.fault(node.pos, format!("{} has {groups} groups", quoted(pattern)));
        reader.report(fault.expected("one group, which is what the fact is; `(?:…)` is none"));
        return None;
    }
    Some(pattern)
}

/// An RFC 6901 pointer: empty, or steps that each begin with `/`, with `~` only in `~0` and `~1`.
fn pointer(reader: &mut Reader<'_>, node: &Node<'_>) -> Option<Str> {
    let Content::Text(text) = &node.content else {
        reader.wrong_type(node, "a JSON pointer such as /data/id");
        return None;
    };
    let escaped = text.split('~').skip(1).all(|after| after.starts_with(['0', '1']));
    if (text.is_empty() || text.starts_with('/')) && escaped {
        return Some(keep_text(text));
    }
    let fault = reader.fault(node.pos, format!("{} is no JSON pointer", quoted(text)));
    reader.report(fault.expected("steps that begin with `/`, such as /data/*/user/id"));
    None
}
