//! `evidence:`: every probe with its parameters.

use serde_json::{Map, Value, json};

use super::forms::keyed;
use super::text::NAME;
use super::write::{about, at, list, map, word};
use crate::model::condition::IT;
use crate::model::probe::{PRESENT, ParamSpec, ProbeKind, ProbeSpec};
use crate::rulebook::language::vocabulary::{BODY_FACT, OUTPUT_FACT};

/// The definitions of this file.
pub(super) fn defs() -> Map<String, Value> {
    let mut defs = Map::new();
    for kind in ProbeKind::ALL {
        defs.insert(name_of(kind.spec()), asked(kind.spec()));
    }
    defs.insert("evidence".to_owned(), evidence());
    defs.insert("body".to_owned(), facts("body_fact"));
    defs.insert("body_fact".to_owned(), body_fact());
    defs.insert("output".to_owned(), facts("output_fact"));
    defs.insert("output_fact".to_owned(), output_fact());
    defs
}

fn name_of(spec: &ProbeSpec) -> String {
    format!("probe_{}", spec.name)
}

/// Names, each with exactly one probe.
fn evidence() -> Value {
    let probes = ProbeKind::ALL.iter().map(|kind| {
        let spec = kind.spec();
        (spec.name.to_owned(), about(at(&name_of(spec)), spec.about))
    });
    let mut one = map(Map::from_iter(probes), &[]);
    one["minProperties"] = json!(1);
    // As `maxProperties: 1`, after which an editor would offer nothing under an empty name.
    one["not"] = json!({ "minProperties": 2 });
    json!({
        "type": "object",
        "patternProperties": { format!("^(?!{IT}$){NAME}$"): one },
        "additionalProperties": false,
    })
}

/// What a probe is asked with.
fn asked(spec: &ProbeSpec) -> Value {
    let params = spec.params.iter().map(|param| (param.name.to_owned(), parameter(param)));
    let mut properties = Map::from_iter(params);
    if spec.body {
        let own: Vec<&str> = spec.facts.iter().map(|fact| fact.name).chain([PRESENT.name]).collect();
        let (body, words) = match spec.output {
            false => ("body", "facts taken out of the document, by JSON pointer"),
            true => ("output", "facts taken out of what it says"),
        };
        let schema = json!({ "allOf": [at(body), { "propertyNames": { "not": { "enum": own } } }] });
        properties.insert("body".to_owned(), about(schema, words));
    }
    let required: Vec<&str> =
        spec.params.iter().filter(|param| param.required).map(|param| param.name).collect();
    let without = properties.is_empty();
    let mut schema = map(properties, &required);
    if without {
        // `clock:` alone is as good as `clock: {}`.
        schema["type"] = json!(["object", "null"]);
    }
    if !spec.one_of.is_empty() {
        let ways: Vec<Value> = spec.one_of.iter().map(|param| json!({ "required": [param] })).collect();
        schema["oneOf"] = json!(ways);
    }
    about(schema, &facts_in_words(spec))
}

/// What the probe tells, as an editor shows it.
fn facts_in_words(spec: &ProbeSpec) -> String {
    let facts: Vec<String> = spec
        .facts
        .iter()
        .map(|fact| format!("{} ({}): {}", fact.name, fact.kind.name(), fact.about))
        .collect();
    format!("{}\n\nFacts:\n{}", spec.about, facts.join("\n"))
}

/// One of the choices, unless other evidence says which; or a list of words.
fn parameter(param: &ParamSpec) -> Value {
    if param.many {
        return list(&at("template"));
    }
    if param.choices.is_empty() {
        return at("template");
    }
    let open = json!({ "allOf": [at("template"), { "type": "string", "pattern": "\\{" }] });
    json!({ "anyOf": [word(param.choices.iter().copied()), open] })
}

/// Names, each with such a fact.
fn facts(such: &str) -> Value {
    json!({
        "type": "object",
        "patternProperties": { format!("^{NAME}$"): at(such) },
        "additionalProperties": false,
    })
}

/// Only a list has fields, and steps that take every element.
fn body_fact() -> Value {
    let mut schema = keyed(&BODY_FACT);
    schema["if"] = json!({ "properties": { "type": { "const": "list" } } });
    schema["else"] =
        json!({ "properties": { "of": false, "at": { "not": { "pattern": "(^|/)\\*(/|$)" } } } });
    schema
}

/// What is taken by its place in a document is taken by nothing else; text has no fields.
fn output_fact() -> Value {
    let mut schema = keyed(&OUTPUT_FACT);
    schema["if"] = json!({ "required": ["at"] });
    schema["then"] = json!({ "properties": { "match": false, "in": false } });
    schema["else"] = json!({ "properties": { "of": false } });
    schema["allOf"] = json!([{
        "if": { "properties": { "type": { "const": "list" } } },
        "else": { "properties": { "of": false, "at": { "not": { "pattern": "(^|/)\\*(/|$)" } } } },
    }]);
    schema
}
