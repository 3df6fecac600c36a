//! The result for programs.

use super::run::Results;
use crate::report::json::writer::Writer;

/// The name of the JSON document's contract.
const SCHEMA: &str = "cmdop.doctor.rules-lint/1";

pub(super) fn render(results: &Results) -> Vec<u8> {
    Writer::document(|json| {
        json.text_at("schema", SCHEMA);
        json.number_at("files", results.files);
        json.break_lines(1);
        json.key("mended");
        json.list(&results.mended, |json, (file, mended)| {
            json.object(|json| {
                json.text_at("file", file);
                json.number_at("line", mended.line);
                json.text_at("code", mended.code);
                json.text_at("what", &mended.what);
            });
        });
        json.key("findings");
        json.list(&results.findings, |json, finding| {
            let fault = &finding.fault;
            json.object(|json| {
                json.text_at("level", finding.level.name());
                json.text_at("code", finding.code);
                json.text_at("file", &fault.file);
                json.number_at("line", fault.line);
                json.number_at("column", fault.column);
                json.text_at("what", &fault.what);
                json.maybe_at("expected", fault.expected.as_deref());
                json.maybe_at("hint", fault.hint.as_deref());
                json.flag_at("mendable", finding.mendable);
            });
        });
    })
}
