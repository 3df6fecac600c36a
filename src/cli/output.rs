//! Where output goes: standard output, standard error, files.

use std::fmt::Display;
use std::io::{self, ErrorKind, Write};
use std::path::PathBuf;

use super::failure::Failure;
use crate::world::files::words;
use crate::world::save::save;

/// A finished text and the file that it is for; standard output where there is none.
#[derive(Debug)]
pub(super) struct Parcel {
    pub(super) file: Option<PathBuf>,
    pub(super) bytes: Vec<u8>,
}

/// Delivers all parcels, files first: whoever sees the end of standard output finds them complete.
pub(super) fn deliver(mut parcels: Vec<Parcel>) -> Result<(), Failure> {
    parcels.sort_by_key(|parcel| parcel.file.is_none());
    parcels.iter().try_for_each(|parcel| match &parcel.file {
        Some(file) => save(file, &parcel.bytes).map_err(|error| unwritable(&file.display(), &error)),
        None => print(&parcel.bytes),
    })
}

/// Writes to standard output. A reader that has gone away has seen what it wanted.
pub(super) fn print(bytes: &[u8]) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        other => other.map_err(|error| unwritable(&"standard output", &error)),
    }
}

/// Writes to standard error, as far as that is possible.
pub(super) fn complain(message: &dyn Display) {
    let _nobody_left_to_tell = write!(io::stderr().lock(), "{message}");
}

fn unwritable(place: &dyn Display, error: &io::Error) -> Failure {
    Failure::new(format!("the report cannot be written to {place}: {}", words(error)))
}
