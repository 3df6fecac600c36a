//! The flow, and nothing else: plan, gather, judge, diagnose, report; and where that is wanted: plan
//! fixes, ask, apply, and the same once more to prove them.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::auth::holding::Holding;
use crate::credential::Wallet;
use crate::engine::{Plan, Selection, Symbols, diagnose, evaluate, plan, verdict};
use crate::fix::apply::{Applied, Performer, Workplace, apply, roll_back};
use crate::fix::plan::{Planned, Wish, plan as plan_fixes};
use crate::fix::verify::{is_to_blame, newly_sick, prove};
use crate::model::evidence::{Evidence, EvidenceSet, SourceKind};
use crate::model::fix::Safety;
use crate::model::history::History;
use crate::model::report::{Report, RunVerdict, SourceName, Timings};
use crate::model::rulebook::Rulebook;
use crate::model::settings::Settings;
use crate::model::severity::Severity;
use crate::model::symptom::Suggested;
use crate::model::treatment::{Attempt, Fate, FixResult, Treatment};
use crate::probe::Context;
use crate::source::given::{Given, NotRead, Stop};
use crate::source::live;
use crate::source::recording::Recording;
use crate::world::{World, clock};

/// What to examine, and how.
#[derive(Debug)]
pub struct Request {
    pub rulebook: Rulebook,
    pub source: Source,
    /// None: as it was recorded, or everything.
    pub selection: Option<Selection>,
    /// What the user sees.
    pub suggested: Vec<Suggested>,
    /// How long the whole gathering may take.
    pub timeout: Duration,
    /// None: as it was recorded, or errors.
    pub fail_on: Option<Severity>,
    /// How long loading the rules took, in milliseconds.
    pub load_ms: f64,
    /// Let every probe tell all it can, for a recording or for `-v`.
    pub all_facts: bool,
}

/// Where the evidence comes from. Everything after gathering is the same.
#[derive(Debug)]
pub enum Source {
    Live(Box<Machine>),
    Recorded(Vec<Given>),
}

/// The machine that this runs on, and what is in force on it.
#[derive(Debug)]
pub struct Machine {
    pub settings: Settings,
    pub world: World,
}

/// What was gathered, with its circumstances.
struct Taken {
    name: SourceName,
    symbols: Symbols,
    plan: Plan,
    evidence: EvidenceSet,
    started_at: i64,
    /// How long the examination took that was recorded.
    duration_ms: Option<u64>,
    fail_on: Option<Severity>,
    remarks: Vec<String>,
    suggested: Vec<Suggested>,
    history: Option<History>,
}

/// Examines a machine or a recording. `stop` ends the looking early; the report then says what is
/// missing.
///
/// # Errors
/// When a recording cannot be read.
pub async fn examine(request: Request, stop: impl Future<Output = ()>) -> Result<Report, NotRead> {
    let begun = Instant::now();
    let Request { rulebook, source, selection, mut suggested, timeout, fail_on, load_ms, all_facts } =
        request;
    let taken = match source {
        Source::Live(machine) => {
            let selection = selection.unwrap_or_default();
            look(*machine, &rulebook, &selection, all_facts, timeout, stop).await
        }
        Source::Recorded(given) => read(given, rulebook, selection, stop).await?,
    };
    let judging = Instant::now();
    let Taken { name, symbols, plan, evidence, started_at, duration_ms, mut remarks, history, .. } = taken;
    suggested.extend(taken.suggested);
    let fail_on = fail_on.or(taken.fail_on).unwrap_or(Severity::Error);
    let findings = evaluate(&plan, &evidence, &symbols);
    let diagnosis = diagnose(&rulebook, &plan, findings, &evidence, &symbols, &suggested);
    let nothing_told = evidence.is_empty() && suggested.is_empty();
    // What a person sees is there, whatever it is.
    let unexplained = suggested.iter().any(|said| diagnosis.unexplained.contains(&said.text));
    let verdict = match verdict(&diagnosis, fail_on) {
        RunVerdict::Healthy if unexplained => RunVerdict::Inconclusive,
        _ if nothing_told => RunVerdict::Inconclusive,
        verdict => verdict,
    };
    remarks.extend(diagnosis.unexplained.iter().map(|text| {
        format!("\"{text}\" is not explained: the evidence rules out every cause that is known")
    }));
    let took = || u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
    Ok(Report {
        source: name,
        started_at,
        duration_ms: duration_ms.unwrap_or_else(took),
        timings: Timings {
            load_ms,
            gather_ms: millis(judging.duration_since(begun)),
            judge_ms: millis(judging.elapsed()),
        },
        verdict,
        exit_code: verdict.exit_code(),
        diagnosis,
        evidence: sorted(evidence),
        fail_on,
        home: symbols.home().map(str::to_owned),
        remarks,
        history,
        treatment: None,
    })
}

/// Looks at this machine.
async fn look(
    machine: Machine,
    rulebook: &Rulebook,
    selection: &Selection,
    all_facts: bool,
    timeout: Duration,
    stop: impl Future<Output = ()>,
) -> Taken {
    let started_at = clock::now_ms();
    let Machine { settings, world } = machine;
    let ctx = Arc::new(Context { world, settings, wallet: Wallet::new(rulebook.shapes) });
    let mut symbols = Symbols::of(&ctx.settings, ctx.world.cwd().as_deref());
    symbols.change_names(|name| ctx.scrub(name));
    let plan = plan(rulebook, selection, &symbols, all_facts);
    let gathered = live::gather(&plan, &ctx, timeout, stop).await;
    if ctx.wallet.was_read() {
        Holding::on(&ctx).log();
    }
    Taken {
        name: SourceName { kind: SourceKind::Live, name: "this machine".to_owned() },
        symbols,
        plan,
        evidence: gathered.evidence,
        started_at,
        duration_ms: None,
        fail_on: None,
        remarks: remarks(&gathered.stalled, gathered.interrupted),
        suggested: Vec::new(),
        history: None,
    }
}

/// Reads what was recorded, on a thread of its own: standard input can keep whoever reads it.
async fn read(
    given: Vec<Given>,
    rulebook: Rulebook,
    selection: Option<Selection>,
    stop: impl Future<Output = ()>,
) -> Result<Taken, NotRead> {
    let enough = Stop::default();
    let told = enough.clone();
    let mut reading = tokio::task::spawn_blocking(move || taken_from(&given, &rulebook, selection, &told));
    let done = tokio::select! {
        done = &mut reading => done,
        () = stop => {
            enough.say();
            reading.await
        }
    };
    done.unwrap_or_else(|panic| std::panic::resume_unwind(panic.into_panic()))
}

fn taken_from(
    given: &[Given],
    rulebook: &Rulebook,
    selection: Option<Selection>,
    stop: &Stop,
) -> Result<Taken, NotRead> {
    let mut recording = Recording::open(given, rulebook, stop)?;
    let symbols = recording.symbols.clone();
    let selection = selection.unwrap_or_else(|| recording.asked.selection.clone());
    let plan = plan(rulebook, &selection, &symbols, false);
    let evidence = recording.evidence(&plan);
    let (suggested, history) = (recording.suggested(), recording.history());
    let Recording { name, started_at, duration_ms, remarks, asked, .. } = recording;
    let started_at = started_at.unwrap_or_else(clock::now_ms);
    Ok(Taken {
        name,
        symbols,
        plan,
        evidence,
        started_at,
        duration_ms,
        fail_on: asked.fail_on,
        remarks,
        suggested,
        history,
    })
}

/// How often a diagnosis is treated: what a fix reveals is treated too, and then there is an end.
const ROUNDS: usize = 3;

/// What the user says to fixes that ask first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Consent {
    Given,
    Refused,
    /// Nobody is there to answer.
    Unasked,
}

/// Whoever stands by while the doctor acts.
pub trait Attendant: Performer {
    /// Asks once for all fixes that ask first.
    fn consent(&mut self, asking: &[Attempt]) -> Consent;

    /// Examines this machine again; none where that cannot be done any more, or should not.
    fn examine(&mut self) -> Option<Report>;

    /// Whether the user has said that it is enough.
    fn is_stopped(&self) -> bool;
}

/// What is to be done about a diagnosis, and with what.
#[derive(Debug)]
pub struct Orders {
    pub wish: Wish,
    /// Only say what would be done.
    pub dry_run: bool,
    pub place: Workplace,
}

/// Treats what `report` found: plan, consent, apply, examine again, compare; and again for what that
/// reveals. The report of the last examination tells what was done.
pub fn treat(report: Report, orders: &Orders, attendant: &mut dyn Attendant) -> Report {
    let treatment = Treatment { dry_run: orders.dry_run, ..Treatment::default() };
    let mut round = Round { report, orders, treatment, tried: HashSet::new(), agreed: HashSet::new() };
    for _ in 0..ROUNDS {
        let planned = plan_fixes(&round.report.diagnosis, &orders.wish, &round.tried);
        if planned.is_empty() {
            break;
        }
        if orders.dry_run {
            round.treatment.attempts.extend(planned.iter().map(foreseen));
            break;
        }
        if !round.apply(&planned, attendant) {
            break;
        }
    }
    Report { treatment: Some(round.treatment), ..round.report }
}

/// A treatment under way.
struct Round<'o> {
    /// Of the last examination.
    report: Report,
    orders: &'o Orders,
    treatment: Treatment,
    tried: HashSet<(String, String)>,
    /// The commands that the user has agreed to.
    agreed: HashSet<String>,
}

impl Round<'_> {
    /// Applies `planned` and examines again. Whether it is worth looking for more to do.
    fn apply(&mut self, planned: &[Planned], attendant: &mut dyn Attendant) -> bool {
        let begun = self.treatment.attempts.len();
        let refusal = self.ask(planned, attendant);
        for planned in planned {
            let done = self.treatment.attempts.get(begun..).unwrap_or_default();
            // The next examination judges what is there then.
            if done.iter().any(|before| planned.is_outdated_by(before)) {
                continue;
            }
            self.tried.insert(planned.mark());
            let applied = match (planned.safety, &refusal) {
                _ if attendant.is_stopped() => Applied::not(planned, &Fate::NotReached),
                (Safety::Asks, Some(why)) => Applied::not(planned, why),
                _ => apply(planned, &self.orders.place, attendant),
            };
            self.treatment.attempts.push(attempt(planned, applied));
        }
        let fresh = self.treatment.attempts.get(begun..).unwrap_or_default();
        fresh.iter().any(Attempt::was_applied) && self.verify(begun, attendant)
    }

    /// Why the fixes that ask first are not applied, if so. What was agreed to is not asked again.
    fn ask(&mut self, planned: &[Planned], attendant: &mut dyn Attendant) -> Option<Fate> {
        let asking: Vec<&Planned> = planned
            .iter()
            .filter(|planned| planned.asking().any(|command| !self.agreed.contains(command)))
            .collect();
        if asking.is_empty() {
            return None;
        }
        let shown: Vec<Attempt> = asking.iter().map(|planned| foreseen(planned)).collect();
        match attendant.consent(&shown) {
            Consent::Given => {
                self.agreed.extend(asking.iter().flat_map(|planned| planned.asking()).map(str::to_owned));
                None
            }
            Consent::Refused => Some(Fate::Declined),
            Consent::Unasked => Some(Fate::NotAsked),
        }
    }

    /// Examines again, notes what that proves of the attempts from `begun` on, and takes back what
    /// made something else sick.
    fn verify(&mut self, begun: usize, attendant: &mut dyn Attendant) -> bool {
        let Some(after) = attendant.examine() else { return false };
        let before = std::mem::replace(&mut self.report, after);
        let worse = newly_sick(&before.diagnosis, &self.report.diagnosis);
        let mut taken_back = false;
        for attempt in self.treatment.attempts.iter_mut().skip(begun).filter(|one| one.was_applied()) {
            prove(attempt, &self.report.diagnosis);
            let to_blame = worse.iter().any(|finding| is_to_blame(attempt, &before.diagnosis, finding));
            if to_blame && attempt.is_undoable() {
                taken_back |= take_back(attempt, &self.orders.place);
            }
        }
        if taken_back && let Some(again) = attendant.examine() {
            self.report = again;
        }
        let worse = newly_sick(&before.diagnosis, &self.report.diagnosis);
        self.treatment.newly_sick.extend(worse.iter().map(|finding| finding.id()));
        !taken_back
    }
}

/// Takes an attempt back; whether that succeeded.
fn take_back(attempt: &mut Attempt, place: &Workplace) -> bool {
    let Some(entry) = attempt.undo.take() else { return false };
    let back = roll_back(&entry, place).iter().all(Result::is_ok);
    if back {
        attempt.result = FixResult::RolledBack;
        for taken in attempt.steps.iter_mut().filter(|taken| taken.fate == Fate::Done) {
            taken.fate = Fate::RolledBack;
        }
    }
    back
}

fn attempt(planned: &Planned, applied: Applied) -> Attempt {
    let result = if applied.changed() { FixResult::Unproven } else { FixResult::NotApplied };
    Attempt {
        root: planned.root.clone(),
        finding: planned.finding.clone(),
        title: planned.title.clone(),
        severity: planned.severity,
        cause: planned.cause.clone(),
        message: planned.fix.message.clone(),
        steps: applied.steps,
        result,
        after: None,
        undo: applied.entry,
    }
}

fn foreseen(planned: &Planned) -> Attempt {
    let applied = Applied::not(planned, &Fate::Planned);
    Attempt { result: FixResult::Planned, ..attempt(planned, applied) }
}

fn millis(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1_000.0
}

fn sorted(evidence: EvidenceSet) -> Vec<(Arc<str>, Evidence)> {
    let mut all: Vec<(Arc<str>, Evidence)> = evidence.into_entries().collect();
    all.sort_by(|(a, _), (b, _)| a.cmp(b));
    all
}

fn remarks(stalled: &[Arc<str>], interrupted: bool) -> Vec<String> {
    let cut = interrupted.then(|| "interrupted: what was not answered by then is unknown".to_owned());
    let late = stalled.iter().map(|key| format!("{key}: no answer before the deadline"));
    cut.into_iter().chain(late).collect()
}
