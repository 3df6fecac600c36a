//! The command line: what was typed becomes what was meant, a command is run, and its answer
//! becomes an exit code.

mod config;
mod debug;
mod examine;
mod explain;
mod failure;
mod folders;
pub mod grammar;
mod list;
mod output;
mod panics;
mod probes;
mod product;
mod redact;
mod rules;
#[cfg(feature = "sandbox")]
mod sandbox;
mod screen;
mod select;
mod settings;
mod signals;
mod spinner;

use std::ffi::OsString;
use std::panic::{AssertUnwindSafe, catch_unwind};

use clap::error::ErrorKind;

use crate::world::World;
use failure::{EXIT_CODE, Failure, conceal};
use grammar::{CommandLine, Doctor, DoctorVerb, Rules, Typed, Verb};

/// Runs the program with `words`, its own name first, and gives the exit code.
pub fn run(words: Vec<OsString>) -> u8 {
    if let [_, only] = words.as_slice()
        && (only == "--version" || only == "-V")
    {
        return settle(
            output::print(concat!("cmdop ", env!("CARGO_PKG_VERSION"), "\n").as_bytes()).map(|()| 0),
        );
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
        Ok(Typed::Ours(line)) => obey(*line, world),
        Err(answer) => misunderstood(&answer, &words, &world),
    }
}

fn obey(line: CommandLine, world: World) -> Result<u8, Failure> {
    debug::begin(&line.global, &world.env);
    match line.verb {
        Verb::Doctor(doctor) => examine_or(doctor, &line.global, world),
        Verb::Login(_) => Err(not_yet("login")),
        Verb::Logout => Err(not_yet("logout")),
        Verb::Auth(_) => Err(not_yet("auth")),
        Verb::Workspace(_) => Err(not_yet("workspace")),
        #[cfg(feature = "sandbox")]
        Verb::Sandbox(args) => sandbox::run(args, line.global.color, &world),
    }
}

fn examine_or(doctor: Doctor, global: &grammar::Global, world: World) -> Result<u8, Failure> {
    let Some(verb) = &doctor.verb else { return examine::run(&doctor, global, world) };
    if doctor.examine != grammar::Examine::as_by_default() {
        return Err(Failure::new(
            "the flags of an examination do not go with this; see `cmdop doctor --help`",
        ));
    }
    match verb {
        DoctorVerb::List => list::run(&doctor.rules, global, &world),
        DoctorVerb::Explain { id } => explain::run(id, &doctor.rules, global, &world),
        DoctorVerb::Redact(typed) => redact::run(typed, &doctor.rules, global, &world),
        DoctorVerb::Rules(Rules::Probes) => probes::run(global, &world),
    }
}

fn not_yet(verb: &str) -> Failure {
    Failure::new(format!("`cmdop {verb}` is not part of this build yet"))
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
