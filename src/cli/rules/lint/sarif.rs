//! The result as SARIF 2.1.0 (OASIS, 2020), for code scanning services.

use super::look::{FAULT, Finding, NO_CASE};
use super::run::Results;
use crate::report::hidden::visible;
use crate::report::json::writer::Writer;
use crate::report::sarif;
use crate::rulebook::lint::CODES;

pub(super) fn render(results: &Results) -> Vec<u8> {
    sarif::log(|json| {
        tool(json);
        json.key("results");
        json.list(&results.findings, result);
    })
}

fn tool(json: &mut Writer) {
    let own = [(FAULT, "a rule is read only without faults"), (NO_CASE, "every answer of a rule has a case")];
    json.key("tool");
    json.object(|json| {
        json.key("driver");
        json.object(|json| {
            json.text_at("name", concat!(env!("CARGO_PKG_NAME"), " rules lint"));
            json.text_at("version", env!("CARGO_PKG_VERSION"));
            json.key("rules");
            json.list(own.iter().chain(&CODES), |json, (code, about)| {
                json.object(|json| {
                    json.text_at("id", code);
                    json.key("shortDescription");
                    json.object(|json| json.text_at("text", about));
                });
            });
        });
    });
}

fn result(json: &mut Writer, finding: &Finding) {
    let fault = &finding.fault;
    let path = fault.file.strip_prefix("./").unwrap_or(&fault.file);
    json.object(|json| {
        json.text_at("ruleId", finding.code);
        json.text_at("level", finding.level.name());
        let hint = fault.hint.as_ref().map(|hint| format!(" ({hint})")).unwrap_or_default();
        sarif::message(json, &visible(&format!("{}{hint}", fault.words())));
        json.key("locations");
        json.list([()], |json, ()| {
            json.object(|json| {
                json.key("physicalLocation");
                json.object(|json| {
                    json.key("artifactLocation");
                    json.object(|json| json.text_at("uri", &sarif::uri(path)));
                    if fault.line > 0 {
                        json.key("region");
                        json.object(|json| {
                            json.number_at("startLine", fault.line);
                            json.number_at("startColumn", fault.column.max(1));
                        });
                    }
                });
            });
        });
    });
}
