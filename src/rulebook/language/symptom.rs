//! Symptoms: a document with `suggests`.

use super::check;
use super::id;
use super::keys::{Form, Key};
use super::node::Node;
use super::pattern;
use super::reader::{Fields, Reader};
use super::rule::{Mark, Marked, Marks, Rule};
use super::sieve;
use crate::model::list::{List, Str};
use crate::model::symptom::{Suggestion, Symptom};

/// The keys of a symptom.
pub(super) const KEYS: [Key; 7] = [
    Key::must("id", Form::Id(id::Kind::Symptom), "`symptom.name`; stable, never used again"),
    Key::must("says", Form::Text, "the plainest spelling of the message; the rule must know it"),
    Key::must("about", Form::Text, "full sentences, shown by `cmdop doctor explain`"),
    Key::must("match", Form::Regex, "the words of the message, in all their spellings"),
    Key::may("unless", Form::Regex, "where this matches too, it is another message"),
    Key::may("typed", Form::Bool, "only what a person says: in a log anybody may say it"),
    Key::must(
        "suggests",
        Form::Suggestions,
        "what can be the reason, likeliest first; `check/*` is every sick outcome",
    ),
];

/// Reads a symptom.
pub(super) fn read(reader: &mut Reader<'_>, node: &Node<'_>) -> Option<Marked> {
    let fields = reader.keyed(node, "a symptom", &KEYS)?;
    let mut marks = Marks::default();
    let id = id::read(reader, fields, id::Kind::Symptom);
    let says = reader.kept_text(fields.get("says"));
    let about = reader.kept_text(fields.get("about"));
    let phrase = fields.get("match").and_then(|node| pattern::read_phrase(reader, node));
    let unless = fields.get("unless").and_then(|node| pattern::read_narrowing(reader, node));
    let typed = reader.switch(fields, "typed");
    if let (Some((pattern, _)), Some(node)) = (&phrase, fields.get("says")) {
        report_unheard(reader, pattern, unless, says, node);
    }
    let suggests = read_suggestions(reader, fields, &mut marks);
    let source = check::source(reader, fields, List::EMPTY);
    let symptom = Symptom { id, says, about, pattern: phrase?.0, unless, typed, suggests, source };
    Some(Marked::new(Rule::Symptom(symptom), fields.pos, marks))
}

/// Reports a message that the rule itself does not know.
fn report_unheard(reader: &mut Reader<'_>, pattern: Str, unless: Option<Str>, says: Str, node: &Node<'_>) {
    let matches = |pattern| sieve::expression(pattern).is_ok_and(|regex| regex.is_match(says.as_bytes()));
    if !says.is_empty() && (!matches(pattern) || unless.is_some_and(matches)) {
        let fault = reader.fault(node.pos, "the rule does not know its own message");
        reader.report(fault.expected("a text that `match` matches, and `unless` does not"));
    }
}

/// Reads `suggests`, the outcomes that could be the reason.
pub(super) fn read_suggestions(
    reader: &mut Reader<'_>,
    fields: Fields<'_, '_>,
    marks: &mut Marks,
) -> List<Suggestion> {
    let Some(node) = fields.get("suggests") else { return List::EMPTY };
    let outcomes = id::read_refs(reader, Some(node), Mark::Suggestion, marks);
    if outcomes.is_empty() {
        reader.report(reader.fault(node.pos, "nothing is suggested").expected("outcomes: `check/outcome`"));
    }
    List::keep(outcomes.iter().map(|outcome| Suggestion { outcome }).collect())
}
