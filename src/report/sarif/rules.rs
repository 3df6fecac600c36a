//! The rules of a SARIF run: the checks and cause rules that it tells of.

use std::collections::HashMap;

use super::escaped;
use crate::model::severity::Severity;
use crate::report::entry::Entry;
use crate::report::json::writer::Writer;

/// Each rule once, in the order in which results and notifications refer to them.
pub(super) struct Rules<'r> {
    rules: Vec<&'r Entry<'r>>,
    places: HashMap<&'r str, usize>,
}

impl<'r> Rules<'r> {
    /// The rules behind `entries`.
    pub(super) fn of(entries: &'r [Entry<'r>]) -> Rules<'r> {
        let mut rules = Rules { rules: Vec::new(), places: HashMap::new() };
        for entry in entries {
            if !rules.places.contains_key(entry.rule()) {
                rules.places.insert(entry.rule(), rules.rules.len());
                rules.rules.push(entry);
            }
        }
        rules
    }

    /// The member `rules`.
    pub(super) fn write(&self, json: &mut Writer) {
        json.key("rules");
        json.list(&self.rules, |json, entry| rule(json, entry));
    }

    /// A `reportingDescriptorReference` to a rule.
    pub(super) fn refer(&self, json: &mut Writer, rule: &str) {
        json.object(|json| {
            json.text_at("id", rule);
            json.number_at("index", self.place(rule));
        });
    }

    /// The rule's `ruleIndex`.
    pub(super) fn place(&self, rule: &str) -> usize {
        self.places.get(rule).copied().unwrap_or_default()
    }
}

fn rule(json: &mut Writer, entry: &Entry<'_>) {
    let check = entry.finding.map(|finding| finding.check);
    let about = check.map_or("", |check| check.about);
    let about = if about.is_empty() { entry.title() } else { about };
    let outcomes = check.into_iter().flat_map(|check| check.outcomes.into_iter());
    let worst =
        outcomes.filter_map(|outcome| outcome.severity).max().or(entry.root.map(|root| root.severity));
    let more = format!("{about}\n\nMore: cmdop doctor explain {}", entry.rule());
    json.object(|json| {
        json.text_at("id", entry.rule());
        text_member(json, "shortDescription", check.map_or(entry.title(), |check| check.title));
        text_member(json, "fullDescription", about);
        text_member(json, "help", &more);
        json.key("defaultConfiguration");
        json.object(|json| json.text_at("level", worst.map_or("none", Severity::name)));
    });
}

fn text_member(json: &mut Writer, name: &'static str, text: &str) {
    json.key(name);
    json.object(|json| json.text_at("text", &escaped(text)));
}
