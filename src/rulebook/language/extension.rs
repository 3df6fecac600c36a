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
    let outcomes = read_outcomes(reader, fields, check, named.pos, &mut marks)?;
    let needs = id::read_refs(reader, fields.get("needs"), Mark::Need, &mut marks);
    let mut words = |key, own| fields.get(key).map_or(own, |node| reader.kept_text(Some(node)));
    let (title, about, reason) =
        (words("title", check.title), words("about", check.about), words("reason", ""));
    let otherwise = match check.otherwise {
        Otherwise::Falls(at) => {
            let id = check.outcomes[at].id;
            Otherwise::Falls(outcomes.iter().position(|outcome| outcome.id == id).unwrap_or(at))
        }
        other => other,
    };
    let extended = Check {
        title,
        about,
        needs: joined(check.needs, needs),
        outcomes: List::keep(outcomes),
        otherwise,
        source: check::source(reader, fields, List::EMPTY),
        ..*check
    };
    let change = Some(Changing { how: How::Extended, reason, pos: named.pos });
    Some(Marked { rule: Rule::Check(extended), place: fields.pos, marks, change })
}

/// All outcomes that `check` has then, in their order; `pos` is where it is named.
fn read_outcomes(
    reader: &mut Reader<'_>,
    fields: Fields<'_, '_>,
    check: &'static Check,
    pos: Pos,
    marks: &mut Marks,
) -> Option<Vec<Outcome>> {
    let scope = scope_of(reader, check, pos)?;
    let mut taken: Vec<&str> = check.outcomes.iter().map(|outcome| outcome.id).collect();
    let before = read_added(reader, &scope, fields.get("before"), &taken, marks);
    taken.extend(before.iter().map(|(outcome, _)| outcome.id));
    let after = read_added(reader, &scope, fields.get("after"), &taken, marks);
    let built_in = read_changed(reader, &scope, fields, check).into_iter().map(|outcome| (outcome, pos));
    let (outcomes, places): (Vec<Outcome>, Vec<Pos>) =
        before.into_iter().chain(built_in).chain(after).unzip();
    if !marks.misread {
        let sight = worlds::look(&check.applies, &outcomes);
        outcome::report_unreachable(reader, &outcomes, &sight, |at| places[at]);
    }
    Some(outcomes)
}

/// The evidence of `check`, and its element where it judges each by itself.
fn scope_of(reader: &mut Reader<'_>, check: &'static Check, pos: Pos) -> Option<Scope<'static>> {
    let scope = Scope::new(check.evidence.members(), true);
    let Some(list) = check.each else { return Some(scope) };
    let (_, kind) = scope.resolve(reader, &format!("{}.{}", list.evidence, list.fact), pos, Use::Text)?;
    scope.within(kind)
}

/// Reads outcomes that are put beside the others, each with its place; `taken` are ids that there are.
fn read_added(
    reader: &mut Reader<'_>,
    scope: &Scope<'_>,
    node: Option<&Node<'_>>,
    taken: &[&str],
    marks: &mut Marks,
) -> Vec<(Outcome, Pos)> {
    let nodes = node.map_or(&[][..], |node| outcome::nodes(reader, node));
    for (id, pos) in nodes.iter().filter_map(outcome::id_of).filter(|(id, _)| taken.contains(id)) {
        let fault = reader.fault(pos, format!("there is an outcome {} already", quoted(id)));
        reader.report(fault.hint(format!("`outcomes: {{ {id}: … }}` says something else of a built-in one")));
    }
    let read = nodes
        .iter()
        .filter_map(|node| Some((outcome::read(reader, scope, node, marks)?, outcome::place(node))));
    let read: Vec<_> = read.collect();
    marks.misread |= read.len() < nodes.len();
    read
}

fn named_check(reader: &mut Reader<'_>, node: &Node<'_>, base: &Rulebook) -> Option<&'static Check> {
    let id = reader.text(node)?;
    let found = base.unchanged(id);
    if found.is_none() {
        let fault = reader.fault(node.pos, format!("there is no built-in check {}", quoted(id)));
        reader.report(match base.change(id) {
            Some(change) => fault.hint(format!("it is {change}")),
            None => fault.did_you_mean(id, base.checks.iter().map(|check| check.id)),
        });
    }
    found
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
