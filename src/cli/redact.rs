//! `cmdop doctor redact`: a text or a stream without secrets, for showing it to others.

use std::io::{self, ErrorKind, Read};
use std::path::Path;

use super::failure::Failure;
use super::grammar::{Global, Redact, RuleFiles};
use super::rules::{self, PATIENCE};
use super::settings::in_force;
use crate::redact::{Broken, Redactor, Style};
use crate::world::World;
use crate::world::files::{ReadError, open_plain, words};

/// Copies the file, or standard input, to standard output without secrets.
pub(super) fn run(typed: &Redact, files: &RuleFiles, global: &Global, world: &World) -> Result<u8, Failure> {
    let in_force = in_force(global, world, PATIENCE, true)?;
    let shapes = rules::load(files, &in_force, PATIENCE)?.rulebook.shapes;
    let mut redactor = Redactor::new(shapes, Style { anonymize: typed.anonymize, plain: typed.plain });
    match typed.file.as_deref().filter(|file| *file != Path::new("-")) {
        None => copy(&mut redactor, io::stdin().lock(), "standard input"),
        Some(file) => {
            let name = file.display().to_string();
            let opened = open_plain(file)
                .map_err(|error| Failure::new(format!("`{name}` cannot be read: {error}{}", hint(&error))))?;
            copy(&mut redactor, opened, &format!("`{name}`"))
        }
    }
}

/// What to do about a file that is none.
fn hint(error: &ReadError) -> &'static str {
    match error {
        ReadError::NotPlain(_) => "; pipe it into `cmdop doctor redact -`",
        _ => "",
    }
}

/// A reader that has gone away has seen what it wanted.
fn copy(redactor: &mut Redactor, from: impl Read, name: &str) -> Result<u8, Failure> {
    match redactor.stream(from, io::stdout().lock()) {
        Err(Broken::Writing(error)) if error.kind() == ErrorKind::BrokenPipe => Ok(0),
        Err(Broken::Writing(error)) => {
            Err(Failure::new(format!("standard output cannot be written to: {}", words(&error))))
        }
        Err(Broken::Reading(error)) => {
            Err(Failure::new(format!("{name} cannot be read to its end: {}", words(&error))))
        }
        Ok(()) => Ok(0),
    }
}
