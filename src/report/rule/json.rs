//! A rule for programs.

use super::told::{Answer, Told};
use crate::report::json::writer::Writer;

/// Writes the members of an object about a rule.
pub fn members(json: &mut Writer, told: &Told) {
    json.text_at("id", told.id);
    json.text_at("title", told.title);
    json.text_at("about", told.about);
    if let Some(on_request) = told.on_request {
        json.flag_at("on_request", on_request);
    }
    let keys: Vec<&str> = told.evidence.iter().map(|(_, key)| key.as_str()).collect();
    json.texts("looks_at", &keys);
    json.key("evidence");
    json.object(|json| {
        for (name, key) in &told.evidence {
            json.free_key(name);
            json.text(key);
        }
    });
    for rest in &told.rests {
        json.free_key(&rest.label.replace(' ', "_"));
        json.list(&rest.lines, |json, line| json.text(line));
    }
    if let [Answer { id: "", .. }] = told.answers.as_slice() {
        told.answers.iter().for_each(|answer| words(json, answer));
        return;
    }
    json.key("outcomes");
    json.list(&told.answers, |json, answer| {
        json.object(|json| {
            json.text_at("id", answer.id);
            json.maybe_at("severity", answer.severity.map(|severity| severity.name()));
            json.texts("when", &answer.when);
            words(json, answer);
        });
    });
}

fn words(json: &mut Writer, answer: &Answer) {
    json.text_at("symptom", answer.symptom);
    json.text_at("cause", answer.cause);
    json.texts("fix", &answer.fix);
}
