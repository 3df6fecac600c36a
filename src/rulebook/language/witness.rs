//! `witness:`: of which probes a line shows something, and what.

use super::fault::{either, quoted};
use super::filling::{self, Symbols, Takes};
use super::key;
use super::keys::{Form, Key};
use super::literal;
use super::node::{Content, Entry, Node};
use super::reader::Reader;
use super::spell;
use crate::model::fact::{FactSpec, FactType};
use crate::model::list::{List, Str};
use crate::model::log_rule::{
    Conversion, Filling, KeyPattern, KnownParam, ParamPattern, Part, SeenFact, SeenValue, Taken, Witness,
};
use crate::model::probe::{PRESENT, ProbeKind};

/// The keys of a witness.
pub const KEYS: [Key; 2] = [
    Key::must("probe", Form::ProbePattern, "a probe key; `*`: given, but not known; `none`: not given"),
    Key::must("facts", Form::WitnessedFacts, "what the line shows of it, or `absent`"),
];

/// Reads a list of `{ probe: key, facts: { … } }`.
pub(super) fn read(reader: &mut Reader<'_>, takes: &Takes<'_>, node: &Node<'_>) -> List<Witness> {
    let members = reader.members(node, "`{ probe: key, facts: { fact: value } }`");
    if members.is_empty() && matches!(node.content, Content::List(_)) {
        reader.report(reader.fault(node.pos, "no probe is witnessed"));
    }
    List::keep(members.iter().filter_map(|member| read_one(reader, takes, member)).collect())
}

fn read_one(reader: &mut Reader<'_>, takes: &Takes<'_>, node: &Node<'_>) -> Option<Witness> {
    let fields = reader.keyed(node, "a witness", &KEYS)?;
    let probe = fields.get("probe").and_then(|node| read_key(reader, takes, node))?;
    let facts = fields.get("facts")?;
    let facts = match &facts.content {
        Content::Text(text) if text == "absent" => None,
        _ => {
            let find = |name: &str| probe.kind.fact(name);
            let own = probe.kind.spec().facts.iter().map(|fact| fact.name);
            let names: Vec<Str> = own.chain([PRESENT.name]).collect();
            let whose = format!("the probe `{}`", probe.kind.spec().name);
            Some(read_facts(reader, takes, facts, &whose, &names, &find))
        }
    };
    Some(Witness { probe, facts })
}

fn read_key(reader: &mut Reader<'_>, takes: &Takes<'_>, node: &Node<'_>) -> Option<KeyPattern> {
    let text = reader.text(node)?;
    let parsed = match key::parse_pattern(text) {
        Ok(parsed) => parsed,
        Err(error) => {
            let fault = reader.fault(node.pos, format!("{} is no probe key: {error}", quoted(text)));
            let kinds = ProbeKind::ALL.iter().map(|kind| kind.spec().name);
            let near = match &error {
                key::KeyError::UnknownProbe(name) => spell::nearest(name, kinds),
                _ => None,
            };
            reader.report(match near {
                Some(near) => fault.hint(format!("did you mean `{near}`?")),
                None => fault,
            });
            return None;
        }
    };
    if parsed.kind == ProbeKind::Command {
        reader.report(reader.fault(node.pos, "no line of a log shows what a command says"));
        return None;
    }
    let spec = parsed.kind.spec();
    let mut params = Vec::new();
    for (name, value) in parsed.args {
        let required = spec.params.iter().any(|param| param.name == name && param.required);
        let value = match value.as_str() {
            key::ANYTHING => ParamPattern::Anything,
            key::NOT_GIVEN if !required => ParamPattern::NotGiven,
            text => ParamPattern::Filled(filling::read(reader, takes, Symbols::Allowed, text, node.pos)?),
        };
        params.push(KnownParam { name, value });
    }
    Some(KeyPattern { kind: parsed.kind, params: List::keep(params) })
}

fn read_facts(
    reader: &mut Reader<'_>,
    takes: &Takes<'_>,
    node: &Node<'_>,
    whose: &str,
    names: &[Str],
    find: &dyn Fn(&str) -> Option<FactSpec>,
) -> List<SeenFact> {
    let mut facts = Vec::new();
    for entry in reader.entries(node, "`fact: value`") {
        let Some(spec) = find(&entry.key) else {
            report_unknown(reader, entry, whose, names);
            continue;
        };
        if let Some(value) = read_value(reader, takes, spec, &entry.value) {
            facts.push(SeenFact { name: spec.name, value });
        }
    }
    List::keep(facts)
}

fn report_unknown(reader: &mut Reader<'_>, entry: &Entry<'_>, whose: &str, names: &[Str]) {
    let fault = reader.fault(entry.key_pos, format!("{whose} has no fact {}", quoted(&entry.key)));
    reader.report(match spell::nearest(&entry.key, names.iter().copied()) {
        Some(near) => fault.hint(format!("did you mean `{near}`?")),
        None => fault.expected(names.join(", ")),
    });
}

fn read_value(
    reader: &mut Reader<'_>,
    takes: &Takes<'_>,
    spec: FactSpec,
    node: &Node<'_>,
) -> Option<SeenValue> {
    match (spec.kind, &node.content) {
        (_, Content::Null) if spec != PRESENT => Some(SeenValue::Nothing),
        (FactType::Texts, _) => {
            let members = reader.texts(node, "texts");
            let texts =
                members.into_iter().map(|(text, pos)| filling::read(reader, takes, Symbols::None, text, pos));
            Some(SeenValue::SeenTexts(List::keep(texts.collect::<Option<Vec<Filling>>>()?)))
        }
        (FactType::Maps(specs), _) => {
            let names: Vec<Str> = specs.iter().map(|spec| spec.name).collect();
            let find = |name: &str| specs.iter().find(|spec| spec.name == name).copied();
            let members = reader.members(node, "maps of facts");
            let elements =
                members.iter().map(|member| read_facts(reader, takes, member, "the element", &names, &find));
            Some(SeenValue::Elements(List::keep(elements.collect())))
        }
        (kind, Content::Text(text)) if text.contains(['{', '}']) => {
            taken(reader, takes, spec, kind, text, node)
        }
        (kind, content) => match literal::read(kind, content) {
            Some(literal) => Some(SeenValue::Literally(literal)),
            None => {
                let what = format!("`{}` cannot be {}", spec.name, content.kind());
                let form = format!(
                    "{}, or a text taken from the line: `{{name:{}}}`",
                    literal::form(kind),
                    kind.name()
                );
                reader.report(reader.fault(node.pos, what).expected(form));
                None
            }
        },
    }
}

/// A value that is taken from the line.
fn taken(
    reader: &mut Reader<'_>,
    takes: &Takes<'_>,
    spec: FactSpec,
    kind: FactType,
    text: &str,
    node: &Node<'_>,
) -> Option<SeenValue> {
    let pieces = filling::parse(reader, takes, Symbols::None, text, node.pos)?;
    if let [filling::Piece { part: Part::Shown(from), conversion }] = pieces.as_slice() {
        let conversion = conversion.unwrap_or(Conversion::ToText);
        if makes(conversion).contains(&kind.name()) {
            return Some(SeenValue::Converted(Taken { from: *from, conversion }));
        }
        let what =
            format!("`{}` is of the type {}, and {} makes another", spec.name, kind.name(), quoted(text));
        let fitting =
            Conversion::ALL.iter().filter(|(_, conversion)| makes(*conversion).contains(&kind.name()));
        let fitting: Vec<String> = fitting.map(|(name, _)| format!("`:{name}`")).collect();
        let fitting: Vec<&str> = fitting.iter().map(String::as_str).collect();
        reader.report(reader.fault(node.pos, what).expected(either(&fitting)));
        return None;
    }
    if kind != FactType::Text {
        let what = format!("`{}` is of the type {}, and this is a text", spec.name, kind.name());
        reader.report(reader.fault(node.pos, what).expected(literal::form(kind)));
        return None;
    }
    filling::read(reader, takes, Symbols::None, text, node.pos).map(SeenValue::Joined)
}

/// The names of the types that a conversion yields values of.
fn makes(conversion: Conversion) -> &'static [&'static str] {
    match conversion {
        Conversion::ToBool => &["bool"],
        Conversion::ToInt => &["int", "uid"],
        Conversion::ToText => &["text"],
        Conversion::ToTime => &["time"],
        Conversion::ToDuration | Conversion::FromSeconds | Conversion::FromMillis => &["duration"],
        Conversion::ToBytes => &["bytes"],
        Conversion::ToMode => &["mode"],
        Conversion::ToUid => &["uid"],
    }
}
