//! Cases out of recordings: what a check found on a machine, reduced to the facts that matter, by
//! leaving out whatever can be left out without another answer.

use std::sync::Arc;

use super::case::said;
use super::facts;
use super::json::Writer;
use crate::engine::{Judge, Symbols};
use crate::model::check::Check;
use crate::model::evidence::{Evidence, EvidenceSet, Reading, SourceKind};
use crate::model::fact::{Fact, Facts, Value};
use crate::model::finding::{Finding, Verdict};
use crate::model::fix::Fix;
use crate::rulebook::cases::SYMBOLS;

/// Readings by probe key.
pub(super) type Readings = Vec<(Arc<str>, Reading)>;

/// A case that is about to be written.
#[derive(Debug)]
pub struct Draft {
    check: &'static Check,
    readings: Readings,
    findings: Vec<Finding>,
}

impl Draft {
    /// What `check` answers on `evidence`, which is in the terms of a case, from as few facts as
    /// give that answer.
    pub fn of(check: &'static Check, evidence: Readings) -> Draft {
        let whole = answer(check, &judged(check, &evidence));
        let same = |readings: &Readings| answer(check, &judged(check, readings)) == whole;
        let readings = reduced(evidence, &same);
        let findings = judged(check, &readings);
        Draft { check, readings, findings }
    }

    /// An answer that says nothing of the check: nobody could look.
    pub fn unexpected(&self) -> Option<Verdict> {
        let verdict = self.findings.first().map(|finding| finding.verdict);
        verdict.filter(|verdict| matches!(verdict, Verdict::Skipped | Verdict::Crashed | Verdict::NotJudged))
    }

    /// The case in YAML, a member of a list. `name` says what happened.
    pub fn written(&self, name: &str) -> String {
        let mut text = format!("- case: {}\n  evidence:\n", in_json(|json| json.text(name)));
        for (key, reading) in &self.readings {
            let key = in_json(|json| json.text(key));
            text.push_str(&format!("    {key}: {}\n", in_json(|json| facts::reading(json, reading))));
        }
        if self.readings.is_empty() {
            text.truncate(text.trim_end().len());
            text.push_str(" {}\n");
        }
        text + &format!("  expect: {}\n", in_json(|json| self.expect(json)))
    }

    fn expect(&self, json: &mut Writer) {
        json.object(|json| {
            match self.findings.as_slice() {
                _ if self.check.each.is_some() && self.findings.iter().any(|one| one.element.is_some()) => {
                    json.key("elements");
                    json.object(|json| {
                        for finding in &self.findings {
                            json.free_key(finding.element.as_deref().unwrap_or_default());
                            json.text(
                                finding.open.first().map_or(finding.verdict.name(), |open| open.outcome.id),
                            );
                        }
                    });
                }
                [Finding { verdict: Verdict::Sick, open, .. }] if open.len() == 1 => {
                    open.iter().for_each(|open| json.text_at("outcome", open.outcome.id));
                }
                [Finding { verdict: Verdict::Sick, open, .. }] => {
                    json.texts("one_of", &open.iter().map(|open| open.outcome.id).collect::<Vec<_>>());
                }
                findings => {
                    let verdict = findings.first().map_or(Verdict::Unknown, |finding| finding.verdict);
                    json.text_at("verdict", verdict.name());
                }
            }
            if let Some(fix) = fix(&self.findings) {
                json.text_at("fix", &fix);
            }
        });
    }
}

/// A JSON value in one line, which is YAML too.
pub(super) fn in_json(fill: impl FnOnce(&mut Writer)) -> String {
    let mut json = Writer::with_capacity(256);
    json.break_lines(0);
    fill(&mut json);
    String::from_utf8(json.finish()).unwrap_or_default()
}

fn judged(check: &'static Check, readings: &Readings) -> Vec<Finding> {
    Judge::new(&set(readings), &Symbols::made_of(&SYMBOLS)).alone(check)
}

/// `readings` as evidence.
pub(super) fn set(readings: &Readings) -> EvidenceSet {
    let mut evidence = EvidenceSet::with_capacity(readings.len());
    for (key, reading) in readings {
        evidence.insert(Arc::clone(key), Evidence::new(reading.clone(), 0, 0, SourceKind::Case));
    }
    evidence
}

fn fix(findings: &[Finding]) -> Option<String> {
    findings.iter().find_map(Finding::fix).map(Fix::command)
}

/// What a case states: the outcome, and the fix.
fn answer(check: &Check, findings: &[Finding]) -> (String, Option<String>) {
    (said(check, findings), fix(findings))
}

/// `readings` without what changes nothing, largest pieces first.
pub(super) fn reduced(mut readings: Readings, same: &impl Fn(&Readings) -> bool) -> Readings {
    for at in (0..readings.len()).rev() {
        let mut fewer = readings.clone();
        fewer.remove(at);
        if same(&fewer) {
            readings = fewer;
        }
    }
    for at in 0..readings.len() {
        let Some((key, Reading::Found(facts))) = readings.get(at).cloned() else { continue };
        let with = |facts: &Facts| {
            let mut other = readings.clone();
            if let Some(slot) = other.get_mut(at) {
                *slot = (Arc::clone(&key), Reading::Found(facts.clone()));
            }
            other
        };
        let least = reduced_facts(facts, &|facts| same(&with(facts)));
        readings = with(&least);
    }
    readings
}

fn reduced_facts(mut facts: Facts, same: &dyn Fn(&Facts) -> bool) -> Facts {
    let names: Vec<&'static str> = facts.iter().map(|(name, _)| name).collect();
    for name in &names {
        let fewer = facts.without(name);
        if same(&fewer) {
            facts = fewer;
        }
    }
    for name in names {
        match facts.get(name).cloned() {
            Some(Fact::Known(Value::Texts(texts))) => {
                facts = with_fewer(facts, name, texts, Value::Texts, same);
            }
            Some(Fact::Known(Value::Maps(maps))) => {
                facts = with_fewer(facts, name, maps, Value::Maps, same);
                facts = with_smaller_maps(facts, name, same);
            }
            _ => {}
        }
    }
    facts
}

/// `facts` with as few `members` in the list `name` as do.
fn with_fewer<T: Clone>(
    mut facts: Facts,
    name: &'static str,
    mut members: Vec<T>,
    list: fn(Vec<T>) -> Value,
    same: &dyn Fn(&Facts) -> bool,
) -> Facts {
    for at in (0..members.len()).rev() {
        let mut fewer = members.clone();
        fewer.remove(at);
        let other = facts.clone().with(name, Fact::Known(list(fewer.clone())));
        if same(&other) {
            (facts, members) = (other, fewer);
        }
    }
    facts
}

/// `facts` with as few facts in the elements of the list `name` as do.
fn with_smaller_maps(mut facts: Facts, name: &'static str, same: &dyn Fn(&Facts) -> bool) -> Facts {
    let Some(Fact::Known(Value::Maps(mut maps))) = facts.get(name).cloned() else { return facts };
    for at in 0..maps.len() {
        let Some(map) = maps.get(at).cloned() else { continue };
        let with = |map: &Facts| {
            let mut other = maps.clone();
            if let Some(slot) = other.get_mut(at) {
                *slot = map.clone();
            }
            other
        };
        let whole = facts.clone();
        let put = |map: &Facts| whole.clone().with(name, Fact::Known(Value::Maps(with(map))));
        let least = reduced_facts(map, &|map| same(&put(map)));
        facts = put(&least);
        maps = with(&least);
    }
    facts
}
