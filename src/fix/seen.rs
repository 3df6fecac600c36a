//! What an object is to the journal: which one it is, and what it holds.

use serde::{Deserialize, Serialize};

use crate::world::files::{self, Kind, words};
use crate::world::unix::objects::{Held, Seat};
use std::path::{Path, PathBuf};

/// The most that is read to know contents again; a credential file has a few hundred bytes.
const LARGEST: u64 = 16 * 1024 * 1024;

/// Why a change was not made, or not taken back.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    #[error("{0} changed since it was looked at")]
    Changed(String),
    #[error("{0} is no longer what the fix left")]
    Altered(String),
    #[error("nothing tells which object at {0} was looked at")]
    Unjudged(String),
    #[error("something else stands at {0}")]
    InTheWay(String),
    #[error("a process holds a lock on {0}")]
    InUse(String),
    #[error("{0} is a folder")]
    Folder(String),
    #[error("{0} does not begin with a byte-order mark")]
    NoMark(String),
    #[error("{0} belongs to another user")]
    Foreign(String),
    #[error("this is not undone by putting old credentials back; to give the new ones up: cmdop logout")]
    Credentials,
    #[error("a restart is not undone")]
    Restarted,
    #[error("{0} is not a change that this program makes")]
    Unsupported(&'static str),
    #[error("{0}: {1}")]
    Failed(String, String),
}

impl Refused {
    /// What the system says about `path`.
    pub(super) fn at<'p>(path: &'p str) -> impl Fn(std::io::Error) -> Refused + 'p {
        move |error| Refused::Failed(path.to_owned(), words(&error))
    }
}

/// An object as a change left it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Seen {
    /// What it is to the system: device, inode, owner, kind and birth.
    pub object: String,
    /// Permission bits.
    pub mode: u32,
    /// SHA-256 of a plain file's contents, in hexadecimal digits; none of what cannot be read.
    pub sha256: Option<String>,
}

impl Seen {
    /// What is held now.
    pub(super) fn of(held: &Held) -> std::io::Result<Seen> {
        let found = held.look()?;
        Ok(Seen { object: found.identity(), mode: found.mode, sha256: digest(held) })
    }

    /// Whether `held` is this object with this mode and these contents. What could not be read then
    /// or cannot be read now is not compared.
    pub(super) fn is(&self, held: &Held) -> bool {
        let Ok(now) = Seen::of(held) else { return false };
        let same = match (&self.sha256, &now.sha256) {
            (Some(then), Some(now)) => then == now,
            _ => true,
        };
        now.object == self.object && now.mode == self.mode && same
    }

    /// Whether this object stands at `seat`, whatever became of it.
    pub(super) fn stands_at(&self, seat: &Seat) -> bool {
        seat.look().is_ok_and(|found| found.identity() == self.object)
    }

    /// Whether it stands at `seat` unaltered.
    pub(super) fn is_at(&self, seat: &Seat) -> bool {
        seat.hold().is_ok_and(|held| self.is(&held))
    }
}

/// The SHA-256 of what a plain file holds.
pub(super) fn digest(held: &Held) -> Option<String> {
    if held.look().ok()?.kind != Kind::File {
        return None;
    }
    let bytes = zeroize::Zeroizing::new(held.read(LARGEST).ok()?);
    let digest = ring::digest::digest(&ring::digest::SHA256, &bytes);
    Some(digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect())
}

/// The seat at `path`.
pub(super) fn seat(path: &str) -> Result<Seat, Refused> {
    Seat::at(Path::new(path)).map_err(Refused::at(path))
}

/// The seat of what `path` leads to, links followed, and its path.
pub(super) fn real_seat(path: &str) -> Result<(Seat, String), Refused> {
    let gone = || Refused::Changed(path.to_owned());
    let real: PathBuf = files::real(Path::new(path)).ok_or_else(gone)?;
    let real = real.into_os_string().into_string().map_err(|_| gone())?;
    Ok((seat(&real)?, real))
}

/// Refuses unless nothing stands at `seat`.
pub(super) fn must_be_free(seat: &Seat) -> Result<(), Refused> {
    if seat.is_free() { Ok(()) } else { Err(Refused::InTheWay(seat.path().display().to_string())) }
}
