//! Conditions and comparisons.

use serde_json::{Map, Value, json};

use super::forms::keyed;
use super::text::{MODE, NAME, SCALARS, value_or_reference};
use super::write::{about, at, list, map, pattern};
use crate::model::fact::FactType;
use crate::rulebook::language::vocabulary::{
    CONDITION_WORDS, Comparand, OPERATORS, OVER_A_LIST, REFERENCE, Word,
};

/// The definitions of this file.
pub(super) fn defs() -> Map<String, Value> {
    let over_a_list = |name| {
        let mut schema = keyed(&OVER_A_LIST);
        schema["properties"]["where"] = at(name);
        schema
    };
    Map::from_iter([
        ("condition".to_owned(), condition("condition", "over_a_list")),
        ("finding_condition".to_owned(), condition("finding_condition", "over_a_list_of_findings")),
        ("over_a_list".to_owned(), over_a_list("condition")),
        ("over_a_list_of_findings".to_owned(), over_a_list("finding_condition")),
        ("comparison".to_owned(), comparison()),
        ("operators".to_owned(), operators()),
        ("reference".to_owned(), keyed(&REFERENCE)),
    ])
}

/// A condition that is called `name`, with `over` for its conditions over lists.
fn condition(name: &str, over: &str) -> Value {
    let members = list(&at(name));
    let findings = name != "condition";
    let known = CONDITION_WORDS.iter().filter(|(_, word, _)| *word != Word::Finding || findings);
    let words = known.map(|(key, word, words)| {
        let schema = match word {
            Word::All => members.clone(),
            Word::Not => at(name),
            Word::Any => json!({ "anyOf": [members, at(over)] }),
            Word::Every | Word::No => at(over),
            Word::Finding => at("finding"),
        };
        ((*key).to_owned(), about(schema, words))
    });
    json!({
        "type": "object",
        "minProperties": 1,
        "properties": Map::from_iter(words),
        "patternProperties": { format!("^({NAME}\\.{NAME}|it)$"): at("comparison") },
        "additionalProperties": false,
    })
}

/// What stands after a fact: a value, a reference, or operators.
fn comparison() -> Value {
    let is_reference = json!({ "required": ["ref"] });
    json!({
        "description": "a value, `{ ref: evidence.fact }`, or `{ operator: value }`; `{ is: none }`: there is none",
        "type": ["boolean", "integer", "string", "object"],
        "if": { "type": "object" },
        "then": { "if": is_reference, "then": at("reference"), "else": at("operators") },
    })
}

fn operators() -> Value {
    let known = OPERATORS.iter().filter_map(|operator| {
        // What a list contains are texts.
        let kinds = || {
            let scalars = SCALARS.into_iter().filter(|kind| operator.takes(*kind));
            scalars.chain(operator.takes(FactType::Texts).then_some(FactType::Text))
        };
        let schema = match operator.value {
            Comparand::One(_) => value_or_reference(kinds()),
            Comparand::Several(_) => list(&value_or_reference(kinds())),
            Comparand::Bits(_) => pattern(MODE),
            Comparand::Regex => at("text"),
            Comparand::Fact => return None,
        };
        Some((operator.name.to_owned(), about(schema, operator.about)))
    });
    let mut schema = map(Map::from_iter(known), &[]);
    schema["minProperties"] = json!(1);
    schema
}
