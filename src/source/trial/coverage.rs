//! What the cases of a set of rules leave open: rules without cases, answers that no case expects, and
//! comparisons that could be broken without a case that notices.

use super::super::case::{reaches, unnoticed};
use super::{Chosen, Tried};
use crate::model::check::{Check, RuleSource};
use crate::model::list::Str;
use crate::model::rulebook::Rulebook;
use crate::rulebook::cases::{Answer, AnyCase, Case, KnownBy, TextCase};
use crate::rulebook::unpacked;

/// How far the cases of a rule go.
#[derive(Debug, Clone)]
pub struct Covered {
    /// `check`, `cause`, `log rule` or `symptom`.
    pub kind: &'static str,
    pub id: Str,
    pub source: RuleSource,
    /// How many cases it has.
    pub cases: usize,
    /// Its answers, each with the number of cases that expect it: of a check the outcomes, of a cause
    /// `there` and `not there`, of rules for texts `known`.
    pub answers: Vec<(Str, usize)>,
    /// How many comparisons its conditions have; of checks alone.
    pub comparisons: usize,
    /// Changes to a comparison that no case notices.
    pub unnoticed: Vec<String>,
}

impl Covered {
    /// The answers that no case expects.
    pub fn unreached(&self) -> impl Iterator<Item = Str> {
        self.answers.iter().filter(|(_, cases)| *cases == 0).map(|(answer, _)| *answer)
    }

    /// Whether nothing is left open.
    pub fn is_whole(&self) -> bool {
        self.unnoticed.is_empty() && self.unreached().next().is_none()
    }
}

/// How far `tried` goes for each rule of `rulebook` that is `chosen`. Comparisons are broken one by one
/// only if `thorough`: that takes as many trials.
pub fn cover(rulebook: &Rulebook, chosen: Chosen<'_>, tried: &[Tried], thorough: bool) -> Vec<Covered> {
    let rulebook = unpacked(rulebook);
    let checks = rulebook.checks.into_iter().filter(|check| chosen(check.id, &check.source));
    let mut all: Vec<Covered> = checks.map(|check| of_check(check, tried, thorough)).collect();
    let causes = rulebook.causes.iter().filter(|cause| chosen(cause.id, &cause.source));
    all.extend(causes.map(|cause| of_cause(cause.id, cause.source, tried)));
    let logs = rulebook.logs.iter().map(|rule| ("log rule", rule.id, rule.source));
    let symptoms = rulebook.symptoms.iter().map(|symptom| ("symptom", symptom.id, symptom.source));
    let of_texts = logs.chain(symptoms).filter(|(_, id, source)| chosen(id, source));
    all.extend(of_texts.map(|(kind, id, source)| of_text(kind, id, source, tried)));
    all
}

fn of_check(check: &'static Check, tried: &[Tried], thorough: bool) -> Covered {
    let own = tried.iter().filter_map(|tried| match &tried.case {
        AnyCase::Check(of, case) if of.id == check.id => Some(case),
        _ => None,
    });
    let own: Vec<&Case> = own.collect();
    let answers = check
        .outcomes
        .iter()
        .map(|outcome| (outcome.id, own.iter().filter(|case| reaches(case, outcome)).count()));
    let answers = answers.collect();
    let (comparisons, unnoticed) = if thorough { unnoticed(check, &own) } else { (0, Vec::new()) };
    Covered {
        kind: "check",
        id: check.id,
        source: check.source,
        cases: own.len(),
        answers,
        comparisons,
        unnoticed,
    }
}

/// The cases of a cause stand beside it; with it and without it, both must be shown.
fn of_cause(id: Str, source: RuleSource, tried: &[Tried]) -> Covered {
    let beside = super::CaseFile::name_beside(source.file);
    let own = tried.iter().filter_map(|tried| match &tried.case {
        AnyCase::Roots(case) => Some((tried.file == beside, causes_of(case).iter().any(|root| root == id))),
        _ => None,
    });
    let own: Vec<(bool, bool)> = own.collect();
    let there = own.iter().filter(|(_, there)| *there).count();
    let absent = own.iter().filter(|(beside, there)| *beside && !*there).count();
    let answers = vec![("there", there), ("not there", absent)];
    Covered {
        kind: "cause",
        id,
        source,
        cases: there + absent,
        answers,
        comparisons: 0,
        unnoticed: Vec::new(),
    }
}

fn of_text(kind: &'static str, id: Str, source: RuleSource, tried: &[Tried]) -> Covered {
    let cases = tried
        .iter()
        .filter(|tried| matches!(tried.case, AnyCase::Text(_)) && tried.rules.iter().any(|rule| rule == id));
    let cases = cases.count();
    let answers = vec![("known", cases)];
    Covered { kind, id, source, cases, answers, comparisons: 0, unnoticed: Vec::new() }
}

/// The roots that a case expects.
pub(super) fn causes_of(case: &Case) -> Vec<String> {
    match &case.expect.answer {
        Answer::Roots(roots) => roots.clone(),
        _ => Vec::new(),
    }
}

/// The rules that a case of a text is of.
pub(super) fn rules_of(case: &TextCase) -> Vec<String> {
    match &case.expect {
        KnownBy::Symptoms(ids) => ids.clone(),
        KnownBy::LogRule { id, .. } => vec![id.clone()],
        KnownBy::Accuses(_) => Vec::new(),
    }
}
