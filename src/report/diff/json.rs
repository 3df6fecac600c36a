//! The difference for programs: `cmdop.doctor.diff/1`, which grows by addition only.

use super::SCHEMA;
use super::compare::Difference;
use crate::model::diagnosis::Root;
use crate::model::report::Report;
use crate::source::json::Writer;

pub(super) fn write(difference: &Difference<'_>, before: &Report, after: &Report) -> Vec<u8> {
    Writer::document(|json| {
        json.text_at("schema", SCHEMA);
        side_at(json, "before", before);
        side_at(json, "after", after);
        json.flag_at("changed", difference.matters());
        json.key("roots");
        json.break_lines(1);
        json.object(|json| {
            roots_at(json, "gone", &difference.gone);
            roots_at(json, "new", &difference.new);
        });
        json.key("findings");
        json.list(&difference.findings, |json, change| {
            json.object(|json| {
                json.text_at("finding", &change.finding);
                json.text_at("before", &change.before);
                json.text_at("after", &change.after);
            });
        });
        json.key("facts");
        json.list(&difference.facts, |json, change| {
            json.object(|json| {
                json.text_at("probe", &change.probe);
                json.text_at("fact", &change.fact);
                json.text_at("before", &change.before);
                json.text_at("after", &change.after);
            });
        });
    })
}

fn side_at(json: &mut Writer, name: &'static str, report: &Report) {
    json.key(name);
    json.object(|json| {
        json.text_at("kind", report.source.kind.name());
        json.text_at("name", &report.source.name);
        json.time_at("started_at", report.started_at);
        json.text_at("verdict", report.verdict.name());
    });
}

fn roots_at(json: &mut Writer, name: &'static str, roots: &[&Root]) {
    json.key(name);
    json.list(roots, |json, root| {
        json.object(|json| {
            json.text_at("id", &root.id);
            json.text_at("severity", root.severity.name());
            json.text_at("cause", &root.cause);
        });
    });
}
