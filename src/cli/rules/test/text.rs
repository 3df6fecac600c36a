//! The result for people: each case that ended otherwise with what differs, what is left open, totals.

use super::run::Results;
use crate::cli::rules::count::counted;
use crate::report::text::page::Page;
use crate::report::theme::{Role, Style};
use crate::source::case::Miss;
use crate::source::trial::{CaseFile, Covered, Tried};

/// The widest key of a case that can differ, and the blank after it.
const KEY: usize = 9;

pub(super) fn render(results: &Results, style: &Style) -> String {
    let mut page = Page::new(style, None);
    for tried in results.tried.iter().filter(|tried| !tried.misses.is_empty()) {
        wrong(&mut page, tried);
        page.line(&[]);
    }
    if results.thorough {
        for rule in results.rules.iter().filter(|rule| !rule.is_whole()) {
            left_open(&mut page, rule);
            page.line(&[]);
        }
    }
    for file in results.without_cases() {
        let belong = CaseFile::name_beside(file);
        page.flow(Role::Plain, &format!("{file}: no case; they are written into {belong}"), 0, 2);
    }
    totals(&mut page, results);
    page.finish()
}

fn wrong(page: &mut Page<'_>, tried: &Tried) {
    let place = format!("{}:{}: ", tried.file, tried.line);
    page.line(&[(Role::Strong, &place), (Role::Plain, &tried.name)]);
    for Miss { what, expected, found } in &tried.misses {
        let key = format!("  {what:KEY$}");
        page.line(&[(Role::Faint, &key), (Role::Good, &format!("- {expected}"))]);
        page.line(&[(Role::Faint, &" ".repeat(KEY + 2)), (Role::Error, &format!("+ {found}"))]);
    }
}

fn left_open(page: &mut Page<'_>, rule: &Covered) {
    let place = format!("{}:{}: ", rule.source.file, rule.source.line);
    page.line(&[(Role::Strong, &place), (Role::Plain, &format!("{} {}", rule.kind, rule.id))]);
    for answer in rule.unreached() {
        page.line(&[(Role::Faint, "  no case  "), (Role::Plain, answer)]);
    }
    for what in &rule.unnoticed {
        page.line(&[(Role::Faint, "  unseen   "), (Role::Plain, what)]);
    }
}

fn totals(page: &mut Page<'_>, results: &Results) {
    let (all, wrong) = (results.tried.len(), results.wrong());
    let verdict = match (all, wrong) {
        (0, _) => "no case was tried".to_owned(),
        (_, 0) => format!("{}: all as expected", counted(all, "case")),
        _ => format!(
            "{}: {} as expected, {wrong} not (- expected, + found)",
            counted(all, "case"),
            all - wrong
        ),
    };
    let role = if all > 0 && wrong == 0 { Role::Good } else { Role::Error };
    page.line(&[(role, &verdict)]);
    if results.thorough {
        let answers = results.rules.iter().flat_map(|rule| &rule.answers);
        let reached = answers.clone().filter(|(_, cases)| *cases > 0).count();
        let comparisons: usize = results.rules.iter().map(|rule| rule.comparisons).sum();
        let unseen: usize = results.rules.iter().map(|rule| rule.unnoticed.len()).sum();
        let told = format!(
            "{}: {reached} of {} have a case; of {} changed comparisons {unseen} would go unnoticed",
            counted(results.rules.len(), "rule"),
            counted(answers.count(), "answer"),
            2 * comparisons,
        );
        page.flow(Role::Plain, &told, 0, 2);
    }
}
