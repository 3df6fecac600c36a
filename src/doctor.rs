//! The flow, and nothing else: plan, gather, judge, diagnose, report.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::credential::Wallet;
use crate::engine::{Selection, Symbols, diagnose, evaluate, plan, verdict};
use crate::model::evidence::{Evidence, EvidenceSet};
use crate::model::report::{Report, SourceName, Timings};
use crate::model::rulebook::Rulebook;
use crate::model::settings::Settings;
use crate::model::severity::Severity;
use crate::probe::{Context, scrub_text};
use crate::source::live;
use crate::world::{World, clock};

/// What to examine, and how.
#[derive(Debug)]
pub struct Request {
    pub rulebook: Rulebook,
    pub settings: Settings,
    pub world: World,
    pub selection: Selection,
    /// How long the whole gathering may take.
    pub timeout: Duration,
    pub fail_on: Severity,
    /// How long loading the rules took, in milliseconds.
    pub load_ms: f64,
    /// Let every probe tell all it can, for a recording or for `-v`.
    pub all_facts: bool,
}

/// Examines this machine. `stop` ends the looking early; the report then says what is missing.
pub async fn examine(request: Request, stop: impl Future<Output = ()>) -> Report {
    let begun = Instant::now();
    let started_at = clock::now_ms();
    let Request { rulebook, settings, world, selection, timeout, fail_on, load_ms, all_facts } = request;
    let home = settings.home.as_deref().map(|home| home.to_string_lossy().into_owned());
    let ctx = Arc::new(Context { world, settings, wallet: Wallet::new(rulebook.shapes) });
    let mut symbols = Symbols::of(&ctx.settings, ctx.world.cwd().as_deref());
    symbols.change_names(|name| scrub_text(name, &ctx));
    let plan = plan(&rulebook, &selection, &symbols, all_facts);
    let gathered = live::gather(&plan, &ctx, timeout, stop).await;
    let judging = Instant::now();
    let findings = evaluate(&plan, &gathered.evidence, &symbols);
    let diagnosis = diagnose(&rulebook, &plan, findings, &gathered.evidence, &symbols);
    let verdict = verdict(&diagnosis, fail_on);
    Report {
        source: SourceName { kind: "live", name: "this machine".to_owned() },
        started_at,
        duration_ms: u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX),
        timings: Timings {
            load_ms,
            gather_ms: millis(judging.duration_since(begun)),
            judge_ms: millis(judging.elapsed()),
        },
        verdict,
        exit_code: verdict.exit_code(),
        diagnosis,
        evidence: sorted(gathered.evidence),
        fail_on,
        home,
        remarks: remarks(&gathered.stalled, gathered.interrupted),
    }
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
