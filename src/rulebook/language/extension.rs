//! Built-in checks with further answers: a document with `extends`. What is looked at stays as it is built
//! in, credentials and the contents of files included; a rule from outside gains nothing by naming a check.

use super::check::{self, SEVERITIES};
use super::fault::quoted;
use super::fix;
use super::id;
use super::keys::{Form, Key};
use super::node::{Node, Pos};
use super::outcome;
use super::reader::{Fields, Reader};
use super::rule::{Changing, Mark, Marked, Marks, Rule};
use super::scope::{Scope, Use};
use super::template;
use super::worlds;
use crate::model::change::How;
use crate::model::check::{Check, Otherwise, Outcome};
use crate::model::list::{List, Str};
use crate::model::rulebook::Rulebook;

/// The keys of an extension.
pub(super) const KEYS: [Key; 8] = [
    Key::must("extends", Form::CheckId, "the built-in check, which looks as before and answers otherwise"),
    Key::may("reason", Form::Text, "why; reports say it"),
    Key::may("title", Form::Text, "in the place of the built-in title"),
    Key::may("about", Form::Text, "in the place of the built-in words"),
    Key::may("needs", Form::CheckIds, "checks that it needs besides those that it needs already"),
    Key::may("before", Form::Outcomes, "outcomes that are walked before the built-in ones"),
    Key::may("outcomes", Form::ChangedOutcomes, "what is said anew of built-in outcomes, by their names"),
    Key::may("after", Form::Outcomes, "outcomes that are walked after the built-in ones"),
];

/// What is said anew of an outcome that is built in.
pub const OUTCOME_KEYS: [Key; 4] = [
    Key::may("severity", Form::Severity, "error or warning"),
    Key::may("symptom", Form::Template, "what a person notices: a lowercase fragment without a full stop"),
    Key::may("cause", Form::Template, "why it is so: a lowercase fragment without a full stop"),
    Key::may("fix", Form::Steps, "one step, or a list of steps; shown only"),
];

/// Reads what a document makes of a check of `base`.
pub(super) fn read(reader: &mut Reader<'_>, node: &Node<'_>, base: &Rulebook) -> Option<Marked> {
    let fields = reader.keyed(node, "an extension", &KEYS)?;
    let named = fields.get("extends")?;
    let check = named_check(reader, named, base)?;
    let mut marks = Marks::default();
    let scope = Scope::new(&check.evidence, true);
    let scope = check.each.map_or(Some(scope), |list| {
        let name = format!("{}.{}", list.evidence, list.fact);
        let (_, kind) = scope.resolve(reader, &name, named.pos, Use::Text)?;
        scope.within(kind)
    })?;
    let mut added = |key| {
        let nodes = fields.get(key).map_or(&[][..], |node| outcome::nodes(reader, node));
        report_taken(reader, nodes, check);
        let outcomes = nodes.iter().map(|node| (outcome::read(reader, &scope, node, &mut marks), node));
        let whole: Vec<_> =
            outcomes.filter_map(|(outcome, node)| Some((outcome?, outcome::place(node)))).collect();
        marks.misread |= whole.len() < nodes.len();
        whole
    };
    let (before, after) = (added("before"), added("after"));
    let shift = before.len();
    let changed = read_changed(reader, &scope, fields, check);
    let built_in = changed.into_iter().map(|outcome| (outcome, named.pos));
    let (outcomes, places): (Vec<Outcome>, Vec<Pos>) =
        before.into_iter().chain(built_in).chain(after).unzip();
    if !marks.misread {
        let sight = worlds::look(&check.applies, &outcomes);
        outcome::report_unreachable(reader, &outcomes, &sight, |at| places[at]);
    }
    let needs = id::read_refs(reader, fields.get("needs"), Mark::Need, &mut marks);
    let extended = Check {
        title: fields.get("title").map_or(check.title, |node| reader.kept_text(Some(node))),
        about: fields.get("about").map_or(check.about, |node| reader.kept_text(Some(node))),
        needs: joined(check.needs, needs),
        outcomes: List::keep(outcomes),
        otherwise: match check.otherwise {
            Otherwise::Falls(at) => Otherwise::Falls(at + shift),
            other => other,
        },
        source: check::source(reader, fields, List::EMPTY),
        ..*check
    };
    let reason = reader.kept_text(fields.get("reason"));
    let change = Some(Changing { how: How::Extended, reason, pos: named.pos });
    Some(Marked { rule: Rule::Check(extended), place: fields.pos, marks, change })
}

fn named_check(reader: &mut Reader<'_>, node: &Node<'_>, base: &Rulebook) -> Option<&'static Check> {
    let id = reader.text(node)?;
    let found = base.check(id);
    if found.is_none() {
        let fault = reader.fault(node.pos, format!("there is no built-in check {}", quoted(id)));
        reader.report(fault.did_you_mean(id, base.checks.iter().map(|check| check.id)));
    }
    found
}

/// Reports outcomes whose ids the check has already.
fn report_taken(reader: &mut Reader<'_>, nodes: &[Node<'_>], check: &Check) {
    for (id, pos) in nodes.iter().filter_map(outcome::id_of) {
        if check.outcomes.iter().any(|known| known.id == id) {
            let what = format!("the check `{}` has an outcome {} already", check.id, quoted(id));
            let hint = format!("`outcomes: {{ {id}: … }}` says something else of it");
            reader.report(reader.fault(pos, what).hint(hint));
        }
    }
}

/// The outcomes that are built in, with what is said anew of some.
fn read_changed(
    reader: &mut Reader<'_>,
    scope: &Scope<'_>,
    fields: Fields<'_, '_>,
    check: &Check,
) -> Vec<Outcome> {
    let mut outcomes = check.outcomes.to_vec();
    let Some(node) = fields.get("outcomes") else { return outcomes };
    for entry in reader.entries(node, "`outcome: { severity: warning }`") {
        match outcomes.iter_mut().find(|outcome| outcome.id == entry.key) {
            Some(outcome) => *outcome = change(reader, scope, &entry.value, outcome),
            None => {
                let ids: Vec<&str> = check.outcomes.iter().map(|outcome| outcome.id).collect();
                let what = format!("the check `{}` has no outcome {}", check.id, quoted(&entry.key));
                let fault = reader.fault(entry.key_pos, what).expected(ids.join(", "));
                reader.report(fault.did_you_mean(&entry.key, ids.iter().copied()));
            }
        }
    }
    outcomes
}

fn change(reader: &mut Reader<'_>, scope: &Scope<'_>, node: &Node<'_>, outcome: &Outcome) -> Outcome {
    let Some(fields) = reader.keyed(node, "what is said of an outcome", &OUTCOME_KEYS) else {
        return *outcome;
    };
    if outcome.severity.is_none() {
        outcome::check_words(reader, fields);
    }
    let severity = fields.get("severity").and_then(|node| reader.word(node, &SEVERITIES));
    let mut words = |key, own| fields.get(key).map_or(own, |node| template::read(reader, scope, node));
    let (symptom, cause) = (words("symptom", outcome.symptom), words("cause", outcome.cause));
    let fix = match fields.get("fix") {
        Some(node) => fix::read_if(reader, scope, Some(node)),
        None => outcome.fix,
    };
    Outcome { severity: severity.or(outcome.severity), symptom, cause, fix, ..*outcome }
}

fn joined(own: List<Str>, further: List<Str>) -> List<Str> {
    let mut all = own.to_vec();
    all.extend(further.iter().filter(|id| !own.contains(id)));
    List::keep(all)
}
