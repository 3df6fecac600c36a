//! Facts as JSON: in reports, in bundles, and in cases, since JSON is YAML.

use super::json::Writer;
use super::spelling::line;
use crate::model::evidence::Reading;
use crate::model::fact::{Fact, Facts, Value};

/// A reading as a case has it: a map of facts, `absent`, or why it is unavailable.
pub fn reading(json: &mut Writer, reading: &Reading) {
    match reading {
        Reading::Found(facts) => listed(json, facts, true),
        Reading::Absent => json.text("absent"),
        Reading::Unavailable(why) => json.object(|json| json.text_at("unavailable", &why.to_string())),
    }
}

/// Facts as in a report: null says none, and a fact that is unknown is not listed.
pub fn facts(json: &mut Writer, facts: &Facts) {
    listed(json, facts, false);
}

/// In a case, what says nothing of `present` was found: where that is unknown, `as_case` says so.
fn listed(json: &mut Writer, facts: &Facts, as_case: bool) {
    json.object(|json| {
        for (name, fact) in facts.iter() {
            match fact {
                Fact::Known(Value::Time(ms)) => json.time_at(name, *ms),
                Fact::Known(known) => {
                    json.key(name);
                    value(json, known);
                }
                Fact::Nothing => json.maybe_at(name, None),
                Fact::Unknown if as_case && name == "present" => json.maybe_at(name, None),
                Fact::Unknown => {}
            }
        }
    });
}

fn value(json: &mut Writer, value: &Value) {
    match value {
        Value::Bool(_) | Value::Int(_) | Value::Bytes(_) | Value::Uid(_) => json.plain(&line(value)),
        Value::Text(text) => json.text(text),
        Value::Time(_) | Value::Duration(_) | Value::Mode(_) => json.text(&line(value)),
        Value::Texts(texts) => json.list(texts, |json, text| json.text(text)),
        Value::Maps(maps) => json.list(maps, facts),
    }
}
