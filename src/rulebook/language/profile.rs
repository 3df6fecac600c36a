//! Profiles, named selections of checks: a document with `only` or `skip`.

use super::check::SEVERITIES;
use super::id;
use super::node::Node;
use super::reader::Reader;
use super::rule::{Mark, Marked, Marks, Rule};
use crate::model::rulebook::Profile;

/// The keys of a profile.
pub(super) const KEYS: [&str; 6] = ["id", "title", "only", "skip", "fail_on", "unattended"];

/// Reads a profile.
pub(super) fn read(reader: &mut Reader<'_>, node: &Node<'_>) -> Option<Marked> {
    let fields = reader.fields(node, "a profile", &KEYS)?;
    let mut marks = Marks::default();
    let id = id::read(reader, fields, id::Kind::Profile);
    let title = reader.required(fields, "title");
    let profile = Profile {
        id,
        title: reader.kept_text(title),
        only: id::read_refs(reader, fields.get("only"), Mark::Selection, &mut marks),
        skip: id::read_refs(reader, fields.get("skip"), Mark::Selection, &mut marks),
        fail_on: fields.get("fail_on").and_then(|node| reader.word(node, &SEVERITIES)),
        unattended: reader.switch(fields, "unattended"),
    };
    Some(Marked::new(Rule::Profile(profile), fields.pos, marks))
}
