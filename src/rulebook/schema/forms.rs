//! What can stand under a key, and maps made of the parser's tables of keys.

use serde_json::{Map, Value, json};

use super::text::{DURATION, id};
use super::write::{about, at, list, map, pattern, word};
use crate::model::check::Stream;
use crate::model::fix::FileVerb;
use crate::model::operation::Operation;
use crate::model::rulebook::Family;
use crate::rulebook::language::vocabulary::{
    AUDIENCES, BODY_TYPES, Form, Key, SAFETIES, SEVERITIES, SHELL_VERBS, UNDECIDED, VERDICTS,
};

/// A map with the keys of a table.
pub(super) fn keyed(keys: &[Key]) -> Value {
    let required: Vec<&str> = keys.iter().filter(|key| key.must).map(|key| key.name).collect();
    map(properties(keys), &required)
}

/// The keys of a table as properties.
pub(super) fn properties(keys: &[Key]) -> Map<String, Value> {
    keys.iter().map(|key| (key.name.to_owned(), about(form(key.form), key.about))).collect()
}

fn form(form: Form) -> Value {
    match form {
        Form::Text | Form::Regex => at("text"),
        Form::Bool => json!({ "type": "boolean" }),
        Form::True => json!({ "const": true }),
        Form::Id(kind) | Form::IdOf(kind) => pattern(&id(kind)),
        Form::Ids => json!({ "type": "array", "items": at("text") }),
        Form::OutcomeName => json!({ "allOf": [at("name"), { "not": { "const": UNDECIDED } }] }),
        Form::Otherwise => at("name"),
        Form::CheckId => at("check_id"),
        Form::CheckIds => set(&at("check_id")),
        Form::Findings => list(&at("finding")),
        Form::Suggestions => list(&at("suggestion")),
        Form::Selections => set(&at("selection")),
        Form::Template => at("template"),
        Form::Templates => json!({ "type": "array", "items": at("template") }),
        Form::Texts => json!({ "type": "array", "items": at("text") }),
        Form::Hosts => json!({ "type": "array", "items": at("host") }),
        Form::ListFact | Form::FactName => at("fact"),
        Form::Condition => at("condition"),
        Form::FindingCondition => at("finding_condition"),
        Form::Evidence => at("evidence"),
        Form::Outcomes => list(&at("outcome")),
        Form::ChangedOutcomes => at("changed_outcomes"),
        Form::Steps => at("fix"),
        Form::Severity => word(names(&SEVERITIES)),
        Form::Audience => word(names(&AUDIENCES)),
        Form::Safety => word(names(&SAFETIES)),
        Form::Operation => word(names(Operation::ALL)),
        Form::FileVerb => word(names(&FileVerb::ALL)),
        Form::ShellVerb => word(names(&SHELL_VERBS)),
        Form::Family => word(names(&Family::ALL)),
        Form::LogFields => at("log_fields"),
        Form::Witnesses => list(&at("witness")),
        Form::ProbePattern => at("text"),
        Form::WitnessedFacts => at("witnessed_facts"),
        Form::Corrections => at("corrections"),
        Form::Duration => pattern(DURATION),
        Form::Pointer => pattern("^(/([^~]|~[01])*)?$"),
        Form::BodyType => word(names(&BODY_TYPES)),
        Form::Stream => word(names(&Stream::ALL)),
        Form::BodyFacts => at("body"),
        Form::Readings => at("readings"),
        Form::Expectation => at("expectation"),
        Form::Verdict => word(names(&VERDICTS)),
        Form::OutcomeNames => json!({ "type": "array", "items": at("name") }),
        Form::Elements => json!({ "type": "object", "additionalProperties": at("name") }),
        Form::SampleFields => json!({ "type": "object", "additionalProperties": at("text") }),
        Form::Roots => json!({ "type": "array", "items": at("text") }),
    }
}

/// A list of names of which none stands twice.
fn set(items: &Value) -> Value {
    json!({ "type": "array", "items": items, "uniqueItems": true })
}

fn names<'w, T>(words: &'w [(&'static str, T)]) -> impl Iterator<Item = &'static str> + 'w {
    words.iter().map(|(name, _)| *name)
}
