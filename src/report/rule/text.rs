//! A rule for people, on a terminal.

use super::told::{Answer, ON_REQUEST, Told};
use crate::report::text::page::Page;
use crate::report::text::wrap::lowered;
use crate::report::theme::{Glyph, Role, Style};

/// Writes the page.
pub fn render(told: &Told, style: &Style) -> String {
    let mut page = Page::new(style, None);
    let at = page.lead(&[(Role::Strong, told.id), (Role::Plain, "   ")]);
    page.flow(Role::Plain, &lowered(told.title), at, 2);
    if !told.about.is_empty() {
        page.field("about", told.about);
    }
    if let Some(change) = &told.change {
        page.field("built in", change);
    }
    if told.on_request == Some(true) {
        page.field("judged", ON_REQUEST);
    }
    let looks: Vec<String> = told.evidence.iter().map(|(name, key)| format!("{name}: {key}")).collect();
    fields(&mut page, "looks at", &looks);
    for rest in &told.rests {
        match rest.names && !rest.lines.is_empty() {
            true => page.field(rest.label, &rest.lines.join(", ")),
            false => fields(&mut page, rest.label, &rest.lines),
        }
    }
    told.answers.iter().for_each(|one| answer(&mut page, one));
    page.finish()
}

fn answer(page: &mut Page<'_>, answer: &Answer) {
    if !answer.id.is_empty() {
        let (role, glyph, word) = match answer.severity {
            Some(severity) => (Role::of(severity), Glyph::of(severity), severity.name()),
            None => (Role::Good, Glyph::Good, "healthy"),
        };
        page.gap();
        page.line(&[
            (role, page.style.glyph(glyph)),
            (Role::Plain, " "),
            (role, word),
            (Role::Plain, "  "),
            (Role::Strong, answer.id),
        ]);
    }
    fields(page, "when", &answer.when);
    for (label, words) in [("symptom", answer.symptom), ("cause", answer.cause)] {
        if !words.is_empty() {
            page.field(label, words);
        }
    }
    fields(page, "fix", &answer.fix);
}

fn fields(page: &mut Page<'_>, label: &str, lines: &[String]) {
    for (number, line) in lines.iter().enumerate() {
        page.field(if number == 0 { label } else { "" }, line);
    }
}
