//! Bundles made of the cases of this tree, changed and damaged; what is read is judged and written down.

use std::sync::LazyLock;

use cmdop_doctor::model::evidence::SourceKind;
use cmdop_doctor::rulebook::built_in;
use serde_json::{Map, Value, json};
use tempfile::NamedTempFile;

use crate::chance::{self, Chance};
use crate::reports::{examined, written};
use crate::tree;

/// What no bundle should have, and some may.
pub(crate) const ODD: &[&str] = &[
    "null",
    "true",
    "-1",
    "1e999",
    "0.5",
    "18446744073709551616",
    "-9223372036854775808",
    "\"\"",
    "{}",
    "[]",
    ",",
    ":",
    "\"",
    "\\u0000",
    "\\ud800",
    "\\u202e",
    "\\u001b[2J",
    "\u{1b}[2J",
    "{\"a\":",
    "[[[[[[[[",
    "\"absent\"",
    "\"unavailable\":",
    "\"evidence\":",
    "\"symbols\":",
    "\"schema\":",
    "\u{feff}",
    "\n",
    "\r",
    "\t",
    "%",
    "{",
    "}",
    "$(reboot)",
    "::error::",
    "]]>",
    "</script>",
    "|",
    "`",
];

/// Values for facts that have another.
const TEXTS: &[&str] = &[
    "",
    "absent",
    "0600",
    "99999",
    "9223372036854775807",
    "-9223372036854775808",
    "2026-11-23T09:12:00Z",
    "-009999-01-02T01:59:59Z",
    "9999-12-31T23:59:59Z",
    "{store}",
    "{home}/x",
    "/",
    "../../x",
    "\u{1b}]0;x\u{7}",
    "\u{202e}\u{2066}",
    "a\nb\r\nc",
    "::error::x",
    "<!--",
    "cmd_acme_a1b2c3d4e5f6g7h8i9j0",
    "\u{0}",
];

const NUMBERS: [i64; 6] = [0, 1, -1, 1_900_000_000, i64::MAX, i64::MIN];

/// The evidence of every case of the tree: bundles have it in the same form.
static EVIDENCE: LazyLock<Vec<Map<String, Value>>> = LazyLock::new(|| {
    let cases = tree::files("checks", ".cases.yaml").into_iter().chain(tree::files("rules", ".cases.yaml"));
    let lists = cases.filter_map(|(_, text)| serde_yaml::from_str::<Vec<Value>>(&text).ok());
    let evidence = lists.flatten().filter_map(|mut case| match case["evidence"].take() {
        Value::Object(members) => Some(members),
        _ => None,
    });
    evidence.collect()
});

/// A bundle that can be read, but for its schema.
fn bundle(chance: &mut Chance) -> Value {
    let mut evidence = Map::new();
    for _ in 0..=chance.below(6) {
        evidence.extend(chance.of(&EVIDENCE).clone());
    }
    let readings = evidence
        .keys()
        .map(|key| (key.clone(), json!({"taken_at": "2026-11-23T09:12:00Z", "duration_ms": 3})));
    let readings: Map<String, Value> = readings.collect();
    json!({
        "started_at": "2026-11-23T09:12:00Z", "duration_ms": 41,
        "rulebook": {"checks": 3, "sha256": ""}, "remarks": ["one"],
        "asked": {"only": [], "skip": [], "fail_on": "warning", "offline": false, "symptoms": ["permission denied"]},
        "symbols": {"home": "/home/ada", "api": "https://api.cmdop.com", "store": "/home/ada/.cmdop/auth.json"},
        "evidence": evidence, "readings": readings,
    })
}

fn some_value(chance: &mut Chance) -> Value {
    match chance.below(10) {
        0 => Value::Null,
        1 => chance.one_in(2).into(),
        2 => i64::MIN.into(),
        3 => u64::MAX.into(),
        4 => chance.below(1 << 40).into(),
        5 => 0.5.into(),
        6 => vec![Value::from("x"); chance.size()].into(),
        7 => chance.of(TEXTS).repeat(chance.size() / 8).into(),
        8 => (0..chance.below(60)).fold(Value::from(1), |inner, _| json!({ "a": [inner] })),
        _ => (*chance.of(TEXTS)).into(),
    }
}

/// Changes one place of `value`, somewhere in its depth.
fn change(chance: &mut Chance, value: &mut Value) {
    match value {
        Value::Object(members) if !members.is_empty() && !chance.one_in(12) => {
            let names: Vec<String> = members.keys().cloned().collect();
            let name = chance.of(&names);
            match chance.below(16) {
                0 => drop(members.remove(name)),
                1 => {
                    let value = members.remove(name).unwrap_or_default();
                    members.insert(chance.of(TEXTS).to_string(), value);
                }
                2 => drop(members.insert(chance.of(&names).clone(), members[name].clone())),
                _ => change(chance, &mut members[name]),
            }
        }
        Value::Array(members) if !members.is_empty() && !chance.one_in(6) => {
            let at = chance.below(members.len());
            change(chance, &mut members[at]);
        }
        // Few facts can be of another type.
        Value::Bool(is) if !chance.one_in(6) => *is = !*is,
        Value::Number(number) if !chance.one_in(6) => *number = (*chance.of(&NUMBERS)).into(),
        Value::String(text) if !chance.one_in(6) => *text = (*chance.of(TEXTS)).to_owned(),
        other => *other = some_value(chance),
    }
}

/// The text of a bundle, which is known by its first member.
fn text(bundle: &Value) -> String {
    bundle.to_string().replacen('{', "{\"schema\":\"cmdop.doctor.bundle/1\",", 1)
}

/// A bundle with other things in it, and now and then one that is none any more.
pub(crate) fn damaged(chance: &mut Chance) -> Vec<u8> {
    let mut bundle = bundle(chance);
    for _ in 0..chance.below(5) {
        // Most of what there is to be said stands in the evidence.
        let inner = if chance.one_in(3) { None } else { bundle.get_mut("evidence") };
        match inner {
            Some(evidence) => change(chance, evidence),
            None => change(chance, &mut bundle),
        }
    }
    let mut text = text(&bundle).into_bytes();
    if chance.one_in(4) {
        chance.damage(&mut text, 3, ODD);
    }
    text
}

fn round(chance: &mut Chance) {
    let file = NamedTempFile::new().unwrap();
    let read = |bytes: &[u8]| examined(&file, bytes, built_in());
    let (before, after) = (damaged(chance), damaged(chance));
    if let (Some(before), Some(after)) = (read(&before), read(&after)) {
        written(&after, &before);
    }
}

#[test]
fn a_bundle_can_be_read_before_it_is_damaged() {
    let file = NamedTempFile::new().unwrap();
    let mut chance = Chance::of_round(1);
    for _ in 0..10 {
        let report = examined(&file, text(&bundle(&mut chance)).as_bytes(), built_in()).unwrap();
        assert_eq!(report.source.kind, SourceKind::Bundle);
    }
}

chance::played!(2, round);
