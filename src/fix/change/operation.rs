//! An operation of this program, such as a login, or a restart.

use std::path::Path;

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::fix::journal::Page;
use crate::fix::seen::{Refused, Seen, seat};
use crate::world::files;
use crate::world::unix::objects::Seat;

/// The most that is kept of a file.
const LARGEST: u64 = 256 * 1024;

/// An operation was run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Operated {
    /// The words of its command.
    argv: Vec<String>,
    /// Where a copy of the file that it replaced is kept, for its owner alone.
    kept: Option<String>,
    sort: Sort,
}

/// What the operation changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Sort {
    /// Credentials, here or at the server.
    Credentials,
    /// A process.
    Restart,
    /// The settings in this file.
    Settings(Settings),
}

/// A file of settings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    /// Without links, if it was there.
    path: String,
    /// Its permission bits before; none where it was not there.
    before: Option<u32>,
    /// As the operation left it, once it is done.
    left: Option<Seen>,
}

impl Operated {
    /// About to be run on credentials; the credential file as it was, if that is wanted, is kept as
    /// number `number` of `page`.
    pub(in crate::fix) fn on_credentials(
        argv: &[String],
        store: Option<&Path>,
        page: &Page<'_>,
        number: usize,
    ) -> Operated {
        let kept = store.and_then(|store| page.keep_copy(number, store));
        Operated { argv: argv.to_vec(), kept, sort: Sort::Credentials }
    }

    /// About to be run on the settings in the file at `path`, which is kept as it was.
    pub(in crate::fix) fn on_settings(
        argv: &[String],
        path: &Path,
        page: &Page<'_>,
        number: usize,
    ) -> Operated {
        let real = files::real(path).unwrap_or_else(|| path.to_owned());
        let before = Seat::at(&real).and_then(|seat| seat.look()).ok().map(|found| found.mode);
        let kept = before.and_then(|_| page.keep_copy(number, &real));
        let path = real.display().to_string();
        Operated { argv: argv.to_vec(), kept, sort: Sort::Settings(Settings { path, before, left: None }) }
    }

    /// A process is about to be restarted.
    pub(in crate::fix) fn on_process(mark: &str) -> Operated {
        let argv = vec!["restart".to_owned(), mark.to_owned()];
        Operated { argv, kept: None, sort: Sort::Restart }
    }

    /// Notes how the operation, which is done, left the settings.
    pub(super) fn note(&mut self) {
        if let Sort::Settings(settings) = &mut self.sort {
            let held = Seat::at(Path::new(&settings.path)).and_then(|seat| seat.hold());
            settings.left = held.and_then(|held| Seen::of(&held)).ok();
        }
    }

    pub(super) fn kept(&self) -> Option<&str> {
        self.kept.as_deref()
    }

    pub(super) fn is_undoable(&self) -> bool {
        matches!(self.sort, Sort::Settings(_))
    }

    /// Tokens that were replaced may have been revoked by that, and a server that sees one again
    /// takes it for stolen and ends the session (RFC 9700 section 4.14.2).
    pub(super) fn reverse(&self) -> Result<(), Refused> {
        match &self.sort {
            Sort::Credentials => Err(Refused::Credentials),
            Sort::Restart => Err(Refused::Restarted),
            Sort::Settings(settings) => settings.reverse(self.kept.as_deref()),
        }
    }
}

impl Settings {
    fn reverse(&self, kept: Option<&str>) -> Result<(), Refused> {
        let place = seat(&self.path)?;
        let failed = Refused::at(&self.path);
        let altered = || Refused::Altered(self.path.clone());
        let as_left = self.left.as_ref().is_some_and(|left| left.is_at(&place));
        let Some(mode) = self.before else {
            return match (place.is_free(), as_left) {
                (true, _) => Ok(()),
                (false, true) => place.unlink().map_err(failed),
                (false, false) => Err(altered()),
            };
        };
        let kept = seat(kept.ok_or_else(altered)?)?;
        let bytes = |seat: &Seat| seat.hold().and_then(|held| held.read(LARGEST)).map(Zeroizing::new);
        let old = bytes(&kept).map_err(&failed)?;
        if bytes(&place).is_ok_and(|now| now == old) {
            return Ok(());
        }
        if !as_left {
            return Err(altered());
        }
        // What a run that was killed here has left is in nobody's way.
        let name = kept.path().file_name().unwrap_or_default().to_string_lossy().into_owned();
        let fresh = Seat::at(&place.path().with_file_name(format!(".cmdop-undo-{name}"))).map_err(&failed)?;
        if !fresh.is_free() {
            fresh.unlink().map_err(&failed)?;
        }
        fresh.create(&old, mode).map_err(&failed)?;
        fresh.replace(&place).map_err(failed)
    }
}
