//! `cmdop doctor auth`: examine this machine, and deliver the report.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::runtime::{Builder, Runtime};

use super::failure::Failure;
use super::grammar::{Doctor, Examine, Global, MakeBundle, Output};
use super::live::Live;
use super::output::{Parcel, deliver, print};
use super::policy::{self, Written};
use super::rules::Loaded;
use super::settings::{InForce, in_force};
use super::signals::{Interrupt, Interrupts};
use super::wait::Wait;
use super::{capture, debug, message, readings, rules, screen, select, spinner, treat};
use crate::credential::Context;
use crate::doctor::{self, Examination, Machine, Request, Source};
use crate::engine::{Selection, Symbols};
use crate::model::demand::Demand;
use crate::model::evidence::Evidence;
use crate::model::report::Report;
use crate::model::rulebook::Rulebook;
use crate::model::settings::Settings;
use crate::model::symptom::Suggested;
use crate::report::theme::Style;
use crate::report::{Format, ndjson};
use crate::source::given::Given;
use crate::source::recording::Asked;
use crate::source::spoken;
use crate::world::World;
use crate::world::terminal::terminals;

/// What becomes of a report.
#[derive(Debug)]
struct Delivery {
    /// What is printed on standard output, and how.
    printed: Format,
    style: Style,
    files: Vec<Output>,
    /// The job's summary page of GitHub Actions, which gets the report as Markdown.
    job_summary: Option<PathBuf>,
}

/// Why a recording is not treated.
const NO_FIX: &str = "--fix does not go with --from: what was recorded is another machine, or this one \
                      at another time; the report says what to type there";

/// Examines, treats where that is wanted, reports, and says with which code to exit.
pub(super) fn run(doctor: &Doctor, global: &Global, world: World) -> Result<u8, Failure> {
    if doctor.examine.capture.as_deref() == Some(Path::new("-")) {
        return Err(Failure::new(
            "the report is on standard output: `cmdop doctor bundle -` writes a bundle there",
        ));
    }
    if !doctor.examine.from.is_empty() {
        if doctor.examine.fix.is_some() {
            return Err(Failure::new(NO_FIX));
        }
        if doctor.examine.capture.is_some() {
            return Err(Failure::new(
                "--capture records this machine; what --from names is recorded already",
            ));
        }
    }
    let delivery = delivery(&doctor.examine, global, &world);
    let runtime = Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Failure::new(format!("no runtime: {error}")))?;
    let done = Bench::new(doctor, global, &runtime).and_then(|mut bench| {
        bench.live = Live::over(doctor, delivery.printed);
        let report = bench.examine_first(world)?;
        let report = bench.wait(report)?;
        let report = match &doctor.examine.fix {
            Some(wanted) => treat::run(report, wanted, doctor, &mut bench)?,
            None => report,
        };
        if let Some(file) = &doctor.examine.capture {
            capture::write(&report, &bench, file, doctor.examine.anonymize)?;
        }
        bench.hand_over(report, delivery)
    });
    // A thread that hangs in the kernel would hold up an orderly end for ever.
    runtime.shutdown_background();
    done
}

/// Examines this machine, and writes what it told to a file and nothing else.
pub(super) fn record(
    made: &MakeBundle,
    mut doctor: Doctor,
    global: &Global,
    world: World,
) -> Result<u8, Failure> {
    let examine = &mut doctor.examine;
    let elsewhere = !examine.from.is_empty() || examine.fix.is_some() || examine.capture.is_some();
    if elsewhere || global.json || examine.format.is_some() || !examine.output.is_empty() {
        return Err(Failure::new("`cmdop doctor bundle` writes a bundle and nothing else; see its --help"));
    }
    examine.capture = Some(made.file.clone());
    let runtime = Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Failure::new(format!("no runtime: {error}")))?;
    let done = Bench::new(&doctor, global, &runtime).and_then(|mut bench| {
        let report = bench.examine_first(world)?;
        capture::write(&report, &bench, &made.file, made.anonymize)?;
        Ok(bench.stopped.map_or(0, Interrupt::exit_code))
    });
    runtime.shutdown_background();
    let code = done?;
    if made.file != Path::new("-") {
        let told = format!("{} is written: look at it before you send it\n", made.file.display());
        print(told.as_bytes())?;
    }
    Ok(code)
}

/// Where this machine is examined, once or several times.
pub(super) struct Bench<'a> {
    pub(super) doctor: &'a Doctor,
    pub(super) global: &'a Global,
    pub(super) runtime: &'a Runtime,
    pub(super) interrupts: Interrupts,
    /// Whoever watches.
    live: Live,
    /// Who told us to stop.
    pub(super) stopped: Option<Interrupt>,
    /// What the last examination was about.
    pub(super) examined: Option<Examined>,
}

/// What is to be known of an examination afterwards.
pub(super) struct Examined {
    pub(super) settings: Settings,
    pub(super) rulebook: Rulebook,
    pub(super) symbols: Symbols,
    pub(super) asked: Asked,
    pub(super) context: Option<Arc<Context>>,
}

impl<'a> Bench<'a> {
    pub(super) fn new(
        doctor: &'a Doctor,
        global: &'a Global,
        runtime: &'a Runtime,
    ) -> Result<Bench<'a>, Failure> {
        let _entered = runtime.enter();
        let interrupts = Interrupts::catch()
            .map_err(|error| Failure::new(format!("signals cannot be caught: {error}")))?;
        Ok(Bench {
            doctor,
            global,
            runtime,
            interrupts,
            live: Live::default(),
            stopped: None,
            examined: None,
        })
    }

    /// Examines the machine as it is now.
    pub(super) fn examine_again(&mut self) -> Result<Report, Failure> {
        self.examine_first(World::real())
    }

    /// Examines again while that may help and the user has the patience.
    fn wait(&mut self, mut report: Report) -> Result<Report, Failure> {
        let Some(patience) = self.doctor.examine.wait else { return Ok(report) };
        let mut wait = Wait::of(patience);
        while self.stopped.is_none()
            && let Some(pause) = wait.before_next(&report)
        {
            let Bench { interrupts, runtime, .. } = self;
            self.stopped = runtime.block_on(async {
                tokio::select! {
                    interrupt = interrupts.next() => Some(interrupt),
                    () = tokio::time::sleep(pause) => None,
                }
            });
            if self.stopped.is_none() {
                report = self.examine_again()?;
            }
        }
        Ok(report)
    }

    pub(super) fn examine_first(&mut self, world: World) -> Result<Report, Failure> {
        let (request, settings, remarks) = request(self.doctor, self.global, world)?;
        let rulebook = request.rulebook;
        let Bench { interrupts, stopped, runtime, live, .. } = self;
        live.begin();
        let mut watch = |key: &str, evidence: &Evidence| live.probe(key, evidence);
        let stop = async { *stopped = Some(interrupts.next().await) };
        let report = runtime.block_on(async {
            let work = doctor::examine(request, &mut watch, stop);
            match terminals().stderr {
                true => spinner::during("looking", work).await,
                false => work.await,
            }
        });
        let Examination { mut report, symbols, asked, context } =
            report.map_err(|error| Failure::new(error.to_string()))?;
        self.examined = Some(Examined { settings, rulebook, symbols, asked, context });
        // A recording of this machine has told of the same already.
        let remarks: Vec<String> =
            remarks.into_iter().filter(|remark| !report.remarks.contains(remark)).collect();
        report.remarks.splice(..0, remarks);
        readings::log(&report);
        Ok(report)
    }

    /// Delivers the report. Whoever reads it may be slow; we still want to hear that we should stop.
    fn hand_over(mut self, mut report: Report, delivery: Delivery) -> Result<u8, Failure> {
        let stopped = self.stopped;
        if let Some(interrupt) = stopped {
            report.exit_code = interrupt.exit_code();
        }
        let code = report.exit_code;
        let live = std::mem::take(&mut self.live);
        let parcels = parcels(&report, delivery, live.is_on());
        self.runtime.block_on(async {
            tokio::select! {
                written = tokio::task::spawn_blocking(|| { live.end(); deliver(parcels) }) => match written {
                    Ok(written) => written.map(|()| code),
                    Err(_) => Err(Failure::new("the report cannot be written: internal error")),
                },
                interrupt = self.interrupts.next() => Ok(interrupt.exit_code()),
                () = parting(stopped) => Ok(code),
            }
        })
    }
}

/// What is to be examined, by what is in force now, which is the second; and remarks on that.
fn request(
    doctor: &Doctor,
    global: &Global,
    world: World,
) -> Result<(Request, Settings, Vec<String>), Failure> {
    let args = &doctor.examine;
    let begun = Instant::now();
    let in_force = in_force(global, &world, args.timeout, args.offline)?;
    let loading = Instant::now();
    // Most of the time is kept for looking: a report is printed in any case.
    let Loaded { rulebook, remarks: of_rules } = rules::load(&doctor.rules, &in_force, args.timeout / 4)?;
    let InForce { mut settings, mut remarks, policy: own, .. } = in_force;
    remarks.extend(of_rules);
    let (project, left_out) = policy::of_project(world.cwd(), settings.home.clone(), args.timeout / 8)?;
    remarks.extend(left_out);
    let written: Vec<Written> = [own].into_iter().chain(project).collect();
    let rulebook = written.iter().try_fold(rulebook, |rulebook, one| one.over(rulebook))?;
    let mut waivers = Vec::new();
    for one in &written {
        waivers.extend(one.waivers(&rulebook)?);
    }
    settings.demand =
        Demand { profile: args.profile.clone(), needs: args.needs.clone(), valid_for: args.valid_for };
    let load_ms = loading.elapsed().as_secs_f64() * 1e3;
    debug::in_force(&settings, &world);
    tracing::debug!(component = "doctor", checks = rulebook.checks.len(), load_ms, "rules loaded");
    let chosen = select::choose(args, &rulebook)?;
    let source = match args.from.as_slice() {
        [] => Source::Live(Box::new(Machine { settings: settings.clone(), world })),
        given => Source::Recorded(given.iter().map(|name| Given::named(name)).collect()),
    };
    let suggested = suggested(&args.symptom, &rulebook)?;
    // A machine is looked at for what can be the reason; a recording tells what it tells.
    let narrowed = !suggested.is_empty() && args.from.is_empty();
    let narrowed = narrowed.then(|| Selection { only: message::checks_of(&suggested), skip: Vec::new() });
    let request = Request {
        rulebook,
        source,
        selection: chosen.selection.or(narrowed),
        suggested,
        symptoms: args.symptom.iter().map(|text| spoken::kept(text, &rulebook)).collect(),
        waivers,
        timeout: args.timeout.saturating_sub(begun.elapsed()).max(Duration::from_millis(1)),
        fail_on: chosen.fail_on,
        load_ms,
        all_facts: args.verbose || args.capture.is_some(),
    };
    Ok((request, settings, remarks))
}

/// What all the messages suggest that the user sees.
fn suggested(messages: &[String], rulebook: &Rulebook) -> Result<Vec<Suggested>, Failure> {
    let all: Result<Vec<Vec<Suggested>>, Failure> =
        messages.iter().map(|text| message::suggested(text, rulebook)).collect();
    all.map(|all| all.concat())
}

/// In what form the report goes where.
fn delivery(args: &Examine, global: &Global, world: &World) -> Delivery {
    let style = screen::style(global.color, screen::columns(), &world.env);
    let printed = args.format.unwrap_or(if global.json { Format::Json } else { Format::Text });
    Delivery {
        printed,
        style: Style { all: args.all, evidence: args.verbose, ..style },
        files: args.output.clone(),
        job_summary: (printed == Format::Github).then(|| job_summary(world)).flatten(),
    }
}

/// The file that GitHub Actions shows as the job's page, where a step may add to it.
fn job_summary(world: &World) -> Option<PathBuf> {
    world.env.raw("GITHUB_STEP_SUMMARY").map(PathBuf::from).filter(|file| file.is_absolute())
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

/// What goes where. Where events were told while they happened (`told`), only the rest is printed.
fn parcels(report: &Report, delivery: Delivery, told: bool) -> Vec<Parcel> {
    let Delivery { printed, style, files, job_summary } = delivery;
    let for_file = Style { all: style.all, evidence: style.evidence, ..Style::PLAIN };
    let summary = job_summary.map(|file| Parcel::AddedTo(file, Format::Markdown.render(report, &for_file)));
    let files =
        files.into_iter().map(|Output { format, file }| Parcel::File(file, format.render(report, &for_file)));
    let printed = if told { ndjson::closing(report) } else { printed.render(report, &style) };
    summary.into_iter().chain(files).chain([Parcel::Printed(printed)]).collect()
}
