//! Error messages as people type them: what they can mean, for `explain` and for `--symptom`.

use super::failure::{Failure, conceal};
use crate::engine::{Selection, Symbols, diagnose, evaluate, plan};
use crate::model::check::Outcome;
use crate::model::diagnosis::{Candidate, Root};
use crate::model::evidence::EvidenceSet;
use crate::model::rulebook::Rulebook;
use crate::model::symptom::{Suggested, Symptom};
use crate::report::json::writer::Writer;
use crate::report::rule::step_outline;
use crate::report::text::page::Page;
use crate::report::text::roots::{LISTED, more_than};
use crate::report::theme::{Role, Style};
use crate::rulebook::language::spell::nearest as near;
use crate::rulebook::unpacked;
use crate::source::spoken::{self, shown};

/// The name of the JSON document's contract.
const SCHEMA: &str = "cmdop.doctor.message/1";

/// Messages that an unknown text resembles, at most.
const NEAR: usize = 3;

/// Shared words of fewer letters are no likeness.
const TELLING: usize = 4;

/// What the messages in `text` suggest; a message that no rule knows is an error that names the nearest.
pub(super) fn suggested(text: &str, rulebook: &Rulebook) -> Result<Vec<Suggested>, Failure> {
    let suggested = spoken::suggested(text, rulebook);
    if suggested.is_empty() { Err(unknown(text, rulebook)) } else { Ok(suggested) }
}

/// The checks that can tell which of the outcomes it is.
pub(super) fn checks_of(suggested: &[Suggested]) -> Vec<String> {
    let mut checks: Vec<String> = Vec::new();
    for suggestion in suggested.iter().flat_map(|message| message.outcomes) {
        let check = suggestion.parts().0;
        if !checks.iter().any(|known| known == check) {
            checks.push(check.to_owned());
        }
    }
    checks
}

fn unknown(text: &str, rulebook: &Rulebook) -> Failure {
    let shown = shown(text, rulebook);
    let shown = conceal(&shown, [shown.as_str()]);
    let near: Vec<String> =
        nearest(text, rulebook).iter().map(|symptom| format!("`{}`", symptom.says)).collect();
    let hint = match near.is_empty() {
        true => "`cmdop doctor auth` looks for everything that is known".to_owned(),
        false => format!("the nearest are {}", near.join(", ")),
    };
    Failure::new(format!("no message like `{shown}` is known; {hint}"))
}

/// The symptoms whose message has most words in common with `text`.
fn nearest(text: &str, rulebook: &Rulebook) -> Vec<&'static Symptom> {
    let words = |text: &str| -> Vec<String> {
        let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| word.len() >= TELLING);
        words.map(str::to_lowercase).filter(|word| word != "error").collect()
    };
    let said = words(text);
    let is_said = |word: &&String| near(word, said.iter().map(String::as_str)).is_some();
    let common = |symptom: &Symptom| words(symptom.says).iter().filter(is_said).count();
    let symptoms = unpacked(rulebook).symptoms;
    let mut found: Vec<(usize, &'static Symptom)> = symptoms
        .into_iter()
        .map(|symptom| (common(symptom), symptom))
        .filter(|(common, _)| *common > 0)
        .collect();
    found.sort_by_key(|(common, _)| std::cmp::Reverse(*common));
    found.into_iter().take(NEAR).map(|(_, symptom)| symptom).collect()
}

/// What is known of the message without looking anywhere.
struct Explained {
    symptoms: Vec<&'static Symptom>,
    roots: Vec<Root>,
    text: String,
}

/// Explains the message `text`, for people or as a document.
pub(super) fn explain(text: &str, rulebook: &Rulebook, style: Option<&Style>) -> Result<Vec<u8>, Failure> {
    let messages = suggested(text, rulebook)?;
    let known = unpacked(rulebook).symptoms.into_iter();
    let symptoms =
        known.filter(|symptom| messages.iter().any(|message| message.rule == symptom.id)).collect();
    let (symbols, evidence) = (Symbols::unknown(), EvidenceSet::default());
    let plan = plan(rulebook, &Selection::default(), &symbols, false);
    let findings = evaluate(&plan, &evidence, &symbols);
    let roots = diagnose(rulebook, &plan, findings, &evidence, &symbols, &messages).roots;
    let text = messages.first().map(|message| message.text.clone()).unwrap_or_default();
    let explained = Explained { symptoms, roots, text };
    Ok(match style {
        Some(style) => explained.page(style, rulebook).into_bytes(),
        None => explained.document(),
    })
}

impl Explained {
    fn page(&self, style: &Style, rulebook: &Rulebook) -> String {
        let mut page = Page::new(style, None);
        page.line(&[(Role::Strong, &format!("\"{}\"", self.text))]);
        for symptom in &self.symptoms {
            page.field("means", symptom.about);
        }
        for root in &self.roots {
            page.gap();
            match root.candidates.as_slice() {
                [] => reason(
                    &mut page,
                    "because",
                    &root.id,
                    &root.cause,
                    outcome_of(root.check, root.outcome, rulebook),
                ),
                candidates => {
                    for (number, one) in candidates.iter().enumerate().take(LISTED) {
                        let outcome = outcome_of(Some(one.check), Some(one.outcome), rulebook);
                        let label = if number == 0 { "either" } else { "or" };
                        reason(&mut page, label, &id_of(one), &one.cause, outcome);
                    }
                    if candidates.len() > LISTED {
                        page.field("or", &more_than(LISTED, candidates));
                    }
                }
            }
            if let Some(next) = &root.next {
                page.gap();
                page.field("next", next);
            }
        }
        page.finish()
    }

    fn document(&self) -> Vec<u8> {
        Writer::document(|json| {
            json.text_at("schema", SCHEMA);
            json.text_at("message", &self.text);
            json.break_lines(1);
            json.key("symptoms");
            json.list(&self.symptoms, |json, symptom| {
                json.object(|json| {
                    json.text_at("id", symptom.id);
                    json.text_at("says", symptom.says);
                    json.text_at("about", symptom.about);
                });
            });
            json.key("roots");
            json.list(&self.roots, crate::report::json::root);
        })
    }
}

fn outcome_of(check: Option<&str>, outcome: Option<&str>, rulebook: &Rulebook) -> Option<&'static Outcome> {
    rulebook.check(check?)?.outcomes.into_iter().find(|known| Some(known.id) == outcome)
}

fn id_of(candidate: &Candidate) -> String {
    format!("{}/{}", candidate.check, candidate.outcome)
}

/// One possible reason, and what to do about it.
fn reason(page: &mut Page, label: &str, id: &str, cause: &str, outcome: Option<&Outcome>) {
    page.field(label, &format!("{id}: {cause}"));
    if let Some(step) = outcome.and_then(|outcome| outcome.fix.first()) {
        page.field("fix", &step_outline(step));
    }
}
