//! What is made of a recording: a report, written down in every format.

use std::time::Duration;

use cmdop_doctor::doctor::{Examination, Request, Source, examine};
use cmdop_doctor::engine::Selection;
use cmdop_doctor::model::report::Report;
use cmdop_doctor::model::rulebook::Rulebook;
use cmdop_doctor::report::hidden::is_hidden;
use cmdop_doctor::report::theme::Style;
use cmdop_doctor::report::{Format, diff};
use cmdop_doctor::source::given::Given;
use serde_json::Value;
use tempfile::NamedTempFile;

/// The report of `bytes` by the rules of `rulebook`, if they can be read.
pub(crate) fn examined(file: &NamedTempFile, bytes: &[u8], rulebook: Rulebook) -> Option<Report> {
    std::fs::write(file, bytes).unwrap();
    asked_of(Source::Recorded(vec![Given::named(file.path())]), rulebook, None)
}

/// The report of what `source` tells, if it can be read.
pub(crate) fn asked_of(source: Source, rulebook: Rulebook, selection: Option<Selection>) -> Option<Report> {
    let request = Request {
        rulebook,
        source,
        selection,
        suggested: Vec::new(),
        symptoms: Vec::new(),
        waivers: Vec::new(),
        timeout: Duration::from_secs(60),
        fail_on: None,
        load_ms: 0.0,
        all_facts: true,
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    match runtime.block_on(examine(request, &mut |_, _| {}, std::future::pending())) {
        Ok(Examination { report, .. }) => Some(report),
        Err(not_read) => {
            assert!(!not_read.why.is_empty());
            None
        }
    }
}

/// Nothing that a terminal would obey or an eye not see.
#[track_caller]
fn tame(text: &[u8]) {
    let text = std::str::from_utf8(text).unwrap();
    let wild = text.find(|c: char| is_hidden(c) && c != '\n');
    assert_eq!(wild.map(|at| &text[at..]), None);
}

/// A report in every way to write it down.
pub(crate) fn written(report: &Report, other: &Report) -> Vec<Vec<u8>> {
    let mut all = vec![diff::render_json(other, report)];
    serde_json::from_slice::<Value>(&all[0]).unwrap();
    for style in [Style::PLAIN, Style { all: true, evidence: true, ascii: true, width: 20, color: false }] {
        all.push(diff::render(report, other, &style).into_bytes());
        for (_, format, _) in Format::ALL {
            let text = format.render(report, &style);
            if matches!(format, Format::Json | Format::Sarif | Format::Gitlab) {
                serde_json::from_slice::<Value>(&text).unwrap();
            }
            all.push(text);
        }
    }
    all.iter().for_each(|text| tame(text));
    all
}
