//! Shapes of credentials: a document with `pattern`.

use super::id;
use super::node::Node;
use super::pattern;
use super::reader::Reader;
use super::rule::{Marked, Marks, Rule};
use crate::model::list::{List, keep_text};
use crate::model::rulebook::{Family, Shape};

/// The keys of a shape.
pub(super) const KEYS: [&str; 5] = ["id", "says", "family", "prefixes", "pattern"];

/// Reads a shape.
pub(super) fn read(reader: &mut Reader<'_>, node: &Node<'_>) -> Option<Marked> {
    let fields = reader.fields(node, "a shape", &KEYS)?;
    let id = id::read(reader, fields, id::Kind::Shape);
    let says = reader.required(fields, "says");
    let says = reader.kept_text(says);
    let family = reader.required(fields, "family");
    let family = family.and_then(|node| reader.word(node, &Family::ALL));
    let prefixes = match fields.get("prefixes") {
        Some(node) => reader.texts(node, "texts").into_iter().map(|(prefix, _)| keep_text(prefix)).collect(),
        None => Vec::new(),
    };
    let pattern = reader.required(fields, "pattern");
    let pattern = pattern.and_then(|node| pattern::read(reader, node));
    let shape = Shape { id, says, family: family?, prefixes: List::keep(prefixes), pattern: pattern? };
    Some(Marked { rule: Rule::Shape(shape), place: fields.pos, marks: Marks::default() })
}
