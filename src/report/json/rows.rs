//! The objects of the JSON document. Their keys are the contract.

use super::writer::Writer;
use crate::model::diagnosis::{Candidate, Root};
use crate::model::evidence::{Evidence, Reading};
use crate::model::finding::{Finding, Suppression};
use crate::model::fix::{Fix, FixStep};
use crate::model::line::Line;
use crate::model::report::SourceName;
use crate::model::waiver::Waiver;
use crate::source::facts::facts;

/// One of `roots`.
pub fn root(json: &mut Writer, root: &Root) {
    json.object(|json| {
        json.text_at("id", &root.id);
        json.text_at("kind", root.kind.name());
        json.maybe_at("check", root.check);
        json.maybe_at("outcome", root.outcome);
        json.text_at("severity", root.severity.name());
        json.text_at("title", &root.title);
        json.text_at("symptom", &root.symptom);
        json.text_at("cause", &root.cause);
        fix_at(json, root.fix.as_ref());
        json.texts("explains", &root.explains);
        json.texts("evidence", &root.evidence);
        json.key("candidates");
        json.list(&root.candidates, candidate);
        json.maybe_at("next", root.next.as_deref());
        lines_at(json, &root.lines);
    });
}

fn candidate(json: &mut Writer, candidate: &Candidate) {
    json.object(|json| {
        json.text_at("check", candidate.check);
        json.text_at("outcome", candidate.outcome);
        json.text_at("symptom", &candidate.symptom);
        json.text_at("cause", &candidate.cause);
        fix_at(json, candidate.fix.as_ref());
        json.texts("for", &candidate.speaks_for);
        json.texts("against", &candidate.speaks_against);
    });
}

fn fix_at(json: &mut Writer, fix: Option<&Fix>) {
    json.key("fix");
    let Some(fix) = fix else { return json.plain("null") };
    json.object(|json| {
        json.text_at("command", &fix.command());
        // The first step is what a person should try first.
        json.text_at("kind", fix.steps.first().map_or("manual", |step| step.kind));
        json.text_at("safety", fix.safety.name());
        json.key("steps");
        json.list(&fix.steps, step);
        json.maybe_at("message", fix.message.as_deref());
    });
}

fn step(json: &mut Writer, step: &FixStep) {
    json.object(|json| {
        json.texts("argv", &step.argv);
        json.text_at("command", &step.command);
        json.text_at("kind", step.kind);
        json.text_at("safety", step.safety.name());
        json.text_at("for", step.audience.name());
    });
}

/// `lines`: places in recorded files.
pub(super) fn lines_at<'l>(json: &mut Writer, lines: impl IntoIterator<Item = &'l Line>) {
    json.key("lines");
    json.list(lines, |json, line| {
        json.object(|json| {
            json.text_at("file", &line.file);
            json.number_at("line", line.line);
        });
    });
}

/// One of `findings`.
pub(in crate::report) fn finding(json: &mut Writer, finding: &Finding) {
    let certain = if let [only] = finding.open.as_slice() { Some(only) } else { None };
    let words = |text| Some(text).filter(|text: &&str| !text.is_empty());
    json.object(|json| {
        json.text_at("check", finding.check.id);
        if let Some(element) = &finding.element {
            json.text_at("element", element);
        }
        json.text_at("title", finding.check.title);
        json.text_at("verdict", finding.verdict.name());
        json.maybe_at("outcome", certain.map(|open| open.outcome.id));
        json.maybe_at("severity", finding.severity().map(|severity| severity.name()));
        json.maybe_at("symptom", certain.and_then(|open| words(&open.symptom)));
        json.maybe_at("cause", certain.and_then(|open| words(&open.cause)));
        fix_at(json, finding.fix());
        suppression_at(json, finding.suppressed_by.as_ref());
        if let Some(waiver) = &finding.waiver {
            waiver_at(json, waiver);
        }
        json.texts("evidence", &finding.evidence);
        json.texts("missing", &finding.missing);
        json.number_at("duration_ms", finding.duration_ms);
        lines_at(json, &finding.lines);
        if finding.open.len() > 1 {
            json.key("open");
            json.list(&finding.open, |json, open| json.text(open.outcome.id));
        }
    });
}

fn waiver_at(json: &mut Writer, waiver: &Waiver) {
    json.key("waiver");
    json.object(|json| {
        json.text_at("id", &waiver.id);
        json.text_at("reason", &waiver.reason);
        json.maybe_at("until", waiver.until.as_deref());
        json.maybe_at("owner", waiver.owner.as_deref());
        json.text_at("place", &waiver.place);
    });
}

fn suppression_at(json: &mut Writer, suppression: Option<&Suppression>) {
    json.key("suppressed_by");
    let Some(suppression) = suppression else { return json.plain("null") };
    json.object(|json| {
        json.text_at("by", &suppression.by);
        json.text_at("how", suppression.how);
    });
}

/// One of `evidence`.
pub(in crate::report) fn evidence(json: &mut Writer, probe: &str, evidence: &Evidence) {
    let reading = match evidence.reading {
        Reading::Found(_) => "found",
        Reading::Absent => "absent",
        Reading::Unavailable(_) => "unavailable",
    };
    json.object(|json| {
        json.text_at("probe", probe);
        json.text_at("reading", reading);
        json.key("facts");
        match &evidence.reading {
            Reading::Found(facts) => self::facts(json, facts),
            Reading::Absent | Reading::Unavailable(_) => json.object(|_| {}),
        }
        json.text_at("origin", evidence.origin.name());
        json.time_at("taken_at", evidence.taken_at);
        json.number_at("duration_ms", evidence.duration_ms);
        lines_at(json, &evidence.lines);
        if let Reading::Unavailable(why) = &evidence.reading {
            json.text_at("why", &why.to_string());
        }
    });
}

/// Who reports, on what, and since when.
pub(in crate::report) fn origin_at(json: &mut Writer, source: &SourceName, started_at: i64) {
    json.key("tool");
    json.object(|json| {
        json.text_at("name", env!("CARGO_PKG_NAME"));
        json.text_at("version", env!("CARGO_PKG_VERSION"));
    });
    json.key("source");
    json.object(|json| {
        json.text_at("kind", source.kind.name());
        json.text_at("name", &source.name);
    });
    json.time_at("started_at", started_at);
}
