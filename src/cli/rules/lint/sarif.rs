//! The result as SARIF 2.1.0 (OASIS, 2020), for code scanning services.

use std::fmt::Write;

use super::look::{FAULT, Finding, NO_CASE};
use super::run::Results;
use crate::report::hidden::visible;
use crate::report::json::writer::Writer;
use crate::report::sarif::SCHEMA;
use crate::rulebook::lint::CODES;

pub(super) fn render(results: &Results) -> Vec<u8> {
    Writer::document(|json| {
        json.break_lines(3);
        json.text_at("$schema", SCHEMA);
        json.text_at("version", "2.1.0");
        json.key("runs");
        json.list([()], |json, ()| {
            json.object(|json| {
                tool(json);
                json.key("results");
                json.list(&results.findings, result);
            });
        });
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
    json.object(|json| {
        json.text_at("ruleId", finding.code);
        json.text_at("level", finding.level.name());
        json.key("message");
        let hint = fault.hint.as_ref().map(|hint| format!(" ({hint})")).unwrap_or_default();
        json.object(|json| json.text_at("text", &visible(&format!("{}{hint}", fault.words()))));
        json.key("locations");
        json.list([()], |json, ()| {
            json.object(|json| {
                json.key("physicalLocation");
                json.object(|json| {
                    json.key("artifactLocation");
                    json.object(|json| json.text_at("uri", &uri(&fault.file)));
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

/// A path as a relative reference (RFC 3986 section 4.2), or as a URL where it is absolute.
fn uri(path: &str) -> String {
    let mut text = if path.starts_with('/') { "file://".to_owned() } else { String::new() };
    for byte in path.strip_prefix("./").unwrap_or(path).bytes() {
        if byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte) {
            text.push(char::from(byte));
        } else {
            let _infallible = write!(text, "%{byte:02X}");
        }
    }
    text
}
