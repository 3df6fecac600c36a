//! The command line: what was typed becomes what was meant, a command is run, and its answer
//! becomes an exit code.

mod capture;
mod choice;
mod config;
mod confirm;
mod create_key;
mod debug;
mod diff;
mod examine;
mod explain;
mod failure;
mod folders;
pub mod grammar;
mod keys;
mod list;
mod live;
mod login;
mod logout;
mod manual;
mod message;
mod operation;
mod output;
mod panics;
mod policy;
mod product;
mod providers;
mod readings;
mod redact;
mod refresh;
mod refused;
mod rules;
#[cfg(feature = "sandbox")]
mod sandbox;
mod screen;
mod select;
mod session;
mod settings;
mod signals;
mod spinner;
mod status;
mod table;
mod teller;
mod told;
mod treat;
mod undo;
mod wait;
mod workspace;

use std::ffi::OsString;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::time::Instant;

use clap::error::ErrorKind;

use crate::world::World;
use failure::{EXIT_CODE, Failure, conceal};
use grammar::{Auth, CommandLine, Doctor, DoctorVerb, Typed, Verb};

/// The second name of this program: an installed `cmdop` calls it as its `doctor`.
const DOCTOR: &str = "cmdop-doctor";

/// Runs the program with `words`, its own name first, and gives the exit code.
pub fn run(mut words: Vec<OsString>) -> u8 {
    if let [_, only] = words.as_slice()
        && (only == "--version" || only == "-V")
    {
        return settle(
            output::print(concat!("cmdop ", env!("CARGO_PKG_VERSION"), "\n").as_bytes()).map(|()| 0),
        );
    }
    if words.first().is_some_and(|name| Path::new(name).file_stem() == Some(DOCTOR.as_ref())) {
        words.insert(1, "doctor".into());
    }
    panics::tell_only_where();
    // The hook has told of the panic already.
    catch_unwind(AssertUnwindSafe(|| settle(carry_out(words)))).unwrap_or(EXIT_CODE)
}

/// The exit code of what was done; a failure is told.
fn settle(done: Result<u8, Failure>) -> u8 {
    done.unwrap_or_else(|failure| {
        output::complain(&failure);
        EXIT_CODE
    })
}

fn carry_out(words: Vec<OsString>) -> Result<u8, Failure> {
    let world = World::real();
    let typed_first = words.get(1).and_then(|word| word.to_str());
    if typed_first.is_some_and(|word| product::VERBS.contains(&word)) {
        return Err(product::hand_over(&words, &world));
    }
    match grammar::parse(words.iter().cloned()) {
        Ok(Typed::Product) => Err(product::hand_over(&words, &world)),
        Ok(Typed::Ours(line)) => obey(*line, &words, world),
        Err(answer) => misunderstood(&answer, &words, &world),
    }
}

fn obey(line: CommandLine, words: &[OsString], world: World) -> Result<u8, Failure> {
    let begun = Instant::now();
    debug::begin(&line.global, words, &world.env);
    let after = readings::After::of(&line.verb, &line.global);
    let done = do_as_meant(line, world);
    if let Err(failure) = &done {
        tracing::error!(component = "cli", words = %failure.to_string().trim_end(), "command failed");
    }
    // Whoever interrupted it does not wait.
    if let Some(after) = after.filter(|_| !done.as_ref().is_ok_and(|code| *code > 128)) {
        readings::tell(&after);
    }
    debug::end(*done.as_ref().unwrap_or(&EXIT_CODE), begun.elapsed());
    done
}

fn do_as_meant(line: CommandLine, world: World) -> Result<u8, Failure> {
    match line.verb {
        Verb::Doctor(doctor) => examine_or(*doctor, &line.global, world),
        Verb::Login(login) => login::run(&login, &line.global, world),
        Verb::Logout => logout::run(&line.global, world),
        Verb::Auth(verb) => authenticate(verb, &line.global, world),
        Verb::Workspace(verb) => workspace::run(&verb, &line.global, world),
        Verb::Completions { shell } => manual::completions(shell),
        Verb::Man { dir } => manual::man(&dir),
        #[cfg(feature = "sandbox")]
        Verb::Sandbox(args) => sandbox::run(args, line.global.color, &world),
    }
}

fn authenticate(verb: Auth, global: &grammar::Global, world: World) -> Result<u8, Failure> {
    match verb {
        Auth::Status { offline } => status::run(offline, global, world),
        Auth::Refresh => refresh::run(global, world),
        Auth::CreateKey(args) => create_key::run(&args, global, world),
        Auth::ListKeys => keys::list(global, world),
        Auth::RevokeKey { key, yes } => keys::revoke(&key, yes, global, world),
    }
}

fn examine_or(mut doctor: Doctor, global: &grammar::Global, world: World) -> Result<u8, Failure> {
    let Some(verb) = doctor.verb.take() else { return examine::run(&doctor, global, world) };
    let plain = doctor.examine == grammar::Examine::as_by_default();
    match verb {
        DoctorVerb::Bundle(made) => examine::record(&made, doctor, global, world),
        _ if !plain => {
            Err(Failure::new("the flags of an examination do not go with this; see `cmdop doctor --help`"))
        }
        DoctorVerb::Diff(typed) => diff::run(&typed, doctor, global, world),
        DoctorVerb::List => list::run(&doctor.rules, global, &world),
        DoctorVerb::Explain { id } => explain::run(&id, &doctor.rules, global, &world),
        DoctorVerb::Redact(typed) => redact::run(&typed, &doctor.rules, global, &world),
        DoctorVerb::Undo(undo) => undo::run(&undo, global, &world),
        DoctorVerb::Rules(verb) => rules::run(verb, doctor, global, world),
    }
}

/// Help and version were asked for; anything else was not understood.
fn misunderstood(answer: &clap::Error, words: &[OsString], world: &World) -> Result<u8, Failure> {
    let text = answer.render();
    match answer.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            let terminal = screen::columns().is_some();
            let color = screen::wants_color(grammar::ColorChoice::Auto, terminal, &world.env);
            let text = if color { text.ansi().to_string() } else { text.to_string() };
            output::print(format!("{}\n", text.trim_end()).as_bytes()).map(|()| 0)
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            output::complain(&text);
            Ok(EXIT_CODE)
        }
        _ => {
            let words: Vec<_> = words.iter().skip(1).map(|word| word.to_string_lossy()).collect();
            Err(Failure::new(conceal(&text.to_string(), words.iter().map(AsRef::as_ref))))
        }
    }
}
