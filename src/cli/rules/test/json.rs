//! The result for programs.

use super::run::Results;
use crate::report::json::writer::Writer;
use crate::source::case::Miss;
use crate::source::trial::{Covered, Tried};

/// The name of the JSON document's contract.
const SCHEMA: &str = "cmdop.doctor.rules-test/1";

pub(super) fn render(results: &Results) -> Vec<u8> {
    Writer::document(|json| {
        json.text_at("schema", SCHEMA);
        json.number_at("cases", results.tried.len());
        json.number_at("wrong", results.wrong());
        json.break_lines(1);
        json.key("results");
        json.list(&results.tried, case);
        json.key("rules");
        json.list(&results.rules, |json, one| rule(json, one, results.thorough));
        json.texts("without_cases", &results.without_cases());
    })
}

fn case(json: &mut Writer, tried: &Tried) {
    json.object(|json| {
        json.text_at("file", &tried.file);
        json.number_at("line", tried.line);
        json.text_at("case", &tried.name);
        json.texts("rules", &tried.rules);
        json.key("differences");
        json.list(&tried.misses, |json, Miss { what, expected, found }| {
            json.object(|json| {
                json.text_at("key", what);
                json.text_at("expected", expected);
                json.text_at("found", found);
            });
        });
    });
}

fn rule(json: &mut Writer, rule: &Covered, thorough: bool) {
    json.object(|json| {
        json.text_at("kind", rule.kind);
        json.text_at("id", rule.id);
        json.text_at("file", rule.source.file);
        json.number_at("line", rule.source.line);
        json.number_at("cases", rule.cases);
        json.key("answers");
        json.list(&rule.answers, |json, (answer, cases)| {
            json.object(|json| {
                json.text_at("answer", answer);
                json.number_at("cases", cases);
            });
        });
        if thorough {
            json.number_at("comparisons", rule.comparisons);
            json.texts("unnoticed", &rule.unnoticed);
        }
    });
}
