//! `cmdop doctor --fix`: whom to ask, what to run, and what is looked at again afterwards.

use std::ffi::OsString;
use std::io::{self, BufRead, Write};
use std::path::PathBuf;

use super::examine::Bench;
use super::failure::Failure;
use super::grammar::{self, Doctor, Global, Typed};
use super::output::overheard;
use super::select::unknown;
use super::{config, screen, select, signals::Interrupt};
use crate::doctor::{Attendant, Consent, Orders, treat};
use crate::fix::apply::{Performer, Workplace, places};
use crate::fix::journal::Places;
use crate::fix::plan::{Wish, finding_id};
use crate::model::report::Report;
use crate::model::rulebook::Rulebook;
use crate::model::settings::Settings;
use crate::model::treatment::Attempt;
use crate::report::text::consent;
use crate::world::World;
use crate::world::terminal::terminals;

/// The operation that sends a person to a browser, or asks for one elsewhere.
const SIGN_IN: &str = "login";

/// Treats what `report` found, as far as the user wants it.
pub(super) fn run(
    report: Report,
    wanted: &[String],
    doctor: &Doctor,
    bench: &mut Bench<'_>,
) -> Result<Report, Failure> {
    let Some(examined) = &bench.examined else { return Ok(report) };
    let wish = wish(wanted, &examined.rulebook)?;
    let unattended = select::choose(&doctor.examine, &examined.rulebook)?.unattended;
    let world = World::real();
    let place = Workplace {
        journal: journal_places(&examined.settings, &world),
        store: examined.settings.store(),
        settings: settings_file(bench.global, &examined.settings),
    };
    let orders = Orders { wish, dry_run: doctor.examine.dry_run, place };
    if bench.stopped.is_some() {
        return Ok(report);
    }
    let mut report = report;
    report.remarks.extend(not_sick(&orders.wish, &report));
    let mut table = Table { yes: doctor.examine.yes, unattended, bench, world, failed: None };
    let mut report = treat(report, &orders, &mut table);
    report.remarks.extend(table.failed);
    Ok(report)
}

/// Where the journal is: in the config folder, or else in the folder that the XDG Base Directory
/// Specification names for state (`XDG_STATE_HOME`, by default `~/.local/state`).
pub(super) fn journal_places(settings: &Settings, world: &World) -> Places {
    let named = world.env.text("XDG_STATE_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
    let state = named.or_else(|| settings.home.as_ref().map(|home| home.join(".local/state")));
    places(settings.config_dir.as_ref().map(|dir| dir.value.as_path()), state.as_deref())
}

/// The file that a choice is kept in.
fn settings_file(global: &Global, settings: &Settings) -> Option<PathBuf> {
    let usual = || settings.config_dir.as_ref().map(|dir| dir.value.join(config::FILE));
    global.config.clone().or_else(usual)
}

fn wish(wanted: &[String], rulebook: &Rulebook) -> Result<Wish, Failure> {
    match wanted {
        [only] if only == "all" => return Ok(Wish::All),
        [only] if only == "safe" => return Ok(Wish::Safe),
        _ => {}
    }
    for id in wanted {
        let name = id.split(['/', '[']).next().unwrap_or_default();
        let checks = rulebook.checks.iter().map(|check| check.id);
        let mut ids = checks.chain(rulebook.causes.iter().map(|cause| cause.id));
        if !ids.any(|known| known == name) {
            let ids = rulebook.checks.iter().map(|check| check.id);
            return Err(unknown("finding", id, ids.chain(["safe", "all"])));
        }
    }
    Ok(Wish::These(wanted.to_vec()))
}

/// What was named, and needs no fix or has none.
fn not_sick(wish: &Wish, report: &Report) -> Vec<String> {
    let Wish::These(ids) = wish else { return Vec::new() };
    let roots = &report.diagnosis.roots;
    let is_root = |id: &str| {
        let name = id.split(['/', '[']).next().unwrap_or_default();
        roots.iter().any(|root| finding_id(root).split('[').next() == Some(name))
    };
    let idle = ids.iter().filter(|id| !is_root(id));
    idle.map(|id| format!("{id} is no cause of anything now, so there is nothing to fix")).collect()
}

/// The table at which the user sits.
struct Table<'t, 'b> {
    yes: bool,
    /// It is empty, by the profile.
    unattended: bool,
    bench: &'t mut Bench<'b>,
    world: World,
    /// Why the last examination could not be made.
    failed: Option<String>,
}

impl Performer for Table<'_, '_> {
    fn perform(&mut self, argv: &[String]) -> Result<(), String> {
        if self.bench.doctor.examine.offline {
            return Err("it would ask a server, and --offline says that nobody is asked".to_owned());
        }
        if self.unattended && argv.get(1).is_some_and(|verb| verb == SIGN_IN) {
            return Err("a person has to sign in, and by its profile this run has none".to_owned());
        }
        let words: Vec<OsString> = argv.iter().map(OsString::from).collect();
        let Ok(Typed::Ours(mut line)) = grammar::parse(words) else {
            return Err(format!("`{}` is not understood", argv.join(" ")));
        };
        line.global.inherit(self.bench.global);
        let (done, complaints) = overheard(|| super::do_as_meant(*line, World::real()));
        match done {
            Ok(0) => Ok(()),
            Ok(code) => {
                // Whoever stops an operation stops the whole run.
                self.bench.stopped = self.bench.stopped.or(Interrupt::of_exit_code(code));
                Err(why(&complaints).unwrap_or_else(|| format!("it ended with exit code {code}")))
            }
            Err(failure) => Err(failure.words()),
        }
    }
}

/// What an operation said of why it failed, in one line and without the remedy, which the report
/// finds by itself.
fn why(complaints: &str) -> Option<String> {
    let (_, error) = complaints.rsplit_once("rror: ")?;
    let error = error.split("\n  fix ").next().unwrap_or_default().replace("\n  cause ", ": ");
    let words: Vec<&str> = error.split_whitespace().collect();
    (!words.is_empty()).then(|| words.join(" "))
}

impl Attendant for Table<'_, '_> {
    fn consent(&mut self, asking: &[Attempt]) -> Consent {
        let here = terminals();
        let style = screen::style(self.bench.global.color, screen::error_columns(), &self.world.env);
        let home = self.bench.examined.as_ref().and_then(|examined| examined.settings.home.clone());
        let home = home.as_deref().map(|home| home.to_string_lossy());
        let listing = consent::listing(asking, home.as_deref(), &style);
        if self.yes {
            tell(&listing);
            return Consent::Given;
        }
        if !here.stdin || !here.stderr || self.unattended {
            return Consent::Unasked;
        }
        tell(&format!("{listing}{}", consent::QUESTION));
        match self.answer() {
            Some(true) => Consent::Given,
            _ => Consent::Refused,
        }
    }

    fn is_stopped(&self) -> bool {
        self.bench.stopped.is_some()
    }

    fn examine(&mut self) -> Option<Report> {
        if self.bench.stopped.is_some() {
            return None;
        }
        match self.bench.examine_again() {
            Ok(report) => Some(report),
            Err(failure) => {
                self.failed = Some(format!("this machine could not be examined again: {}", failure.words()));
                None
            }
        }
    }
}

impl Table<'_, '_> {
    /// The answer from the terminal; none where we are told to stop first.
    fn answer(&mut self) -> Option<bool> {
        let Bench { runtime, interrupts, stopped, .. } = &mut *self.bench;
        let read = || {
            let mut line = String::new();
            let _no_answer_is_no = io::stdin().lock().read_line(&mut line);
            line
        };
        let answer: Result<String, Interrupt> = runtime.block_on(async {
            tokio::select! {
                line = tokio::task::spawn_blocking(read) => Ok(line.unwrap_or_default()),
                interrupt = interrupts.next() => Err(interrupt),
            }
        });
        match answer {
            Ok(line) => Some(matches!(line.trim().to_ascii_lowercase().as_str(), "y" | "yes")),
            Err(interrupt) => {
                tell("\n");
                *stopped = Some(interrupt);
                None
            }
        }
    }
}

fn tell(text: &str) {
    let mut err = io::stderr().lock();
    let _nobody_is_looking = err.write_all(text.as_bytes()).and_then(|()| err.flush());
}
