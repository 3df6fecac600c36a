//! The closing line: counts that agree with what was listed above it.

use super::page::Page;
use super::wrap::columns;
use crate::model::evidence::SourceKind;
use crate::model::fact::{Fact, Value};
use crate::model::finding::{Finding, Verdict};
use crate::model::fix::{Audience, Fix, Safety};
use crate::model::report::{Report, RunVerdict, Summary};
use crate::model::treatment::{FixResult, Treatment};
use crate::report::theme::{Glyph, Role};

/// Writes the closing line.
pub(super) fn write(page: &mut Page, report: &Report) {
    let summary = Summary::of(&report.diagnosis);
    let members = members(report, &summary, page.style.all);
    let quiet = report.verdict == RunVerdict::Healthy && summary.roots == 0 && summary.healthy > 0;
    let mut taken = 0;
    if quiet {
        let glyph = page.style.glyph(Glyph::Good);
        taken = page.lead(&[(Role::Good, glyph), (Role::Plain, " ")]);
    }
    let role = if quiet { Role::Good } else { Role::Strong };
    for line in lines(&members, page.style.separator(), page.style.width.saturating_sub(taken)) {
        page.line(&[(role, &line)]);
    }
    match &report.treatment {
        _ if report.source.kind != SourceKind::Live => recorded(page, report),
        Some(treatment) => treated(page, treatment, report),
        None => treatable(page, report),
    }
}

/// The members one after the other, on as few lines as are wide enough; those after the first are set in.
fn lines(members: &[String], separator: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for member in members {
        match lines.last_mut() {
            Some(line) if columns(line) + columns(separator) + columns(member) <= width => {
                line.push_str(separator);
                line.push_str(member);
            }
            None => lines.push(member.clone()),
            Some(_) => lines.push(format!("  {member}")),
        }
    }
    lines
}

/// The closing line's members; with `all`, what does not apply here is one of them.
fn members(report: &Report, summary: &Summary, all: bool) -> Vec<String> {
    let mut members = match report.verdict {
        RunVerdict::Healthy if summary.roots == 0 => vec![nothing_wrong(report, summary)],
        _ => counts(report, summary),
    };
    members.extend(left_out(all, summary));
    members.push(elapsed(report.duration_ms));
    members
}

/// The closing line for pages of other formats: not encoded, without a sign and without colours.
pub(in crate::report) fn line(report: &Report) -> String {
    members(report, &Summary::of(&report.diagnosis), false).join(" · ")
}

/// The fixes of the roots as far as this program may apply them, each by the strictest of its steps.
fn doable(report: &Report) -> impl Iterator<Item = Safety> {
    let fixes = report.diagnosis.roots.iter().filter_map(|root| root.fix.as_ref());
    fixes.filter_map(|fix| fix.doable().iter().map(|step| step.safety).max())
}

/// What was examined in place of this machine, which is not fixed here either.
fn recorded(page: &mut Page, report: &Report) {
    let whose =
        if report.diagnosis.roots.is_empty() { "" } else { ": type the fixes where that was recorded" };
    page.line(&[(Role::Plain, &format!("read from {}{whose}", report.source.name))]);
}

/// What `--fix` would do.
fn treatable(page: &mut Page, report: &Report) {
    let safe = doable(report).filter(|safety| *safety == Safety::Safe).count();
    let asking = doable(report).filter(|safety| *safety == Safety::Asks).count();
    let says = match (safe, asking) {
        (0, 0) => return,
        (safe, 0) => format!("applies {}", number_of_safe(safe)),
        (0, 1) => "asks, and applies 1 fix".to_owned(),
        (0, asking) => format!("asks, and applies {asking} fixes"),
        (safe, asking) => format!("applies {} and asks before {asking} more", number_of_safe(safe)),
    };
    page.line(&[(Role::Command, "cmdop doctor auth --fix"), (Role::Plain, "   "), (Role::Plain, &says)]);
}

fn number_of_safe(many: usize) -> String {
    format!("{many} safe fix{}", if many == 1 { "" } else { "es" })
}

/// How the fixes ended, and for whom something is left.
fn treated(page: &mut Page, treatment: &Treatment, report: &Report) {
    let with = |result| treatment.attempts.iter().filter(|attempt| attempt.result == result).count();
    let mut members: Vec<String> = [
        (with(FixResult::Planned), "would be applied"),
        (with(FixResult::Healed), "healed"),
        (with(FixResult::StillSick), "still sick"),
        (with(FixResult::Unproven), "not proved"),
        (with(FixResult::RolledBack), "taken back"),
        (with(FixResult::NotApplied), "not applied"),
    ]
    .into_iter()
    .filter(|(many, _)| *many > 0)
    .map(|(many, word)| format!("{many} {word}"))
    .collect();
    if members.is_empty() {
        let any = !report.diagnosis.roots.is_empty();
        members.push(if any { "none that this program could apply" } else { "nothing to fix" }.to_owned());
    }
    members.extend(left_to_people(report));
    page.line(&[(Role::Plain, "fixes: "), (Role::Plain, &members.join(page.style.separator()))]);
}

/// For whom the roots that are still there leave something, as in `1 left for you`.
fn left_to_people(report: &Report) -> Vec<String> {
    let first_left = |fix: &Fix| fix.steps.get(fix.doable().len()).map(|step| step.audience);
    let fixes = report.diagnosis.roots.iter().filter_map(|root| root.fix.as_ref());
    let left: Vec<Audience> = fixes.filter_map(first_left).collect();
    [
        (Audience::User, "for you"),
        (Audience::WorkspaceAdmin, "for a workspace admin"),
        (Audience::ItAdmin, "for your IT admin"),
    ]
    .into_iter()
    .map(|(audience, words)| (left.iter().filter(|of| **of == audience).count(), words))
    .filter(|(many, _)| *many > 0)
    .map(|(many, words)| format!("{many} left {words}"))
    .collect()
}

/// One friendly line, and who is signed in where the evidence tells.
fn nothing_wrong(report: &Report, summary: &Summary) -> String {
    if summary.healthy == 0 {
        return "nothing was examined".to_owned();
    }
    let healthy = number(summary.healthy, "check");
    let signed_in = signed_in(report).map(|who| format!(", signed in as {who}")).unwrap_or_default();
    let unknown = if summary.unknown > 0 { format!(", {} unknown", summary.unknown) } else { String::new() };
    format!("nothing wrong found: {healthy} healthy{unknown}{signed_in}")
}

fn counts(report: &Report, summary: &Summary) -> Vec<String> {
    let mut members = Vec::new();
    if summary.roots > 0 {
        let by_severity = [(summary.errors, "error"), (summary.warnings, "warning")];
        let parts: Vec<String> = by_severity
            .iter()
            .filter(|(many, _)| *many > 0)
            .map(|(many, word)| number(*many, word))
            .collect();
        members.push(format!("{} ({})", number(summary.roots, "root"), parts.join(", ")));
    }
    let them = if summary.roots == 1 { "it" } else { "them" };
    let folded = report.diagnosis.findings.iter().filter(|finding| is_folded(finding)).count();
    if folded > 0 {
        members.push(format!("{folded} more explained by {them}"));
    }
    match (summary.not_judged, summary.roots) {
        (0, _) => {}
        (many, 0) => members.push(format!("{many} not judged")),
        (1, _) => members.push(format!("1 check waits for {them}")),
        (many, _) => members.push(format!("{many} checks wait for {them}")),
    }
    members.push(format!("{} healthy", summary.healthy));
    if summary.unknown > 0 {
        members.push(format!("{} unknown", summary.unknown));
    }
    members
}

/// A sick finding that another root stands for.
pub(super) fn is_folded(finding: &Finding) -> bool {
    finding.verdict == Verdict::Sick && finding.suppressed_by.is_some()
}

/// What was not examined. What does not apply here is worth a word only where it is listed.
fn left_out(all: bool, summary: &Summary) -> Vec<String> {
    let not_applicable = if all { summary.not_applicable } else { 0 };
    [
        (summary.crashed, "crashed"),
        (summary.waived, "waived"),
        (summary.skipped, "skipped"),
        (not_applicable, "not applicable"),
    ]
    .into_iter()
    .filter(|(many, _)| *many > 0)
    .map(|(many, word)| format!("{many} {word}"))
    .collect()
}

/// `1 error`, `2 errors`.
pub(super) fn number(many: usize, word: &str) -> String {
    format!("{many} {word}{}", if many == 1 { "" } else { "s" })
}

/// `40 ms`, `0.4 s`.
fn elapsed(ms: u64) -> String {
    if ms < 100 { format!("{ms} ms") } else { format!("{}.{} s", ms / 1000, ms % 1000 / 100) }
}

/// The user that the server, or else the credential in force, names.
fn signed_in(report: &Report) -> Option<String> {
    const TOLD_BY: [(&str, &str); 3] =
        [("http GET {api}/v1/auth/me", "email"), ("token active", "user"), ("token access", "user")];
    TOLD_BY.iter().find_map(|(probe, name)| {
        report.evidence.iter().filter(|(key, _)| key.starts_with(probe)).find_map(|(_, evidence)| {
            match evidence.reading.fact(name) {
                Fact::Known(Value::Text(user)) if !user.is_empty() => Some(user),
                _ => None,
            }
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_short() {
        assert_eq!(elapsed(0), "0 ms");
        assert_eq!(elapsed(99), "99 ms");
        assert_eq!(elapsed(400), "0.4 s");
        assert_eq!(elapsed(10_012), "10.0 s");
    }

    #[test]
    fn a_long_line_goes_on_below_between_two_members() {
        let members = ["1 root", "20 healthy", "9 ms"].map(str::to_owned);
        assert_eq!(lines(&members, " · ", 80), ["1 root · 20 healthy · 9 ms"]);
        assert_eq!(lines(&members, " · ", 20), ["1 root · 20 healthy", "  9 ms"]);
        assert_eq!(lines(&members, " · ", 1), ["1 root", "  20 healthy", "  9 ms"]);
    }

    #[test]
    fn numbers_agree_with_their_words() {
        assert_eq!(number(1, "root"), "1 root");
        assert_eq!(number(0, "error"), "0 errors");
    }
}
