//! `cmdop doctor auth`: examine this machine, and deliver the report.

use std::time::{Duration, Instant};

use tokio::runtime::Builder;

use super::failure::Failure;
use super::grammar::{Doctor, Examine, Global, Output};
use super::output::{Parcel, deliver};
use super::rules::Loaded;
use super::settings::{InForce, in_force};
use super::signals::{Interrupt, Interrupts};
use super::{rules, screen, select, spinner};
use crate::doctor::{self, Request};
use crate::model::evidence::Reading;
use crate::model::report::Report;
use crate::report::Format;
use crate::report::theme::Style;
use crate::world::World;
use crate::world::terminal::terminals;

/// What becomes of a report.
#[derive(Debug)]
struct Delivery {
    /// What is printed on standard output, and how.
    printed: Format,
    style: Style,
    files: Vec<Output>,
}

/// Examines, reports, and says with which code to exit.
pub(super) fn run(doctor: &Doctor, global: &Global, world: World) -> Result<u8, Failure> {
    let args = &doctor.examine;
    let begun = Instant::now();
    let delivery = delivery(args, global, &world);
    let in_force = in_force(global, &world, args.timeout, args.offline)?;
    let loading = Instant::now();
    // Most of the time is kept for looking: a report is printed in any case.
    let Loaded { rulebook, remark } = rules::load(&doctor.rules, &in_force, args.timeout / 4)?;
    let InForce { settings, mut remarks, .. } = in_force;
    remarks.extend(remark);
    let load_ms = loading.elapsed().as_secs_f64() * 1e3;
    tracing::debug!(
        api_from = settings.api.from.name(),
        issuer_from = settings.issuer.from.name(),
        workspace_from = settings.workspace.as_ref().map_or("credential", |chosen| chosen.from.name()),
        checks = rulebook.checks.len(),
        "settings in force"
    );
    let chosen = select::choose(args, &rulebook)?;
    let request = Request {
        rulebook,
        settings,
        world,
        selection: chosen.selection,
        timeout: args.timeout.saturating_sub(begun.elapsed()).max(Duration::from_millis(1)),
        fail_on: chosen.fail_on,
        load_ms,
        all_facts: args.verbose,
    };
    let runtime = Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Failure::new(format!("no runtime: {error}")))?;
    let done = runtime.block_on(examine(request, remarks, delivery));
    // A thread that hangs in the kernel would hold up an orderly end for ever.
    runtime.shutdown_background();
    done
}

/// In what form the report goes where.
fn delivery(args: &Examine, global: &Global, world: &World) -> Delivery {
    let style = screen::style(global.color, screen::columns(), &world.env);
    let printed = args.format.unwrap_or(if global.json { Format::Json } else { Format::Text });
    Delivery {
        printed,
        style: Style { all: args.all, evidence: args.verbose, ..style },
        files: args.output.clone(),
    }
}

async fn examine(request: Request, remarks: Vec<String>, delivery: Delivery) -> Result<u8, Failure> {
    let mut interrupts =
        Interrupts::catch().map_err(|error| Failure::new(format!("signals cannot be caught: {error}")))?;
    let mut stopped = None;
    let stop = async { stopped = Some(interrupts.next().await) };
    let work = doctor::examine(request, stop);
    let mut report = match terminals().stderr {
        true => spinner::during("looking", work).await,
        false => work.await,
    };
    report.remarks.splice(..0, remarks);
    log(&report);
    if let Some(interrupt) = stopped {
        report.exit_code = interrupt.exit_code();
    }
    let code = report.exit_code;
    let parcels = parcels(&report, delivery);
    // Whoever reads the report may be slow; we still want to hear that we should stop.
    tokio::select! {
        written = tokio::task::spawn_blocking(|| deliver(parcels)) => match written {
            Ok(written) => written.map(|()| code),
            Err(_) => Err(Failure::new("the report cannot be written: internal error")),
        },
        interrupt = interrupts.next() => Ok(interrupt.exit_code()),
        () = parting(stopped) => Ok(code),
    }
}

/// How long a run that was told to stop may go on delivering its partial report: a reader that takes
/// nothing must not keep it.
const PARTING: Duration = Duration::from_secs(2);

async fn parting(stopped: Option<Interrupt>) {
    match stopped {
        Some(_) => tokio::time::sleep(PARTING).await,
        None => std::future::pending().await,
    }
}

/// Logs what was asked and found: keys and verdicts, no facts.
fn log(report: &Report) {
    for (probe, evidence) in &report.evidence {
        let reading = match &evidence.reading {
            Reading::Found(_) => "found",
            Reading::Absent => "absent",
            Reading::Unavailable(_) => "unavailable",
        };
        tracing::debug!(probe = probe.as_ref(), reading, ms = evidence.duration_ms, "asked");
    }
    for finding in &report.diagnosis.findings {
        tracing::debug!(check = finding.id(), verdict = finding.verdict.name(), "judged");
    }
    tracing::debug!(verdict = report.verdict.name(), ms = report.duration_ms, "examined");
}

fn parcels(report: &Report, delivery: Delivery) -> Vec<Parcel> {
    let Delivery { printed, style, files } = delivery;
    let for_file = Style { all: style.all, evidence: style.evidence, ..Style::PLAIN };
    let mut parcels: Vec<Parcel> = files
        .into_iter()
        .map(|output| Parcel { bytes: output.format.render(report, &for_file), file: Some(output.file) })
        .collect();
    parcels.push(Parcel { file: None, bytes: printed.render(report, &style) });
    parcels
}
