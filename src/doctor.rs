//! The flow, and nothing else: plan, gather, judge, diagnose, report; and where that is wanted (`treat`):
//! plan fixes, ask, apply, and the same once more to prove them.

mod treat;

pub use treat::{Attendant, Consent, Orders, treat};

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::auth::holding::Holding;
use crate::credential::Wallet;
use crate::engine::{Plan, Selection, Symbols, diagnose, evaluate_waiving, plan, settle_waivers, verdict};
use crate::model::evidence::{Evidence, EvidenceSet};
use crate::model::history::History;
use crate::model::report::{Report, RunVerdict, SourceName, Timings};
use crate::model::rulebook::Rulebook;
use crate::model::settings::Settings;
use crate::model::severity::Severity;
use crate::model::symptom::Suggested;
use crate::model::waiver::Waiver;
use crate::probe::Context;
use crate::source::given::{Given, NotRead, Stop};
use crate::source::live;
use crate::source::recording::{Asked, Recording};
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
    /// The same in their words, without secrets: a bundle keeps it.
    pub symptoms: Vec<String>,
    pub waivers: Vec<Waiver>,
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

/// An examination that has ended.
#[derive(Debug)]
pub struct Examination {
    pub report: Report,
    pub symbols: Symbols,
    /// What was asked for in the end.
    pub asked: Asked,
    /// The machine and its credentials; none for a recording.
    pub context: Option<Arc<Context>>,
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
    asked: Asked,
    context: Option<Arc<Context>>,
    remarks: Vec<String>,
    suggested: Vec<Suggested>,
    history: Option<History>,
}

/// Examines a machine or a recording. `watch` is told of every probe that answers; `stop` ends the
/// looking early, and the report then says what is missing.
///
/// # Errors
/// When a recording cannot be read.
pub async fn examine(
    request: Request,
    watch: live::Watch<'_>,
    stop: impl Future<Output = ()>,
) -> Result<Examination, NotRead> {
    let begun = Instant::now();
    let Request { rulebook, source, selection, waivers, mut suggested, symptoms, .. } = request;
    let Request { timeout, fail_on, load_ms, all_facts, .. } = request;
    let taken = match source {
        Source::Live(machine) => {
            let offline = machine.settings.offline;
            let asked = Asked { selection: selection.unwrap_or_default(), fail_on, offline, symptoms };
            look(*machine, &rulebook, asked, all_facts, timeout, watch, stop).await
        }
        Source::Recorded(given) => read(given, rulebook, selection, stop).await?,
    };
    let judging = Instant::now();
    let Taken { name, symbols, plan, evidence, started_at, duration_ms, history, .. } = taken;
    let Taken { mut asked, context, mut remarks, suggested: told, .. } = taken;
    let told: Vec<Suggested> = told.into_iter().filter(|one| !suggested.contains(one)).collect();
    suggested.extend(told);
    let fail_on = fail_on.or(asked.fail_on).unwrap_or(Severity::Error);
    asked.fail_on = Some(fail_on);
    let valid: Vec<Waiver> = waivers.iter().filter(|one| one.counts_at(started_at)).cloned().collect();
    let findings = evaluate_waiving(&plan, &evidence, &symbols, &valid);
    let mut diagnosis = diagnose(&rulebook, &plan, findings, &evidence, &symbols, &suggested);
    settle_waivers(&mut diagnosis, &waivers, started_at);
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
    let report = Report {
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
    };
    Ok(Examination { report, symbols, asked, context })
}

/// Looks at this machine.
async fn look(
    machine: Machine,
    rulebook: &Rulebook,
    asked: Asked,
    all_facts: bool,
    timeout: Duration,
    watch: live::Watch<'_>,
    stop: impl Future<Output = ()>,
) -> Taken {
    let started_at = clock::now_ms();
    let Machine { settings, world } = machine;
    let ctx = Arc::new(Context { world, settings, wallet: Wallet::new(rulebook.shapes) });
    let mut symbols = Symbols::of(&ctx.settings, ctx.world.cwd().as_deref());
    symbols.change_names(|name| ctx.scrub(name));
    let plan = plan(rulebook, &asked.selection, &symbols, all_facts);
    let gathered = live::gather(&plan, &ctx, timeout, watch, stop).await;
    if ctx.wallet.was_read() {
        Holding::on(&ctx).log();
    }
    Taken {
        name: SourceName::this_machine(),
        symbols,
        plan,
        evidence: gathered.evidence,
        started_at,
        duration_ms: None,
        asked,
        context: Some(ctx),
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
    let asked = Asked { selection, ..asked };
    Ok(Taken {
        name,
        symbols,
        plan,
        evidence,
        started_at,
        duration_ms,
        asked,
        context: None,
        remarks,
        suggested,
        history,
    })
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
