//! The built-in rules for lines and messages against their cases: what each knows, in which spellings, and
//! what accuses nobody.
#![expect(clippy::unwrap_used, clippy::disallowed_methods, reason = "cases are read from the source tree")]

use std::path::Path;

use cmdop_doctor::rulebook::{self, Phrases, Said, recognise, unpacked};
use serde::Deserialize;

/// Something said, and the rules that know it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    /// What a person types.
    text: Option<String>,
    /// What a log says.
    line: Option<String>,
    heard: Vec<String>,
}

fn cases() -> Vec<Case> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules/symptoms/spellings.cases.yaml");
    serde_yaml::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// The rules that know `line` where it stands in a log.
fn heard_in_log(phrases: &Phrases, line: &str) -> Vec<String> {
    let said = Said { text: line, fields: &[] };
    let count = phrases.signatures().signatures.len();
    (0..count).filter_map(|number| phrases.hear(number, &said)).map(|heard| heard.rule.to_owned()).collect()
}

#[test]
fn every_spelling_is_known_for_what_it_is() {
    let book = rulebook::built_in();
    let (typed, logged) = (Phrases::typed(&book), Phrases::of(&book));
    let mut wrong = Vec::new();
    for case in cases() {
        let heard = match (&case.text, &case.line) {
            (Some(text), None) => recognise(&typed, text).iter().map(|heard| heard.rule.to_owned()).collect(),
            (None, Some(line)) => heard_in_log(&logged, line),
            _ => panic!("{case:?}: a text or a line"),
        };
        if heard != case.heard {
            wrong.push(format!("{:?}: heard {heard:?}", case.text.or(case.line).unwrap()));
        }
    }
    assert!(wrong.is_empty(), "{} wrong\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn every_symptom_has_a_case() {
    let known: Vec<String> = cases().into_iter().flat_map(|case| case.heard).collect();
    let symptoms = unpacked(&rulebook::built_in()).symptoms;
    let missing: Vec<&str> =
        symptoms.iter().map(|one| one.id).filter(|id| !known.iter().any(|known| known == id)).collect();
    assert!(missing.is_empty(), "no case for {missing:?}");
}
