//! Texts and values: names, ids, sentences with holes, and what a fact of each type can be.

use serde_json::{Map, Value, json};

use super::write::{at, escaped, pattern};
use crate::model::fact::FactType;
use crate::model::settings::SYMBOLS;
use crate::model::template::Filter;
use crate::rulebook::language::vocabulary::{IdKind, RESERVED};

/// A name, as `language` has it.
pub(super) const NAME: &str = "[a-z][a-z0-9_]*";

/// The definitions of this file.
pub(super) fn defs() -> Map<String, Value> {
    let two = format!("{NAME}\\.{NAME}");
    let text = json!({ "type": "string", "pattern": "\\S" });
    let holes = pattern(&with_holes());
    let number = json!({ "type": "integer" });
    Map::from_iter([
        ("text".to_owned(), text.clone()),
        // A number counts as the text that it is written as.
        ("template".to_owned(), json!({ "anyOf": [{ "allOf": [text, holes] }, number] })),
        ("name".to_owned(), pattern(&format!("^{NAME}$"))),
        ("fact".to_owned(), pattern(&format!("^({two}|it)$"))),
        ("check_id".to_owned(), pattern(&id(IdKind::Check))),
        ("finding".to_owned(), pattern(&format!("^{two}(/{NAME})?$"))),
        ("suggestion".to_owned(), pattern(&format!("^{two}/({NAME}|\\*)$"))),
        ("selection".to_owned(), pattern(&format!("^{NAME}(\\.{NAME})?$"))),
        ("host".to_owned(), pattern("^([a-z0-9.-]+(:[0-9]{1,5})?|\\{(api|issuer)\\})$")),
    ])
}

/// What the ids of a kind look like.
pub(super) fn id(kind: IdKind) -> String {
    match kind.area() {
        Some(area) => format!("^{area}\\.{NAME}$"),
        None if kind == IdKind::Shape => format!("^{NAME}(\\.{NAME})*$"),
        None => format!("^(?!({})\\.){NAME}\\.{NAME}$", RESERVED.join("|")),
    }
}

/// A text whose holes are symbols or facts, with filters that there are.
fn with_holes() -> String {
    let symbols: Vec<&str> = SYMBOLS.iter().map(|(symbol, _)| *symbol).collect();
    let plain: Vec<&str> = Filter::PLAIN.iter().map(|(name, _)| *name).collect();
    let (symbols, plain, timed) = (symbols.join("|"), plain.join("|"), Filter::WITH_TIME.join("|"));
    let fact = format!("{NAME}\\.{NAME}");
    let filter = format!("\\s*\\|\\s*(?:{plain}|(?:{timed}):\\s*{fact})");
    let hole = format!("\\{{\\s*(?:{symbols}|it|{fact})(?:{filter})*\\s*\\}}");
    format!("^(?:[^{{}}]|\\{{\\{{|\\}}\\}}|{hole})*$")
}

/// What a rule or a case writes for a fact of this type.
pub(super) fn literal(kind: FactType) -> Value {
    match kind {
        FactType::Bool => json!({ "type": "boolean" }),
        FactType::Int => json!({ "type": "integer" }),
        FactType::Text => json!({ "type": "string" }),
        FactType::Time => pattern(TIME),
        FactType::Duration => pattern(DURATION),
        FactType::Bytes => json!({ "anyOf": [pattern(SIZE), { "type": "integer", "minimum": 0 }] }),
        FactType::Mode => pattern(MODE),
        FactType::Uid => json!({ "type": "integer", "minimum": 0, "maximum": u32::MAX }),
        FactType::Texts => json!({ "type": "array", "items": { "type": "string" } }),
        FactType::Maps(fields) => {
            let known = fields.iter().map(|field| (field.name.to_owned(), or_none(literal(field.kind))));
            let properties = Map::from_iter(known);
            let element =
                json!({ "type": "object", "properties": properties, "additionalProperties": false });
            json!({ "type": "array", "items": element })
        }
    }
}

/// `schema`, or none.
pub(super) fn or_none(schema: Value) -> Value {
    json!({ "anyOf": [schema, { "type": "null" }] })
}

/// The scalar types of facts.
pub(super) const SCALARS: [FactType; 8] = [
    FactType::Bool,
    FactType::Int,
    FactType::Text,
    FactType::Time,
    FactType::Duration,
    FactType::Bytes,
    FactType::Mode,
    FactType::Uid,
];

/// RFC 3339 section 5.6, as it stands in rules.
const TIME: &str = "^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\\.[0-9]+)?)?([Zz]|[+-][0-9]{2}(:?[0-9]{2})?)$";
pub(super) const DURATION: &str = "^-?([0-9]+(ms|s|m|h|d))+$";
const SIZE: &str = "^[0-9]+\\s*(B|KiB|MiB|GiB)?$";
pub(super) const MODE: &str = "^[0-7]{3,4}$";

/// A value, or a reference to another fact.
pub(super) fn value_or_reference(kinds: impl Iterator<Item = FactType>) -> Value {
    let mut forms: Vec<Value> = Vec::new();
    for form in kinds.map(literal) {
        if !forms.contains(&form) {
            forms.push(form);
        }
    }
    // Any text covers the special ones.
    if forms.contains(&json!({ "type": "string" })) {
        forms.retain(|form| form.get("pattern").is_none());
    }
    forms.push(at("reference"));
    json!({ "anyOf": forms })
}

/// The name of a probe and its parameters as a key, as a regular expression without its end.
pub(super) fn key_begins(name: &str) -> String {
    format!("^\\s*{}(\\s|$)", escaped(name))
}
