//! One change, as the journal writes it down: what was there, what is there now, how it is done and
//! how it is taken back.

mod folder;
mod mode;
mod moved;
mod operation;
mod removed;
mod stripped;

use serde::{Deserialize, Serialize};

pub use folder::FolderMade;
pub use mode::ModeChanged;
pub use moved::Moved;
pub use operation::Operated;
pub use removed::Removed;
pub use stripped::Stripped;

use super::journal::Page;
use super::seen::Refused;
use crate::model::fix::{FileChange, FileVerb};

/// A change that was made, or is about to be.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "did", rename_all = "snake_case")]
pub enum Change {
    Mode(ModeChanged),
    Moved(Moved),
    Removed(Removed),
    Stripped(Stripped),
    FolderMade(FolderMade),
    Operation(Operated),
}

impl Change {
    /// Looks whether `wanted` can be done to what was judged, and says what will be done. What it
    /// replaces will be kept as number `number` of `page`.
    ///
    /// # Errors
    /// When what stands there is not what was judged, or nothing tells what was.
    pub fn prepare(wanted: &FileChange, page: &Page<'_>, number: usize) -> Result<Change, Refused> {
        Ok(match wanted.verb {
            FileVerb::Chmod => Change::Mode(ModeChanged::prepare(wanted)?),
            FileVerb::Move => Change::Moved(Moved::prepare(wanted, page, number)?),
            FileVerb::Remove => Change::Removed(Removed::prepare(wanted, page, number)?),
            FileVerb::StripMark => Change::Stripped(Stripped::prepare(wanted, page, number)?),
            FileVerb::Mkdir => Change::FolderMade(FolderMade::prepare(wanted)),
            FileVerb::Chown => return Err(Refused::Unsupported("chown")),
        })
    }

    /// Does it. An operation was done by whoever can; here it is only noted what that left.
    ///
    /// # Errors
    /// When the object is another one meanwhile, which is then left as it is; when the system refuses.
    pub fn run(&mut self) -> Result<(), Refused> {
        match self {
            Change::Mode(change) => change.run(),
            Change::Moved(change) => change.run(),
            Change::Removed(change) => change.run(),
            Change::Stripped(change) => change.run(),
            Change::FolderMade(change) => change.run(),
            Change::Operation(change) => {
                change.note();
                Ok(())
            }
        }
    }

    /// Takes it back, as far as it was done, if what it left is still there unaltered.
    ///
    /// # Errors
    /// When it is not, or when this sort of change is not taken back.
    pub fn reverse(&self) -> Result<(), Refused> {
        match self {
            Change::Mode(change) => change.reverse(),
            Change::Moved(change) => change.reverse(),
            Change::Removed(change) => change.reverse(),
            Change::Stripped(change) => change.reverse(),
            Change::FolderMade(change) => change.reverse(),
            Change::Operation(change) => change.reverse(),
        }
    }

    /// Whether it can be taken back.
    pub fn is_undoable(&self) -> bool {
        match self {
            Change::Operation(change) => change.is_undoable(),
            _ => true,
        }
    }

    /// Where what it replaces is kept.
    pub fn kept(&self) -> Option<&str> {
        match self {
            Change::Moved(change) => change.over.as_ref().map(|over| over.kept.as_str()),
            Change::Removed(change) => Some(&change.kept),
            Change::Stripped(change) => Some(&change.kept),
            Change::Operation(change) => change.kept(),
            Change::Mode(_) | Change::FolderMade(_) => None,
        }
    }
}

/// What was judged; a change of anything else is refused.
fn judged(wanted: &FileChange) -> Result<&str, Refused> {
    match &wanted.object {
        Some(object) => Ok(&object.id),
        None => Err(Refused::Unjudged(wanted.path.clone())),
    }
}
