//! Rules as GitHub-flavoured Markdown. Texts are escaped: they hold no markup, no link and no HTML.

use std::fmt::Write;

use super::told::{Answer, ON_REQUEST, Told};
use crate::report::markdown::{code, text};

/// Rules of one kind, under a heading.
pub struct Chapter {
    pub title: &'static str,
    /// What such rules are, in one paragraph of our own.
    pub about: &'static str,
    pub rules: Vec<Told>,
}

/// Writes the whole book: a list of its chapters, and all rules.
pub fn render(chapters: &[Chapter]) -> Vec<u8> {
    let mut page = "# The rules of cmdop doctor\n\n".to_owned();
    for chapter in chapters {
        let anchor = chapter.title.to_lowercase().replace(' ', "-");
        let _infallible = writeln!(page, "- [{}](#{anchor}): {}", chapter.title, chapter.rules.len());
    }
    for chapter in chapters {
        let _infallible = write!(page, "\n## {}\n\n{}\n", chapter.title, chapter.about);
        for told in &chapter.rules {
            rule(&mut page, told);
        }
    }
    page.into_bytes()
}

/// Writes one rule as a page of its own.
pub fn page(told: &Told) -> Vec<u8> {
    let mut page = String::new();
    rule(&mut page, told);
    page.trim_start().as_bytes().to_vec()
}

fn rule(page: &mut String, told: &Told) {
    let _infallible = write!(page, "\n### {}\n\n", code(told.id));
    for words in [told.title, told.about] {
        if !words.is_empty() {
            let flowing = words.split_whitespace().collect::<Vec<_>>().join(" ");
            let _infallible = write!(page, "{}\n\n", text(&flowing));
        }
    }
    if let Some(change) = &told.change {
        let _infallible = write!(page, "**built in:** {}\n\n", text(change));
    }
    if told.on_request == Some(true) {
        let _infallible = write!(page, "**judged:** {}\n\n", text(ON_REQUEST));
    }
    let looks: Vec<String> = told.evidence.iter().map(|(name, key)| format!("{name}: {key}")).collect();
    line(page, "", "looks at", &looks);
    for rest in &told.rests {
        line(page, "", rest.label, &rest.lines);
    }
    for answer in &told.answers {
        answered(page, answer);
    }
}

fn answered(page: &mut String, answer: &Answer) {
    let indent = if answer.id.is_empty() { "" } else { "  " };
    if !answer.id.is_empty() {
        let word = answer.severity.map_or("healthy", |severity| severity.name());
        let _infallible = writeln!(page, "- {word} {}", code(answer.id));
    }
    line(page, indent, "when", &answer.when);
    for (label, words) in [("symptom", answer.symptom), ("cause", answer.cause)] {
        if !words.is_empty() {
            let _infallible = writeln!(page, "{indent}- **{label}:** {}", text(words));
        }
    }
    line(page, indent, "fix", &answer.fix);
}

/// A label with what stands behind it, each a span of code.
fn line(page: &mut String, indent: &str, label: &str, lines: &[String]) {
    if !lines.is_empty() {
        let spans: Vec<String> = lines.iter().map(|line| code(line)).collect();
        let _infallible = writeln!(page, "{indent}- **{label}:** {}", spans.join(", "));
    }
}
