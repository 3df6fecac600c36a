//! Cases of the rules for texts: what a person types and which symptoms know it, what a program logs and
//! which rule knows it, and lines that accuse somebody or nobody.

use super::super::fault::quoted;
use super::super::keys::{Form, IdKind, Key};
use super::super::node::{Content, Node};
use super::super::reader::Reader;
use crate::model::rulebook::Rulebook;

/// Something said, and what rules should make of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextCase {
    /// Where it begins in its file, one-based.
    pub line: u32,
    pub text: String,
    pub expect: KnownBy,
}

/// What rules should make of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KnownBy {
    /// A person types it, and exactly these symptoms know it.
    Symptoms(Vec<String>),
    /// A program logs it with these fields, and this log rule knows it and takes all its facts from it.
    LogRule { id: String, fields: Vec<(String, String)> },
    /// It stands alone in a log, and somebody is accused, or nobody.
    Accuses(bool),
}

/// What a person types, and which symptoms know it.
pub const SPELLING: [Key; 2] = [
    Key::must("text", Form::Text, "what a person types"),
    Key::must("heard", Form::Ids, "the symptoms that know it, and no others do"),
];

/// What a program logs, and which rule knows it.
pub const SAMPLE: [Key; 3] = [
    Key::must("rule", Form::IdOf(IdKind::Log), "the log rule that knows it, and takes all its facts from it"),
    Key::must("text", Form::Text, "what the line says: its message without time, level and fields"),
    Key::may("fields", Form::SampleFields, "the fields of the line"),
];

/// A line that stands alone in a log.
pub const TRAP: [Key; 2] = [
    Key::must("line", Form::Text, "the line"),
    Key::must("accuses", Form::Bool, "whether anybody is accused by it"),
];

/// Reads `node` if it is such a case; the inner value is none where it is a faulty one.
pub(super) fn read_if(
    reader: &mut Reader<'_>,
    node: &Node<'_>,
    rulebook: &Rulebook,
) -> Option<Option<TextCase>> {
    let has = |key| super::value(node, key).is_some();
    if has("heard") {
        Some(read_spelling(reader, node, rulebook))
    } else if has("rule") {
        Some(read_sample(reader, node, rulebook))
    } else if has("accuses") {
        Some(read_trap(reader, node))
    } else {
        None
    }
}

fn read_spelling(reader: &mut Reader<'_>, node: &Node<'_>, rulebook: &Rulebook) -> Option<TextCase> {
    let fields = reader.keyed(node, "a case of symptoms", &SPELLING)?;
    let text = fields.get("text").and_then(|node| reader.text(node))?;
    let mut heard = Vec::new();
    for (id, pos) in reader.texts(fields.get("heard")?, "ids of symptoms") {
        if !rulebook.symptoms.iter().any(|symptom| symptom.id == id) {
            let fault = reader.fault(pos, format!("there is no symptom {}", quoted(id)));
            reader.report(fault.did_you_mean(id, rulebook.symptoms.iter().map(|symptom| symptom.id)));
        }
        heard.push(id.to_owned());
    }
    Some(case_of(reader, node, text, KnownBy::Symptoms(heard)))
}

fn read_sample(reader: &mut Reader<'_>, node: &Node<'_>, rulebook: &Rulebook) -> Option<TextCase> {
    let fields = reader.keyed(node, "a case of a log rule", &SAMPLE)?;
    let rule = fields.get("rule")?;
    let id = reader.text(rule)?;
    if !rulebook.logs.iter().any(|known| known.id == id) {
        let fault = reader.fault(rule.pos, format!("there is no log rule {}", quoted(id)));
        reader.report(fault.did_you_mean(id, rulebook.logs.iter().map(|rule| rule.id)));
    }
    let text = fields.get("text").and_then(|node| reader.text(node))?;
    let mut given = Vec::new();
    for entry in fields.get("fields").map_or(&[][..], |node| reader.entries(node, "`name: text`")) {
        let value = reader.text(&entry.value)?;
        given.push((entry.key.to_string(), value.to_owned()));
    }
    Some(case_of(reader, node, text, KnownBy::LogRule { id: id.to_owned(), fields: given }))
}

fn read_trap(reader: &mut Reader<'_>, node: &Node<'_>) -> Option<TextCase> {
    let fields = reader.keyed(node, "a case of a line", &TRAP)?;
    let line = fields.get("line").and_then(|node| reader.text(node))?;
    let accuses = fields.get("accuses")?;
    let Content::Bool(accuses) = accuses.content else {
        reader.wrong_type(accuses, "true or false");
        return None;
    };
    Some(case_of(reader, node, line, KnownBy::Accuses(accuses)))
}

fn case_of(reader: &Reader<'_>, node: &Node<'_>, text: &str, expect: KnownBy) -> TextCase {
    TextCase { line: reader.document.in_file(node.pos).line, text: text.to_owned(), expect }
}
