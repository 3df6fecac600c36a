//! GitLab's Code Quality report: a list of what is wrong, for the merge request's page. GitLab shows
//! every element as a degradation, so only roots, waived findings and open questions are in it.

use super::entry::{Entry, Standing, cause, entries, file, remedy};
use super::fingerprint::fingerprint;
use super::json::writer::Writer;
use crate::model::finding::Verdict;
use crate::model::report::Report;
use crate::model::severity::Severity;

/// Where GitLab shows what is about no file: where it would be waived.
pub(super) const NOWHERE: &str = ".cmdop-doctor.yaml";

/// Writes the list.
pub fn render(report: &Report) -> Vec<u8> {
    let entries = entries(report);
    let shown = entries.iter().filter_map(|entry| Some((entry, level(entry, report.fail_on)?)));
    Writer::rows(shown, |json, (entry, level)| issue(json, entry, level))
}

/// GitLab's word for how bad it is; none for what is not shown.
fn level(entry: &Entry<'_>, fail_on: Severity) -> Option<&'static str> {
    let waived = entry.finding.is_some_and(|finding| finding.verdict == Verdict::Waived);
    match entry.standing(fail_on) {
        Standing::Sick { severity: Severity::Error, .. } => Some("major"),
        Standing::Sick { severity: Severity::Warning, .. } => Some("minor"),
        Standing::Open { fails: true } => Some("info"),
        Standing::Aside if waived => Some("info"),
        _ => None,
    }
}

fn issue(json: &mut Writer, entry: &Entry<'_>, level: &str) {
    let told = match entry.root {
        Some(root) => match remedy(root) {
            Some(command) => format!("{} (fix: {command})", cause(root)),
            None => cause(root).into_owned(),
        },
        None => entry.reason(),
    };
    json.object(|json| {
        json.text_at("description", &format!("{}: {told}", entry.id()));
        json.text_at("check_name", entry.rule());
        json.text_at("fingerprint", &fingerprint(&entry.id()));
        json.text_at("severity", level);
        json.key("location");
        json.object(|json| {
            json.text_at("path", entry.root.and_then(file).unwrap_or(NOWHERE));
            json.key("lines");
            json.object(|json| json.number_at("begin", 1));
        });
    });
}
