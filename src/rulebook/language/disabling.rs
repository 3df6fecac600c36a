//! Built-in checks that are not wanted: a document with `disable`.

use super::id;
use super::keys::{Form, Key};
use super::node::Node;
use super::reader::Reader;
use super::rule::{Changing, Mark, Marked, Marks, Rule};
use crate::model::change::How;

/// The keys of it.
pub(super) const KEYS: [Key; 2] = [
    Key::must("disable", Form::Selections, "built-in checks and areas that are not wanted"),
    Key::must("reason", Form::Text, "why; reports say it"),
];

/// Reads which checks, and areas, are taken away, and why.
pub(super) fn read(reader: &mut Reader<'_>, node: &Node<'_>) -> Option<Marked> {
    let fields = reader.keyed(node, "a rule that disables checks", &KEYS)?;
    let mut marks = Marks::default();
    let named = fields.get("disable")?;
    id::read_refs(reader, Some(named), Mark::Disabled, &mut marks);
    let reason = reader.kept_text(fields.get("reason"));
    let change = Some(Changing { how: How::Disabled, reason, pos: named.pos });
    Some(Marked { rule: Rule::Disable, place: fields.pos, marks, change })
}
