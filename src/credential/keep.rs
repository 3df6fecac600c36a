//! Keeping the stored credential: everything that changes it does so here, one at a time, and either
//! wholly or not at all.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::grant::Grant;
use super::store::{LARGEST, RING, RING_NAME, Stored, WRITTEN_VERSION, parse};
use super::written::{REJECTED, STARTED, Written};
use crate::model::settings::{Keeping, Origin, Settings};
use crate::world::draft::Draft;
use crate::world::files;
use crate::world::keyring::Unreachable;
use crate::world::locks::{Lock, NotLocked};
use crate::world::place::{Fault, Place, Refused, close_folder, holds_only, make_folder};
use crate::world::store::{Owned, StoreError, read_owned};

/// What is taken of the disk before a renewal is asked for, so that its answer has a place for sure.
/// Far more than any credential file that was seen; what the check `host.disk` calls full.
const RESERVE: usize = 16 * 1024;

/// How everything is called that the product and this program keep in their folder (facts:
/// "Credential files", "Logs").
const OURS: [&str; 10] = [
    "agent",
    "auth.json",
    "cmdop",
    "config.yaml",
    "credentials",
    "journal",
    "logs",
    "rules",
    "ssh_workspaces",
    "token",
];

/// Why the store was left as it is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotKept {
    #[error("there is no place for credentials: no home folder is known")]
    NoPlace,
    #[error(transparent)]
    NotLocked(#[from] NotLocked),
    #[error(transparent)]
    Refused(#[from] Refused),
    /// The login is to be kept in the keyring, which is of no use.
    #[error(transparent)]
    Keyring(#[from] Unreachable),
    /// A file is there that could not be read, so nobody knows what would be lost.
    #[error("{} is there and cannot be read: {why}", path.display())]
    Unreadable { path: PathBuf, why: StoreError },
    /// A later version of the program wrote it.
    #[error(
        "{} is of version {version}, and this program knows versions up to {}",
        path.display(),
        WRITTEN_VERSION
    )]
    Newer { path: PathBuf, version: i64 },
    /// There is no login in it that could be changed.
    #[error("{} holds no login", path.display())]
    NoLogin { path: PathBuf },
}

impl NotKept {
    /// What to do about it.
    pub fn remedy(&self) -> String {
        let elsewhere = "name another folder in CMDOP_CONFIG_DIR";
        match self {
            NotKept::NoPlace => "set HOME, or name a folder in CMDOP_CONFIG_DIR".to_owned(),
            NotKept::NotLocked(NotLocked::Held { pid: Some(pid), .. }) => {
                format!("wait for process {pid}, or end it: kill {pid}")
            }
            NotKept::NotLocked(NotLocked::Held { .. }) => "wait for the other program, or end it".to_owned(),
            NotKept::NotLocked(NotLocked::Refused(refused)) | NotKept::Refused(refused) => match refused {
                Refused::Planted { .. } => {
                    "remove the link if it is not yours; links are followed only where nobody else can \
                     change them"
                        .to_owned()
                }
                Refused::Nowhere { .. } => format!("make that folder, or remove the link, or {elsewhere}"),
                Refused::Foreign { owner, .. } => {
                    format!("run this as {owner} (without sudo), or {elsewhere}")
                }
                Refused::NotPlain { .. } => "move it out of the way".to_owned(),
                Refused::Failed { fault, .. } => match fault {
                    Fault::ReadOnly => {
                        format!("{elsewhere} that can be written, or use an API key in CMDOP_API_KEY")
                    }
                    Fault::Full => format!("free some space, or {elsewhere}"),
                    Fault::Missing => format!("make that folder, or {elsewhere}"),
                    Fault::Denied | Fault::Other(_) => {
                        format!("run `cmdop doctor auth` to see why, or {elsewhere}")
                    }
                },
            },
            NotKept::Unreadable { .. } => "run `cmdop doctor auth` to see why".to_owned(),
            NotKept::Newer { .. } => "use a newer cmdop".to_owned(),
            NotKept::NoLogin { .. } => "run `cmdop login`".to_owned(),
            NotKept::Keyring(_) => {
                "unlock or start the keyring, or keep the login in a file: CMDOP_STORE=file, or `store: file` in \
                 config.yaml"
                    .to_owned()
            }
        }
    }
}

/// Who holds the lock of the store, and so is alone in changing it, until this is dropped.
#[derive(Debug)]
pub struct Keeper {
    place: Place,
    /// The place as the user knows it, which may be a link.
    path: PathBuf,
    keeping: Keeping,
    /// Room for an answer that is being waited for, which a keyring cannot take, and what it will be
    /// added to.
    pending: Option<(Option<Draft>, Written)>,
    _lock: Lock,
}

impl Keeper {
    /// Takes the lock, waiting for whoever has it for `patience` at most. The folder is made if it is
    /// not there and closed to others; what a killed writer left is put in place if it is the only
    /// whole copy, and else removed. Blocks.
    ///
    /// # Errors
    /// When there is no place that this user alone controls, or somebody else keeps the lock.
    pub fn lock(settings: &Settings, patience: Duration) -> Result<Keeper, NotKept> {
        let (Some(folder), Some(path)) = (&settings.config_dir, settings.store()) else {
            return Err(NotKept::NoPlace);
        };
        // The home folder itself is never made: whoever has none does not want one here.
        let usual = folder.from == Origin::Default;
        make_folder(&folder.value, !usual)?;
        let place = Place::of(&path)?;
        // A folder that somebody named may be one that others have to do with: /etc, a project.
        if usual || holds_only(&folder.value, &OURS) {
            close_folder(&folder.value)?;
        }
        let lock = Lock::hold(&beside(&path, ".lock"), patience)?;
        let keeping = settings.keeping;
        if keeping == Keeping::Keyring {
            let path = PathBuf::from(RING_NAME);
            return Ok(Keeper { place, path, keeping, pending: None, _lock: lock });
        }
        let keeper = Keeper { place, path, keeping, pending: None, _lock: lock };
        keeper.place.must_be_plain()?;
        keeper.recover()?;
        Ok(keeper)
    }

    /// Whether anything is there to be kept or removed: a file, or what a killed writer left. May
    /// block in the kernel.
    pub fn is_needed(settings: &Settings) -> bool {
        if settings.keeping == Keeping::Keyring {
            return !matches!(RING.read(), Ok(None));
        }
        let Some(path) = settings.store() else { return false };
        let gone = matches!(read_owned(&path, LARGEST), Err(StoreError::Missing | StoreError::Dangling));
        !gone || files::is_there(&beside(&path, ".tmp"))
    }

    /// The stored login as it is now; `None` where there is none, or what is there is damaged.
    ///
    /// # Errors
    /// When a file is there that cannot be read.
    pub fn read(&self) -> Result<Option<Stored>, NotKept> {
        let Some(owned) = self.contents()? else { return Ok(None) };
        let fields = parse(&owned.bytes).ok();
        Ok(fields.map(|fields| Stored::from_fields(&self.path, owned.foreign, fields)))
    }

    /// Whether a login could be kept now: what is there may be replaced, and the disk has room. To be
    /// called before anybody is sent to a browser. Nothing is left of the trial.
    ///
    /// # Errors
    /// As for [`Keeper::keep`].
    pub fn is_ready(&self) -> Result<(), NotKept> {
        let room = self.written()?.map_or(0, |mut written| written.bytes().len()) + RESERVE;
        self.draft(room).map(drop)
    }

    /// Keeps what signing in gave, in place of any earlier login. Fields that are not known stay.
    ///
    /// # Errors
    /// When the file cannot be replaced, or must not be; it is as it was then.
    pub fn keep(&mut self, grant: &Grant) -> Result<(), NotKept> {
        let mut written = self.written()?.unwrap_or_default();
        written.begin_session(grant);
        self.publish(&mut written)
    }

    /// Writes down that a renewal begins at `now` (milliseconds since 1970), and takes room for its
    /// answer. To be called before the refresh token is sent: a server that rotates refresh tokens
    /// has used this one up then. An intent that stands there already stays: it is the first that may
    /// have done so, and a server that forgives a second use does it for a short time.
    ///
    /// # Errors
    /// When the file cannot be replaced, or must not be, or there is no login in it; nothing may be
    /// sent then.
    pub fn intend(&mut self, now: i64) -> Result<(), NotKept> {
        let mut written = self.login()?;
        if !written.is_started() {
            written.set_time(STARTED, now);
            self.publish(&mut written)?;
        }
        let room = written.bytes().len() + RESERVE;
        self.pending = Some((self.draft(room)?, written));
        Ok(())
    }

    /// Keeps what renewing gave at `now`. After [`Keeper::intend`] nothing is done but to write it,
    /// bring it to the disk, and put it in place.
    ///
    /// # Errors
    /// As for [`Keeper::intend`].
    pub fn renew(&mut self, grant: &Grant, now: i64) -> Result<(), NotKept> {
        let (draft, mut written) = match self.pending.take() {
            Some(pending) => pending,
            None => (self.draft(0)?, self.login()?),
        };
        written.renew_session(grant, now);
        self.put(draft, &mut written)
    }

    /// Takes back the intent: the refresh token was not sent, or the server did nothing with it. An
    /// intent of `earlier` stands again.
    ///
    /// # Errors
    /// As for [`Keeper::intend`].
    pub fn withdraw(&mut self, earlier: Option<i64>) -> Result<(), NotKept> {
        self.settle(earlier, None)
    }

    /// Writes down that the server rejected the refresh token at `now`. An intent of `earlier`, of a
    /// renewal that was interrupted, is likely why, and stands again.
    ///
    /// # Errors
    /// As for [`Keeper::intend`].
    pub fn reject(&mut self, earlier: Option<i64>, now: i64) -> Result<(), NotKept> {
        self.settle(earlier, Some(now))
    }

    fn settle(&mut self, started: Option<i64>, rejected: Option<i64>) -> Result<(), NotKept> {
        self.pending = None;
        let mut written = self.login()?;
        written.remove(STARTED);
        for (name, time) in [(STARTED, started), (REJECTED, rejected)] {
            if let Some(time) = time {
                written.set_time(name, time);
            }
        }
        self.publish(&mut written)
    }

    /// Keeps the choice of a workspace, by its id where it is known, and its name.
    ///
    /// # Errors
    /// As for [`Keeper::intend`].
    pub fn choose_workspace(&mut self, id: Option<&str>, name: &str) -> Result<(), NotKept> {
        let mut written = self.login()?;
        written.choose_workspace(id, name);
        self.publish(&mut written)
    }

    /// Removes the stored login, whatever version it is of. A link to it stays.
    ///
    /// # Errors
    /// When the file cannot be removed.
    pub fn remove(self) -> Result<(), NotKept> {
        if self.keeping == Keeping::Keyring {
            return Ok(RING.remove()?);
        }
        self.place.clear_leftover()?;
        Ok(self.place.remove()?)
    }

    fn publish(&self, written: &mut Written) -> Result<(), NotKept> {
        self.put(self.draft(0)?, written)
    }

    /// A file beside the store with `room` in it; none where a keyring takes the login.
    fn draft(&self, room: usize) -> Result<Option<Draft>, NotKept> {
        match self.keeping {
            Keeping::File => Ok(Some(Draft::begin(&self.place, room)?)),
            Keeping::Keyring => Ok(None),
        }
    }

    fn put(&self, draft: Option<Draft>, written: &mut Written) -> Result<(), NotKept> {
        match draft {
            Some(draft) => {
                draft.publish(&written.bytes())?;
                tracing::info!(component = "store", file = %self.place.path().display(), mode = "0600", "store written");
            }
            None => {
                RING.write(&written.bytes())?;
                tracing::info!(component = "store", "keyring written");
            }
        }
        Ok(())
    }

    /// The file to be changed.
    fn login(&self) -> Result<Written, NotKept> {
        self.written()?.ok_or_else(|| NotKept::NoLogin { path: self.path.clone() })
    }

    /// What is in the file, to be changed. Of what is damaged or another user's nothing is kept.
    fn written(&self) -> Result<Option<Written>, NotKept> {
        let own = self.contents()?.filter(|owned| !owned.foreign);
        match own.and_then(|owned| Written::parse(&owned.bytes)) {
            Some(written) if written.version() > WRITTEN_VERSION => {
                Err(NotKept::Newer { path: self.path.clone(), version: written.version() })
            }
            written => Ok(written),
        }
    }

    fn contents(&self) -> Result<Option<Owned>, NotKept> {
        if self.keeping == Keeping::Keyring {
            return Ok(RING.read()?.map(|bytes| Owned { bytes, foreign: false }));
        }
        match read_owned(&self.place.path(), LARGEST) {
            Ok(owned) => Ok(Some(owned)),
            Err(StoreError::Missing | StoreError::Dangling) => Ok(None),
            Err(why) => Err(NotKept::Unreadable { path: self.path.clone(), why }),
        }
    }

    /// A writer that was killed after it wrote the new file and before it put it in place has left
    /// the answer to a renewal, and the old refresh token may be used up; or it left the only login
    /// that there is.
    fn recover(&self) -> Result<(), NotKept> {
        let left = self.place.leftover(LARGEST).and_then(|bytes| Written::parse(&bytes));
        let whole = left
            .is_some_and(|left| left.has_access() && !left.is_started() && left.version() <= WRITTEN_VERSION);
        let wanted = || match read_owned(&self.place.path(), LARGEST) {
            Ok(owned) => Written::parse(&owned.bytes).is_none_or(|there| there.is_started()),
            Err(StoreError::Missing) => true,
            Err(_) => false,
        };
        match whole && wanted() {
            true => {
                tracing::info!(path = %self.path.display(), "an interrupted write was completed");
                Ok(self.place.put_in_place()?)
            }
            false => Ok(self.place.clear_leftover()?),
        }
    }
}

fn beside(store: &Path, ending: &str) -> PathBuf {
    let mut name = store.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

#[cfg(test)]
#[path = "keep_tests.rs"]
mod tests;
