//! What to ask: which checks are judged, which probes they need, each asked once.

use std::collections::HashSet;
use std::collections::hash_map::{Entry, HashMap};
use std::sync::Arc;

use super::symbols::Symbols;
use super::view::View;
use super::wanted;
use super::words::fill_strictly;
use crate::model::check::{BodyFact, Check, EvidenceDecl, ProbeCall};
use crate::model::condition::FactRef;
use crate::model::evidence::{EvidenceSet, Why};
use crate::model::list::{List, Str};
use crate::model::probe::ProbeKind;
use crate::model::rulebook::Rulebook;
use crate::probe::{Call, Wanted};
use crate::rulebook::key;

/// What the user asked for.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// Ids or areas; empty means everything.
    pub only: Vec<String>,
    pub skip: Vec<String>,
}

impl Selection {
    fn names(list: &[String], check: &Check) -> bool {
        let area = || check.id.split('.').next().unwrap_or_default();
        list.iter().any(|name| name == check.id || name == area())
    }

    /// Whether `check` was asked for.
    fn takes(&self, check: &Check) -> bool {
        let asked =
            if self.only.is_empty() { !check.on_request } else { Selection::names(&self.only, check) };
        asked && !Selection::names(&self.skip, check)
    }
}

/// How a check stands in this run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    Asked,
    /// Judged because a check that was asked for needs it; shown only where it blocks that one.
    Needed,
    Skipped,
}

/// A check of this run with the keys of its evidence, in the order of its declarations.
#[derive(Debug, Clone)]
pub struct Pick {
    pub check: &'static Check,
    pub standing: Standing,
    pub keys: Vec<EvidenceKey>,
}

/// The key of a piece of evidence, known at once or only from other evidence.
#[derive(Debug, Clone, PartialEq)]
pub enum EvidenceKey {
    Fixed(Arc<str>),
    Chained,
}

/// A probe to ask.
#[derive(Debug, Clone)]
pub struct Ask {
    pub key: Arc<str>,
    /// The expanded call; where a parameter cannot be expanded, why it is not asked.
    pub call: Result<Call, Why>,
}

/// The order of a run.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Every check of the rulebook, each after what it needs; but for those that nobody requests.
    pub picks: Vec<Pick>,
    /// What can be asked at once.
    pub first: Vec<Arc<Ask>>,
    /// The keys of what can be asked at once.
    asked: HashMap<Arc<str>, usize>,
    /// What has to wait for other evidence.
    chained: Vec<Chained>,
    symbols: Symbols,
    all_facts: bool,
}

/// A declaration whose parameters are other evidence of the same rule.
#[derive(Debug, Clone, Copy)]
struct Chained {
    decls: List<EvidenceDecl>,
    at: usize,
}

/// Plans a run over `rulebook`. With `all_facts` every probe tells all it can, for a recording.
pub fn plan(rulebook: &Rulebook, selection: &Selection, symbols: &Symbols, all_facts: bool) -> Plan {
    let standings = standings(rulebook, selection);
    let mut drafts = Drafts::with_capacity(rulebook.checks.len());
    let mut chained = Vec::new();
    let mut picks = Vec::with_capacity(rulebook.checks.len());
    let mut facts = Vec::new();
    for (check, standing) in rulebook.checks.into_iter().zip(standings) {
        // Of what is judged on request alone nobody wants to hear that it was not.
        if check.on_request && standing == Standing::Skipped {
            continue;
        }
        facts.clear();
        wanted::facts_of(check, &mut |fact| facts.push(*fact));
        let wanted = (standing != Standing::Skipped).then_some(facts.as_slice());
        let places = 0..check.evidence.len();
        let keys = places.map(|at| drafts.add(check.evidence, at, wanted, &mut chained)).collect();
        picks.push(Pick { check, standing, keys });
    }
    for cause in rulebook.causes {
        let mut facts = Vec::new();
        let mut note = |fact: &FactRef| facts.push(*fact);
        wanted::conditions(cause.when, &mut note);
        wanted::template(&cause.symptom, &mut note);
        wanted::template(&cause.cause, &mut note);
        wanted::steps(cause.fix, &mut note);
        facts.extend(cause.corrects.into_iter().flat_map(|correction| [correction.wrong, correction.right]));
        for at in 0..cause.evidence.len() {
            drafts.add(cause.evidence, at, Some(&facts), &mut chained);
        }
    }
    drafts.add_terminal();
    let (asked, first) = drafts.finish(symbols, all_facts);
    Plan { picks, first, asked, chained, symbols: symbols.clone(), all_facts }
}

/// What is asked for, and everything that it needs, directly or not.
fn standings(rulebook: &Rulebook, selection: &Selection) -> Vec<Standing> {
    let asked: Vec<bool> = rulebook.checks.iter().map(|check| selection.takes(check)).collect();
    if selection.only.is_empty() {
        let standing = |asked: &bool| if *asked { Standing::Asked } else { Standing::Skipped };
        return asked.iter().map(standing).collect();
    }
    let mut needed: HashSet<Str> = HashSet::new();
    let mut standings = vec![Standing::Skipped; asked.len()];
    // Every check stands after what it needs, so one pass from the back sees each before its needs.
    for (at, check) in rulebook.checks.iter().enumerate().rev() {
        let asked = asked.get(at).copied().unwrap_or_default();
        let standing = match asked {
            true => Standing::Asked,
            false if needed.contains(check.id) && !Selection::names(&selection.skip, check) => {
                Standing::Needed
            }
            false => continue,
        };
        needed.extend(check.needs.into_iter().chain(check.outcomes.iter().flat_map(|outcome| outcome.needs)));
        if let Some(slot) = standings.get_mut(at) {
            *slot = standing;
        }
    }
    standings
}

/// A probe to ask: its key, its call, the facts that anybody wants, and those that checks declare.
type Draft = (Arc<str>, ProbeCall, Vec<Str>, Vec<BodyFact>);

/// The probes to ask at once, by key.
struct Drafts {
    by_key: HashMap<Arc<str>, usize>,
    drafts: Vec<Draft>,
}

impl Drafts {
    /// As many checks need about as many probes.
    fn with_capacity(checks: usize) -> Drafts {
        Drafts { by_key: HashMap::with_capacity(checks), drafts: Vec::with_capacity(checks) }
    }

    /// Notes one declaration; `facts` is `None` where the check is not judged, so nothing is asked.
    fn add(
        &mut self,
        decls: List<EvidenceDecl>,
        at: usize,
        facts: Option<&[FactRef]>,
        chained: &mut Vec<Chained>,
    ) -> EvidenceKey {
        let Some(decl) = decls.get(at) else { return EvidenceKey::Chained };
        if is_chained(&decl.probe) {
            if facts.is_some() {
                chained.push(Chained { decls, at });
            }
            return EvidenceKey::Chained;
        }
        let key: Arc<str> = written_key(&decl.probe).into();
        if let Some(facts) = facts {
            self.want(Arc::clone(&key), decl.probe, wanted::names_of(facts, decl.name));
        }
        EvidenceKey::Fixed(key)
    }

    fn want(&mut self, key: Arc<str>, call: ProbeCall, names: Vec<Str>) {
        match self.by_key.entry(Arc::clone(&key)) {
            Entry::Occupied(at) => {
                if let Some((_, _, wanted, body)) = self.drafts.get_mut(*at.get()) {
                    wanted.extend(names);
                    let known: Vec<Str> = body.iter().map(|fact| fact.fact.name).collect();
                    body.extend(call.body.iter().filter(|fact| !known.contains(&fact.fact.name)));
                }
            }
            Entry::Vacant(free) => {
                free.insert(self.drafts.len());
                self.drafts.push((key, call, names, call.body.to_vec()));
            }
        }
    }

    /// Fixes that log in are written by what the terminal can do, whatever the check looks at.
    fn add_terminal(&mut self) {
        let call = ProbeCall { kind: ProbeKind::Terminal, args: List::EMPTY, body: List::EMPTY };
        self.want(key::write::<Str>(ProbeKind::Terminal, &[]).into(), call, vec!["can_open_browser"]);
    }

    /// The asks, and the place of each by its key.
    fn finish(self, symbols: &Symbols, all_facts: bool) -> (HashMap<Arc<str>, usize>, Vec<Arc<Ask>>) {
        let view = View { readings: &[], element: None, symbols, findings: None };
        let ask = |(key, call, mut names, body): Draft| {
            let wanted = if all_facts {
                Wanted::All
            } else {
                names.sort_unstable();
                names.dedup();
                Wanted::These(names)
            };
            Arc::new(Ask { key, call: expand(&call, &view, wanted, body) })
        };
        (self.by_key, self.drafts.into_iter().map(ask).collect())
    }
}

fn expand(call: &ProbeCall, view: &View<'_>, wanted: Wanted, body: Vec<BodyFact>) -> Result<Call, Why> {
    let args: Result<Vec<(Str, String)>, Why> = call
        .args
        .iter()
        .map(|arg| Ok((arg.name, fill_strictly(&arg.value, view).map_err(Why::Blocked)?)))
        .collect();
    Ok(Call { kind: call.kind, args: args?, wanted, body })
}

fn is_chained(call: &ProbeCall) -> bool {
    let mut chained = false;
    wanted::parameters(call, &mut |fact| chained |= !fact.evidence.is_empty());
    chained
}

/// The key of a call without references: parameters as they are written, symbols unexpanded.
fn written_key(call: &ProbeCall) -> String {
    let args: Vec<(Str, &str)> = call.args.iter().map(|arg| (arg.name, arg.value.written)).collect();
    key::write(call.kind, &args)
}

/// The key of any declaration among `decls`, references replaced by what `evidence` says. The error
/// is the key as far as it is known, with the first reference that is not.
pub(super) fn key_of(
    decls: List<EvidenceDecl>,
    at: usize,
    evidence: &EvidenceSet,
    symbols: &Symbols,
) -> Result<Arc<str>, (Arc<str>, String)> {
    let Some(decl) = decls.get(at) else { return Err(("".into(), String::new())) };
    if !is_chained(&decl.probe) {
        return Ok(written_key(&decl.probe).into());
    }
    // A declaration refers only to others without a cycle, so each step has fewer left; the rulebook
    // has checked that.
    let mut readings = Vec::with_capacity(decls.len());
    for (other, known) in decls.iter().enumerate() {
        let reading = match refers_to(&decl.probe, known.name) {
            true => key_of(decls, other, evidence, symbols).ok().and_then(|key| evidence.get(&key)),
            false => None,
        };
        readings.push((known.name, reading.map(|evidence| &evidence.reading)));
    }
    let view = View { readings: &readings, element: None, symbols, findings: None };
    let mut args = Vec::with_capacity(decl.probe.args.len());
    for arg in decl.probe.args {
        match super::words::fill_references(&arg.value, &view) {
            Ok(text) => args.push((arg.name, text)),
            Err(lacking) => return Err((written_key(&decl.probe).into(), lacking)),
        }
    }
    Ok(key::write(decl.probe.kind, &args).into())
}

fn refers_to(call: &ProbeCall, name: Str) -> bool {
    let mut refers = false;
    wanted::parameters(call, &mut |fact| refers |= fact.evidence == name);
    refers
}

impl Plan {
    /// Whether anything waits for other evidence.
    pub fn has_chained(&self) -> bool {
        !self.chained.is_empty()
    }

    /// What `evidence` has made askable, leaving out the keys that were `asked` since the first.
    pub fn next(&self, evidence: &EvidenceSet, asked: &HashSet<Arc<str>>) -> Vec<Arc<Ask>> {
        let mut asks: Vec<Ask> = Vec::new();
        for waiting in &self.chained {
            let Some(decl) = waiting.decls.get(waiting.at) else { continue };
            let Ok(key) = key_of(waiting.decls, waiting.at, evidence, &self.symbols) else { continue };
            if self.asked.contains_key(&key) || asked.contains(&key) {
                continue;
            }
            match asks.iter_mut().find(|ask| ask.key == key) {
                Some(Ask { call: Ok(call), .. }) => call.body.extend(decl.probe.body),
                Some(_) => {}
                None => asks.push(self.chained_ask(key, waiting, evidence)),
            }
        }
        asks.into_iter().map(Arc::new).collect()
    }

    fn chained_ask(&self, key: Arc<str>, waiting: &Chained, evidence: &EvidenceSet) -> Ask {
        let readings: Vec<_> = waiting
            .decls
            .iter()
            .enumerate()
            .map(|(other, decl)| {
                let known = key_of(waiting.decls, other, evidence, &self.symbols).ok();
                (decl.name, known.and_then(|key| evidence.get(&key)).map(|evidence| &evidence.reading))
            })
            .collect();
        let view = View { readings: &readings, element: None, symbols: &self.symbols, findings: None };
        let call = waiting.decls.get(waiting.at).map_or(Err(Why::NotRecorded), |decl| {
            expand(&decl.probe, &view, Wanted::All, decl.probe.body.to_vec())
        });
        Ask { key, call }
    }

    /// Whether every probe is to tell all it can.
    pub fn all_facts(&self) -> bool {
        self.all_facts
    }
}
