//! `fix:`: one step or a list of steps.

use serde_json::{Map, Value, json};

use super::forms::keyed;
use super::text::MODE;
use super::write::{at, list, pattern};
use crate::model::fix::FileVerb;
use crate::rulebook::language::vocabulary::{Key, OF_EVERY_STEP, STEPS, TAKE_TO};

/// The definitions of this file.
pub(super) fn defs() -> Map<String, Value> {
    let mut defs = Map::from_iter([
        (
            "fix".to_owned(),
            json!({ "if": { "type": "array" }, "then": list(&at("step")), "else": at("step") }),
        ),
        ("step".to_owned(), step()),
    ]);
    for (kind, own) in STEPS {
        let keys: Vec<Key> = [kind].iter().chain(own).chain(&OF_EVERY_STEP).copied().collect();
        let mut schema = keyed(&keys);
        let rules = rules_of(kind.name);
        if !rules.is_empty() {
            schema["allOf"] = json!(rules);
        }
        defs.insert(name_of(&kind), schema);
    }
    defs
}

fn name_of(kind: &Key) -> String {
    format!("step_{}", kind.name)
}

/// A step is of the kind whose key stands in it.
fn step() -> Value {
    let otherwise: Vec<Value> = STEPS.iter().map(|(kind, _)| at(&name_of(kind))).collect();
    STEPS.iter().rev().fold(json!({ "type": "object", "anyOf": otherwise }), |rest, (kind, _)| {
        json!({ "if": { "type": "object", "required": [kind.name] }, "then": at(&name_of(kind)), "else": rest })
    })
}

/// What the verb of a step asks for.
fn rules_of(kind: &str) -> Vec<Value> {
    let verb = |name: &str| json!({ "properties": { kind: { "const": name } } });
    match kind {
        "file" => {
            let takes = |(_, verb): &&(&str, FileVerb)| TAKE_TO.contains(verb);
            let with: Vec<&str> = FileVerb::ALL.iter().filter(takes).map(|(name, _)| *name).collect();
            let mode = json!({ "anyOf": [pattern(MODE), { "type": "string", "pattern": "\\{" }] });
            vec![
                json!({
                    "if": { "properties": { kind: { "enum": with } } },
                    "then": { "required": ["to"] },
                    "else": { "properties": { "to": false } },
                }),
                json!({ "if": verb("chmod"), "then": { "properties": { "to": mode } } }),
            ]
        }
        "shell" => vec![
            json!({
                "if": verb("export"),
                "then": { "required": ["value"] },
                "else": { "properties": { "value": false } },
            }),
            json!({ "properties": { "variable": { "anyOf": [
                pattern("^[A-Za-z_][A-Za-z0-9_]*$"),
                { "type": "string", "pattern": "\\{" },
            ] } } }),
        ],
        "run" => vec![json!({ "properties": { kind: { "minItems": 1 } } })],
        _ => Vec::new(),
    }
}
