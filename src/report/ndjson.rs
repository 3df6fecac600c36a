//! The report as a stream of events, one JSON document a line, for whoever wants to watch: probes as
//! they answer, then findings and roots as they are judged, and a summary at the end.
//!
//! Every event has `event` and, by it: `started` (`schema tool source started_at`), `probe` (`probe
//! reading duration_ms`), `finding` and `root` (the objects of the JSON report), `remark` (`text`),
//! `treatment` (as there), `summary` (`verdict exit_code duration_ms summary`), which is the last one.
//! With `--fix` or `--wait` the machine is examined several times: each time begins with `started`,
//! and what is judged is told of the last.

use super::json::writer::Writer;
use super::json::{counts, rows, treated};
use crate::model::evidence::{Evidence, Reading};
use crate::model::report::{Report, SourceName, Summary};

/// The contract's name; it grows by addition only.
pub const SCHEMA: &str = "cmdop.doctor.events/1";

/// The whole stream of an examination that is over.
pub fn render(report: &Report) -> Vec<u8> {
    let mut stream = started(&report.source, report.started_at);
    for (key, evidence) in &report.evidence {
        stream.extend(probe(key, evidence));
    }
    stream.extend(closing(report));
    stream
}

fn event(name: &str, fill: impl FnOnce(&mut Writer)) -> Vec<u8> {
    Writer::line(|json| {
        json.text_at("event", name);
        fill(json);
    })
}

/// An examination begins. `started_at` is in milliseconds since 1970.
pub fn started(source: &SourceName, started_at: i64) -> Vec<u8> {
    event("started", |json| {
        json.text_at("schema", SCHEMA);
        rows::origin_at(json, source, started_at);
    })
}

/// A probe has answered. What it read is not told: until all is read, nobody knows what in it is a
/// secret.
pub fn probe(key: &str, evidence: &Evidence) -> Vec<u8> {
    let reading = match evidence.reading {
        Reading::Found(_) => "found",
        Reading::Absent => "absent",
        Reading::Unavailable(_) => "unavailable",
    };
    event("probe", |json| {
        json.text_at("probe", key);
        json.text_at("reading", reading);
        json.number_at("duration_ms", evidence.duration_ms);
    })
}

/// What was judged, and the end.
pub fn closing(report: &Report) -> Vec<u8> {
    let mut stream = Vec::new();
    for finding in &report.diagnosis.findings {
        stream.extend(event("finding", |json| {
            json.key("finding");
            rows::finding(json, finding);
        }));
    }
    for root in &report.diagnosis.roots {
        stream.extend(event("root", |json| {
            json.key("root");
            rows::root(json, root);
        }));
    }
    for remark in &report.remarks {
        stream.extend(event("remark", |json| json.text_at("text", remark)));
    }
    if let Some(treatment) = &report.treatment {
        stream.extend(event("treatment", |json| treated::write(json, treatment)));
    }
    stream.extend(event("summary", |json| {
        json.text_at("verdict", report.verdict.name());
        json.number_at("exit_code", report.exit_code);
        json.number_at("duration_ms", report.duration_ms);
        json.key("summary");
        json.object(|json| {
            for (name, many) in counts(&Summary::of(&report.diagnosis)) {
                json.number_at(name, many);
            }
        });
    }));
    stream
}
