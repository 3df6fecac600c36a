//! Where output goes: standard output, standard error, files.

use std::cell::RefCell;
use std::fmt::Display;
use std::io::{self, ErrorKind, Write};
use std::path::PathBuf;

use super::failure::Failure;
use crate::world::files::words;
use crate::world::save::{add, save};

/// A finished text, and where it goes.
#[derive(Debug)]
pub(super) enum Parcel {
    /// To the end of a file that a build system offers: where that cannot be written, the report is
    /// none the worse.
    AddedTo(PathBuf, Vec<u8>),
    File(PathBuf, Vec<u8>),
    /// To standard output. It stands last: whoever sees its end finds the files complete.
    Printed(Vec<u8>),
}

/// Delivers all parcels, in their order.
pub(super) fn deliver(parcels: Vec<Parcel>) -> Result<(), Failure> {
    parcels.iter().try_for_each(|parcel| match parcel {
        Parcel::AddedTo(file, bytes) => {
            if let Err(error) = add(file, bytes) {
                let told = unwritable(&file.display(), &error);
                complain(&told);
            }
            Ok(())
        }
        Parcel::File(file, bytes) => save(file, bytes).map_err(|error| unwritable(&file.display(), &error)),
        Parcel::Printed(bytes) => print(bytes),
    })
}

thread_local! {
    /// What was complained of while a command runs as a part of another one.
    static OVERHEARD: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Runs `command` as a part of another one, whose alone standard output is: what it prints goes to
/// standard error. Besides what came of it, gives what it complained of.
pub(super) fn overheard<T>(command: impl FnOnce() -> T) -> (T, String) {
    OVERHEARD.with_borrow_mut(|heard| *heard = Some(String::new()));
    let done = command();
    (done, OVERHEARD.take().unwrap_or_default())
}

/// Writes to standard output. A reader that has gone away has seen what it wanted.
pub(super) fn print(bytes: &[u8]) -> Result<(), Failure> {
    if OVERHEARD.with_borrow(Option::is_some) {
        let _nobody_left_to_tell = io::stderr().lock().write_all(bytes);
        return Ok(());
    }
    let mut out = io::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        other => other.map_err(|error| unwritable(&"standard output", &error)),
    }
}

/// Writes to standard error, as far as that is possible.
pub(super) fn complain(message: &dyn Display) {
    let message = message.to_string();
    OVERHEARD.with_borrow_mut(|heard| heard.as_mut().map(|heard| heard.push_str(&message)));
    let _nobody_left_to_tell = io::stderr().lock().write_all(message.as_bytes());
}

fn unwritable(place: &dyn Display, error: &io::Error) -> Failure {
    Failure::new(format!("the report cannot be written to {place}: {}", words(error)))
}
