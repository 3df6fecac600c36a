//! What could not be looked at, when that leaves the question open.

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
    let (missing, unexplained) = grouped(report);
    for (what, checks) in missing {
        page.field("missing", what);
        page.field(
            "",
            &format!("leaves open {}", naming(&checks.iter().collect::<Vec<_>>(), page.style.all)),
        );
    }
    if !unexplained.is_empty() {
        page.field("open", &naming(&unexplained.iter().collect::<Vec<_>>(), page.style.all));
    }
}

/// The unknown findings by what they miss, and those that miss nothing that has a name.
fn grouped(report: &Report) -> (Vec<(&str, Vec<String>)>, Vec<String>) {
    let mut groups: Vec<(&str, Vec<String>)> = Vec::new();
    let mut unexplained = Vec::new();
    let open = |verdict| matches!(verdict, Verdict::Unknown | Verdict::Crashed);
    for finding in report.diagnosis.findings.iter().filter(|finding| open(finding.verdict)) {
        if finding.missing.is_empty() {
            unexplained.push(finding.id());
        }
        for missing in &finding.missing {
            match groups.iter_mut().find(|(known, _)| known == missing) {
                Some((_, checks)) => checks.push(finding.id()),
                None => groups.push((missing, vec![finding.id()])),
            }
        }
    }
    (groups, unexplained)
}
