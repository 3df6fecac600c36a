//! Whole documents: every kind of rule, cases, and one schema for all of them.

use serde_json::{Map, Value, json};

use super::forms::keyed;
use super::write::{about, at, list};
use super::{case, condition, evidence, log_line, step, text};
use crate::rulebook::language::vocabulary::{
    CHANGED_OUTCOME, CORRECTION, IdKind, KINDS, Key, Kind, NOT_OF_THE_HEALTHY, OF_THE_SICK, OUTCOME, SIGNS,
    WITHOUT_ROOT,
};

/// The dialect (JSON Schema Core 2020-12, section 8.1.1).
const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";

/// The name of the schema of cases; the others are called like the kinds of rules.
const CASE: &str = "case";

/// What a schema can be asked for: every kind of rule, and cases.
pub fn names() -> impl Iterator<Item = &'static str> {
    KINDS.iter().map(|(name, ..)| *name).chain([CASE])
}

/// The schema of rule files of every kind, and of their cases.
pub fn whole() -> Value {
    let title = "Rules of cmdop doctor, and their cases";
    document(title, json!({ "if": { "type": "array" }, "then": { "items": at("any") }, "else": at("any") }))
}

/// The schema of files of one kind; none where no kind is called `name`.
pub fn of(name: &str) -> Option<Value> {
    let name = names().find(|known| *known == name)?;
    let root = match name {
        CASE => at(CASE),
        rule => json!({ "if": { "type": "array" }, "then": list(&at(rule)), "else": at(rule) }),
    };
    Some(document(&format!("Files of the kind {name}, of cmdop doctor"), root))
}

fn document(title: &str, root: Value) -> Value {
    let used = reachable(&root);
    let mut schema = about(root, "made by `cmdop doctor rules schema`");
    schema["$schema"] = json!(DIALECT);
    schema["title"] = json!(title);
    schema["$defs"] = Value::Object(used);
    schema
}

/// The definitions that `root` needs, be it by way of others.
fn reachable(root: &Value) -> Map<String, Value> {
    let all = defs();
    let mut used = Map::new();
    let mut wanted = references(root);
    while let Some(name) = wanted.pop() {
        let Some(schema) = all.get(&name).filter(|_| !used.contains_key(&name)) else { continue };
        wanted.extend(references(schema));
        used.insert(name, schema.clone());
    }
    used
}

/// The names of the definitions that stand in `schema`.
fn references(schema: &Value) -> Vec<String> {
    match schema {
        Value::Object(members) => {
            let own = members.get("$ref").and_then(Value::as_str).and_then(|to| to.strip_prefix("#/$defs/"));
            own.map(str::to_owned).into_iter().chain(members.values().flat_map(references)).collect()
        }
        Value::Array(items) => items.iter().flat_map(references).collect(),
        _ => Vec::new(),
    }
}

fn defs() -> Map<String, Value> {
    let mut defs = Map::new();
    for part in
        [text::defs(), condition::defs(), evidence::defs(), step::defs(), log_line::defs(), case::defs()]
    {
        defs.extend(part);
    }
    for (name, kind, _, keys) in KINDS {
        defs.insert(name.to_owned(), rule(kind, keys));
    }
    defs.insert("any".to_owned(), any());
    defs.insert("outcome".to_owned(), outcome());
    defs.insert("corrections".to_owned(), corrections());
    let changed = json!({
        "type": "object",
        "patternProperties": { format!("^{}$", text::NAME): keyed(&CHANGED_OUTCOME) },
        "additionalProperties": false,
    });
    defs.insert("changed_outcomes".to_owned(), changed);
    defs
}

/// A document of any kind: the keys that stand in it say which, as they say it to the parser.
fn any() -> Value {
    let kinds = KINDS.iter().map(|(name, ..)| at(name)).chain([at("machine_case")]);
    let unknown = json!({ "type": "object", "anyOf": kinds.collect::<Vec<_>>() });
    let name_of =
        |kind: Kind| KINDS.iter().find(|(_, known, ..)| *known == kind).map_or("", |(name, ..)| name);
    let by_sign = SIGNS.iter().rev().fold(unknown, |rest, (key, kind)| {
        let then = if *kind == Kind::Symptom { log_or_symptom() } else { at(name_of(*kind)) };
        json!({ "if": { "required": [key] }, "then": then, "else": rest })
    });
    case::by_sign(by_sign)
}

/// A log rule that only suggests has the keys of a symptom.
fn log_or_symptom() -> Value {
    let named = json!({ "properties": { "id": { "pattern": text::id(IdKind::Log) } } });
    json!({ "if": named, "then": at("log"), "else": at("symptom") })
}

fn rule(kind: Kind, keys: &[Key]) -> Value {
    let mut schema = keyed(keys);
    match kind {
        Kind::Cause => {
            // The finding of `when` lends its words, if it is the only one.
            schema["if"] = json!({ "not": { "anyOf": [
                { "required": ["root"] },
                { "properties": { "when": { "required": ["finding"] } } },
            ] } });
            schema["then"] = json!({ "required": WITHOUT_ROOT });
        }
        Kind::Log => {
            schema["anyOf"] = json!([{ "required": ["witness"] }, { "required": ["suggests"] }]);
        }
        Kind::Check | Kind::Shape | Kind::Profile | Kind::Symptom | Kind::Extension | Kind::Disabling => {}
    }
    schema
}

/// A sick outcome has its words; a healthy one has none, and nothing to fix.
fn outcome() -> Value {
    let mut schema = keyed(&OUTCOME);
    schema["if"] = json!({ "required": ["severity"] });
    schema["then"] = json!({ "required": OF_THE_SICK });
    let none = NOT_OF_THE_HEALTHY.map(|key| (key.to_owned(), json!(false)));
    schema["else"] = json!({ "properties": Map::from_iter(none) });
    schema
}

fn corrections() -> Value {
    json!({ "type": "object", "propertyNames": at("fact"), "additionalProperties": keyed(&CORRECTION) })
}
