//! What formats for other programs list: every root, and every finding that no root stands for, each
//! once, so that ids and counts are the same in all of them.

use std::borrow::Cow;
use std::collections::HashSet;

use crate::engine::leaves_open;
use crate::model::diagnosis::Root;
use crate::model::finding::{Finding, Verdict};
use crate::model::report::Report;
use crate::model::severity::Severity;

/// A root with the finding that it stands for, or a finding alone.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry<'r> {
    pub(super) root: Option<&'r Root>,
    pub(super) finding: Option<&'r Finding>,
}

/// What an entry means for whoever only wants to know whether to go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// Healthy.
    Well,
    /// A root; `fails` says whether it is at or above `--fail-on`.
    Sick { severity: Severity, fails: bool },
    /// It could not be looked at; `fails` says whether that alone leaves the run inconclusive.
    Open { fails: bool },
    /// Folded under a root, waiting for one, not applicable, skipped or waived.
    Aside,
}

/// The entries of `report`: roots, worst first, then the other findings in their order.
pub(super) fn entries(report: &Report) -> Vec<Entry<'_>> {
    let findings = &report.diagnosis.findings;
    let mut taken: HashSet<usize> = HashSet::new();
    let mut entries: Vec<Entry<'_>> = Vec::with_capacity(findings.len() + 4);
    for root in &report.diagnosis.roots {
        let own =
            findings.iter().enumerate().find(|(at, finding)| !taken.contains(at) && is_of(root, finding));
        taken.extend(own.map(|(at, _)| at));
        entries.push(Entry { root: Some(root), finding: own.map(|(_, finding)| finding) });
    }
    let rest = findings.iter().enumerate().filter(|(at, _)| !taken.contains(at));
    entries.extend(rest.map(|(_, finding)| Entry { root: None, finding: Some(finding) }));
    entries
}

/// Whether `root` stands for `finding` itself: of a cause rule, the first sick one of its check.
fn is_of(root: &Root, finding: &Finding) -> bool {
    if root.check != Some(finding.check.id) || finding.verdict != Verdict::Sick {
        return false;
    }
    match &finding.suppressed_by {
        Some(by) => by.by == root.id,
        None => match &finding.element {
            Some(element) => root.id.ends_with(&format!("[{element}]")),
            None => true,
        },
    }
}

impl<'r> Entry<'r> {
    /// The finding's id; a cause rule's own id where it stands for no finding.
    pub(super) fn id(&self) -> String {
        match (self.finding, self.root) {
            (Some(finding), _) => finding.id(),
            (None, Some(root)) => root.id.clone(),
            (None, None) => String::new(),
        }
    }

    /// The id of the check or of the cause rule: what is the same on every machine.
    pub(super) fn rule(&self) -> &'r str {
        match (self.finding, self.root) {
            (Some(finding), _) => finding.check.id,
            (None, Some(root)) => root.check.unwrap_or(root.id.split('[').next().unwrap_or_default()),
            (None, None) => "",
        }
    }

    /// What stands before the dot.
    pub(super) fn area(&self) -> &'r str {
        self.rule().split_once('.').map_or(self.rule(), |(area, _)| area)
    }

    /// A positive fact.
    pub(super) fn title(&self) -> &'r str {
        match (self.root, self.finding) {
            (Some(root), _) => &root.title,
            (None, Some(finding)) => finding.check.title,
            (None, None) => "",
        }
    }

    /// The verdict's word; `sick` for a root without a finding.
    pub(super) fn verdict(&self) -> &'static str {
        self.finding.map_or(Verdict::Sick, |finding| finding.verdict).name()
    }

    /// What it means for a run that fails from `fail_on` on.
    pub(super) fn standing(&self, fail_on: Severity) -> Standing {
        match (self.root, self.finding) {
            (Some(root), _) => Standing::Sick { severity: root.severity, fails: root.severity >= fail_on },
            (None, Some(finding)) => match finding.verdict {
                Verdict::Healthy => Standing::Well,
                Verdict::Unknown | Verdict::Crashed => {
                    Standing::Open { fails: leaves_open(finding, fail_on) }
                }
                _ => Standing::Aside,
            },
            (None, None) => Standing::Aside,
        }
    }

    /// Why a finding without a root is not healthy, in words; empty where it is.
    pub(super) fn reason(&self) -> String {
        let Some(finding) = self.finding else { return String::new() };
        let words = finding.verdict.name().replace('_', " ");
        if let Some(waiver) = &finding.waiver {
            return format!("waived: {}", waiver.words());
        }
        match (&finding.suppressed_by, finding.verdict) {
            (_, Verdict::Healthy) => String::new(),
            (Some(by), Verdict::NotJudged) => format!("{words}: waits for {}", by.by),
            (Some(by), Verdict::Sick) => format!("folded under {}, which explains it", by.by),
            (Some(by), _) => format!("{words}: {}", by.by),
            (None, _) if finding.missing.is_empty() => words,
            (None, _) => format!("{words}: {}", finding.missing.join("; ")),
        }
    }
}

/// Why a root is there: its cause, or what it could be.
pub(super) fn cause(root: &Root) -> Cow<'_, str> {
    if root.candidates.is_empty() || !root.cause.is_empty() {
        return Cow::Borrowed(&root.cause);
    }
    let causes: Vec<&str> = root.candidates.iter().map(|candidate| candidate.cause.as_str()).collect();
    Cow::Owned(format!("one of: {}", causes.join("; or ")))
}

/// What to type about a root: its fix, or the next step that would tell what it is.
pub(super) fn remedy(root: &Root) -> Option<String> {
    let fix = root.fix.as_ref().map(|fix| fix.command());
    fix.or_else(|| root.next.clone()).filter(|command| !command.is_empty())
}

/// The file that a root is about, where its fix changes one.
pub(super) fn file(root: &Root) -> Option<&str> {
    let steps = root.fix.as_ref()?.steps.iter();
    steps.filter_map(|step| step.act.file_change()).map(|change| change.path.as_str()).next()
}
