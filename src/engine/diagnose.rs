//! From findings to roots: what explains what.

use std::collections::HashMap;

use super::cite::cite;
use super::differential;
use super::evaluate::Judge;
use super::matcher;
use super::plan::{Plan, Standing, key_of};
use super::prescribe::{TERMINAL, prescribe};
use super::symbols::Symbols;
use super::view::{Seen, View};
use super::words::fill;
use crate::model::cause::Cause;
use crate::model::condition::FindingRef;
use crate::model::diagnosis::{Candidate, Diagnosis, Root, RootKind};
use crate::model::evidence::{EvidenceSet, Reading};
use crate::model::fact::Fact;
use crate::model::finding::{Finding, Suppression, Verdict};
use crate::model::list::Str;
use crate::model::rulebook::Rulebook;
use crate::model::severity::Severity;
use crate::model::symptom::Suggested;
use crate::model::truth::Truth;

/// Folds findings under the causes that explain them; every other sick finding is its own root.
pub fn diagnose(
    rulebook: &Rulebook,
    plan: &Plan,
    findings: Vec<Finding>,
    evidence: &EvidenceSet,
    symbols: &Symbols,
    suggested: &[Suggested],
) -> Diagnosis {
    let mut bench = Bench { findings, roots: Vec::new(), root_of: HashMap::new(), evidence, symbols };
    for cause in rulebook.causes {
        bench.try_cause(cause);
    }
    bench.promote_the_rest();
    let unexplained = differential::weigh(&mut bench, rulebook, suggested);
    bench.follow_needs();
    bench.hide_what_was_not_asked(plan);
    let mut roots = bench.roots;
    roots.sort_by(|a, b| {
        (b.severity, b.explains.len()).cmp(&(a.severity, a.explains.len())).then_with(|| a.id.cmp(&b.id))
    });
    let mut diagnosis = Diagnosis { roots, findings: bench.findings, unexplained };
    cite(&mut diagnosis, evidence);
    diagnosis
}

/// The findings under diagnosis and the roots found so far.
pub(super) struct Bench<'a> {
    pub(super) findings: Vec<Finding>,
    pub(super) roots: Vec<Root>,
    /// The root (by place) that stands for a sick finding (by place).
    pub(super) root_of: HashMap<usize, usize>,
    pub(super) evidence: &'a EvidenceSet,
    pub(super) symbols: &'a Symbols,
}

impl Bench<'_> {
    fn try_cause(&mut self, cause: &'static Cause) {
        let readings = readings_of(cause, self.evidence, self.symbols);
        let answer = |wanted: &FindingRef| finding_is(&self.findings, wanted);
        let view =
            View { readings: &readings, element: None, symbols: self.symbols, findings: Some(&answer) };
        if matcher::all(cause.when, &view) != Truth::True {
            return;
        }
        let folded = self.folded_by(cause, &view);
        let own = cause.root.and_then(|check| self.sick_of(check));
        // A cause whose own finding another root already stands for adds nothing.
        if own.is_some_and(|at| self.root_of.contains_key(&at)) || (own.is_none() && folded.is_empty()) {
            return;
        }
        let root = self.root_from_cause(cause, own, &view);
        let place = self.roots.len();
        for at in own.into_iter().chain(folded) {
            self.root_of.insert(at, place);
            if let Some(finding) = self.findings.get_mut(at) {
                finding.suppressed_by = Some(Suppression { by: cause.id.to_owned(), how: "explains" });
            }
        }
        self.roots.push(root);
    }

    /// The first sick finding of `check`.
    fn sick_of(&self, check: &str) -> Option<usize> {
        self.findings.iter().position(|finding| finding.check.id == check && finding.verdict == Verdict::Sick)
    }

    /// The findings that `cause` explains: all that it names, or, where it corrects evidence, those
    /// of them that stop being sick.
    fn folded_by(&self, cause: &'static Cause, view: &View<'_>) -> Vec<usize> {
        let corrected =
            (!cause.corrects.is_empty()).then(|| corrected(cause, self.evidence, self.symbols, view));
        let explained = |(at, finding): (usize, &Finding)| {
            let named = cause.explains.iter().any(|name| names(name, finding));
            let free = finding.verdict == Verdict::Sick && !self.root_of.contains_key(&at);
            let heals =
                corrected.as_ref().is_none_or(|evidence| !still_sick(finding, evidence, self.symbols));
            (named && free && cause.root != Some(finding.check.id) && heals).then_some(at)
        };
        self.findings.iter().enumerate().filter_map(explained).collect()
    }

    fn root_from_cause(&self, cause: &'static Cause, own: Option<usize>, view: &View<'_>) -> Root {
        let finding = own.and_then(|at| self.findings.get(at));
        let open = finding.and_then(|finding| finding.open.first());
        let say = |template: &crate::model::template::Template, own: Option<&String>| match own {
            Some(own) if template.is_empty() => own.clone(),
            _ => fill(template, view),
        };
        Root {
            id: cause.id.to_owned(),
            kind: RootKind::Cause,
            check: finding.map(|finding| finding.check.id),
            outcome: open.map(|open| open.outcome.id),
            severity: cause
                .severity
                .or_else(|| finding.and_then(Finding::severity))
                .unwrap_or(Severity::Error),
            title: cause.title.to_owned(),
            symptom: say(&cause.symptom, open.map(|open| &open.symptom)),
            cause: say(&cause.cause, open.map(|open| &open.cause)),
            fix: if cause.fix.is_empty() {
                finding.and_then(Finding::fix).cloned()
            } else {
                prescribe(cause.fix, view)
            },
            explains: Vec::new(),
            evidence: finding.map(|finding| finding.evidence.clone()).unwrap_or_default(),
            candidates: Vec::new(),
            next: None,
            lines: Vec::new(),
        }
    }

    /// Every sick finding that nothing explains is a root of its own.
    fn promote_the_rest(&mut self) {
        for (at, finding) in self.findings.iter().enumerate() {
            if finding.verdict == Verdict::Sick && !self.root_of.contains_key(&at) {
                self.root_of.insert(at, self.roots.len());
                self.roots.push(own_root(finding));
            }
        }
        for (at, place) in &self.root_of {
            let (Some(finding), Some(root)) = (self.findings.get(*at), self.roots.get_mut(*place)) else {
                continue;
            };
            if root.check != Some(finding.check.id) {
                root.explains.push(finding.id());
            }
        }
    }

    /// A check that was not judged waits, directly or through others, for a root.
    fn follow_needs(&mut self) {
        let waits: HashMap<Str, String> = self
            .findings
            .iter()
            .filter(|finding| finding.verdict == Verdict::NotJudged)
            .filter_map(|finding| Some((finding.check.id, finding.suppressed_by.as_ref()?.by.clone())))
            .collect();
        let mut sick_roots: HashMap<Str, usize> = HashMap::new();
        for (at, place) in &self.root_of {
            let Some(finding) = self.findings.get(*at) else { continue };
            let first = sick_roots.entry(finding.check.id).or_insert(*place);
            *first = (*first).min(*place);
        }
        for finding in self.findings.iter().filter(|finding| finding.verdict == Verdict::NotJudged) {
            let Some(mut by) = finding.suppressed_by.as_ref().map(|hidden| hidden.by.as_str()) else {
                continue;
            };
            // The chain of needs is acyclic and no longer than the list of those that wait.
            for _ in 0..waits.len() {
                match waits.get(by) {
                    Some(further) => by = further,
                    None => break,
                }
            }
            let sick = sick_roots.get(by).copied();
            if let Some(root) = sick.and_then(|place| self.roots.get_mut(place)) {
                root.explains.push(finding.check.id.to_owned());
            }
        }
        for root in &mut self.roots {
            root.explains.sort_unstable();
            root.explains.dedup();
        }
    }

    /// With `--only`, a check that was merely needed shows only where it blocks one that was asked for.
    fn hide_what_was_not_asked(&mut self, plan: &Plan) {
        let needed: Vec<Str> = plan
            .picks
            .iter()
            .filter(|pick| pick.standing == Standing::Needed)
            .map(|pick| pick.check.id)
            .collect();
        if needed.is_empty() {
            return;
        }
        let merely_needed = |id: &str| needed.contains(&id);
        self.roots.retain(|root| {
            root.check.is_none_or(|check| !merely_needed(check))
                || root.explains.iter().any(|id| !merely_needed(id))
        });
        for finding in &mut self.findings {
            let shown = self.roots.iter().any(|root| root.check == Some(finding.check.id));
            if merely_needed(finding.check.id) && !shown {
                finding.verdict = Verdict::Skipped;
                finding.open.clear();
                finding.suppressed_by = None;
            }
        }
    }
}

fn readings_of<'a>(
    cause: &'static Cause,
    evidence: &'a EvidenceSet,
    symbols: &Symbols,
) -> Vec<(Str, Option<&'a Reading>)> {
    let mut readings: Vec<_> = cause
        .evidence
        .iter()
        .enumerate()
        .map(|(at, decl)| {
            let key = key_of(cause.evidence, at, evidence, symbols).ok();
            (decl.name, key.and_then(|key| evidence.get(&key)).map(|found| &found.reading))
        })
        .collect();
    readings.push((TERMINAL, evidence.get("terminal").map(|found| &found.reading)));
    readings
}

/// `evidence` as it would be if this cause did not distort it.
fn corrected(
    cause: &'static Cause,
    evidence: &EvidenceSet,
    symbols: &Symbols,
    view: &View<'_>,
) -> EvidenceSet {
    let mut truer = evidence.clone();
    for correction in cause.corrects {
        let Seen::Known(right) = view.fact(&correction.right) else { continue };
        let at = cause.evidence.iter().position(|decl| decl.name == correction.wrong.evidence);
        let Some(Ok(key)) = at.map(|at| key_of(cause.evidence, at, evidence, symbols)) else { continue };
        let Some(mut found) = evidence.get(&key).cloned() else { continue };
        if let Reading::Found(facts) = &mut found.reading {
            facts.put(correction.wrong.fact, Fact::Known(right.into_owned()));
        }
        truer.insert(key, found);
    }
    truer
}

fn still_sick(finding: &Finding, evidence: &EvidenceSet, symbols: &Symbols) -> bool {
    Judge::new(evidence, symbols)
        .alone(finding.check)
        .iter()
        .any(|again| again.verdict == Verdict::Sick && again.element == finding.element)
}

/// Whether `name` (`check` or `check/outcome`) names this finding.
fn names(name: &str, finding: &Finding) -> bool {
    match name.split_once('/') {
        None => name == finding.check.id,
        Some((check, outcome)) => check == finding.check.id && is_certainly(finding, outcome),
    }
}

fn is_certainly(finding: &Finding, outcome: &str) -> bool {
    matches!(finding.open.as_slice(), [only] if only.outcome.id == outcome)
}

fn finding_is(findings: &[Finding], wanted: &FindingRef) -> Truth {
    Truth::any(findings.iter().filter(|finding| finding.check.id == wanted.check).map(|finding| {
        match (finding.verdict, wanted.outcome) {
            (Verdict::Sick, None) => Truth::True,
            (Verdict::Sick, Some(outcome)) if is_certainly(finding, outcome) => Truth::True,
            (Verdict::Sick, Some(outcome)) if finding.open.iter().any(|open| open.outcome.id == outcome) => {
                Truth::Unknown
            }
            (Verdict::Unknown | Verdict::NotJudged | Verdict::Crashed, _) => Truth::Unknown,
            _ => Truth::False,
        }
    }))
}

pub(super) fn own_root(finding: &Finding) -> Root {
    let one = finding.open.first();
    let several = finding.open.len() > 1;
    let outcome = if several { None } else { one.map(|open| open.outcome.id) };
    let element = finding.element.as_ref().map(|element| format!("[{element}]")).unwrap_or_default();
    let id = match outcome {
        Some(outcome) => format!("{}/{outcome}{element}", finding.check.id),
        None => format!("{}{element}", finding.check.id),
    };
    Root {
        id,
        kind: if several { RootKind::OneOf } else { RootKind::Cause },
        check: Some(finding.check.id),
        outcome,
        severity: finding.severity().unwrap_or(Severity::Error),
        title: finding.check.title.to_owned(),
        symptom: one.map(|open| open.symptom.clone()).unwrap_or_default(),
        cause: one.map(|open| open.cause.clone()).unwrap_or_default(),
        fix: finding.fix().cloned(),
        explains: Vec::new(),
        evidence: finding.evidence.clone(),
        candidates: if several { candidates(finding) } else { Vec::new() },
        next: None,
        lines: Vec::new(),
    }
}

fn candidates(finding: &Finding) -> Vec<Candidate> {
    let candidate = |open: &crate::model::finding::OpenOutcome| Candidate {
        check: finding.check.id,
        outcome: open.outcome.id,
        symptom: open.symptom.clone(),
        cause: open.cause.clone(),
        fix: open.fix.clone(),
        speaks_for: Vec::new(),
        speaks_against: Vec::new(),
    };
    finding.open.iter().map(candidate).collect()
}
