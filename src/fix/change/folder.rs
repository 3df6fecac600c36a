//! A folder made where none was.

use serde::{Deserialize, Serialize};

use crate::fix::seen::{Refused, must_be_free, seat};
use crate::model::fix::FileChange;

/// A folder was made, for its owner alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FolderMade {
    path: String,
    /// What it is to the system, once it is there.
    object: Option<String>,
}

impl FolderMade {
    pub(super) fn prepare(wanted: &FileChange) -> FolderMade {
        FolderMade { path: wanted.path.clone(), object: None }
    }

    pub(super) fn run(&mut self) -> Result<(), Refused> {
        let place = seat(&self.path)?;
        must_be_free(&place)?;
        place.create_folder().map_err(Refused::at(&self.path))?;
        self.object = place.look().ok().map(|found| found.identity());
        Ok(())
    }

    /// Only an empty folder is removed.
    pub(super) fn reverse(&self) -> Result<(), Refused> {
        let place = seat(&self.path)?;
        if place.is_free() {
            return Ok(());
        }
        let now = place.look().map_err(Refused::at(&self.path))?.identity();
        if self.object.as_ref() != Some(&now) {
            return Err(Refused::Altered(self.path.clone()));
        }
        place.unlink_folder().map_err(Refused::at(&self.path))
    }
}
