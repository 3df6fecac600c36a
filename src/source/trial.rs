//! A set of rules on trial: all their cases, and what these leave open.

mod coverage;

use std::sync::Arc;

use super::case::{Machines, Miss, listed, misses};
use super::log;
use crate::engine::{Selection, diagnose, evaluate, plan};
use crate::model::check::{Check, RuleSource};
use crate::model::evidence::Reading;
use crate::model::list::Str;
use crate::model::rulebook::Rulebook;
use crate::rulebook::cases::{AnyCase, KnownBy, TextCase, read_file};
use crate::rulebook::{Phrases, RuleFaults, Said, recognise, unpacked};

pub use coverage::{Covered, cover};

/// A file of cases, already read.
#[derive(Debug, Clone)]
pub struct CaseFile {
    /// Its path: the one of its file of rules, with `.cases` before the ending.
    pub name: String,
    pub text: String,
}

impl CaseFile {
    /// The path of the file of rules that it stands beside.
    pub fn beside(&self) -> String {
        match self.name.rsplit_once(MARK) {
            Some((stem, ending)) => format!("{stem}.{ending}"),
            None => self.name.clone(),
        }
    }

    /// The path that the cases of the file of rules at `rules` have.
    pub fn name_beside(rules: &str) -> String {
        match rules.rsplit_once('.') {
            Some((stem, ending)) => format!("{stem}{MARK}{ending}"),
            None => rules.to_owned(),
        }
    }
}

/// What the names of files of cases have before their ending.
const MARK: &str = ".cases.";

/// A case that was tried.
#[derive(Debug, Clone)]
pub struct Tried {
    pub file: String,
    /// Where it begins, one-based.
    pub line: u32,
    /// The ids of the rules that it is of; none for one of the whole rulebook.
    pub rules: Vec<String>,
    pub name: String,
    /// How it ended otherwise than it should.
    pub misses: Vec<Miss>,
    case: AnyCase,
}

/// All cases of `files`, tried on the rules of `rulebook`.
///
/// # Errors
/// All faults of all files.
pub fn try_all(rulebook: &Rulebook, files: &[CaseFile]) -> Result<Vec<Tried>, RuleFaults> {
    let rulebook = unpacked(rulebook);
    let mut bench = Bench::of(&rulebook);
    let (mut tried, mut faults) = (Vec::new(), Vec::new());
    for file in files {
        let rules = file.beside();
        let beside = rulebook.checks.into_iter().filter(|check| check.source.file == rules);
        let beside: Vec<&'static Check> = beside.collect();
        match read_file(&file.name, &file.text, &beside, &rulebook) {
            Ok(cases) => tried.extend(cases.into_iter().map(|case| bench.tried(&file.name, case))),
            Err(RuleFaults(more)) => faults.extend(more),
        }
    }
    if faults.is_empty() { Ok(tried) } else { Err(RuleFaults::new(faults)) }
}

/// Where cases are tried: what is dear to make is made when the first case needs it.
struct Bench<'r> {
    rulebook: &'r Rulebook,
    machines: Option<Machines<'r>>,
    typed: Option<Phrases>,
    logged: Option<Phrases>,
}

impl<'r> Bench<'r> {
    fn of(rulebook: &'r Rulebook) -> Bench<'r> {
        Bench { rulebook, machines: None, typed: None, logged: None }
    }

    fn tried(&mut self, file: &str, case: AnyCase) -> Tried {
        let (line, rules, name, misses) = match &case {
            AnyCase::Check(check, made) => {
                (made.line, vec![check.id.to_owned()], made.name.clone(), misses(check, made))
            }
            AnyCase::Roots(made) => {
                let machines = self.machines.get_or_insert_with(|| Machines::of(self.rulebook));
                (
                    made.line,
                    coverage::causes_of(made),
                    made.name.clone(),
                    machines.miss(made).into_iter().collect(),
                )
            }
            AnyCase::Text(made) => {
                (made.line, coverage::rules_of(made), made.text.clone(), self.misheard(made))
            }
        };
        Tried { file: file.to_owned(), line, rules, name, misses, case }
    }

    fn misheard(&mut self, case: &TextCase) -> Vec<Miss> {
        let rulebook = self.rulebook;
        match &case.expect {
            KnownBy::Symptoms(expected) => {
                let typed = self.typed.get_or_insert_with(|| Phrases::typed(rulebook));
                let heard = recognise(typed, &case.text);
                let found: Vec<String> = heard.iter().map(|heard| heard.rule.to_owned()).collect();
                let differ = (found != *expected).then(|| miss("heard", listed(expected), listed(&found)));
                differ.into_iter().collect()
            }
            KnownBy::LogRule { id, fields } => {
                let logged = self.logged.get_or_insert_with(|| Phrases::of(rulebook));
                unheard(rulebook, logged, &case.text, id, fields)
            }
            KnownBy::Accuses(expected) => {
                let found = accuses(rulebook, &case.text);
                let differ = found != *expected;
                differ.then(|| miss("accuses", expected.to_string(), found.to_string())).into_iter().collect()
            }
        }
    }
}

fn miss(what: &'static str, expected: String, found: String) -> Miss {
    Miss { what, expected, found }
}

/// What the log rule `id` does not take from a line that has all that the rule knows.
fn unheard(
    rulebook: &Rulebook,
    phrases: &Phrases,
    text: &str,
    id: &str,
    fields: &[(String, String)],
) -> Vec<Miss> {
    let fields: Vec<(&str, &str)> =
        fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let number = rulebook.logs.iter().position(|rule| rule.id == id);
    let heard = number.and_then(|number| phrases.hear(number, &Said { text, fields: &fields }));
    let (Some(heard), Some(rule)) = (heard, number.and_then(|number| rulebook.logs.get(number))) else {
        return vec![miss("rule", id.to_owned(), listed(&[]))];
    };
    let told = format!("{} probes", heard.testimonies.len());
    if heard.testimonies.len() != rule.witness.len() {
        return vec![miss("witness", format!("{} probes", rule.witness.len()), told)];
    }
    let lost = heard.testimonies.iter().zip(rule.witness).flat_map(|(told, witness)| {
        let Reading::Found(facts) = &told.reading else { return Vec::new() };
        let wanted = witness.facts.into_iter().flatten();
        wanted.filter(|fact| facts.get(fact.name).is_none()).map(|fact| fact.name).collect::<Vec<Str>>()
    });
    lost.map(|fact| miss("fact", fact.to_owned(), listed(&[]))).collect()
}

/// Whether a log in which `line` stands alone leads to a root.
fn accuses(rulebook: &Rulebook, line: &str) -> bool {
    let text = format!("{line}\n").into_bytes();
    let mut log = log::read_named(std::iter::once((Arc::from("line"), text.as_slice())), rulebook);
    let symbols = log.symbols.clone();
    let plan = plan(rulebook, &Selection::default(), &symbols, false);
    let evidence = log.evidence(&plan, &symbols);
    let findings = evaluate(&plan, &evidence, &symbols);
    !diagnose(rulebook, &plan, findings, &evidence, &symbols, &log.suggested()).roots.is_empty()
}

/// Whether a rule is one of those that are on trial, by its id and by where it stands.
pub type Chosen<'c> = &'c dyn Fn(Str, &RuleSource) -> bool;
