//! A text without its byte-order mark: written beside, and exchanged in one step.

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::judged;
use crate::fix::journal::Page;
use crate::fix::seen::{Refused, Seen, real_seat, seat};
use crate::model::fix::FileChange;
use crate::world::unix::accounts;

/// The byte-order mark in UTF-8 (RFC 3629 section 6).
const MARK: &[u8] = b"\xef\xbb\xbf";

/// The most that is rewritten; a credential file has a few hundred bytes.
const LARGEST: u64 = 1024 * 1024;

/// A file lost its byte-order mark.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stripped {
    /// Without links.
    path: String,
    /// First where the new file waits, then where the old one is kept.
    pub(super) kept: String,
    before: Seen,
    left: Seen,
}

impl Stripped {
    pub(super) fn prepare(wanted: &FileChange, page: &Page<'_>, number: usize) -> Result<Stripped, Refused> {
        let object = judged(wanted)?;
        let (place, path) = real_seat(&wanted.path)?;
        let failed = Refused::at(&path);
        let held = place.hold().map_err(&failed)?;
        let before = Seen::of(&held).map_err(&failed)?;
        if before.object != object {
            return Err(Refused::Changed(wanted.path.clone()));
        }
        if held.look().map_err(&failed)?.owner != accounts::effective() {
            return Err(Refused::Foreign(wanted.path.clone()));
        }
        let bytes = Zeroizing::new(held.read(LARGEST).map_err(&failed)?);
        let rest = bytes.strip_prefix(MARK).ok_or_else(|| Refused::NoMark(path.clone()))?;
        let fresh = page.keep(number, &place).map_err(&failed)?;
        fresh.create(rest, before.mode).map_err(&failed)?;
        let left = fresh.hold().and_then(|held| Seen::of(&held)).map_err(&failed)?;
        let kept = fresh.path().display().to_string();
        Ok(Stripped { path: path.clone(), kept, before, left })
    }

    pub(super) fn run(&mut self) -> Result<(), Refused> {
        let (place, kept) = (seat(&self.path)?, seat(&self.kept)?);
        place.exchange(&kept).map_err(Refused::at(&self.path))?;
        if !self.before.is_at(&kept) || !self.left.stands_at(&place) {
            place.exchange(&kept).map_err(Refused::at(&self.path))?;
            return Err(Refused::Changed(self.path.clone()));
        }
        Ok(())
    }

    pub(super) fn reverse(&self) -> Result<(), Refused> {
        let (place, kept) = (seat(&self.path)?, seat(&self.kept)?);
        if !self.before.stands_at(&place) {
            if !self.left.is_at(&place) {
                return Err(Refused::Altered(self.path.clone()));
            }
            if !self.before.is_at(&kept) {
                return Err(Refused::Altered(self.kept.clone()));
            }
            place.exchange(&kept).map_err(Refused::at(&self.path))?;
        }
        if self.left.stands_at(&kept) {
            kept.unlink().map_err(Refused::at(&self.kept))?;
        }
        Ok(())
    }
}
