//! The time line: which probe took how long, and when.

use crate::model::report::Report;
use crate::report::hidden::visible;

/// So many probes are shown: those that took longest.
const BARS: usize = 24;

/// A probe's share of the run, in percent.
pub(super) struct Bar {
    pub(super) probe: String,
    pub(super) began: f64,
    pub(super) width: f64,
    pub(super) ms: u64,
}

/// The probes that took longest, in the order in which they began.
pub(super) fn bars(report: &Report) -> Vec<Bar> {
    let spans = report.evidence.iter().map(|(key, read)| {
        let took = i64::try_from(read.duration_ms).unwrap_or(i64::MAX);
        (key, read.taken_at.saturating_sub(took), took)
    });
    let mut spans: Vec<_> = spans.collect();
    spans.sort_by_key(|(_, _, took)| std::cmp::Reverse(*took));
    spans.truncate(BARS);
    spans.sort_by_key(|(_, began, _)| *began);
    let first = spans.iter().map(|(_, began, _)| *began).min().unwrap_or(0);
    let last = spans.iter().map(|(_, began, took)| began.saturating_add(*took)).max().unwrap_or(0);
    let whole = last.saturating_sub(first).max(1) as f64;
    let percent = |ms: i64| (ms as f64 / whole * 1000.0).round() / 10.0;
    let bar = |(key, began, took): (&std::sync::Arc<str>, i64, i64)| {
        let began = percent(began.saturating_sub(first)).clamp(0.0, 99.0);
        let width = percent(took).clamp(1.0, 100.0 - began);
        Bar { probe: visible(key).into_owned(), began, width, ms: took.unsigned_abs() }
    };
    spans.into_iter().map(bar).collect()
}
