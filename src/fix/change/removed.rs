//! Something removed: moved out of the way, and kept.

use serde::{Deserialize, Serialize};

use super::judged;
use crate::fix::journal::Page;
use crate::fix::seen::{Refused, Seen, must_be_free, seat};
use crate::model::fix::FileChange;
use crate::world::files::Kind;

/// An object was removed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Removed {
    path: String,
    pub(super) kept: String,
    left: Seen,
}

impl Removed {
    pub(super) fn prepare(wanted: &FileChange, page: &Page<'_>, number: usize) -> Result<Removed, Refused> {
        let object = judged(wanted)?;
        let place = seat(&wanted.path)?;
        let held = place.hold().map_err(|_| Refused::Changed(wanted.path.clone()))?;
        let left = Seen::of(&held).map_err(Refused::at(&wanted.path))?;
        if left.object != object {
            return Err(Refused::Changed(wanted.path.clone()));
        }
        if held.look().map_err(Refused::at(&wanted.path))?.kind == Kind::Folder {
            return Err(Refused::Folder(wanted.path.clone()));
        }
        // What was left over when it was looked at may be in use again.
        if held.is_locked() {
            return Err(Refused::InUse(wanted.path.clone()));
        }
        let kept = page.keep(number, &place).map_err(Refused::at(&wanted.path))?;
        Ok(Removed { path: wanted.path.clone(), kept: kept.path().display().to_string(), left })
    }

    pub(super) fn run(&mut self) -> Result<(), Refused> {
        let (place, kept) = (seat(&self.path)?, seat(&self.kept)?);
        place.move_to(&kept).map_err(Refused::at(&self.path))?;
        if !self.left.stands_at(&kept) {
            kept.move_to(&place).map_err(Refused::at(&self.kept))?;
            return Err(Refused::Changed(self.path.clone()));
        }
        Ok(())
    }

    pub(super) fn reverse(&self) -> Result<(), Refused> {
        let (place, kept) = (seat(&self.path)?, seat(&self.kept)?);
        if self.left.stands_at(&place) {
            return Ok(());
        }
        if !self.left.is_at(&kept) {
            return Err(Refused::Altered(self.kept.clone()));
        }
        must_be_free(&place)?;
        kept.move_to(&place).map_err(Refused::at(&self.kept))
    }
}
