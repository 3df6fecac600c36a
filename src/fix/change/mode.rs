//! Other permission bits for a file or folder.

use serde::{Deserialize, Serialize};

use super::judged;
use crate::fix::seen::{Refused, Seen, digest, real_seat, seat};
use crate::model::fix::FileChange;
use crate::world::files::Kind;
use crate::world::unix::objects::Held;

/// The bits that `chmod MODE` leaves alone on folders (GNU coreutils: set-user-ID, set-group-ID), and
/// the sticky bit with them.
const SPECIAL: u32 = 0o7000;

/// An object got other permission bits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModeChanged {
    /// Without links.
    path: String,
    before: u32,
    left: Seen,
}

impl ModeChanged {
    /// A link is followed: what was judged is what it leads to.
    pub(super) fn prepare(wanted: &FileChange) -> Result<ModeChanged, Refused> {
        let object = judged(wanted)?;
        let (seat, path) = real_seat(&wanted.path)?;
        let found = seat.look().map_err(Refused::at(&path))?;
        if found.identity() != object {
            return Err(Refused::Changed(wanted.path.clone()));
        }
        let kept = if found.kind == Kind::Folder { found.mode & SPECIAL } else { 0 };
        let left = Seen { object: object.to_owned(), mode: kept | wanted.mode, sha256: None };
        Ok(ModeChanged { path, before: found.mode, left })
    }

    fn hold(&self) -> Result<(Held, u32), Refused> {
        let held = seat(&self.path)?.hold().map_err(Refused::at(&self.path))?;
        let found = held.look().map_err(Refused::at(&self.path))?;
        if found.identity() != self.left.object {
            return Err(Refused::Changed(self.path.clone()));
        }
        Ok((held, found.mode))
    }

    pub(super) fn run(&mut self) -> Result<(), Refused> {
        let (held, mode) = self.hold()?;
        if mode != self.before {
            return Err(Refused::Changed(self.path.clone()));
        }
        held.set_mode(self.left.mode).map_err(Refused::at(&self.path))?;
        self.left.sha256 = digest(&held);
        Ok(())
    }

    pub(super) fn reverse(&self) -> Result<(), Refused> {
        let altered = || Refused::Altered(self.path.clone());
        let (held, mode) = self.hold().map_err(|_| altered())?;
        if mode == self.before {
            return Ok(());
        }
        if !self.left.is(&held) {
            return Err(altered());
        }
        held.set_mode(self.before).map_err(Refused::at(&self.path))
    }
}
