//! What is written into a bundle reads back the same.

use std::collections::HashMap;

use cmdop_doctor::model::evidence::{Reading, Why};
use cmdop_doctor::model::fact::{Fact, FactSpec, FactType, Facts, Value};
use cmdop_doctor::model::probe::ProbeKind;
use cmdop_doctor::rulebook::recorded::Recorded;
use cmdop_doctor::rulebook::{built_in, key};
use cmdop_doctor::source::facts;
use cmdop_doctor::source::json::Writer;
use proptest::prelude::*;
use serde_json::value::RawValue;

/// A value of that type, or none.
fn fact(kind: FactType) -> BoxedStrategy<Fact> {
    let known = match kind {
        FactType::Bool => any::<bool>().prop_map(Value::Bool).boxed(),
        FactType::Int => any::<i64>().prop_map(Value::Int).boxed(),
        FactType::Text => any::<String>().prop_map(Value::Text).boxed(),
        FactType::Time => any::<i64>().prop_map(Value::Time).boxed(),
        FactType::Duration => (-i64::MAX..=i64::MAX).prop_map(Value::Duration).boxed(),
        FactType::Bytes => (0..=i64::MAX).prop_map(|bytes| Value::Bytes(bytes.cast_unsigned())).boxed(),
        FactType::Mode => (0..0o10000_u32).prop_map(Value::Mode).boxed(),
        FactType::Uid => any::<u32>().prop_map(Value::Uid).boxed(),
        FactType::Texts => proptest::collection::vec(any::<String>(), 0..3).prop_map(Value::Texts).boxed(),
        FactType::Maps(specs) => proptest::collection::vec(some_facts(specs.iter().copied().collect()), 0..3)
            .prop_map(Value::Maps)
            .boxed(),
    };
    prop_oneof![4 => known.prop_map(Fact::Known), 1 => Just(Fact::Nothing)].boxed()
}

/// Some of the facts of these kinds.
fn some_facts(specs: Vec<FactSpec>) -> BoxedStrategy<Facts> {
    let each: Vec<_> = specs
        .into_iter()
        .map(|spec| proptest::option::of(fact(spec.kind)).prop_map(move |fact| (spec.name, fact)))
        .collect();
    let facts = |all: Vec<(&'static str, Option<Fact>)>| {
        let told = all.into_iter().filter_map(|(name, fact)| Some((name, fact?)));
        told.fold(Facts::new(), |facts, (name, fact)| facts.with(name, fact))
    };
    each.prop_map(facts).boxed()
}

/// Any reading of any probe, with its key.
fn readings() -> impl Strategy<Value = (String, Reading)> {
    proptest::sample::select(ProbeKind::ALL).prop_flat_map(|kind| {
        let spec = kind.spec();
        let given =
            spec.params.iter().filter(|param| param.required || spec.one_of.first() == Some(&param.name));
        let args: Vec<_> =
            given.map(|param| (param.name, param.choices.first().copied().unwrap_or("{home}/a b"))).collect();
        let found = (some_facts(spec.facts.to_vec()), any::<Option<bool>>()).prop_map(|(facts, present)| {
            Reading::Found(facts.with("present", present.map_or(Fact::Unknown, Fact::from)))
        });
        let why = prop_oneof![
            Just(Why::Stalled),
            Just(Why::Offline),
            Just(Why::Crashed),
            Just(Why::NotRecorded),
            "[a-z][a-z :]{0,20}[a-z]".prop_map(Why::Refused),
        ];
        let reading =
            prop_oneof![6 => found, 1 => Just(Reading::Absent), 1 => why.prop_map(Reading::Unavailable)];
        reading.prop_map(move |reading| (key::write(kind, &args), reading))
    })
}

proptest! {
    #[test]
    fn every_reading_reads_back_the_same((key, reading) in readings()) {
        let json = Writer::document(|json| {
            json.key("x");
            facts::reading(json, &reading);
        });
        // The order of facts counts: the first names an element.
        let document: HashMap<String, Box<RawValue>> = serde_json::from_slice(&json).unwrap();
        let text = document["x"].get();
        let told = Recorded::of(&built_in()).one(&key, &mut serde_json::Deserializer::from_str(text)).unwrap();
        prop_assert_eq!(told.strange, Vec::<String>::new());
        let (known, read) = told.probe.unwrap();
        prop_assert_eq!(known, key);
        for name in ProbeKind::ALL.iter().flat_map(|kind| kind.spec().facts).map(|fact| fact.name).chain(["present"]) {
            prop_assert_eq!(read.fact(name), reading.fact(name), "{}", name);
        }
        if let (Reading::Unavailable(read), Reading::Unavailable(wrote)) = (read, reading) {
            prop_assert_eq!(read, wrote);
        }
    }
}
