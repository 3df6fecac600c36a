//! Shapes of credentials: a document with `pattern`.

use super::id;
use super::keys::{Form, Key};
use super::node::Node;
use super::pattern;
use super::reader::Reader;
use super::rule::{Marked, Marks, Rule};
use crate::model::check::Trust;
use crate::model::list::{List, keep_text};
use crate::model::rulebook::{Family, Shape};

/// The keys of a shape.
pub(super) const KEYS: [Key; 5] = [
    Key::must("id", Form::Id(id::Kind::Shape), "a name; stable, never used again"),
    Key::must("says", Form::Text, "what such a credential is: fits after \"this is\""),
    Key::must("family", Form::Family, "whose credential it is"),
    Key::may("prefixes", Form::Texts, "what one of these begins with; left out where nothing is fixed"),
    Key::must("pattern", Form::Regex, "the whole credential; both ends are implied"),
];

/// Reads a shape.
pub(super) fn read(reader: &mut Reader<'_>, node: &Node<'_>) -> Option<Marked> {
    let fields = reader.keyed(node, "a shape", &KEYS)?;
    let id = id::read(reader, fields, id::Kind::Shape);
    let says = reader.kept_text(fields.get("says"));
    let family = fields.get("family").and_then(|node| read_family(reader, node));
    let prefixes = match fields.get("prefixes") {
        Some(node) => reader.texts(node, "texts").into_iter().map(|(prefix, _)| keep_text(prefix)).collect(),
        None => Vec::new(),
    };
    let pattern = fields.get("pattern").and_then(|node| pattern::read(reader, node));
    let shape = Shape { id, says, family: family?, prefixes: List::keep(prefixes), pattern: pattern? };
    Some(Marked::new(Rule::Shape(shape), fields.pos, Marks::default()))
}

/// To whom credentials of this shape belong. What is shaped like our own is sent to the server,
/// so a rule from outside cannot say what that is.
fn read_family(reader: &mut Reader<'_>, node: &Node<'_>) -> Option<Family> {
    let family = reader.word(node, &Family::ALL)?;
    if matches!(family, Family::Key | Family::Token) && reader.document.trust < Trust::BuiltIn {
        let what = "a rule from outside the program does not say what our own credentials look like";
        reader.report(reader.fault(node.pos, what).expected("other_generation, foreign or example"));
    }
    Some(family)
}
