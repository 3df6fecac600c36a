//! The journal of what was changed: what stood there before is written down, and on the disk,
//! before anything is changed, so that a run that was killed can be taken back too.

use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::change::Change;
use crate::world::files::{self, words};
use crate::world::unix::accounts;
use crate::world::unix::objects::{PrivateFolder, Seat, make_folders};

/// How long an entry, and what is kept with it, stays: the longest that a replaced credential may
/// lie about.
const LONGEST_MS: i64 = 7 * 86_400_000;

/// How many entries stay, for the same reason.
const MOST: usize = 10;

/// The most that is read of an entry; one has a few hundred bytes.
const LARGEST: u64 = 256 * 1024;

/// The format of an entry.
const FORMAT: &str = "cmdop.doctor.fix/1";

/// One applied fix: what was done for one finding, step by step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    format: String,
    pub id: String,
    /// Milliseconds since 1970.
    pub at: i64,
    /// The root for which it was done.
    pub finding: String,
    pub steps: Vec<Record>,
}

/// One step of an entry.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// As a person would have typed it.
    pub command: String,
    pub state: State,
    pub change: Change,
}

/// How far a step came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Written down, and then perhaps done: the run was killed between the two.
    Begun,
    Done,
    Undone,
}

/// Where entries are kept.
#[derive(Debug, Clone)]
pub struct Places {
    /// In the config folder.
    pub usual: Option<PathBuf>,
    /// Where the config folder itself cannot be written, as that may be the fault.
    pub other: Option<PathBuf>,
}

/// The journal as it is on this machine.
#[derive(Debug)]
pub struct Journal {
    folders: Vec<PrivateFolder>,
}

/// An entry, and the folder that it lies in.
#[derive(Debug)]
pub struct Page<'j> {
    pub entry: Entry,
    folder: &'j PrivateFolder,
}

impl Places {
    /// Opens the journal for writing: in the first place where that can be done.
    ///
    /// # Errors
    /// In words, when it can be done nowhere.
    pub fn for_writing(&self) -> Result<Journal, String> {
        let mut why = Vec::new();
        let places = [(&self.usual, open_usual as fn(&Path) -> _), (&self.other, open_other)];
        for (place, open) in places {
            let Some(place) = place else { continue };
            match open(place) {
                Ok(folder) => return Ok(Journal { folders: vec![folder] }),
                Err(error) => why.push(format!("{}: {}", place.display(), words(&error))),
            }
        }
        Err(format!("what is changed cannot be written down ({})", why.join("; ")))
    }

    /// Opens the journal for reading: every place that is there.
    pub fn for_reading(&self) -> Journal {
        let places = [&self.usual, &self.other].into_iter().flatten();
        Journal { folders: places.filter_map(|place| PrivateFolder::existing(place).ok()).collect() }
    }
}

/// In the config folder, which must be the user's own: in another user's, what is written would be
/// in their way, and theirs to exchange.
fn open_usual(place: &Path) -> io::Result<PrivateFolder> {
    let above = place.parent().ok_or(ErrorKind::InvalidInput)?;
    let seat = Seat::at(above)?;
    if seat.is_free() {
        seat.create_folder()?;
    }
    if Seat::at(place)?.folder()?.owner != accounts::effective() {
        return Err(io::Error::new(ErrorKind::PermissionDenied, "the folder is not yours"));
    }
    writable(PrivateFolder::open(place)?)
}

fn open_other(place: &Path) -> io::Result<PrivateFolder> {
    let there = place.ancestors().skip(1).find(|folder| files::is_there(folder));
    let there = Seat::at(&there.ok_or(ErrorKind::NotFound)?.join("x"))?.folder()?;
    if there.owner != accounts::effective() {
        return Err(io::Error::new(ErrorKind::PermissionDenied, "the folder is not yours"));
    }
    if let Some(above) = place.parent() {
        make_folders(above)?;
    }
    writable(PrivateFolder::open(place)?)
}

/// Whether something can be written there is found out by writing.
fn writable(folder: PrivateFolder) -> io::Result<PrivateFolder> {
    let trial = folder.seat(&format!(".trial-{}", std::process::id()))?;
    trial.create(FORMAT.as_bytes(), 0o600)?;
    trial.unlink()?;
    Ok(folder)
}

impl Journal {
    /// Begins an entry for what is done for `finding` at `at`. So far it holds nothing.
    ///
    /// # Errors
    /// In words, when the journal cannot be written.
    pub fn begin(&self, finding: &str, at: i64) -> Result<Page<'_>, String> {
        let folder = self.folders.first().ok_or("there is no journal")?;
        let names = folder.names().map_err(|error| words(&error))?;
        let stamp = stamp(at);
        let free = |id: &String| !names.iter().any(|name| name.starts_with(id.as_str()));
        let ids = std::iter::once(stamp.clone()).chain((2..).map(|number| format!("{stamp}-{number}")));
        let id = ids.into_iter().find(free).unwrap_or(stamp);
        // Takes the id: another run in the same second finds that it is not free.
        let taken = folder.seat(&format!("{id}.json")).and_then(|seat| seat.create(b"{}", 0o600));
        taken.map_err(|error| format!("the journal cannot be written: {}", words(&error)))?;
        let finding = finding.to_owned();
        let entry = Entry { format: FORMAT.to_owned(), id, at, finding, steps: Vec::new() };
        Ok(Page { entry, folder })
    }

    /// All entries that can be read, the oldest first.
    pub fn pages(&self) -> Vec<Page<'_>> {
        let mut pages: Vec<Page<'_>> = self
            .folders
            .iter()
            .flat_map(|folder| {
                let names = folder.names().unwrap_or_default();
                names.into_iter().filter_map(move |name| read(folder, &name))
            })
            .collect();
        pages.sort_by(|a, b| (a.entry.at, &a.entry.id).cmp(&(b.entry.at, &b.entry.id)));
        pages
    }

    /// Drops the entries that are too old or too many at `now`, and what lies about without one.
    pub fn tidy(&self, now: i64) {
        let pages = self.pages();
        let too_many = pages.len().saturating_sub(MOST);
        for (at, page) in pages.iter().enumerate() {
            if at < too_many || now.saturating_sub(page.entry.at) > LONGEST_MS {
                page.drop_entry();
            }
        }
        for folder in &self.folders {
            drop_strays(folder, now);
        }
    }

    /// Drops everything. The number of entries that were there.
    pub fn purge(&self) -> usize {
        let pages = self.pages();
        pages.iter().for_each(Page::drop_entry);
        for folder in &self.folders {
            for name in folder.names().unwrap_or_default() {
                let _what_cannot_be_dropped_stays = folder.seat(&name).and_then(|seat| seat.unlink());
            }
        }
        pages.len()
    }
}

/// What belongs to no entry and is older than an hour was left by a run that was killed.
fn drop_strays(folder: &PrivateFolder, now: i64) {
    const UNDER_WAY_MS: i64 = 3_600_000;
    let names = folder.names().unwrap_or_default();
    let ids: Vec<String> = names.iter().filter_map(|name| Some(read(folder, name)?.entry.id)).collect();
    for name in &names {
        let Ok(seat) = folder.seat(name) else { continue };
        let old = seat.look().is_ok_and(|found| now.saturating_sub(found.modified_ms) > UNDER_WAY_MS);
        if old && !ids.iter().any(|id| name.split('.').next() == Some(id)) {
            let _what_cannot_be_dropped_stays = seat.unlink();
        }
    }
}

/// The entry in the file `name`, if it is one.
fn read<'j>(folder: &'j PrivateFolder, name: &str) -> Option<Page<'j>> {
    let id = name.strip_suffix(".json")?;
    let held = folder.seat(name).ok()?.hold().ok()?;
    if held.look().ok()?.owner != accounts::effective() {
        return None;
    }
    let entry: Entry = serde_json::from_slice(&held.read(LARGEST).ok()?).ok()?;
    (entry.format == FORMAT && entry.id == id).then_some(Page { entry, folder })
}

impl Entry {
    /// Whether anything of it is left to take back.
    pub fn is_open(&self) -> bool {
        self.steps.iter().any(|step| step.state != State::Undone)
    }
}

impl Page<'_> {
    /// Where what step `number` replaces is kept: in the journal, or beside `place` where that lies
    /// on another file system, as nothing moves from one to another in one step.
    ///
    /// # Errors
    /// When a folder cannot be looked at.
    pub fn keep(&self, number: usize, place: &Seat) -> io::Result<Seat> {
        let name = format!("{}.{number}", self.entry.id);
        let here = self.folder.seat(&name)?;
        if here.folder()?.device == place.folder()?.device {
            return Ok(here);
        }
        Seat::at(&place.path().with_file_name(format!(".cmdop-fix-{name}")))
    }

    /// Writes the entry, whole or not at all, and has it on the disk.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn save(&self) -> io::Result<()> {
        let text = serde_json::to_vec_pretty(&self.entry).map_err(io::Error::other)?;
        let fresh = self.folder.seat(&format!("{}.fresh-{}", self.entry.id, std::process::id()))?;
        fresh.create(&text, 0o600)?;
        fresh.replace(&self.folder.seat(&format!("{}.json", self.entry.id))?)
    }

    /// Drops the entry and what was kept with it. What cannot be dropped stays.
    pub fn drop_entry(&self) {
        for kept in self.entry.steps.iter().filter_map(|step| step.change.kept()) {
            let _stays = Seat::at(Path::new(kept)).and_then(|seat| seat.unlink());
        }
        let own = format!("{}.", self.entry.id);
        for name in self.folder.names().unwrap_or_default().iter().filter(|name| name.starts_with(&own)) {
            let _stays = self.folder.seat(name).and_then(|seat| seat.unlink());
        }
    }

    /// Keeps a copy of the file at `path` as number `number`, if there is one that can be read.
    pub fn keep_copy(&self, number: usize, path: &Path) -> Option<String> {
        let real = files::real(path)?;
        let bytes = Zeroizing::new(Seat::at(&real).ok()?.hold().ok()?.read(LARGEST).ok()?);
        let kept = self.folder.seat(&format!("{}.{number}", self.entry.id)).ok()?;
        kept.create(&bytes, 0o600).ok()?;
        Some(kept.path().display().to_string())
    }
}

/// `20261124-161512`, in UTC.
fn stamp(ms: i64) -> String {
    jiff::Timestamp::from_millisecond(ms)
        .map_or_else(|_| "0".to_owned(), |time| time.strftime("%Y%m%d-%H%M%S").to_string())
}
