//! Causes: a document with `explains`.

use super::check::{self, SEVERITIES};
use super::condition::{Conditions, Mentions};
use super::evidence::{self, Declared};
use super::fault::quoted;
use super::fix;
use super::id;
use super::keys::{Form, Key};
use super::node::Node;
use super::outside;
use super::reader::{Fields, Reader};
use super::rule::{Mark, Marked, Marks, Rule};
use super::scope::{Scope, Use};
use super::template;
use crate::model::cause::{Cause, Correction};
use crate::model::condition::Cond;
use crate::model::list::{List, Str, keep_text};

/// The keys of a cause.
pub(super) const KEYS: [Key; 13] = [
    Key::must("id", Form::Id(id::Kind::Cause), "`cause.name`, the file's name; stable, never used again"),
    Key::may("title", Form::Text, "what is the matter, as one sentence"),
    Key::may("about", Form::Text, "full sentences, shown by `cmdop doctor explain`"),
    Key::must("when", Form::FindingCondition, "the findings and facts that show this cause"),
    Key::may("evidence", Form::Evidence, "what is looked at besides what the checks look at"),
    Key::may("root", Form::CheckId, "the check that lends its words; needless where `when` has one finding"),
    Key::may(
        "corrects",
        Form::Corrections,
        "facts that this cause distorts, and which fact is right instead",
    ),
    Key::must("explains", Form::Findings, "the findings that are folded under this cause"),
    Key::may("hosts", Form::Hosts, "the only hosts that a rule from outside the program may talk to"),
    Key::may("severity", Form::Severity, "error or warning"),
    Key::may("symptom", Form::Template, "what a person notices: a lowercase fragment without a full stop"),
    Key::may("cause", Form::Template, "why it is so: a lowercase fragment without a full stop"),
    Key::may("fix", Form::Steps, "one step, or a list of steps; the first is what to try first"),
];

/// The keys of what corrects a fact.
pub const REFERENCE: [Key; 1] = [Key::must("ref", Form::FactName, "the fact that is right")];

/// The keys that a cause must have which has no root to take them from.
pub const WITHOUT_ROOT: [&str; 4] = ["title", "severity", "symptom", "cause"];

/// Reads a cause.
pub(super) fn read(reader: &mut Reader<'_>, node: &Node<'_>) -> Option<Marked> {
    let fields = reader.keyed(node, "a cause", &KEYS)?;
    let mut marks = Marks::default();
    let id = id::read(reader, fields, id::Kind::Cause);
    let title = reader.kept_text(fields.get("title"));
    let about = reader.kept_text(fields.get("about"));
    let hosts = outside::read_hosts(reader, fields.get("hosts"));
    let declared = match fields.get("evidence") {
        Some(node) => evidence::read(reader, node, &hosts),
        None => Declared { complete: true, ..Declared::default() },
    };
    marks.bodies(&declared);
    let scope = Scope::new(&declared.decls, declared.complete);
    let when = read_when(reader, &scope, fields, &mut marks);
    let explains = fields.get("explains");
    if let Some(node) = explains
        && matches!(&node.content, super::node::Content::List(members) if members.is_empty())
    {
        reader.report(reader.fault(node.pos, "a cause that explains nothing"));
    }
    let explains = id::read_refs(reader, explains, Mark::Finding, &mut marks);
    let root = read_root(reader, fields, &when, &mut marks);
    let cause = Cause {
        id,
        title,
        about,
        when,
        evidence: List::keep(declared.decls.clone()),
        root,
        corrects: fields.get("corrects").map_or(List::EMPTY, |node| read_corrections(reader, &scope, node)),
        explains,
        severity: fields.get("severity").and_then(|node| reader.word(node, &SEVERITIES)),
        symptom: template::read_if(reader, &scope, fields.get("symptom")),
        cause: template::read_if(reader, &scope, fields.get("cause")),
        fix: fix::read_if(reader, &scope, fields.get("fix")),
        source: check::source(reader, fields, hosts),
    };
    Some(Marked::new(Rule::Cause(cause), fields.pos, marks))
}

fn read_when(
    reader: &mut Reader<'_>,
    scope: &Scope<'_>,
    fields: Fields<'_, '_>,
    marks: &mut Marks,
) -> List<Cond> {
    let Some(node) = fields.get("when") else { return List::EMPTY };
    let mut conditions = Conditions { scope, mentions: Mentions::Findings, findings: Vec::new() };
    let when = conditions.read(reader, node);
    for (finding, pos) in conditions.findings {
        marks.add(Mark::Finding, finding, pos);
    }
    List::keep(when)
}

/// The check that lends its words: the one that is named, or else the only finding of `when`. A
/// cause without either says everything itself.
fn read_root(
    reader: &mut Reader<'_>,
    fields: Fields<'_, '_>,
    when: &[Cond],
    marks: &mut Marks,
) -> Option<Str> {
    if let Some(node) = fields.get("root") {
        let root = keep_text(reader.text(node)?);
        marks.add(Mark::Root, root, node.pos);
        return Some(root);
    }
    let mut findings = when.iter().filter_map(|cond| match cond {
        Cond::FindingIs(finding) => Some(finding.check),
        _ => None,
    });
    if let (Some(only), None) = (findings.next(), findings.next()) {
        return Some(only);
    }
    for key in WITHOUT_ROOT {
        if !fields.has(key) {
            let fault =
                reader.fault(fields.pos, format!("the key `{key}` is missing in a cause without `root`"));
            reader.report(fault.hint("`root: check.id` takes the words of that check's finding"));
        }
    }
    None
}

/// `clock.time: { ref: api.date }`.
fn read_corrections(reader: &mut Reader<'_>, scope: &Scope<'_>, node: &Node<'_>) -> List<Correction> {
    let mut corrections = Vec::new();
    for entry in reader.entries(node, "`evidence.fact: { ref: evidence.fact }`") {
        let wrong = scope.resolve(reader, &entry.key, entry.key_pos, Use::Text);
        let Some(fields) = reader.keyed(&entry.value, "a reference", &REFERENCE) else { continue };
        let Some(target) = fields.get("ref") else { continue };
        let Some(name) = reader.text(target) else { continue };
        let right = scope.resolve(reader, name, target.pos, Use::Text);
        let (Some((wrong, kind)), Some((right, found))) = (wrong, right) else { continue };
        if kind == found {
            corrections.push(Correction { wrong, right });
        } else {
            let what = format!("{} is of the type {}", quoted(name), found.name());
            reader.report(
                reader.fault(target.pos, what).expected(format!("a fact of the type {}", kind.name())),
            );
        }
    }
    List::keep(corrections)
}
