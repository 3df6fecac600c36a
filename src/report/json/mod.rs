//! The JSON document `cmdop.doctor.report/1`: the contract with programs. It grows by addition
//! only; `schemas/report-1.schema.json` freezes what is there.

mod history;
pub(super) mod rows;
pub(super) mod treated;

use std::time::Instant;

use crate::model::report::{Report, Summary};
pub use crate::source::json as writer;
use crate::source::json::Writer;

pub use rows::root;

/// The contract's name. Its number changes only when a reader of the old one would break.
pub const SCHEMA: &str = "cmdop.doctor.report/1";

/// A finding or a reading takes about this many bytes; a guess that spares growing the document.
const BYTES_PER_ROW: usize = 400;

/// The head and the lists of a report with nothing in it take less than this.
const BYTES_OF_FRAME: usize = 4096;

/// Writes the document. Its head tells how long the rest took, so the rest is written first.
pub fn render(report: &Report) -> Vec<u8> {
    let started = Instant::now();
    let mut document = body(report);
    let head = head(report, started.elapsed().as_secs_f64() * 1e3);
    document.splice(..0, head);
    document.extend_from_slice(b"\n}\n");
    document
}

/// From the opening brace to what the lists follow.
fn head(report: &Report, render_ms: f64) -> Vec<u8> {
    let mut json = Writer::with_capacity(BYTES_OF_FRAME);
    json.plain("{");
    json.text_at("schema", SCHEMA);
    rows::origin_at(&mut json, &report.source, report.started_at);
    json.number_at("duration_ms", report.duration_ms);
    json.key("timings");
    json.object(|json| {
        let timings = &report.timings;
        milliseconds_at(json, "load_ms", timings.load_ms);
        milliseconds_at(json, "gather_ms", timings.gather_ms);
        milliseconds_at(json, "judge_ms", timings.judge_ms);
        milliseconds_at(json, "render_ms", render_ms);
    });
    json.plain(",");
    json.finish()
}

/// Microseconds are the last digits that mean something, and JSON knows no infinity.
fn milliseconds_at(json: &mut Writer, name: &'static str, ms: f64) {
    let finite = if ms.is_finite() { ms.max(0.0) } else { 0.0 };
    json.number_at(name, (finite * 1e3).round() / 1e3);
}

fn body(report: &Report) -> Vec<u8> {
    let diagnosis = &report.diagnosis;
    let rows = diagnosis.findings.len() + report.evidence.len() + 2 * diagnosis.roots.len();
    let mut json = Writer::with_capacity(BYTES_OF_FRAME + rows * BYTES_PER_ROW);
    json.text_at("verdict", report.verdict.name());
    json.number_at("exit_code", report.exit_code);
    json.key("summary");
    json.object(|json| {
        for (name, many) in counts(&Summary::of(diagnosis)) {
            json.number_at(name, many);
        }
    });
    json.key("roots");
    json.break_lines(2);
    json.list(&diagnosis.roots, rows::root);
    json.key("findings");
    json.break_lines(1);
    json.list(&diagnosis.findings, rows::finding);
    json.key("evidence");
    json.list(&report.evidence, |json, (probe, read)| rows::evidence(json, probe, read));
    json.texts("remarks", &report.remarks);
    if let Some(history) = &report.history {
        json.break_lines(2);
        history::write(&mut json, history, &diagnosis.roots);
    }
    if let Some(treatment) = &report.treatment {
        json.break_lines(2);
        treated::write(&mut json, treatment);
    }
    json.finish()
}

/// The counts by the names that every format for programs gives them.
pub(super) fn counts(summary: &Summary) -> [(&'static str, usize); 11] {
    [
        ("roots", summary.roots),
        ("errors", summary.errors),
        ("warnings", summary.warnings),
        ("healthy", summary.healthy),
        ("sick", summary.sick),
        ("unknown", summary.unknown),
        ("not_judged", summary.not_judged),
        ("not_applicable", summary.not_applicable),
        ("skipped", summary.skipped),
        ("waived", summary.waived),
        ("crashed", summary.crashed),
    ]
}
