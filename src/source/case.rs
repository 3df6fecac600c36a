//! Cases: made-up machines on which a check's answer is known.

use std::fmt;

use crate::engine::{Judge, Plan, Selection, Symbols, diagnose, evaluate, mutants, plan};
use crate::model::check::{Check, Outcome};
use crate::model::evidence::{Evidence, EvidenceSet, SourceKind};
use crate::model::finding::{Finding, Verdict};
use crate::model::fix::Fix;
use crate::model::rulebook::Rulebook;
use crate::rulebook::cases::{Answer, Case, SYMBOLS};

/// How a case ended otherwise than it should.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Miss {
    /// The key of the case that says so: `outcome`, `verdict`, `fix`, …
    pub what: &'static str,
    pub expected: String,
    pub found: String,
}

impl fmt::Display for Miss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "expected {} {:?}, found {:?}", self.what, self.expected, self.found)
    }
}

/// Stands for what is not there.
const NOTHING: &str = "nothing";

/// How `case` ends otherwise than it should when `check` judges it. Another answer has other words: then
/// these are not compared.
pub fn misses(check: &'static Check, case: &Case) -> Vec<Miss> {
    let findings = judge(check, case);
    let found = said(check, &findings);
    let expected = wanted(check, &case.expect.answer);
    if found != expected {
        return vec![Miss { what: name(&case.expect.answer), expected, found }];
    }
    let open = findings.iter().find_map(|finding| finding.open.first());
    let fix = findings.iter().find_map(Finding::fix).map(Fix::command);
    let words = [
        ("fix", &case.expect.fix, fix),
        ("symptom", &case.expect.symptom, open.map(|open| open.symptom.clone())),
        ("cause", &case.expect.cause, open.map(|open| open.cause.clone())),
    ];
    let missed = words.into_iter().filter_map(|(what, expected, found)| {
        let expected = expected.clone().filter(|expected| Some(expected) != found.as_ref())?;
        Some(Miss { what, expected, found: found.unwrap_or_else(|| NOTHING.to_owned()) })
    });
    missed.collect()
}

/// The key of a case under which an answer stands.
fn name(answer: &Answer) -> &'static str {
    match answer {
        Answer::Outcome(_) => "outcome",
        Answer::Verdict(_) => "verdict",
        Answer::OneOf(_) => "one_of",
        Answer::Elements(_) => "elements",
        Answer::Roots(_) => "roots",
    }
}

/// How many comparisons `check` has, and the changes to them that none of `cases` notices.
pub fn unnoticed(check: &'static Check, cases: &[&Case]) -> (usize, Vec<String>) {
    let noticed = |mutant: &'static Check| cases.iter().any(|case| !misses(mutant, case).is_empty());
    let mutants = mutants(check);
    // Each comparison is made always true, and always false.
    let comparisons = mutants.len() / 2;
    (comparisons, mutants.into_iter().filter(|mutant| !noticed(mutant.check)).map(|m| m.what).collect())
}

/// Whether `case` expects this outcome of its check. A healthy one need not be named.
pub fn reaches(case: &Case, outcome: &Outcome) -> bool {
    let expects = |id: &str| match &case.expect.answer {
        Answer::Outcome(outcome) => outcome == id,
        Answer::Verdict(verdict) => verdict.name() == id,
        Answer::OneOf(outcomes) => outcomes.iter().any(|outcome| outcome == id),
        Answer::Elements(elements) => elements.iter().any(|(_, outcome)| outcome == id),
        Answer::Roots(_) => false,
    };
    expects(outcome.id) || outcome.severity.is_none() && expects(Verdict::Healthy.name())
}

/// Made-up machines on which all rules are tried together.
pub struct Machines<'r> {
    rulebook: &'r Rulebook,
    plan: Plan,
    symbols: Symbols,
}

impl Machines<'_> {
    pub fn of(rulebook: &Rulebook) -> Machines<'_> {
        let symbols = Symbols::made_of(&SYMBOLS);
        Machines { rulebook, plan: plan(rulebook, &Selection::default(), &symbols, false), symbols }
    }

    /// How the roots of the diagnosis differ from those that `case` expects.
    pub fn miss(&self, case: &Case) -> Option<Miss> {
        let Answer::Roots(mut expected) = case.expect.answer.clone() else { return None };
        let found = self.roots(&evidence_of(case));
        expected.sort();
        (found != expected).then(|| Miss {
            what: "roots",
            expected: listed(&expected),
            found: listed(&found),
        })
    }

    /// The ids of the roots on a machine that tells `evidence`, in order.
    pub(super) fn roots(&self, evidence: &EvidenceSet) -> Vec<String> {
        let findings = evaluate(&self.plan, evidence, &self.symbols);
        let diagnosis = diagnose(self.rulebook, &self.plan, findings, evidence, &self.symbols, &[]);
        let mut roots: Vec<String> = diagnosis.roots.into_iter().map(|root| root.id).collect();
        roots.sort();
        roots
    }
}

/// Ids in one line.
pub(super) fn listed(ids: &[String]) -> String {
    if ids.is_empty() { NOTHING.to_owned() } else { ids.join(", ") }
}

fn judge(check: &'static Check, case: &Case) -> Vec<Finding> {
    let symbols = Symbols::made_of(&SYMBOLS);
    Judge::new(&evidence_of(case), &symbols).alone(check)
}

fn evidence_of(case: &Case) -> EvidenceSet {
    let mut evidence = EvidenceSet::with_capacity(case.evidence.len());
    for (key, _, reading) in &case.evidence {
        let found = Evidence::new(reading.clone(), 0, 0, SourceKind::Case);
        evidence.insert(key.as_str().into(), found);
    }
    evidence
}

/// The answer in one line, by which answers are compared. A check's healthy outcomes all read "healthy", whatever they are called.
pub(super) fn said(check: &Check, findings: &[Finding]) -> String {
    let one = |finding: &Finding| match (finding.verdict, finding.open.as_slice()) {
        (Verdict::Sick, [only]) => only.outcome.id.to_owned(),
        (Verdict::Sick, several) => {
            let ids: Vec<&str> = several.iter().map(|open| open.outcome.id).collect();
            format!("one of {}", ids.join(", "))
        }
        (verdict, _) => verdict.name().to_owned(),
    };
    let named = |finding: &Finding| match &finding.element {
        Some(element) => format!("{element}: {}", one(finding)),
        None => one(finding),
    };
    let mut lines: Vec<String> = findings.iter().map(named).collect();
    if check.each.is_some() {
        lines.sort();
    }
    lines.join("; ")
}

fn wanted(check: &Check, answer: &Answer) -> String {
    let healthy =
        |id: &str| check.outcomes.iter().any(|outcome| outcome.id == id && outcome.severity.is_none());
    let read = |id: &String| if healthy(id) { "healthy".to_owned() } else { id.clone() };
    match answer {
        Answer::Outcome(id) => read(id),
        Answer::Verdict(verdict) => verdict.name().to_owned(),
        Answer::OneOf(ids) => format!("one of {}", ids.join(", ")),
        Answer::Roots(ids) => ids.join("; "),
        Answer::Elements(elements) => {
            let mut lines: Vec<String> =
                elements.iter().map(|(name, id)| format!("{name}: {}", read(id))).collect();
            lines.sort();
            lines.join("; ")
        }
    }
}
