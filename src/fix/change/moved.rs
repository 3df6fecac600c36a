//! A file, folder or link under another name, in the place of a broken file if need be.

use serde::{Deserialize, Serialize};

use super::judged;
use crate::fix::journal::Page;
use crate::fix::seen::{Refused, Seen, must_be_free, seat};
use crate::model::fix::FileChange;
use crate::world::files::Kind;
use crate::world::unix::objects::Seat;

/// An object was moved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Moved {
    from: String,
    to: String,
    left: Seen,
    /// What stood at `to` before.
    pub(super) over: Option<Replaced>,
}

/// What made room for a moved file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Replaced {
    pub(super) kept: String,
    seen: Seen,
}

impl Moved {
    pub(super) fn prepare(wanted: &FileChange, page: &Page<'_>, number: usize) -> Result<Moved, Refused> {
        let object = judged(wanted)?;
        let (from, to) = (seat(&wanted.path)?, seat(&wanted.to)?);
        let held = from.hold().map_err(|_| Refused::Changed(wanted.path.clone()))?;
        let left = Seen::of(&held).map_err(Refused::at(&wanted.path))?;
        if left.object != object {
            return Err(Refused::Changed(wanted.path.clone()));
        }
        let over = match to.is_free() {
            true => None,
            false => Some(replaced(wanted, &to, page, number)?),
        };
        Ok(Moved { from: wanted.path.clone(), to: wanted.to.clone(), left, over })
    }

    pub(super) fn run(&mut self) -> Result<(), Refused> {
        let (from, to) = (seat(&self.from)?, seat(&self.to)?);
        let failed = Refused::at(&self.from);
        let Some(over) = &self.over else {
            from.move_to(&to).map_err(failed)?;
            if !self.left.stands_at(&to) {
                to.move_to(&from).map_err(Refused::at(&self.to))?;
                return Err(Refused::Changed(self.from.clone()));
            }
            return Ok(());
        };
        let kept = seat(&over.kept)?;
        must_be_free(&kept)?;
        from.exchange(&to).map_err(&failed)?;
        if !self.left.stands_at(&to) || !over.seen.stands_at(&from) {
            from.exchange(&to).map_err(&failed)?;
            return Err(Refused::Changed(self.from.clone()));
        }
        from.move_to(&kept).map_err(failed)
    }

    pub(super) fn reverse(&self) -> Result<(), Refused> {
        let (from, to) = (seat(&self.from)?, seat(&self.to)?);
        if self.left.stands_at(&from) {
            return Ok(());
        }
        if !self.left.is_at(&to) {
            return Err(Refused::Altered(self.to.clone()));
        }
        let Some(over) = &self.over else {
            must_be_free(&from)?;
            return to.move_to(&from).map_err(Refused::at(&self.to));
        };
        let kept = seat(&over.kept)?;
        // A run that was killed in between has left it where the moved file was.
        if !over.seen.stands_at(&from) {
            if !over.seen.is_at(&kept) {
                return Err(Refused::Altered(over.kept.clone()));
            }
            must_be_free(&from)?;
            kept.move_to(&from).map_err(Refused::at(&over.kept))?;
        }
        from.exchange(&to).map_err(Refused::at(&self.from))
    }
}

/// What stands at `to`, if it was judged as well and is a plain file.
fn replaced(wanted: &FileChange, to: &Seat, page: &Page<'_>, number: usize) -> Result<Replaced, Refused> {
    let in_the_way = || Refused::InTheWay(wanted.to.clone());
    let judged = wanted.over.as_ref().ok_or_else(in_the_way)?;
    let held = to.hold().map_err(Refused::at(&wanted.to))?;
    if held.look().map_err(Refused::at(&wanted.to))?.kind != Kind::File {
        return Err(in_the_way());
    }
    let seen = Seen::of(&held).map_err(Refused::at(&wanted.to))?;
    if seen.object != judged.id {
        return Err(Refused::Changed(wanted.to.clone()));
    }
    let kept = page.keep(number, to).map_err(Refused::at(&wanted.to))?;
    Ok(Replaced { kept: kept.path().display().to_string(), seen })
}
