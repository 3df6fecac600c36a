//! Prometheus' text exposition format 0.0.4, for the textfile collector of the node exporter.

use std::fmt::Write;

use super::entry::entries;
use super::hidden::visible;
use super::json::counts;
use crate::model::report::{Report, RunVerdict, Summary};

/// Writes the metrics. All are gauges: they tell how it is now.
pub fn render(report: &Report) -> Vec<u8> {
    let mut text = String::new();
    let entries = entries(report);
    metric(
        &mut text,
        "info",
        "The version of the doctor.",
        [(labels(&[("version", env!("CARGO_PKG_VERSION"))]), 1.0)],
    );
    let verdicts = [RunVerdict::Healthy, RunVerdict::Sick, RunVerdict::Inconclusive];
    let told = verdicts.map(|one| (labels(&[("verdict", one.name())]), flag(report.verdict == one)));
    metric(&mut text, "verdict", "1 for the verdict of the last run, 0 for the others.", told);
    let code = f64::from(report.exit_code);
    metric(&mut text, "exit_code", "The exit code of the last run.", [(String::new(), code)]);
    metric(
        &mut text,
        "started_timestamp_seconds",
        "When the last run began.",
        [(String::new(), seconds(report.started_at))],
    );
    let took = seconds(i64::try_from(report.duration_ms).unwrap_or(i64::MAX));
    metric(&mut text, "duration_seconds", "How long the last run took.", [(String::new(), took)]);
    let summary = counts(&Summary::of(&report.diagnosis));
    let summary = summary.map(|(name, many)| (labels(&[("count", name)]), many as f64));
    metric(&mut text, "summary", "The counts of the report's summary.", summary);
    let roots = entries.iter().filter_map(|entry| Some((entry, entry.root?))).map(|(entry, root)| {
        let labels = labels(&[
            ("id", &root.id),
            ("finding", &entry.id()),
            ("rule", entry.rule()),
            ("severity", root.severity.name()),
        ]);
        (labels, 1.0)
    });
    metric(&mut text, "root", "1 for every cause that was found.", roots);
    let findings = entries.iter().filter(|entry| entry.finding.is_some());
    let findings = findings.map(|entry| {
        (labels(&[("id", &entry.id()), ("rule", entry.rule()), ("verdict", entry.verdict())]), 1.0)
    });
    metric(&mut text, "finding", "1 for every finding, by its verdict.", findings);
    text.into_bytes()
}

fn metric(text: &mut String, name: &str, help: &str, samples: impl IntoIterator<Item = (String, f64)>) {
    let _infallible = writeln!(text, "# HELP cmdop_doctor_{name} {help}\n# TYPE cmdop_doctor_{name} gauge");
    for (labels, value) in samples {
        let _infallible = writeln!(text, "cmdop_doctor_{name}{labels} {value}");
    }
}

fn labels(pairs: &[(&str, &str)]) -> String {
    let pairs: Vec<String> =
        pairs.iter().map(|(name, value)| format!("{name}=\"{}\"", escaped(value))).collect();
    format!("{{{}}}", pairs.join(","))
}

/// A label's value: backslash, quote and line feed are escaped.
fn escaped(text: &str) -> String {
    visible(text).replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

fn flag(yes: bool) -> f64 {
    if yes { 1.0 } else { 0.0 }
}

fn seconds(ms: i64) -> f64 {
    ms as f64 / 1e3
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn label_values_are_escaped() {
        assert_eq!(labels(&[("a", "b\"c\\d")]), "{a=\"b\\\"c\\\\d\"}");
    }
}
