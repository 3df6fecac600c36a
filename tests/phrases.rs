//! The built-in rules for lines and messages against their cases: what each knows, in which spellings, and
//! what accuses nobody.
#![expect(clippy::unwrap_used, clippy::disallowed_methods, reason = "cases are read from the source tree")]

use std::path::Path;

use cmdop_doctor::rulebook::{self, Phrases, recognise, unpacked};
use serde::Deserialize;

/// Something said, and the rules that know it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    /// What a person types.
    text: String,
    heard: Vec<String>,
}

fn cases() -> Vec<Case> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules/symptoms/spellings.cases.yaml");
    serde_yaml::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

#[test]
fn every_spelling_is_known_for_what_it_is() {
    let book = rulebook::built_in();
    let typed = Phrases::typed(&book);
    let mut wrong = Vec::new();
    for case in cases() {
        let heard = recognise(&typed, &case.text);
        let heard: Vec<&str> = heard.iter().map(|heard| heard.rule).collect();
        if heard != case.heard {
            wrong.push(format!("{:?}: heard {heard:?}", case.text));
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
