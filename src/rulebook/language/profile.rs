//! Profiles, named selections of checks: a document with `only` or `skip`.

use super::check::SEVERITIES;
use super::id;
use super::keys::{Form, Key};
use super::node::Node;
use super::reader::Reader;
use super::rule::{Mark, Marked, Marks, Rule};
use crate::model::rulebook::Profile;

/// The keys of a profile.
pub(super) const KEYS: [Key; 6] = [
    Key::must("id", Form::Id(id::Kind::Profile), "`profile.name`, the file's name; stable, never used again"),
    Key::must("title", Form::Text, "whom the selection is for"),
    Key::may("only", Form::Selections, "checks and areas to judge; all, where it is left out"),
    Key::may("skip", Form::Selections, "checks and areas to leave out"),
    Key::may("fail_on", Form::Severity, "the least severity that counts as sick"),
    Key::may("unattended", Form::Bool, "nobody sits there: what needs a person is no remedy"),
];

/// Reads a profile.
pub(super) fn read(reader: &mut Reader<'_>, node: &Node<'_>) -> Option<Marked> {
    let fields = reader.keyed(node, "a profile", &KEYS)?;
    let mut marks = Marks::default();
    let id = id::read(reader, fields, id::Kind::Profile);
    let profile = Profile {
        id,
        title: reader.kept_text(fields.get("title")),
        only: id::read_refs(reader, fields.get("only"), Mark::Selection, &mut marks),
        skip: id::read_refs(reader, fields.get("skip"), Mark::Selection, &mut marks),
        fail_on: fields.get("fail_on").and_then(|node| reader.word(node, &SEVERITIES)),
        unattended: reader.switch(fields, "unattended"),
    };
    Some(Marked::new(Rule::Profile(profile), fields.pos, marks))
}
