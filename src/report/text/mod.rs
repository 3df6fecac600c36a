//! The text report: what is wrong, why, what to type, and one closing line.

mod closing;
pub mod consent;
mod facts;
mod findings;
mod fixes;
mod history;
mod home;
pub mod page;
pub mod roots;
mod treatment;
mod unknowns;
pub mod wrap;

pub(super) use closing::line as closing_line;
pub(super) use facts::reading as told_by;

use super::theme::Style;
use crate::model::diagnosis::Root;
use crate::model::report::{Report, RunVerdict};
use page::Page;
use roots::Overview;

/// Writes the report for people. Roots stand worst first; after the list of all findings they
/// stand worst last, so that the worst is nearest to where the eye rests.
pub fn render(report: &Report, style: &Style) -> String {
    let mut page = Page::new(style, report.home.as_deref());
    let mut in_order: Vec<&Root> = report.diagnosis.roots.iter().collect();
    if style.all {
        findings::write(&mut page, report);
        in_order.reverse();
    }
    treatment::write(&mut page, report);
    let overview = Overview::of(&page, report);
    for (number, root) in in_order.into_iter().enumerate() {
        if style.all && number == 0 {
            page.gap();
        }
        roots::write(&mut page, root, &overview);
    }
    history::write(&mut page, report);
    let mut remarks: Vec<&String> = report.remarks.iter().collect();
    if report.verdict == RunVerdict::Inconclusive {
        unknowns::write(&mut page, report);
        remarks = unknowns::other_remarks(report);
    }
    if !remarks.is_empty() {
        page.gap();
    }
    for remark in remarks {
        page.field("note", remark);
    }
    page.gap();
    closing::write(&mut page, report);
    page.finish()
}
