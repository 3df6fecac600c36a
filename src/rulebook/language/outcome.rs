//! The outcomes of a check.

use super::check::SEVERITIES;
use super::condition;
use super::fault::{either, quoted};
use super::fix;
use super::id;
use super::keys::{Form, Key};
use super::node::{Content, Node, Pos};
use super::reader::{A_NAME, Fields, Reader, is_name};
use super::rule::{Mark, Marks};
use super::scope::Scope;
use super::template;
use super::worlds::Sight;
use crate::model::check::Outcome;
use crate::model::list::{Str, keep_text};

/// The keys of an outcome.
pub const KEYS: [Key; 8] = [
    Key::must("id", Form::OutcomeName, "names the illness, never the remedy; stable, never used again"),
    Key::may("when", Form::Condition, "all of it must hold; without it the outcome always fits"),
    Key::may("needs", Form::CheckIds, "checks without which this outcome alone is not judged"),
    Key::may("severity", Form::Severity, "error or warning; without it the outcome is a healthy one"),
    Key::may("transient", Form::Bool, "it can heal by itself, so that `--wait` waits for it"),
    Key::may("symptom", Form::Template, "what a person notices: a lowercase fragment without a full stop"),
    Key::may("cause", Form::Template, "why it is so: a lowercase fragment without a full stop"),
    Key::may("fix", Form::Steps, "one step, or a list of steps; the first is what to try first"),
];

/// The keys that a sick outcome must have, and a healthy one has not.
pub const OF_THE_SICK: [&str; 2] = ["symptom", "cause"];

/// The keys that a healthy outcome has not.
pub const NOT_OF_THE_HEALTHY: [&str; 4] = ["transient", "symptom", "cause", "fix"];

/// The word for "cannot tell" in `otherwise`.
pub const UNDECIDED: &str = "unknown";

/// The nodes of the outcomes, whose ids differ.
pub(super) fn nodes<'n, 't>(reader: &mut Reader<'_>, node: &'n Node<'t>) -> &'n [Node<'t>] {
    let outcomes = reader.members(node, "outcomes");
    if outcomes.is_empty() && matches!(node.content, Content::List(_)) {
        reader.report(reader.fault(node.pos, "a check without outcomes answers nothing"));
    }
    let mut ids: Vec<(&str, Pos)> = Vec::with_capacity(outcomes.len());
    for outcome in outcomes {
        let Some((id, pos)) = id_of(outcome) else { continue };
        if let Some((_, first)) = ids.iter().find(|(known, _)| *known == id) {
            let line = reader.document.in_file(*first).line;
            let fault = reader.fault(pos, format!("a second outcome is called {}", quoted(id)));
            reader.report(fault.hint(format!("the first one is in line {line}")));
        }
        ids.push((id, pos));
    }
    outcomes
}

/// The id of an outcome, as it is written, and where.
pub(super) fn id_of<'n>(outcome: &'n Node<'_>) -> Option<(&'n str, Pos)> {
    let Content::Map(entries) = &outcome.content else { return None };
    let entry = entries.iter().find(|entry| entry.key == "id")?;
    match &entry.value.content {
        Content::Text(id) => Some((id, entry.value.pos)),
        _ => None,
    }
}

/// Where to point when an outcome as a whole is at fault: at its condition, if it has one.
pub(super) fn place(outcome: &Node<'_>) -> Pos {
    let Content::Map(entries) = &outcome.content else { return outcome.pos };
    entries.iter().find(|entry| entry.key == "when").map_or(outcome.pos, |entry| entry.key_pos)
}

/// Reads one outcome.
pub(super) fn read(
    reader: &mut Reader<'_>,
    scope: &Scope<'_>,
    node: &Node<'_>,
    marks: &mut Marks,
) -> Option<Outcome> {
    let fields = reader.keyed(node, "an outcome", &KEYS)?;
    let id = fields.get("id").map_or("", |node| read_id(reader, node));
    let when = condition::read_whole(reader, scope, fields.get("when"), &mut marks.misread);
    let needs = id::read_refs(reader, fields.get("needs"), Mark::Need, marks);
    let severity = fields.get("severity").and_then(|node| reader.word(node, &SEVERITIES));
    check_words(reader, fields);
    Some(Outcome {
        id,
        when,
        needs,
        severity,
        transient: reader.switch(fields, "transient"),
        symptom: template::read_if(reader, scope, fields.get("symptom")),
        cause: template::read_if(reader, scope, fields.get("cause")),
        fix: fix::read_if(reader, scope, fields.get("fix")),
    })
}

fn read_id(reader: &mut Reader<'_>, node: &Node<'_>) -> Str {
    let Some(id) = reader.text(node) else { return "" };
    if !is_name(id) || id == UNDECIDED {
        let fault = reader.fault(node.pos, format!("{} cannot name an outcome", quoted(id)));
        reader.report(fault.expected(format!("{A_NAME}; `{UNDECIDED}` is what `otherwise` may say")));
    }
    keep_text(id)
}

/// A sick outcome has its symptom and its cause; a healthy one has neither, and nothing to fix.
pub(super) fn check_words(reader: &mut Reader<'_>, fields: Fields<'_, '_>) {
    if fields.has("severity") {
        for key in OF_THE_SICK {
            reader.required(fields, key);
        }
        return;
    }
    let surplus = NOT_OF_THE_HEALTHY.iter().find_map(|key| fields.entry(key));
    if let Some(entry) = surplus {
        let what = format!("an outcome without a severity is healthy and has no `{}`", entry.key);
        let fault = reader.fault(entry.key_pos, what);
        reader.report(fault.hint("say `severity: error` or `severity: warning`"));
    }
}

/// Reports the outcomes that earlier ones leave nothing to.
pub(super) fn report_unreachable(
    reader: &mut Reader<'_>,
    outcomes: &[Outcome],
    sight: &Sight,
    place: impl Fn(usize) -> Pos,
) {
    for shadowed in &sight.unreachable {
        let outcome = outcomes[shadowed.outcome].id;
        let by: Vec<String> = shadowed.by.iter().map(|by| format!("`{}`", outcomes[*by].id)).collect();
        let by: Vec<&str> = by.iter().map(String::as_str).collect();
        let fault =
            reader.fault(place(shadowed.outcome), format!("the outcome `{outcome}` is never reached"));
        reader.report(match by.as_slice() {
            [] => fault.hint("its condition can never hold where the check applies"),
            by => fault.hint(format!("whenever it holds, {} above it has already answered", either(by))),
        });
    }
}
