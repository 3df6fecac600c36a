//! What could not be looked at, when that leaves the question open.

use std::collections::HashSet;

use super::page::Page;
use super::roots::naming;
use crate::model::finding::Verdict;
use crate::model::report::Report;
use crate::report::theme::{Glyph, Role};

/// Writes what was missing, each with the checks that it leaves open.
pub(super) fn write(page: &mut Page, report: &Report) {
    page.gap();
    let glyph = page.style.glyph(Glyph::Open);
    page.line(&[
        (Role::Warning, glyph),
        (Role::Warning, " inconclusive"),
        (Role::Plain, "  cannot tell whether authentication works"),
    ]);
    let mut told = HashSet::new();
    for Gap { missing, checks } in gaps(report) {
        // What is missing only because something else is leaves nothing more open.
        let news = checks.iter().filter(|check| told.insert((*check).clone())).count();
        if news > 0 || page.style.all {
            let names = naming(&checks.iter().collect::<Vec<_>>(), page.style.all);
            if missing.is_empty() {
                page.field("open", &names);
            } else {
                page.field("missing", missing);
                page.field("", &format!("leaves open {names}"));
            }
        }
    }
}

/// The remarks that are worth a line beside what [`write`] wrote.
pub(super) fn other_remarks(report: &Report) -> Vec<&String> {
    let missing: HashSet<&str> = gaps(report).iter().map(|gap| gap.missing).collect();
    report.remarks.iter().filter(|remark| !missing.contains(remark.as_str())).collect()
}

/// Something that nobody could look at, and the findings that it leaves open.
struct Gap<'r> {
    missing: &'r str,
    checks: Vec<String>,
}

/// The gaps of the findings that are open, in their order; those that miss nothing that has a name
/// miss an empty one.
fn gaps(report: &Report) -> Vec<Gap<'_>> {
    let mut gaps: Vec<Gap<'_>> = Vec::new();
    let open = |verdict| matches!(verdict, Verdict::Unknown | Verdict::Crashed);
    for finding in report.diagnosis.findings.iter().filter(|finding| open(finding.verdict)) {
        let named = finding.missing.iter().map(String::as_str);
        let nameless = finding.missing.is_empty().then_some("");
        for missing in named.chain(nameless) {
            match gaps.iter_mut().find(|gap| gap.missing == missing) {
                Some(gap) => gap.checks.push(finding.id()),
                None => gaps.push(Gap { missing, checks: vec![finding.id()] }),
            }
        }
    }
    gaps
}
