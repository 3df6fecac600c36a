//! Comparing two reports.

use std::collections::BTreeMap;

use crate::model::diagnosis::Root;
use crate::model::evidence::{Evidence, Reading};
use crate::model::fact::{Fact, Value};
use crate::model::finding::Finding;
use crate::model::report::Report;
use crate::source::spelling;

/// What is different, by id.
#[derive(Debug, Default)]
pub struct Difference<'r> {
    pub gone: Vec<&'r Root>,
    pub new: Vec<&'r Root>,
    pub findings: Vec<Changed>,
    pub facts: Vec<FactChanged>,
}

/// A finding that ended otherwise; "none" where it is in one report only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    pub finding: String,
    pub before: String,
    pub after: String,
}

/// A fact that reads otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FactChanged {
    pub probe: String,
    /// The fact; `reading` where one of the two found nothing.
    pub fact: String,
    pub before: String,
    pub after: String,
    /// Times pass, disks fill, and no two requests take equally long: such a change says little.
    pub passing: bool,
}

/// What says nothing across two processes: a fingerprint's key lives as long as its process.
const INCOMPARABLE: [&str; 1] = ["fingerprint"];

impl<'r> Difference<'r> {
    /// What changed from `before` to `after`.
    pub fn between(before: &'r Report, after: &'r Report) -> Difference<'r> {
        let (old, new) = (&before.diagnosis.roots, &after.diagnosis.roots);
        let lacks = |roots: &[Root], id: &str| roots.iter().all(|root| root.id != id);
        Difference {
            gone: old.iter().filter(|root| lacks(new, &root.id)).collect(),
            new: new.iter().filter(|root| lacks(old, &root.id)).collect(),
            findings: findings(before, after),
            facts: facts(before, after),
        }
    }

    /// Whether the diagnosis is another one. Facts alone do not make it so.
    pub fn matters(&self) -> bool {
        !(self.gone.is_empty() && self.new.is_empty() && self.findings.is_empty())
    }
}

fn findings(before: &Report, after: &Report) -> Vec<Changed> {
    let states = |report: &Report| -> BTreeMap<String, String> {
        report.diagnosis.findings.iter().map(|finding| (finding.id(), state(finding))).collect()
    };
    let changed = changes(&states(before), &states(after));
    changed.into_iter().map(|(finding, before, after)| Changed { finding, before, after }).collect()
}

/// `sick (expired)`, `healthy`.
fn state(finding: &Finding) -> String {
    let verdict = finding.verdict.name();
    let sick: Vec<&str> = finding
        .open
        .iter()
        .filter(|open| open.outcome.severity.is_some())
        .map(|open| open.outcome.id)
        .collect();
    if sick.is_empty() { verdict.to_owned() } else { format!("{verdict} ({})", sick.join(" or ")) }
}

fn facts(before: &Report, after: &Report) -> Vec<FactChanged> {
    let (old, new) = (flat(before), flat(after));
    let all = changes(&texts(&old), &texts(&new));
    let change = |((probe, fact), before, after): ((String, String), String, String)| {
        let place = (probe, fact);
        let passing = [&old, &new].iter().any(|side| side.get(&place).is_some_and(|(_, passing)| *passing));
        FactChanged { probe: place.0, fact: place.1, before, after, passing }
    };
    all.into_iter().map(change).collect()
}

type Place = (String, String);

fn texts(flat: &BTreeMap<Place, (String, bool)>) -> BTreeMap<Place, String> {
    flat.iter().map(|(place, (text, _))| (place.clone(), text.clone())).collect()
}

/// All facts by probe and name, as text, and whether they pass.
fn flat(report: &Report) -> BTreeMap<Place, (String, bool)> {
    let mut all = BTreeMap::new();
    for (probe, found) in &report.evidence {
        for (fact, text, passing) in of_reading(found) {
            let passing = passing || probe.starts_with("disk ");
            all.insert((probe.to_string(), fact), (text, passing));
        }
    }
    all
}

fn of_reading(found: &Evidence) -> Vec<(String, String, bool)> {
    let whole = |text: String| vec![("reading".to_owned(), text, false)];
    match &found.reading {
        Reading::Absent => whole("absent".to_owned()),
        Reading::Unavailable(why) => whole(format!("unavailable: {why}")),
        Reading::Found(facts) => {
            let known =
                facts.iter().filter(|(name, fact)| **fact != Fact::Unknown && !INCOMPARABLE.contains(name));
            known.map(|(name, fact)| (name.to_owned(), shown(fact), passes(fact))).collect()
        }
    }
}

fn shown(fact: &Fact) -> String {
    match fact {
        Fact::Known(Value::Maps(maps)) => {
            let map = |facts: &crate::model::fact::Facts| -> String {
                let members = facts.iter().filter(|(name, _)| !INCOMPARABLE.contains(name));
                members.map(|(name, fact)| format!("{name}={}", shown(fact))).collect::<Vec<_>>().join(" ")
            };
            format!("[{}]", maps.iter().map(map).collect::<Vec<_>>().join("; "))
        }
        Fact::Known(value) => spelling::line(value).into_owned(),
        Fact::Nothing => "none".to_owned(),
        Fact::Unknown => "unknown".to_owned(),
    }
}

fn passes(fact: &Fact) -> bool {
    matches!(fact, Fact::Known(Value::Time(_) | Value::Duration(_)))
}

/// The keys whose values differ, with both; "none" where one side lacks it.
fn changes<K: Ord + Clone>(old: &BTreeMap<K, String>, new: &BTreeMap<K, String>) -> Vec<(K, String, String)> {
    let mut keys: Vec<&K> = old.keys().chain(new.keys()).collect();
    keys.sort();
    keys.dedup();
    let text =
        |side: &BTreeMap<K, String>, key: &K| side.get(key).cloned().unwrap_or_else(|| "none".to_owned());
    let differ = keys.into_iter().filter(|key| old.get(*key) != new.get(*key));
    differ.map(|key| (key.clone(), text(old, key), text(new, key))).collect()
}
