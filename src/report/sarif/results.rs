//! The results of a SARIF run.

use super::rules::Rules;
use super::{artifact, escaped, message};
use crate::model::diagnosis::Root;
use crate::model::finding::{Finding, Verdict};
use crate::model::fix::{FileChange, FileVerb, FixStep};
use crate::model::severity::Severity;
use crate::report::entry::{Entry, cause, file, remedy};
use crate::report::fingerprint::fingerprint;
use crate::report::gitlab::NOWHERE;
use crate::report::json::writer::Writer;

/// The length of a byte-order mark in UTF-8.
const MARK: usize = 3;

/// Whether `entry` is a result: a root, or what would be one without a waiver.
pub(super) fn is_result(entry: &Entry<'_>) -> bool {
    entry.root.is_some() || waived(entry).is_some()
}

fn waived<'r>(entry: &Entry<'r>) -> Option<&'r Finding> {
    entry.finding.filter(|finding| finding.verdict == Verdict::Waived)
}

/// Writes one of `results`.
pub(super) fn write(json: &mut Writer, entry: &Entry<'_>, rules: &Rules<'_>) {
    let severity = entry.root.map(|root| root.severity).or(entry.finding.and_then(Finding::severity));
    let path = entry.root.and_then(file).unwrap_or(NOWHERE);
    json.object(|json| {
        json.text_at("ruleId", entry.rule());
        json.number_at("ruleIndex", rules.place(entry.rule()));
        json.text_at("kind", "fail");
        json.text_at("level", severity.map_or("warning", Severity::name));
        message(json, &words(entry));
        json.key("locations");
        json.list([()], |json, ()| location(json, entry, path));
        json.key("partialFingerprints");
        json.object(|json| json.text_at("finding/v1", &fingerprint(&entry.id())));
        if let Some(finding) = waived(entry) {
            suppression(json, finding);
        }
        if let Some(root) = entry.root {
            fixes(json, root);
            properties(json, entry, root);
        }
    });
}

fn words(entry: &Entry<'_>) -> String {
    let Some(root) = entry.root else { return format!("{}: {}", entry.title(), entry.reason()) };
    let symptom =
        if root.symptom.is_empty() { String::new() } else { format!("Symptom: {}\n", root.symptom) };
    let fix = remedy(root).map(|command| format!("\nFix: {command}")).unwrap_or_default();
    format!("{}: {}\n{symptom}Cause: {}{fix}", entry.id(), root.title, cause(root))
}

fn location(json: &mut Writer, entry: &Entry<'_>, path: &str) {
    json.object(|json| {
        json.key("physicalLocation");
        json.object(|json| {
            artifact(json, path);
            json.key("region");
            json.object(|json| json.number_at("startLine", 1));
        });
        json.key("logicalLocations");
        json.list([()], |json, ()| json.object(|json| json.text_at("fullyQualifiedName", &entry.id())));
    });
}

fn suppression(json: &mut Writer, finding: &Finding) {
    let why = finding.waiver.as_ref().map(|waiver| waiver.words()).unwrap_or_default();
    json.key("suppressions");
    json.list([()], |json, ()| {
        json.object(|json| {
            json.text_at("kind", "external");
            json.text_at("status", "accepted");
            json.text_at("justification", &why);
        });
    });
}

/// The changes to files among the steps of the fix. SARIF knows changes of contents alone: a change
/// of mode or place is an empty one, and its description says which command makes it.
fn fixes(json: &mut Writer, root: &Root) {
    let steps = root.fix.iter().flat_map(|fix| &fix.steps);
    let changes: Vec<(&FixStep, &FileChange)> =
        steps.filter_map(|step| Some((step, step.act.file_change()?))).collect();
    if changes.is_empty() {
        return;
    }
    json.key("fixes");
    json.list(changes, |json, (step, change)| {
        json.object(|json| {
            json.key("description");
            json.object(|json| json.text_at("text", &escaped(&step.command)));
            json.key("artifactChanges");
            json.list([()], |json, ()| replaced(json, change));
        });
    });
}

fn replaced(json: &mut Writer, change: &FileChange) {
    let length = if change.verb == FileVerb::StripMark { MARK } else { 0 };
    json.object(|json| {
        artifact(json, &change.path);
        json.key("replacements");
        json.list([()], |json, ()| {
            json.object(|json| {
                json.key("deletedRegion");
                json.object(|json| {
                    json.number_at("byteOffset", 0);
                    json.number_at("byteLength", length);
                });
            });
        });
    });
}

/// What other formats tell as well, for whoever compares them.
fn properties(json: &mut Writer, entry: &Entry<'_>, root: &Root) {
    json.key("properties");
    json.object(|json| {
        json.text_at("id", &entry.id());
        json.text_at("root", &root.id);
        json.maybe_at("command", root.fix.as_ref().map(|fix| fix.command()).as_deref());
        json.maybe_at("safety", root.fix.as_ref().map(|fix| fix.safety.name()));
        json.texts("explains", &root.explains);
    });
}
