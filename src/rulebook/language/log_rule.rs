//! Log rules: a document with `match` and `witness`, or with an id `log.name` and `suggests`.

use super::check;
use super::fault::quoted;
use super::filling::Takes;
use super::id;
use super::keys::{Form, Key};
use super::node::{Content, Node};
use super::pattern;
use super::reader::Reader;
use super::rule::{Marked, Marks, Rule};
use super::symptom;
use super::witness;
use crate::model::list::{List, keep_text};
use crate::model::log_rule::{FieldTest, LogRule};

/// The keys of a log rule.
pub(super) const KEYS: [Key; 6] = [
    Key::must("id", Form::Id(id::Kind::Log), "`log.name`; stable, never used again"),
    Key::must("match", Form::Regex, "what the line says: its message without time, level and fields"),
    Key::may("unless", Form::Regex, "where this matches too, it is another line"),
    Key::may(
        "fields",
        Form::LogFields,
        "each field with an expression for its whole value; `~` where it need not be there",
    ),
    Key::may("witness", Form::Witnesses, "of which probes the line shows something, and what"),
    Key::may("suggests", Form::Suggestions, "what the line can mean where it shows no fact, likeliest first"),
];

/// Reads a log rule.
pub(super) fn read(reader: &mut Reader<'_>, node: &Node<'_>) -> Option<Marked> {
    let fields = reader.keyed(node, "a log rule", &KEYS)?;
    let mut marks = Marks::default();
    let id = id::read(reader, fields, id::Kind::Log);
    let phrase = fields.get("match").and_then(|node| pattern::read_phrase(reader, node));
    let unless = fields.get("unless").and_then(|node| pattern::read_narrowing(reader, node));
    let tests = fields.get("fields").map_or(List::EMPTY, |node| read_fields(reader, node));
    // Without the pattern, every name of a group would be reported as well.
    let takes = Takes { groups: phrase.as_ref().map(|(_, groups)| groups.as_slice()), fields: tests };
    let witness = fields.get("witness").map_or(List::EMPTY, |node| witness::read(reader, &takes, node));
    let suggests = symptom::read_suggestions(reader, fields, &mut marks);
    if !fields.has("witness") && !fields.has("suggests") {
        let fault = reader.fault(fields.pos, "a line that tells nothing");
        reader.report(fault.expected("`witness`, `suggests` or both"));
    }
    let source = check::source(reader, fields, List::EMPTY);
    let pattern = phrase?.0;
    let rule = LogRule { id, pattern, unless, fields: tests, witness, suggests, source };
    Some(Marked::new(Rule::Log(rule), fields.pos, marks))
}

/// Reads `fields`: names, each with an expression for its whole value, or with nothing.
fn read_fields(reader: &mut Reader<'_>, node: &Node<'_>) -> List<FieldTest> {
    let mut tests = Vec::new();
    for entry in reader.entries(node, "`field: expression`, or `field: ~` for one that need not be there") {
        let is_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
        if !entry.key.bytes().all(is_name) || entry.key.is_empty() {
            let fault = reader.fault(entry.key_pos, format!("{} cannot name a field", quoted(&entry.key)));
            reader.report(fault.expected("letters, digits, `_`, `-` and `.`"));
        }
        let pattern = match &entry.value.content {
            Content::Null => None,
            _ => pattern::read_narrowing(reader, &entry.value),
        };
        let pattern = pattern.map(|pattern| keep_text(&format!("^(?:{pattern})$")));
        tests.push(FieldTest { name: keep_text(&entry.key), pattern });
    }
    List::keep(tests)
}
