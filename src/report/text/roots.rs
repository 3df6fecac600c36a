//! Roots: what is wrong, why, and what to type.

use std::collections::HashSet;

use super::facts;
use super::fixes;
use super::history;
use super::page::{INDENT, Page};
use super::wrap::lowered;
use crate::model::diagnosis::{Candidate, Root, RootKind};
use crate::model::finding::{Finding, Verdict};
use crate::model::fix::Fix;
use crate::model::report::Report;
use crate::report::theme::{Glyph, Role};

/// So many ids are named under a root; `--all` names the rest.
const NAMED: usize = 4;

/// So many candidates are told; `--all` tells the rest.
pub const LISTED: usize = 8;

/// What is the same for all roots of a report, found out once.
pub(super) struct Overview<'r> {
    report: &'r Report,
    /// The column where the safety of a fix begins.
    safeties: usize,
    /// The findings that wait for others.
    waiting: HashSet<String>,
}

impl Overview<'_> {
    pub(super) fn of<'r>(page: &Page, report: &'r Report) -> Overview<'r> {
        let findings = report.diagnosis.findings.iter();
        let waiting = findings.filter(|finding| finding.verdict == Verdict::NotJudged).map(Finding::id);
        Overview { report, safeties: fixes::column(page, report), waiting: waiting.collect() }
    }
}

/// Writes one root.
pub(super) fn write(page: &mut Page, root: &Root, overview: &Overview) {
    heading(page, root);
    if !root.symptom.is_empty() {
        page.field("symptom", &root.symptom);
    }
    match root.kind {
        RootKind::Cause => page.field("cause", &root.cause),
        RootKind::OneOf => candidates(page, root, overview),
    }
    if let Some(fix) = &root.fix {
        fixes::write(page, fix, overview.safeties);
    }
    if let Some(next) = &root.next {
        page.field("next", next);
    }
    history::seen(page, root, overview.report);
    consequences(page, root, overview);
    if page.style.evidence {
        facts::write(page, &root.evidence, overview.report);
    }
}

/// `✗ error  token.unexpired   the access token has not expired`.
fn heading(page: &mut Page, root: &Root) {
    let role = Role::of(root.severity);
    let glyph = page.style.glyph(Glyph::of(root.severity));
    let at = page.lead(&[
        (role, glyph),
        (Role::Plain, " "),
        (role, root.severity.name()),
        (Role::Plain, "  "),
        (Role::Strong, &shown_id(root)),
        (Role::Plain, "   "),
    ]);
    page.flow(Role::Plain, &lowered(&root.title), at, INDENT);
}

/// The check's id, with the element where there is one; a cause rule's own id.
pub(super) fn shown_id(root: &Root) -> String {
    match (root.check, root.id.find('[')) {
        (Some(check), Some(element)) => format!("{check}{}", &root.id[element..]),
        (Some(check), None) => check.to_owned(),
        (None, _) => root.id.clone(),
    }
}

/// What it could be, when the evidence leaves several outcomes open.
fn candidates(page: &mut Page, root: &Root, overview: &Overview) {
    if root.candidates.is_empty() {
        page.field("cause", &root.cause);
    }
    let differ = root.candidates.iter().any(|candidate| candidate.symptom != root.symptom);
    let across = root.check.is_none();
    let in_all = |words: &&String| root.candidates.iter().all(|one| one.speaks_for.contains(words));
    let first = root.candidates.first().map_or(&[][..], |one| one.speaks_for.as_slice());
    let common: Vec<&String> = first.iter().filter(in_all).collect();
    let listed = if page.style.all { root.candidates.len() } else { LISTED };
    for (number, candidate) in root.candidates.iter().enumerate().take(listed) {
        let label = if number == 0 { "either" } else { "or" };
        if across {
            page.field(label, &format!("{}/{}: {}", candidate.check, candidate.outcome, candidate.cause));
        } else {
            page.field(label, &candidate.cause);
        }
        if differ && !across && !candidate.symptom.is_empty() {
            page.field("symptom", &candidate.symptom);
        }
        for (label, words) in [("for", &candidate.speaks_for), ("against", &candidate.speaks_against)] {
            // What speaks for all of them tells none from another.
            let telling = words.iter().filter(|words| !common.contains(words)).map(String::as_str);
            let telling = telling.collect::<Vec<_>>().join("; ");
            if !telling.is_empty() {
                page.field(label, &telling);
            }
        }
        let same = |fix: &&Fix| root.fix.as_ref() != Some(*fix);
        if let Some(fix) = candidate.fix.as_ref().filter(same) {
            fixes::write(page, fix, overview.safeties);
        }
    }
    if root.candidates.len() > listed {
        page.field("or", &more_than(listed, &root.candidates));
    }
}

/// The checks of the candidates beyond the first `listed`, with how many there are.
pub fn more_than(listed: usize, candidates: &[Candidate]) -> String {
    let rest = candidates.get(listed..).unwrap_or_default();
    let mut checks: Vec<&str> = rest.iter().map(|candidate| candidate.check).collect();
    checks.dedup();
    format!("one of {} more, of {}", rest.len(), checks.join(", "))
}

/// Which findings this root explains, and which wait for it.
fn consequences(page: &mut Page, root: &Root, overview: &Overview) {
    let (waiting, explained): (Vec<&String>, Vec<&String>) =
        root.explains.iter().partition(|id| overview.waiting.contains(*id));
    for (label, ids) in [("explains", explained), ("waiting", waiting)] {
        if !ids.is_empty() {
            page.field(label, &naming(&ids, page.style.all));
        }
    }
}

/// Ids in a row; beyond a few their number, unless all are wanted.
pub(super) fn naming(ids: &[&String], all: bool) -> String {
    let shown = if all || ids.len() <= NAMED + 1 { ids.len() } else { NAMED };
    let mut text = ids[..shown].iter().map(|id| id.as_str()).collect::<Vec<_>>().join(", ");
    if shown < ids.len() {
        text.push_str(&format!(" and {} more (--all names them)", ids.len() - shown));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_rows_of_ids_are_cut() {
        let ids: Vec<String> = (1..=7).map(|n| format!("c{n}")).collect();
        let ids: Vec<&String> = ids.iter().collect();
        assert_eq!(naming(&ids[..5], false), "c1, c2, c3, c4, c5");
        assert_eq!(naming(&ids, false), "c1, c2, c3, c4 and 3 more (--all names them)");
        assert_eq!(naming(&ids, true), "c1, c2, c3, c4, c5, c6, c7");
    }
}
