//! Checks: a document with `outcomes`.

use super::condition;
use super::evidence::{self, Declared};
use super::fault::{either, quoted};
use super::id;
use super::keys::{Form, Key};
use super::node::{Content, Node};
use super::outcome::{self, UNDECIDED};
use super::outside;
use super::reader::{Fields, Reader};
use super::rule::{Changing, Mark, Marked, Marks, Rule};
use super::scope::Scope;
use super::worlds;
use crate::model::change::How;
use crate::model::check::{Check, Otherwise, Outcome, RuleSource};
use crate::model::condition::FactRef;
use crate::model::list::{List, Str};
use crate::model::severity::Severity;

/// The keys of a check.
pub(super) const KEYS: [Key; 12] = [
    Key::must("id", Form::Id(id::Kind::Check), "`area.name`, the file's path; stable, never used again"),
    Key::may("overrides", Form::True, "this check stands in the place of the built-in one of the same id"),
    Key::must("title", Form::Text, "a positive fact: \"The access token is accepted\""),
    Key::may("about", Form::Text, "full sentences, shown by `cmdop doctor explain`"),
    Key::may("on_request", Form::Bool, "judged only where --only, or the `only:` of a profile, names it"),
    Key::may("applies", Form::Condition, "where this is false the check is \"not applicable\""),
    Key::may("needs", Form::CheckIds, "while one of these checks is sick (error), this one is not judged"),
    Key::must(
        "evidence",
        Form::Evidence,
        "what is looked at: a name of your choice, a probe and its parameters",
    ),
    Key::may("each", Form::ListFact, "a list whose elements are judged one by one, as `it`"),
    Key::may("hosts", Form::Hosts, "the only hosts that a rule from outside the program may talk to"),
    Key::must(
        "outcomes",
        Form::Outcomes,
        "the answers, walked in order; the first certain one is the answer",
    ),
    Key::may(
        "otherwise",
        Form::Otherwise,
        "the answer when all are ruled out: `unknown` or the id of an outcome",
    ),
];

pub const SEVERITIES: [(&str, Severity); 2] = [("error", Severity::Error), ("warning", Severity::Warning)];

/// Reads a check.
pub(super) fn read(reader: &mut Reader<'_>, node: &Node<'_>) -> Option<Marked> {
    let fields = reader.keyed(node, "a check", &KEYS)?;
    let mut marks = Marks::default();
    let id = id::read(reader, fields, id::Kind::Check);
    let title = reader.kept_text(fields.get("title"));
    let about = reader.kept_text(fields.get("about"));
    let hosts = outside::read_hosts(reader, fields.get("hosts"));
    let needs = id::read_refs(reader, fields.get("needs"), Mark::Need, &mut marks);
    let declared = match fields.get("evidence") {
        Some(node) => evidence::read(reader, node, &hosts),
        None => Declared::default(),
    };
    marks.bodies(&declared);
    let scope = Scope::new(&declared.decls, declared.complete);
    let applies = condition::read_whole(reader, &scope, fields.get("applies"), &mut marks.misread);
    let (each, scope) = read_each(reader, scope, fields.get("each"));
    let nodes = fields.get("outcomes").map_or(&[][..], |node| outcome::nodes(reader, node));
    let outcomes: Vec<Outcome> =
        nodes.iter().filter_map(|node| outcome::read(reader, &scope, node, &mut marks)).collect();
    // A condition that was not understood would be judged as if it were not there.
    let understood = !marks.misread && outcomes.len() == nodes.len();
    let sight = understood.then(|| worlds::look(&applies, &outcomes));
    if let Some(sight) = &sight {
        outcome::report_unreachable(reader, &outcomes, sight, |at| outcome::place(&nodes[at]));
    }
    let otherwise = read_otherwise(reader, fields, &outcomes, sight.as_ref());
    let check = Check {
        id,
        title,
        about,
        applies,
        needs,
        evidence: List::keep(declared.decls),
        on_request: read_on_request(reader, fields),
        each,
        outcomes: List::keep(outcomes),
        otherwise,
        source: source(reader, fields, hosts),
    };
    let change = read_overrides(reader, fields);
    Some(Marked { rule: Rule::Check(check), place: fields.pos, marks, change })
}

fn read_on_request(reader: &mut Reader<'_>, fields: Fields<'_, '_>) -> bool {
    match fields.get("on_request") {
        Some(Node { content: Content::Bool(on_request), .. }) => *on_request,
        Some(node) => {
            reader.wrong_type(node, "`true` or `false`");
            false
        }
        None => false,
    }
}

/// Whether the check means to stand in the place of a built-in one.
fn read_overrides(reader: &mut Reader<'_>, fields: Fields<'_, '_>) -> Option<Changing> {
    let entry = fields.entry("overrides")?;
    if !matches!(entry.value.content, Content::Bool(true)) {
        reader.wrong_type(&entry.value, "`true`, or nothing at all");
    }
    Some(Changing { how: How::Overridden, reason: "", pos: entry.key_pos })
}

/// Where the rule stands.
pub(super) fn source(reader: &Reader<'_>, fields: Fields<'_, '_>, hosts: List<Str>) -> RuleSource {
    let line = reader.document.in_file(fields.pos).line;
    RuleSource { file: reader.document.file, line, trust: reader.document.trust, hosts }
}

fn read_each<'e>(
    reader: &mut Reader<'_>,
    scope: Scope<'e>,
    node: Option<&Node<'_>>,
) -> (Option<FactRef>, Scope<'e>) {
    match node.and_then(|node| condition::list_fact(reader, &scope, node)) {
        Some((list, inner)) => (Some(list), inner),
        None => (None, scope),
    }
}

fn read_otherwise(
    reader: &mut Reader<'_>,
    fields: Fields<'_, '_>,
    outcomes: &[Outcome],
    sight: Option<&worlds::Sight>,
) -> Otherwise {
    let ids = || outcomes.iter().map(|outcome| outcome.id);
    let Some(node) = fields.get("otherwise") else {
        if sight.is_some_and(|sight| !sight.total) {
            let what = "nothing says what it means when every outcome is ruled out";
            let fault =
                reader.fault(fields.pos, what).expected("`otherwise: unknown` or the id of an outcome");
            reader.report(fault.hint("or a last outcome without `when`"));
        }
        return Otherwise::Total;
    };
    let Some(text) = reader.text(node) else { return Otherwise::Undecided };
    if text == UNDECIDED {
        return Otherwise::Undecided;
    }
    let index = ids().position(|id| id == text);
    if index.is_none() {
        let known: Vec<&str> = [UNDECIDED].into_iter().chain(ids()).collect();
        let fault = reader
            .fault(node.pos, format!("there is no outcome {}", quoted(text)))
            .expected(either(&known))
            .did_you_mean(text, known.iter().copied());
        reader.report(fault);
    }
    index.map_or(Otherwise::Undecided, Otherwise::Falls)
}
