//! Cases: what was read, by probe key, and what is expected.

use serde_json::{Map, Value, json};

use super::forms::{keyed, properties};
use super::text::{NAME, literal, or_none};
use super::write::{about, at, escaped, list, map};
use crate::model::probe::{PRESENT, ParamSpec, ProbeKind, ProbeSpec};
use crate::rulebook::language::vocabulary::{
    CASE, CASE_ANSWERS, CASE_ROOTS, CASE_WORDS, Key, SAMPLE, SPELLING, TRAP,
};

/// The definitions of this file.
pub(super) fn defs() -> Map<String, Value> {
    let mut defs = Map::new();
    for kind in ProbeKind::ALL {
        defs.insert(name_of(kind.spec()), reading(kind.spec()));
    }
    defs.insert("case".to_owned(), list(&by_sign(at("machine_case"))));
    defs.insert("machine_case".to_owned(), keyed(&CASE));
    defs.insert("spelling_case".to_owned(), keyed(&SPELLING));
    defs.insert("sample_case".to_owned(), keyed(&SAMPLE));
    defs.insert("trap_case".to_owned(), keyed(&TRAP));
    defs.insert("readings".to_owned(), readings());
    defs.insert("expectation".to_owned(), expectation());
    defs
}

/// A case of the kind whose key stands in it, or else `rest`.
pub(super) fn by_sign(rest: Value) -> Value {
    let signs = [
        ("case", "machine_case"),
        ("heard", "spelling_case"),
        ("rule", "sample_case"),
        ("accuses", "trap_case"),
    ];
    signs.into_iter().rev().fold(
        rest,
        |rest, (sign, name)| json!({ "if": { "required": [sign] }, "then": at(name), "else": rest }),
    )
}

fn name_of(spec: &ProbeSpec) -> String {
    format!("reading_{}", spec.name)
}

fn readings() -> Value {
    let keys = ProbeKind::ALL.iter().map(|kind| (key(kind.spec()), at(&name_of(kind.spec()))));
    json!({ "type": "object", "patternProperties": Map::from_iter(keys), "additionalProperties": false })
}

/// The keys of a probe as a regular expression: its name, and its parameters in their order.
fn key(spec: &ProbeSpec) -> String {
    let params = spec.params.iter().map(|param| {
        let lead = if param.lead.is_empty() { String::new() } else { format!("\\s+{}", escaped(param.lead)) };
        let often = match (param.required, param.many) {
            (true, false) => "",
            (true, true) => "+",
            (false, false) => "?",
            (false, true) => "*",
        };
        format!("({lead}\\s+{}){often}", value(param))
    });
    format!("^\\s*{}{}\\s*$", escaped(spec.name), params.collect::<String>())
}

/// One of the choices, or any word, with quotes or without.
fn value(param: &ParamSpec) -> String {
    if param.choices.is_empty() {
        return "(\"([^\"\\\\]|\\\\.)*\"|[^\\s\"]\\S*)".to_owned();
    }
    let choices: Vec<String> = param.choices.iter().map(|choice| escaped(choice)).collect();
    let choices = choices.join("|");
    format!("({choices}|\"({choices})\"|\\S*\\{{\\S*)")
}

/// What was read: facts, `absent`, or why it could not be looked at.
fn reading(spec: &ProbeSpec) -> Value {
    let known = spec.facts.iter().chain([&PRESENT]);
    let facts = known.map(|fact| (fact.name.to_owned(), about(or_none(literal(fact.kind)), fact.about)));
    let mut properties = Map::from_iter(facts);
    properties.insert("unavailable".to_owned(), about(at("text"), "why it could not be looked at"));
    let mut found = map(properties, &[]);
    if spec.body {
        // What rules take out of the document is known only from all of them together.
        found["additionalProperties"] = json!(true);
        found["propertyNames"] = json!({ "pattern": format!("^{NAME}$") });
    }
    found["dependentSchemas"] = json!({ "unavailable": { "maxProperties": 1 } });
    json!({ "anyOf": [found, { "const": "absent", "description": "looked for, not there" }] })
}

/// The roots of a whole diagnosis, or exactly one answer of a check.
fn expectation() -> Value {
    let with_words = |keys: &[Key]| -> Vec<Key> { keys.iter().chain(&CASE_WORDS).copied().collect() };
    let mut of_check = keyed(&with_words(&CASE_ANSWERS));
    let ways: Vec<Value> = CASE_ANSWERS.iter().map(|key| json!({ "required": [key.name] })).collect();
    of_check["oneOf"] = json!(ways);
    let all: Vec<Key> = CASE_ROOTS.into_iter().chain(CASE_ANSWERS).chain(CASE_WORDS).collect();
    json!({
        "type": "object",
        "properties": properties(&all),
        "if": { "required": CASE_ROOTS.map(|key| key.name) },
        "then": keyed(&with_words(&CASE_ROOTS)),
        "else": of_check,
    })
}
