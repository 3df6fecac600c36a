//! One page that asks nobody for anything: no script, no font, no picture from elsewhere. What is
//! wrong comes first, then a picture of what explains what, the time line, and every finding.

mod causes;
mod timeline;

use askama::Template;

use super::entry::{Entry, cause, entries, remedy};
use super::hidden::visible;
use super::text::{closing_line, told_by};
use super::value::minute;
use crate::model::diagnosis::Root;
use crate::model::report::{Report, RunVerdict};
use causes::Picture;
use timeline::Bar;

/// The page; its texts hold no hidden characters, and the template escapes what HTML obeys.
#[derive(Template)]
#[template(path = "report.html")]
struct Page {
    verdict: &'static str,
    sign: &'static str,
    heading: &'static str,
    closing: String,
    version: &'static str,
    source: String,
    started: String,
    exit_code: u8,
    roots: Vec<Card>,
    picture: Picture,
    bars: Vec<Bar>,
    findings: Vec<Row>,
    evidence: Vec<(String, String)>,
    remarks: Vec<String>,
}

/// A root.
struct Card {
    id: String,
    root: String,
    severity: &'static str,
    sign: &'static str,
    title: String,
    symptom: String,
    causes: Vec<String>,
    command: Option<String>,
    safety: String,
    message: String,
    explains: Vec<String>,
}

/// A finding.
struct Row {
    id: String,
    title: String,
    verdict: &'static str,
    word: String,
    why: String,
}

/// Writes the page.
pub fn render(report: &Report) -> Vec<u8> {
    let entries = entries(report);
    let (sign, heading) = match report.verdict {
        RunVerdict::Healthy => ("✓", "Authentication works"),
        RunVerdict::Sick => ("✗", "Authentication does not work"),
        RunVerdict::Inconclusive => ("?", "Cannot tell whether authentication works"),
    };
    let page = Page {
        verdict: report.verdict.name(),
        sign,
        heading,
        closing: shown(&closing_line(report)),
        version: env!("CARGO_PKG_VERSION"),
        source: shown(&report.source.name),
        started: minute(report.started_at),
        exit_code: report.exit_code,
        roots: entries.iter().filter_map(|entry| Some(card(entry, entry.root?))).collect(),
        picture: causes::picture(report),
        bars: timeline::bars(report),
        findings: entries.iter().filter(|entry| entry.finding.is_some()).map(row).collect(),
        evidence: report
            .evidence
            .iter()
            .map(|(key, read)| (shown(key), shown(&told_by(&read.reading))))
            .collect(),
        remarks: report.remarks.iter().map(|remark| shown(remark)).collect(),
    };
    // Writing into memory does not fail; a page that did would be an empty one.
    page.render().unwrap_or_default().into_bytes()
}

fn shown(text: &str) -> String {
    visible(text).into_owned()
}

fn card(entry: &Entry<'_>, root: &Root) -> Card {
    let causes = match root.candidates.as_slice() {
        [] => vec![shown(&cause(root))],
        several => several.iter().map(|candidate| shown(&candidate.cause)).collect(),
    };
    Card {
        id: shown(&entry.id()),
        root: shown(&root.id),
        severity: root.severity.name(),
        sign: if root.severity.name() == "error" { "✗" } else { "!" },
        title: shown(&root.title),
        symptom: shown(&root.symptom),
        causes,
        command: remedy(root).map(|command| shown(&command)),
        safety: root.fix.as_ref().map_or(String::new(), |fix| fix.safety.name().replace('_', " ")),
        message: root.fix.as_ref().and_then(|fix| fix.message.as_deref()).map(shown).unwrap_or_default(),
        explains: root.explains.iter().map(|id| shown(id)).collect(),
    }
}

fn row(entry: &Entry<'_>) -> Row {
    let severity = entry.root.map(|root| root.severity.name());
    Row {
        id: shown(&entry.id()),
        title: shown(entry.title()),
        verdict: entry.verdict(),
        word: severity.unwrap_or(entry.verdict()).replace('_', " "),
        why: entry.root.map_or_else(|| shown(&entry.reason()), |root| shown(&cause(root))),
    }
}
