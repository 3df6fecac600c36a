//! What the service knows, kept in a file over its own end: credentials, logins, waiting devices,
//! people on their way from page to page, and codes that were not yet exchanged. The seeded world is
//! seeded anew.
#![expect(clippy::disallowed_methods, reason = "the sandbox keeps a file of its own; it is not the doctor")]

use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::oauth::{Code, Device, Family, Visit};
use super::records::{Grant, Records};

/// The form of the file. Another form gets another number.
const SCHEMA: &str = "cmdop.sandbox.state/2";

/// The form before it, which had neither open pages nor codes, and is read as well.
const EARLIER: &str = "cmdop.sandbox.state/1";

/// The whole file, for writing; `Kept` is the same for reading.
#[derive(Serialize)]
struct Keeping<'r> {
    schema: &'static str,
    grants: Vec<&'r Grant>,
    families: &'r [Family],
    devices: &'r [Device],
    signed_on: &'r [String],
    visits: &'r [Visit],
    codes: &'r [Code],
}

/// What was kept.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Kept {
    schema: String,
    grants: Vec<Grant>,
    families: Vec<Family>,
    devices: Vec<Device>,
    signed_on: Vec<String>,
    #[serde(default)]
    visits: Vec<Visit>,
    #[serde(default)]
    codes: Vec<Code>,
}

/// A file that holds raw credentials, as secret as a store: 0600, replaced whole.
#[derive(Debug)]
pub(super) struct StateFile {
    path: PathBuf,
}

impl StateFile {
    /// The file at `path`, whether or not it is there yet. A link is followed, and stays.
    pub(super) fn at(path: &Path) -> StateFile {
        StateFile { path: fs::canonicalize(path).unwrap_or_else(|_| path.to_owned()) }
    }

    /// Puts what was kept into `records`; without a file nothing. Fails if it cannot be read or is
    /// not ours, and leaves it as it is.
    pub(super) fn load(&self, records: &mut Records) -> io::Result<()> {
        let text = match fs::read(&self.path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
            other => other.map_err(|error| self.named(error.kind(), &error.to_string()))?,
        };
        let kept: Kept = serde_json::from_slice(&text).map_err(|error| self.foreign(&error.to_string()))?;
        if ![SCHEMA, EARLIER].contains(&kept.schema.as_str()) {
            return Err(self.foreign(&format!("its schema is not {SCHEMA}")));
        }
        records.grants = kept.grants;
        records.ledger.families = kept.families;
        records.ledger.devices = kept.devices;
        records.signed_on = kept.signed_on;
        records.ledger.visits = kept.visits;
        records.ledger.codes = kept.codes;
        Ok(())
    }

    fn foreign(&self, why: &str) -> io::Error {
        self.named(
            ErrorKind::InvalidData,
            &format!("no state of a sandbox ({why}); move it away or name another"),
        )
    }

    fn named(&self, kind: ErrorKind, why: &str) -> io::Error {
        io::Error::new(kind, format!("{}: {why}", self.path.display()))
    }

    /// Replaces the file by what is in `records` now: after a crash at any instant it is the old one
    /// or the new one.
    pub(super) fn save(&self, records: &Records) -> io::Result<()> {
        let keeping = Keeping {
            schema: SCHEMA,
            grants: records.grants.iter().filter(|grant| !grant.by_option).collect(),
            families: &records.ledger.families,
            devices: &records.ledger.devices,
            signed_on: &records.signed_on,
            visits: &records.ledger.visits,
            codes: &records.ledger.codes,
        };
        let text = serde_json::to_vec_pretty(&keeping)?;
        self.replace(&text).map_err(|error| self.named(error.kind(), &error.to_string()))
    }

    fn replace(&self, text: &[u8]) -> io::Result<()> {
        let parent = self.path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let folder = parent.unwrap_or(Path::new("."));
        // Temporary files are private from their first byte.
        let mut fresh = tempfile::Builder::new().prefix(".cmdop-sandbox-").tempfile_in(folder)?;
        fresh.write_all(text)?;
        fresh.as_file().sync_all()?;
        fresh.persist(&self.path).map_err(|error| error.error)?;
        settle(folder)
    }
}

/// Makes a rename in `folder` last over a loss of power.
#[cfg(unix)]
fn settle(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Folders cannot be synchronised here.
#[cfg(not(unix))]
fn settle(_: &Path) -> io::Result<()> {
    Ok(())
}
