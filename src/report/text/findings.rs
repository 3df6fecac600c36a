//! Every finding, for `--all`: grouped by area, each with why it is not a root.

use super::closing::is_folded;
use super::facts;
use super::page::Page;
use super::wrap::{columns, lowered};
use crate::model::finding::{Finding, Verdict};
use crate::model::report::Report;
use crate::report::theme::{Glyph, Role};

/// Columns before a finding's id: two blanks, a sign, the longest verdict.
const BEFORE_ID: usize = 20;

/// Ids are padded to the longest of their area, but not beyond this.
const LONGEST_ID: usize = 28;

/// Writes all findings, area by area, in the order in which areas first occur.
pub(super) fn write(page: &mut Page, report: &Report) {
    let findings = &report.diagnosis.findings;
    let mut areas: Vec<&str> = Vec::new();
    for finding in findings {
        let area = area(finding);
        if !areas.contains(&area) {
            areas.push(area);
        }
    }
    for wanted in areas {
        page.gap();
        page.line(&[(Role::Strong, wanted)]);
        let members: Vec<&Finding> = findings.iter().filter(|finding| area(finding) == wanted).collect();
        let padded = members.iter().map(|finding| columns(&finding.id())).max().unwrap_or(0).min(LONGEST_ID);
        for finding in members {
            write_one(page, finding, padded, report);
        }
    }
}

fn area(finding: &Finding) -> &'static str {
    finding.check.id.split_once('.').map_or(finding.check.id, |(area, _)| area)
}

fn write_one(page: &mut Page, finding: &Finding, padded: usize, report: &Report) {
    let (glyph, role, word) = sign(finding);
    let glyph = page.style.glyph(glyph);
    let signed = format!("{glyph} {word}");
    let after = " ".repeat(BEFORE_ID.saturating_sub(2 + columns(&signed)).max(1));
    let id = finding.id();
    let gap = " ".repeat(padded.saturating_sub(columns(&id)) + 3);
    let pieces = [
        (Role::Plain, "  "),
        (role, &signed),
        (Role::Plain, &after),
        (Role::Plain, &id),
        (Role::Plain, &gap),
    ];
    let at = page.lead(&pieces);
    page.flow(Role::Plain, &lowered(finding.check.title), at, BEFORE_ID + 2);
    for reason in reasons(finding) {
        let at = page.lead(&[(Role::Plain, &" ".repeat(BEFORE_ID + 2))]);
        page.flow(Role::Faint, &reason, at, BEFORE_ID + 2);
    }
    if page.style.evidence {
        facts::write(page, &finding.evidence, report);
    }
}

/// A finding's sign, colour and word.
fn sign(finding: &Finding) -> (Glyph, Role, &'static str) {
    match finding.verdict {
        Verdict::Healthy => (Glyph::Good, Role::Good, "healthy"),
        Verdict::Sick => match finding.severity() {
            Some(severity) => (Glyph::of(severity), Role::of(severity), severity.name()),
            None => (Glyph::Error, Role::Error, "sick"),
        },
        Verdict::Unknown => (Glyph::Open, Role::Warning, "unknown"),
        Verdict::NotJudged => (Glyph::Idle, Role::Faint, "not judged"),
        Verdict::NotApplicable => (Glyph::Idle, Role::Faint, "not applicable"),
        Verdict::Skipped => (Glyph::Idle, Role::Faint, "skipped"),
        Verdict::Waived => (Glyph::Idle, Role::Faint, "waived"),
        Verdict::Crashed => (Glyph::Error, Role::Error, "crashed"),
    }
}

/// Why a finding is neither healthy nor a root of its own.
fn reasons(finding: &Finding) -> Vec<String> {
    let mut reasons = Vec::new();
    match (&finding.suppressed_by, finding.verdict) {
        (Some(by), Verdict::NotJudged) => reasons.push(format!("waits for {}", by.by)),
        (Some(by), _) if is_folded(finding) => {
            let cause = finding.open.first().map(|open| format!("{}: ", open.cause)).unwrap_or_default();
            reasons.push(format!("{cause}folded under {}, which explains it", by.by));
        }
        _ => {}
    }
    if matches!(finding.verdict, Verdict::Unknown | Verdict::Crashed | Verdict::Skipped) {
        reasons.extend(finding.missing.iter().map(|missing| format!("missing: {missing}")));
    }
    if finding.verdict == Verdict::Unknown && finding.open.len() > 1 {
        let open: Vec<&str> = finding.open.iter().map(|open| open.outcome.id).collect();
        reasons.push(format!("could be: {}", open.join(", ")));
    }
    reasons
}
