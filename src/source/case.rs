//! Cases: made-up machines on which a check's answer is known.

use crate::engine::{Judge, Selection, Symbols, diagnose, evaluate, mutants, plan};
use crate::model::check::{Check, Outcome};
use crate::model::evidence::{Evidence, EvidenceSet, SourceKind};
use crate::model::finding::{Finding, Verdict};
use crate::model::fix::Fix;
use crate::model::rulebook::Rulebook;
use crate::rulebook::cases::{Answer, Case, SYMBOLS};

/// What became of the cases of one check.
#[derive(Debug, Default)]
pub struct Trial {
    /// Cases that ended otherwise than they should, as `line 12: …`.
    pub wrong: Vec<String>,
    /// Outcomes that no case reaches.
    pub unreached: Vec<&'static str>,
    /// Changes to the check that no case notices.
    pub unnoticed: Vec<String>,
}

/// Tries `cases` on `check`, and whether they would notice a check that is broken.
pub fn try_cases(check: &'static Check, cases: &[Case]) -> Trial {
    let wrong = cases.iter().filter_map(|case| Some(format!("line {}: {}", case.line, fault(check, case)?)));
    let noticed = |mutant: &'static Check| cases.iter().any(|case| fault(mutant, case).is_some());
    Trial {
        wrong: wrong.collect(),
        unreached: unreached(check, cases),
        unnoticed: mutants(check).into_iter().filter(|m| !noticed(m.check)).map(|m| m.what).collect(),
    }
}

fn unreached(check: &'static Check, cases: &[Case]) -> Vec<&'static str> {
    let reached = |id: &str| cases.iter().any(|case| expects(&case.expect.answer, id));
    let only_healthy = |id: &str| {
        let healthy = |outcome: &&Outcome| outcome.id == id && outcome.severity.is_none();
        check.outcomes.iter().any(|outcome| healthy(&outcome))
            && cases.iter().any(|case| expects(&case.expect.answer, "healthy"))
    };
    check
        .outcomes
        .into_iter()
        .map(|outcome| outcome.id)
        .filter(|id| !reached(id) && !only_healthy(id))
        .collect()
}

fn expects(answer: &Answer, id: &str) -> bool {
    match answer {
        Answer::Outcome(outcome) => outcome == id,
        Answer::Verdict(verdict) => verdict.name() == id,
        Answer::OneOf(outcomes) => outcomes.iter().any(|outcome| outcome == id),
        Answer::Elements(elements) => elements.iter().any(|(_, outcome)| outcome == id),
        Answer::Roots(_) => false,
    }
}

/// The cases of a cause that end otherwise than they should, as `line 12: …`. Each is a whole
/// machine: all rules are tried on it together.
pub fn try_machines(rulebook: &Rulebook, cases: &[Case]) -> Vec<String> {
    let symbols = Symbols::made_of(&SYMBOLS);
    let plan = plan(rulebook, &Selection::default(), &symbols, false);
    let wrong = |case: &Case| {
        let evidence = evidence_of(case);
        let findings = evaluate(&plan, &evidence, &symbols);
        let diagnosis = diagnose(rulebook, &plan, findings, &evidence, &symbols, &[]);
        let mut found: Vec<String> = diagnosis.roots.into_iter().map(|root| root.id).collect();
        let Answer::Roots(mut expected) = case.expect.answer.clone() else { return None };
        found.sort();
        expected.sort();
        (found != expected)
            .then(|| format!("line {}: {}: expected {expected:?}, found {found:?}", case.line, case.name))
    };
    cases.iter().filter_map(wrong).collect()
}

/// How the case ends otherwise than it should, if it does.
fn fault(check: &'static Check, case: &Case) -> Option<String> {
    let findings = judge(check, case);
    let answered = said(check, &findings);
    let expected = wanted(check, &case.expect.answer);
    if answered != expected {
        return Some(format!("{}: expected {expected}, the answer is {answered}", case.name));
    }
    let open = findings.iter().find_map(|finding| finding.open.first());
    let fix = findings.iter().find_map(Finding::fix).map(Fix::command);
    let said = [
        ("fix", &case.expect.fix, fix),
        ("symptom", &case.expect.symptom, open.map(|open| open.symptom.clone())),
        ("cause", &case.expect.cause, open.map(|open| open.cause.clone())),
    ];
    said.into_iter().find_map(|(what, expected, said)| {
        let expected = expected.as_ref().filter(|expected| Some(*expected) != said.as_ref())?;
        let said = said.unwrap_or_else(|| "nothing".to_owned());
        Some(format!("{}: expected the {what}\n  {expected}\nand it is\n  {said}", case.name))
    })
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
