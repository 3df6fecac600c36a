//! Judging one check: which of its outcomes holds, or which may.

use std::collections::HashSet;
use std::sync::Arc;

use super::matcher;
use super::plan::{EvidenceKey, Pick, Plan, Standing, key_of};
use super::prescribe::{TERMINAL, prescribe};
use super::symbols::Symbols;
use super::view::{Element, Seen, View};
use super::waive::waive;
use super::words::fill;
use crate::model::check::{Check, Otherwise, Outcome};
use crate::model::evidence::{Evidence, EvidenceSet, Reading, Why};
use crate::model::fact::Value;
use crate::model::finding::{Finding, OpenOutcome, Suppression, Verdict};
use crate::model::list::Str;
use crate::model::severity::Severity;
use crate::model::truth::Truth;
use crate::model::waiver::Waiver;

/// Judges every check of `plan` against `evidence`, each after what it needs.
pub fn evaluate(plan: &Plan, evidence: &EvidenceSet, symbols: &Symbols) -> Vec<Finding> {
    evaluate_waiving(plan, evidence, symbols, &[])
}

/// The same, where `waivers` are in force: what is waived blocks nothing.
pub fn evaluate_waiving(
    plan: &Plan,
    evidence: &EvidenceSet,
    symbols: &Symbols,
    waivers: &[Waiver],
) -> Vec<Finding> {
    let judge = Judge::new(evidence, symbols);
    let mut findings = Vec::with_capacity(plan.picks.len());
    let mut blocking: HashSet<Str> = HashSet::new();
    for pick in &plan.picks {
        let mut judged = judge.pick(pick, |need| blocking.contains(need));
        judged.iter_mut().for_each(|finding| waive(finding, waivers));
        if judged.iter().any(blocks) {
            blocking.insert(pick.check.id);
        }
        findings.extend(judged);
    }
    findings
}

/// Whether what needs this finding's check can not be judged.
fn blocks(finding: &Finding) -> bool {
    match finding.verdict {
        Verdict::Sick => finding.severity() == Some(Severity::Error),
        Verdict::NotJudged => true,
        _ => false,
    }
}

/// What a check is judged by.
#[derive(Debug, Clone, Copy)]
pub struct Judge<'a> {
    evidence: &'a EvidenceSet,
    symbols: &'a Symbols,
    /// What the terminal can do, which every check may have to know for its fix.
    terminal: Option<&'a Reading>,
}

/// A check with its evidence laid out.
pub(super) struct Docket<'a> {
    pub(super) check: &'static Check,
    pub(super) view: View<'a>,
    pub(super) read: Vec<Read<'a>>,
}

/// One piece of evidence as it was found, or not.
pub(super) struct Read<'a> {
    pub(super) key: Arc<str>,
    evidence: Option<&'a Evidence>,
    lacking: Option<String>,
}

impl<'a> Judge<'a> {
    pub fn new(evidence: &'a EvidenceSet, symbols: &'a Symbols) -> Judge<'a> {
        let terminal = evidence.get("terminal").map(|evidence| &evidence.reading);
        Judge { evidence, symbols, terminal }
    }

    /// Judges one pick; `is_blocked` tells of a check's id whether it keeps others from being judged.
    fn pick(&self, pick: &Pick, is_blocked: impl Fn(&str) -> bool) -> Vec<Finding> {
        if pick.standing == Standing::Skipped {
            return vec![plain_finding(pick.check, Verdict::Skipped)];
        }
        let read: Vec<Read<'a>> =
            pick.keys.iter().enumerate().map(|(at, key)| self.read(pick.check, at, key)).collect();
        self.on_docket(pick.check, read, |docket| docket.judge(is_blocked))
    }

    /// Judges `check` by itself, as if nothing that it needs were sick.
    pub fn alone(&self, check: &'static Check) -> Vec<Finding> {
        self.on_docket(check, self.read_all(check), |docket| docket.judge(|_| false))
    }

    /// What `ask` says of `check` with all its evidence laid out.
    pub(super) fn look<T>(&self, check: &'static Check, ask: impl FnOnce(&Docket<'_>) -> T) -> T {
        self.on_docket(check, self.read_all(check), |docket| ask(&docket))
    }

    fn read_all(&self, check: &'static Check) -> Vec<Read<'a>> {
        (0..check.evidence.len()).map(|at| self.read(check, at, &EvidenceKey::Chained)).collect()
    }

    fn read(&self, check: &Check, at: usize, key: &EvidenceKey) -> Read<'a> {
        let key = match key {
            EvidenceKey::Fixed(key) => Ok(Arc::clone(key)),
            EvidenceKey::Chained => key_of(check.evidence, at, self.evidence, self.symbols),
        };
        match key {
            Ok(key) => Read { evidence: self.evidence.get(&key), key, lacking: None },
            Err((key, lacking)) => Read { key, evidence: None, lacking: Some(lacking) },
        }
    }

    fn on_docket<T>(
        &self,
        check: &'static Check,
        read: Vec<Read<'a>>,
        work: impl FnOnce(Docket<'_>) -> T,
    ) -> T {
        let declared = check.evidence.iter().zip(&read);
        let readings: Vec<(Str, Option<&Reading>)> = declared
            .map(|(decl, read)| (decl.name, read.evidence.map(|evidence| &evidence.reading)))
            .chain([(TERMINAL, self.terminal)])
            .collect();
        let view = View { readings: &readings, element: None, symbols: self.symbols, findings: None };
        work(Docket { check, view, read })
    }
}

impl Docket<'_> {
    fn judge(self, is_blocked: impl Fn(&str) -> bool) -> Vec<Finding> {
        let applies = matcher::all(self.check.applies, &self.view);
        if applies == Truth::False {
            return vec![self.finding(None, Verdict::NotApplicable, Vec::new())];
        }
        if let Some(need) = self.check.needs.into_iter().find(|need| is_blocked(need)) {
            return vec![self.waiting_for(None, need)];
        }
        if applies == Truth::Unknown {
            return vec![self.undecided(None)];
        }
        self.over_elements(&is_blocked)
    }

    fn over_elements(&self, is_blocked: &dyn Fn(&str) -> bool) -> Vec<Finding> {
        let Some(list) = &self.check.each else {
            return vec![self.differential(None, is_blocked)];
        };
        match self.view.fact(list) {
            Seen::Unknown => vec![self.undecided(None)],
            Seen::Nothing => vec![self.finding(None, Verdict::Healthy, Vec::new())],
            Seen::Known(value) => match value.as_ref() {
                Value::Texts(words) => {
                    self.each(words.iter().map(|word| Element::Word(word)).collect(), is_blocked)
                }
                Value::Maps(maps) => self.each(maps.iter().map(Element::Fields).collect(), is_blocked),
                _ => vec![self.undecided(None)],
            },
        }
    }

    fn each(&self, elements: Vec<Element<'_>>, is_blocked: &dyn Fn(&str) -> bool) -> Vec<Finding> {
        if elements.is_empty() {
            return vec![self.finding(None, Verdict::Healthy, Vec::new())];
        }
        elements.into_iter().map(|element| self.differential(Some(element), is_blocked)).collect()
    }

    /// Walks the outcomes in order, drops those ruled out, keeps those left open, and stops at the
    /// first certain one.
    fn differential(&self, element: Option<Element<'_>>, is_blocked: &dyn Fn(&str) -> bool) -> Finding {
        let view = element.map_or(self.view, |element| self.view.at(element));
        let mut open: Vec<&'static Outcome> = Vec::new();
        let mut waits_for = None;
        let mut certain = false;
        for outcome in self.check.outcomes {
            let truth = matcher::all(outcome.when, &view);
            if truth == Truth::False {
                continue;
            }
            if let Some(need) = outcome.needs.into_iter().find(|need| is_blocked(need)) {
                waits_for = Some(*need);
                continue;
            }
            open.push(outcome);
            if truth == Truth::True {
                certain = true;
                break;
            }
        }
        if let (false, Some(need)) = (certain, waits_for) {
            return self.waiting_for(element, need);
        }
        if !certain {
            self.fall_back(&mut open);
        }
        self.verdict_of(element, &view, open)
    }

    /// Where nothing is certain, what `otherwise` says is possible too. An undecided fallback adds
    /// nothing: what is left open then stands by elimination, unless the check cannot be healthy.
    fn fall_back(&self, open: &mut Vec<&'static Outcome>) {
        match self.check.otherwise {
            Otherwise::Falls(at) => {
                if let Some(outcome) = self.check.outcomes.into_iter().nth(at).filter(|o| !open.contains(o)) {
                    open.push(outcome);
                }
            }
            Otherwise::Undecided if self.check.outcomes.iter().all(|outcome| outcome.severity.is_some()) => {
                open.clear();
            }
            Otherwise::Undecided | Otherwise::Total => {}
        }
    }

    fn verdict_of(
        &self,
        element: Option<Element<'_>>,
        view: &View<'_>,
        open: Vec<&'static Outcome>,
    ) -> Finding {
        let sick = open.iter().filter(|outcome| outcome.severity.is_some()).count();
        if open.is_empty() || (sick > 0 && sick < open.len()) {
            return self.undecided(element);
        }
        if sick == 0 {
            return self.finding(element, Verdict::Healthy, Vec::new());
        }
        let worded = open
            .into_iter()
            .map(|outcome| OpenOutcome {
                outcome,
                symptom: fill(&outcome.symptom, view),
                cause: fill(&outcome.cause, view),
                fix: prescribe(outcome.fix, view),
            })
            .collect();
        self.finding(element, Verdict::Sick, worded)
    }

    /// No answer: because a probe crashed, because the user wanted none asked, or because it is unknown.
    fn undecided(&self, element: Option<Element<'_>>) -> Finding {
        let why = |wanted: &Why| self.read.iter().any(|read| read.why() == Some(wanted));
        let verdict = if why(&Why::Crashed) {
            Verdict::Crashed
        } else if why(&Why::Offline) {
            Verdict::Skipped
        } else {
            Verdict::Unknown
        };
        let mut finding = self.finding(element, verdict, Vec::new());
        finding.missing = self.read.iter().filter_map(Read::missing).collect();
        finding
    }

    fn waiting_for(&self, element: Option<Element<'_>>, need: &str) -> Finding {
        let mut finding = self.finding(element, Verdict::NotJudged, Vec::new());
        finding.suppressed_by = Some(Suppression { by: need.to_owned(), how: "needs" });
        finding
    }

    fn finding(&self, element: Option<Element<'_>>, verdict: Verdict, open: Vec<OpenOutcome>) -> Finding {
        Finding {
            check: self.check,
            element: element.map(Element::name),
            verdict,
            open,
            suppressed_by: None,
            waiver: None,
            evidence: self.read.iter().map(|read| Arc::clone(&read.key)).collect(),
            missing: Vec::new(),
            duration_ms: self
                .read
                .iter()
                .filter_map(|read| Some(read.evidence?.duration_ms))
                .max()
                .unwrap_or(0),
            lines: Vec::new(),
        }
    }
}

impl Read<'_> {
    fn why(&self) -> Option<&Why> {
        match &self.evidence?.reading {
            Reading::Unavailable(why) => Some(why),
            Reading::Found(_) | Reading::Absent => None,
        }
    }

    fn missing(&self) -> Option<String> {
        match (self.evidence, &self.lacking) {
            (_, Some(lacking)) => Some(format!("{}: {lacking} is not known", self.key)),
            (None, None) => Some(format!("{}: {}", self.key, Why::NotRecorded)),
            (Some(_), None) => self.why().map(|why| format!("{}: {why}", self.key)),
        }
    }
}

fn plain_finding(check: &'static Check, verdict: Verdict) -> Finding {
    Finding {
        check,
        element: None,
        verdict,
        open: Vec::new(),
        suppressed_by: None,
        waiver: None,
        evidence: Vec::new(),
        missing: Vec::new(),
        duration_ms: 0,
        lines: Vec::new(),
    }
}
