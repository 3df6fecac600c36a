//! Evidence that is written down: a map of probe keys to what was read, as cases have it. Keys are
//! checked against the probes, facts against what a probe or any rule declares.

use serde::de::Deserializer;

use super::document::Document;
use super::fault::{RuleFault, quoted};
use super::key::{self, ParsedKey};
use super::literal;
use super::node::{self, Content, Entry, Node, Pos};
use super::reader::Reader;
use super::spell;
use crate::model::check::{BodyFact, ProbeCall};
use crate::model::evidence::{Reading, Why};
use crate::model::fact::{Fact, FactSpec, FactType, Facts, Value};
use crate::model::list::Str;
use crate::model::probe::PRESENT;
use crate::model::rulebook::Rulebook;
use crate::model::settings::SYMBOLS;

/// The facts that recorded evidence can have: the probes' own and those that rules declare.
#[derive(Debug)]
pub struct Recorded {
    /// The calls with body facts.
    calls: Vec<ProbeCall>,
}

/// What a recording says of one probe.
#[derive(Debug)]
pub struct Told {
    /// The probe's key, and what was read; none for a probe that this version does not have.
    pub probe: Option<(String, Reading)>,
    /// What this version does not know, in words.
    pub strange: Vec<String>,
}

impl Recorded {
    /// The facts of the probes and of `rulebook`.
    pub fn of(rulebook: &Rulebook) -> Recorded {
        let checks = rulebook.checks.iter().flat_map(|check| check.evidence);
        let causes = rulebook.causes.iter().flat_map(|cause| cause.evidence);
        let calls = checks.chain(causes).map(|decl| decl.probe).filter(|call| !call.body.is_empty());
        Recorded { calls: calls.collect() }
    }

    /// Reads a map of probe keys to readings, each with its line.
    pub(super) fn read(&self, reader: &mut Reader<'_>, node: &Node<'_>) -> Vec<(String, u32, Reading)> {
        let mut all: Vec<(String, u32, Reading)> = Vec::new();
        for entry in reader.entries(node, "`probe key: { fact: value }`") {
            let Some((parsed, text)) = read_key(reader, entry) else { continue };
            if all.iter().any(|(known, ..)| *known == text) {
                let what = format!("{} means a probe that stands here already", quoted(&entry.key));
                reader.report(reader.fault(entry.key_pos, what));
            }
            if let Some(reading) = self.reading(reader, &parsed, &entry.value) {
                all.push((text, reader.document.in_file(entry.key_pos).line, reading));
            }
        }
        all
    }

    /// Reads what a recording says of one probe, in any format. What only a newer program knows
    /// is no fault of the recording: such a probe is none, such facts are left out, and both are told.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub fn one<'t, D: Deserializer<'t>>(&self, key: &str, value: D) -> Result<Told, String>
    where
        D::Error: std::fmt::Display,
    {
        let node = node::read(value).map_err(|error| error.to_string())?;
        let document = Document::nameless();
        let mut reader = Reader::tolerant(&document);
        let parsed = match key::parse(key) {
            Ok(parsed) => parsed,
            Err(error) => {
                let strange = vec![format!("{} is no probe of this version: {error}", quoted(key))];
                return Ok(Told { probe: None, strange });
            }
        };
        let reading = self.reading(&mut reader, &parsed, &node);
        let (faults, strange) = reader.into_told();
        match (faults.first(), reading) {
            (None, Some(reading)) => {
                let probe = Some((key::write(parsed.kind, &parsed.args), reading));
                Ok(Told { probe, strange })
            }
            (fault, _) => Err(fault.map(RuleFault::words).unwrap_or_default()),
        }
    }

    fn reading(&self, reader: &mut Reader<'_>, key: &ParsedKey, node: &Node<'_>) -> Option<Reading> {
        const FORMS: &str = "a map of facts, `absent`, or `{ unavailable: why }`";
        match &node.content {
            Content::Text(text) if text == "absent" => Some(Reading::Absent),
            Content::Map(entries) => match entries.as_slice() {
                [only] if only.key == "unavailable" => {
                    let why = reader.text(&only.value)?;
                    Some(Reading::Unavailable(Why::told(why)))
                }
                _ => Some(Reading::Found(self.facts(reader, key, node))),
            },
            _ => {
                reader.wrong_type(node, FORMS);
                None
            }
        }
    }

    fn facts(&self, reader: &mut Reader<'_>, key: &ParsedKey, node: &Node<'_>) -> Facts {
        let body: Vec<&BodyFact> =
            self.calls.iter().filter(|call| answers(call, key)).flat_map(|call| call.body).collect();
        let find = |name: &str| {
            let declared = body.iter().map(|body| body.fact).find(|fact| fact.name == name);
            key.kind.fact(name).or(declared)
        };
        let mut facts = Facts::new();
        for entry in reader.entries(node, "`fact: value`") {
            match find(&entry.key) {
                // Whether something is there is never none: nothing written means that nobody knows.
                Some(spec) if spec == PRESENT && entry.value.content == Content::Null => {
                    facts.put(spec.name, Fact::Unknown);
                }
                Some(spec) => {
                    if let Some(fact) = fact(reader, spec, &entry.value) {
                        facts.put(spec.name, fact);
                    }
                }
                None if reader.tolerates(|| {
                    format!(
                        "the probe `{}` has no fact {} in this version",
                        key.kind.spec().name,
                        quoted(&entry.key)
                    )
                }) => {}
                None => {
                    let of_probe = key.kind.spec().facts.iter().map(|fact| fact.name);
                    let names: Vec<&str> = of_probe.chain(body.iter().map(|body| body.fact.name)).collect();
                    report_unknown(reader, entry, &format!("the probe `{}`", key.kind.spec().name), &names);
                }
            }
        }
        facts
    }
}

/// Reads a key, and writes it again as every other part of the program does.
fn read_key(reader: &mut Reader<'_>, entry: &Entry<'_>) -> Option<(ParsedKey, String)> {
    let parsed = match key::parse(&entry.key) {
        Ok(parsed) => parsed,
        Err(error) => {
            let fault =
                reader.fault(entry.key_pos, format!("{} is no probe key: {error}", quoted(&entry.key)));
            let near = match &error {
                key::KeyError::UnknownProbe(name) => {
                    let kinds = crate::model::probe::ProbeKind::ALL.iter().map(|kind| kind.spec().name);
                    spell::nearest(name, kinds)
                }
                _ => None,
            };
            reader.report(match near {
                Some(near) => fault.hint(format!("did you mean `{near}`?")),
                None => fault,
            });
            return None;
        }
    };
    for (_, value) in &parsed.args {
        check_symbols(reader, value, entry.key_pos);
    }
    let text = key::write(parsed.kind, &parsed.args);
    Some((parsed, text))
}

/// Reports holes that are no symbols: other evidence stands in a key by its value.
fn check_symbols(reader: &mut Reader<'_>, value: &str, pos: Pos) {
    let plain = value.replace("{{", "").replace("}}", "");
    for hole in plain.split('{').skip(1) {
        let inside = hole.split('}').next().unwrap_or_default();
        let name = inside.split('|').next().unwrap_or_default();
        if !SYMBOLS.iter().any(|(symbol, _)| *symbol == name) {
            let symbols = SYMBOLS.iter().map(|(symbol, _)| *symbol);
            let fault = reader.fault(pos, format!("there is no symbol {}", quoted(name)));
            reader.report(if name.contains('.') {
                fault.hint("in a key stands the fact's value itself")
            } else {
                fault.did_you_mean(name, symbols)
            });
        }
    }
}

/// Whether the probe with this key is one that `call` asks, whatever the other evidence in its
/// parameters turns out to be.
fn answers(call: &ProbeCall, key: &ParsedKey) -> bool {
    call.kind == key.kind
        && call.args.len() == key.args.len()
        && call.args.iter().zip(&key.args).all(|(arg, (name, value))| {
            let pattern = key::parameter(&arg.value, |_| Some(ANYTHING.to_owned()));
            arg.name == *name && pattern.is_some_and(|pattern| fits(&pattern, value))
        })
}

/// Stands for the value of other evidence in a pattern; no key has it, because control characters
/// are escaped there.
const ANYTHING: &str = "\0";

/// Whether `text` is `pattern` with any texts in the places of [`ANYTHING`].
fn fits(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split(ANYTHING);
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else { return false };
    let mut parts: Vec<&str> = parts.collect();
    let Some(last) = parts.pop() else { return rest.is_empty() };
    for part in parts {
        match rest.split_once(part) {
            Some((_, after)) => rest = after,
            None => return false,
        }
    }
    rest.ends_with(last)
}

fn report_unknown(reader: &mut Reader<'_>, entry: &Entry<'_>, whose: &str, names: &[&str]) {
    let fault = reader.fault(entry.key_pos, format!("{whose} has no fact {}", quoted(&entry.key)));
    let near = spell::nearest(&entry.key, names.iter().copied());
    reader.report(match near {
        Some(near) => fault.hint(format!("did you mean `{near}`?")),
        None => fault.expected(names.join(", ")),
    });
}

/// A value of the type that `spec` says, or none.
fn fact(reader: &mut Reader<'_>, spec: FactSpec, node: &Node<'_>) -> Option<Fact> {
    if node.content == Content::Null {
        return Some(Fact::Nothing);
    }
    let value = match spec.kind {
        FactType::Texts => {
            let texts = reader.members(node, "texts");
            let texts: Option<Vec<String>> = texts.iter().map(|text| plain_text(reader, text)).collect();
            Value::Texts(texts?)
        }
        FactType::Maps(fields) => {
            let elements = reader.members(node, "maps of facts");
            Value::Maps(elements.iter().map(|element| element_facts(reader, &fields, element)).collect())
        }
        // A text need not be kept for as long as rules are.
        FactType::Text if matches!(node.content, Content::Text(_)) => Value::Text(plain_text(reader, node)?),
        // A machine can hold times that no calendar has: they stand as milliseconds.
        FactType::Time if reader.is_tolerant() && number(node).is_some() => Value::Time(number(node)?),
        kind => match literal::read(kind, &node.content) {
            Some(literal) => Value::from(literal),
            None => {
                let what = format!("`{}` cannot be {}", spec.name, node.content.kind());
                reader.report(reader.fault(node.pos, what).expected(literal::form(kind)));
                return None;
            }
        },
    };
    Some(Fact::Known(value))
}

fn number(node: &Node<'_>) -> Option<i64> {
    if let Content::Text(text) = &node.content { text.parse().ok() } else { None }
}

fn plain_text(reader: &mut Reader<'_>, node: &Node<'_>) -> Option<String> {
    match &node.content {
        Content::Text(text) => Some(text.to_string()),
        _ => {
            reader.wrong_type(node, literal::form(FactType::Text));
            None
        }
    }
}

fn element_facts(reader: &mut Reader<'_>, fields: &[FactSpec], node: &Node<'_>) -> Facts {
    let mut facts = Facts::new();
    for entry in reader.entries(node, "`fact: value`") {
        match fields.iter().find(|spec| spec.name == entry.key) {
            Some(spec) => {
                if let Some(fact) = fact(reader, *spec, &entry.value) {
                    facts.put(spec.name, fact);
                }
            }
            None if reader
                .tolerates(|| format!("an element has no fact {} in this version", quoted(&entry.key))) => {}
            None => {
                let names: Vec<Str> = fields.iter().map(|spec| spec.name).collect();
                report_unknown(reader, entry, "the element", &names);
            }
        }
    }
    facts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_fits_whatever_the_other_evidence_is() {
        let pattern = "{api}/v1/workspaces/\0/members";
        assert!(fits(pattern, "{api}/v1/workspaces/ws_1/members"));
        assert!(!fits(pattern, "{api}/v1/workspaces/ws_1/sso"));
        assert!(!fits(pattern, "{api}/v1/workspaces"));
        assert!(fits("a\0b\0c", "a1b2c"));
        assert!(!fits("a\0b\0c", "a1c"));
        assert!(fits("plain", "plain"));
        assert!(!fits("plain", "plain and more"));
    }
}
