//! What only rules about lines of logs have: fields, and witnesses.

use serde_json::{Map, Value, json};

use super::forms::keyed;
use super::text::key_begins;
use super::write::at;
use crate::model::probe::{PRESENT, ProbeKind};
use crate::rulebook::language::vocabulary::WITNESS;

/// The definitions of this file.
pub(super) fn defs() -> Map<String, Value> {
    let fields = json!({
        "type": "object",
        "propertyNames": { "pattern": "^[A-Za-z0-9_.-]+$" },
        "additionalProperties": { "anyOf": [at("text"), { "type": "null" }] },
    });
    let facts = json!({ "anyOf": [{ "const": "absent" }, { "type": "object" }] });
    Map::from_iter([
        ("log_fields".to_owned(), fields),
        ("witnessed_facts".to_owned(), facts),
        ("witness".to_owned(), witness()),
    ])
}

/// A probe key, and facts of that probe.
fn witness() -> Value {
    let mut schema = keyed(&WITNESS);
    let known = ProbeKind::ALL.iter().map(|kind| {
        let spec = kind.spec();
        let names: Vec<&str> = spec.facts.iter().map(|fact| fact.name).chain([PRESENT.name]).collect();
        json!({
            "if": { "properties": { "probe": { "pattern": key_begins(spec.name) } } },
            "then": { "properties": { "facts": { "propertyNames": { "enum": names } } } },
        })
    });
    schema["allOf"] = known.collect();
    let any: Vec<&str> = ProbeKind::ALL.iter().map(|kind| kind.spec().name).collect();
    schema["properties"]["probe"]["pattern"] = json!(format!("^\\s*({})(\\s|$)", any.join("|")));
    schema
}
