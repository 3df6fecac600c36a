//! The built-in rules for lines and messages against their cases: what each knows, in which spellings, and
//! what accuses nobody.
#![expect(clippy::unwrap_used, clippy::disallowed_methods, reason = "cases are read from the source tree")]

use std::collections::BTreeMap;
use std::path::Path;

use cmdop_doctor::model::evidence::Reading;
use cmdop_doctor::rulebook::{self, Phrases, Said, recognise, unpacked};
use serde::Deserialize;

/// Something said, and the rules that know it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    /// What a person types.
    text: String,
    heard: Vec<String>,
}

fn read<T: serde::de::DeserializeOwned>(file: &str) -> Vec<T> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules").join(file);
    serde_yaml::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn cases() -> Vec<Case> {
    read("symptoms/spellings.cases.yaml")
}

/// A line that a log rule knows.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sample {
    rule: String,
    text: String,
    #[serde(default)]
    fields: BTreeMap<String, String>,
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

/// What is wrong with a sample of a log rule, if anything is.
fn fault_of(phrases: &Phrases, sample: &Sample) -> Option<String> {
    let logs = unpacked(&rulebook::built_in()).logs;
    let Some(number) = logs.iter().position(|rule| rule.id == sample.rule) else {
        return Some(format!("there is no rule {}", sample.rule));
    };
    let fields: Vec<(&str, &str)> =
        sample.fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let said = Said { text: &sample.text, fields: &fields };
    let Some(heard) = phrases.hear(number, &said) else {
        return Some(format!("{} does not know its sample", sample.rule));
    };
    let rule = logs.get(number)?;
    if heard.testimonies.len() != rule.witness.len() {
        return Some(format!("{}: a probe cannot be told", sample.rule));
    }
    // A sample has all the fields that its rule knows, so that every fact is seen to come through.
    let lost = heard.testimonies.iter().zip(rule.witness).find_map(|(told, witness)| {
        let Reading::Found(facts) = &told.reading else { return None };
        let mut wanted = witness.facts.into_iter().flatten();
        wanted.find(|fact| facts.get(fact.name).is_none()).map(|fact| fact.name)
    });
    lost.map(|fact| format!("{}: the fact {fact} is lost", sample.rule))
}

#[test]
fn every_log_rule_knows_its_sample_and_takes_all_facts_from_it() {
    let phrases = Phrases::of(&rulebook::built_in());
    let samples: Vec<Sample> = read("logs/samples.cases.yaml");
    let faults: Vec<String> = samples.iter().filter_map(|sample| fault_of(&phrases, sample)).collect();
    assert!(faults.is_empty(), "{} faults\n{}", faults.len(), faults.join("\n"));
    let logs = unpacked(&rulebook::built_in()).logs;
    let missing: Vec<&str> =
        logs.iter().map(|rule| rule.id).filter(|id| !samples.iter().any(|one| one.rule == *id)).collect();
    assert!(missing.is_empty(), "no sample for {missing:?}");
}
