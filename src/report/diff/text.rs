//! The difference for people: what is gone, what is new, and what that rests on.

use super::compare::{Difference, FactChanged};
use crate::model::diagnosis::Root;
use crate::model::report::Report;
use crate::report::text::page::{INDENT, Page};
use crate::report::theme::{Glyph, Role, Style};

/// So many facts are listed; `--all` lists every one.
const FACTS: usize = 12;

pub(super) fn write(difference: &Difference<'_>, before: &Report, after: &Report, style: &Style) -> String {
    let mut page = Page::new(style, after.home.as_deref().or(before.home.as_deref()));
    roots(&mut page, "gone", Role::Good, &difference.gone);
    roots(&mut page, "new", Role::Error, &difference.new);
    if !difference.findings.is_empty() {
        page.gap();
    }
    for change in &difference.findings {
        page.field("finding", &format!("{}: {} → {}", change.finding, change.before, change.after));
    }
    facts(&mut page, difference);
    page.gap();
    let (old, new) = (side(before), side(after));
    page.line(&[(Role::Strong, &closing(difference))]);
    page.line(&[(Role::Plain, &format!("from {old} to {new}"))]);
    page.finish()
}

/// `bundle.json (sick)`.
fn side(report: &Report) -> String {
    format!("{} ({})", report.source.name, report.verdict.name())
}

fn roots(page: &mut Page<'_>, word: &str, role: Role, roots: &[&Root]) {
    for root in roots {
        let glyph = match role {
            Role::Good => page.style.glyph(Glyph::Good),
            _ => page.style.glyph(Glyph::of(root.severity)),
        };
        page.line(&[
            (role, glyph),
            (Role::Plain, " "),
            (role, word),
            (Role::Plain, "  "),
            (Role::Strong, &root.id),
        ]);
        page.field("cause", &root.cause);
        if let Some(fix) = root.fix.as_ref().filter(|_| word == "new") {
            page.command("fix", &fix.command(), "", INDENT);
        }
    }
}

fn facts(page: &mut Page<'_>, difference: &Difference<'_>) {
    let all = page.style.all;
    let worth: Vec<&FactChanged> = difference.facts.iter().filter(|fact| all || !fact.passing).collect();
    if !worth.is_empty() {
        page.gap();
    }
    let most = if all { worth.len() } else { FACTS };
    for fact in worth.iter().take(most) {
        let FactChanged { probe, fact, before, after, .. } = fact;
        page.field("fact", &format!("{probe}: {fact}: {before} → {after}"));
    }
    let more = worth.len().saturating_sub(most);
    if more > 0 {
        page.field("", &format!("{more} more facts changed (--all lists them)"));
    }
}

fn closing(difference: &Difference<'_>) -> String {
    if !difference.matters() {
        return "the diagnosis is the same".to_owned();
    }
    let counts = [
        (difference.gone.len(), "root", "gone"),
        (difference.new.len(), "root", "new"),
        (difference.findings.len(), "finding", "changed"),
    ];
    let told = counts.into_iter().filter(|(many, ..)| *many > 0);
    let told =
        told.map(|(many, what, how)| format!("{many} {what}{} {how}", if many == 1 { "" } else { "s" }));
    told.collect::<Vec<_>>().join(", ")
}
