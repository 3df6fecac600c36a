//! The schema for editors: valid itself, true to the built-in rules, never stricter than the parser,
//! and frozen as the file that people can point their editors at.

use std::path::Path;
use std::process::Command;
use std::sync::LazyLock;

use cmdop_doctor::rulebook::schema;
use jsonschema::Validator;
use serde_json::Value;

use super::collect;

static WHOLE: LazyLock<Validator> = LazyLock::new(|| validator(&schema::whole()));

fn validator(schema: &Value) -> Validator {
    jsonschema::draft202012::new(schema).unwrap()
}

/// The documents of a text, as an editor reads them; none where one is no YAML.
fn documents(text: &str) -> Option<Vec<Value>> {
    let text = text.trim_start_matches('\u{feff}');
    let options = serde_yaml::options! {
        strict_booleans: true,
        leading_zero_numbers_as_strings: true,
        underscored_numbers_as_strings: true,
    };
    let parts = text.split("\n---\n").filter(|part| !part.trim().trim_matches('-').is_empty());
    parts.map(|part| serde_yaml::from_str_with_options(part, options.clone()).ok()).collect()
}

/// Whether an editor with the schema refuses a rule file; `None` where it is no YAML.
pub(super) fn refuses(text: &str) -> Option<bool> {
    /// What is larger was made to be too large, and is no rule that anybody edits.
    const USUAL: usize = 16 * 1024;
    if text.len() > USUAL {
        return None;
    }
    Some(!documents(text)?.iter().all(|document| WHOLE.is_valid(document)))
}

#[test]
fn every_schema_is_one() {
    for schema in schema::names().map(|name| schema::of(name).unwrap()).chain([schema::whole()]) {
        jsonschema::draft202012::meta::validate(&schema).unwrap();
        assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    }
    assert_eq!(schema::of("pack"), None);
}

#[test]
fn the_built_in_rules_and_cases_obey_their_schemas() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut faults = Vec::new();
    let mut seen = 0;
    for (folder, kind) in [
        ("checks", "check"),
        ("rules/generations", "check"),
        ("rules/generations", "check"),
        ("rules/causes", "cause"),
        ("rules/shapes", "shape"),
        ("rules/profiles", "profile"),
        ("rules/logs", "log"),
        ("rules/symptoms", "symptom"),
    ] {
        let of_kind = validator(&schema::of(kind).unwrap());
        let of_cases = validator(&schema::of("case").unwrap());
        let mut paths = Vec::new();
        collect(&root.join(folder), "", &mut paths);
        for path in paths {
            let cases = path.to_str().unwrap().ends_with(".cases.yaml");
            let own = if cases { &of_cases } else { &of_kind };
            for document in documents(&std::fs::read_to_string(&path).unwrap()).unwrap() {
                seen += 1;
                for validator in [own, &WHOLE] {
                    let errors =
                        validator.iter_errors(&document).map(|e| format!("{}: {e}", e.instance_path()));
                    faults.extend(errors.map(|error| format!("{}: {error}", path.display())));
                }
            }
        }
    }
    assert!(seen > 150, "{seen} documents");
    assert!(faults.is_empty(), "{} faults\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn a_case_is_checked_down_to_the_types_of_facts() {
    let case = validator(&schema::of("case").unwrap());
    let good = |evidence: &str, expect: &str| {
        let text = format!("- case: a\n  evidence: {{ {evidence} }}\n  expect: {{ {expect} }}\n");
        documents(&text).unwrap().iter().all(|document| case.is_valid(document))
    };
    let clock = "clock: { time: \"2026-01-02T08:00:00Z\" }";
    assert!(good(clock, "outcome: a, fix: cmdop login"));
    assert!(good(
        "token access: absent, \"http GET {api}/v1/machines as access\": { status: 401, own: x }",
        "verdict: healthy"
    ));
    assert!(good("clock: { unavailable: no clock }", "roots: [cause.a]"));
    for (evidence, expect) in [
        ("clok: absent", "outcome: a"),
        ("token acces: absent", "outcome: a"),
        ("file: absent", "outcome: a"),
        ("clock: { tim: ~ }", "outcome: a"),
        ("clock: { time: 5 }", "outcome: a"),
        ("clock: gone", "outcome: a"),
        ("clock: { unavailable: x, time: ~ }", "outcome: a"),
        (clock, "outcome: a, verdict: healthy"),
        (clock, "fix: x"),
        (clock, "verdict: sick"),
        (clock, "roots: [a], outcome: b"),
    ] {
        assert!(!good(evidence, expect), "{evidence} {expect}");
    }
}

#[test]
fn the_frozen_schema_is_what_the_program_prints() {
    let printed = |args: &[&str]| {
        let words = ["doctor", "rules", "schema"].iter().chain(args);
        let run = Command::new(env!("CARGO_BIN_EXE_cmdop")).args(words).env_clear().output().unwrap();
        assert!(run.status.success());
        String::from_utf8(run.stdout).unwrap()
    };
    let frozen = include_str!("../../schemas/rules-1.schema.json");
    assert!(printed(&[]) == frozen, "cmdop doctor rules schema > schemas/rules-1.schema.json");
    assert_eq!(serde_json::from_str::<Value>(&printed(&["check"])).unwrap(), schema::of("check").unwrap());
}

/// What the schema takes after an operator is what the parser takes, as far as that depends on the operator
/// alone.
#[test]
fn values_are_told_apart_as_the_parser_does() {
    for (operator, values) in [
        (
            "f.modified_at: { before: VALUE }",
            &[
                "\"2026-01-02T08:00:00Z\"",
                "\"2026-01-02T08:00:00.5+02:00\"",
                "2026-01-02",
                "yesterday",
                "5",
                "true",
            ][..],
        ),
        ("f.size: { less: VALUE }", &["5", "64KiB", "16 KiB", "512B", "\"7\"", "64KB", "64K", "true", "1.5"]),
        ("l.age: { more: VALUE }", &["5m", "1h30m", "500ms", "-7d", "m", "5M", "1.5h", "--5m", "5 m"]),
        ("f.mode: { all_bits: VALUE }", &["\"0077\"", "\"600\"", "77", "\"0o77\"", "\"0900\"", "\"00600\""]),
        ("f.kind: { starts_with: VALUE }", &["fi", "\"5\"", "5", "true", "[a]", "~"]),
        ("f.modified_at: { after: { ref: k.time, plus: VALUE } }", &["5m", "-5m", "5", "soon"]),
    ] {
        for value in values {
            let text = super::GOOD
                .replace("  k: { clock: {} }\n", "  k: { clock: {} }\n  l: { lock: { path: x } }\n")
                .replace("f.mode: { not: none }", &operator.replace("VALUE", value));
            assert_eq!(refuses(&text), Some(!super::faults(&text).is_empty()), "{operator}: {value}");
        }
    }
}
