//! Built-in checks that are not wanted: a document with `disable`.

use super::id;
use super::node::Node;
use super::reader::Reader;
use super::rule::{Changing, Mark, Marked, Marks, Rule};
use crate::model::change::How;

/// The keys of it.
pub(super) const KEYS: [&str; 2] = ["disable", "reason"];

/// Reads which checks, and areas, are taken away, and why.
pub(super) fn read(reader: &mut Reader<'_>, node: &Node<'_>) -> Option<Marked> {
    let fields = reader.fields(node, "a rule that disables checks", &KEYS)?;
    let mut marks = Marks::default();
    let named = reader.required(fields, "disable")?;
    id::read_refs(reader, Some(named), Mark::Disabled, &mut marks);
    let reason = reader.required(fields, "reason");
    let reason = reader.kept_text(reason);
    let change = Some(Changing { how: How::Disabled, reason, pos: named.pos });
    Some(Marked { rule: Rule::Disable, place: fields.pos, marks, change })
}
