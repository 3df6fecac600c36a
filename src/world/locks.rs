//! Advisory locks on files.
#![expect(clippy::disallowed_methods, reason = "this is the door to the file system")]

use std::fs::{File, OpenOptions, Permissions, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use nix::fcntl::OFlag;

use super::files::Kind;
use super::place::Refused;

/// Whether somebody holds an exclusive advisory lock on `file`, found out by asking for a shared
/// one, which is given back at once. `None` where the file system has no locks.
pub fn is_locked(file: &File) -> Option<bool> {
    match file.try_lock_shared() {
        Ok(()) => file.unlock().map(|()| false).ok(),
        Err(TryLockError::WouldBlock) => Some(true),
        Err(TryLockError::Error(_)) => None,
    }
}

/// An exclusive lock, held until it is dropped. The lock file stays, emptied: to remove it would let
/// two hold "the" lock, each on a file of its own.
#[derive(Debug)]
pub struct Lock(File);

/// Why a lock was not had.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotLocked {
    /// Somebody else has held it all the time.
    #[error("{} is held by {}", path.display(), pid.map_or("another program".to_owned(), |pid| format!("process {pid}")))]
    Held { path: PathBuf, pid: Option<u32> },
    #[error(transparent)]
    Refused(#[from] Refused),
}

/// How long to wait before asking again.
const PAUSE: Duration = Duration::from_millis(10);

impl Lock {
    /// Takes the lock file at `path`, made if it is not there, and writes this process into it. What
    /// stands in it only informs: it is the lock that decides, which ends with its process. Blocks,
    /// for `patience` at most. Where the file system has no locks there is no other way than to go on
    /// without.
    ///
    /// # Errors
    /// When somebody else holds it for that long, or the file cannot be made.
    pub fn hold(path: &Path, patience: Duration) -> Result<Lock, NotLocked> {
        let deadline = Instant::now() + patience;
        loop {
            let mut file = open(path)?;
            match file.try_lock() {
                Ok(()) if is_at(&file, path) => {
                    // A full disk may keep it from being written, and nobody depends on it.
                    let _written = sign(&mut file);
                    return Ok(Lock(file));
                }
                // It was removed meanwhile, so others lock another file of that name.
                Ok(()) => continue,
                Err(TryLockError::Error(error)) => {
                    tracing::warn!(%error, "the file system has no locks");
                    return Ok(Lock(file));
                }
                Err(TryLockError::WouldBlock) if Instant::now() >= deadline => {
                    return Err(NotLocked::Held { path: path.to_owned(), pid: signature(&mut file) });
                }
                Err(TryLockError::WouldBlock) => std::thread::sleep(PAUSE),
            }
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Nobody is to think that a process that ended well was killed.
        let _emptied = self.0.set_len(0);
    }
}

/// Opens the lock file, following no link and hanging on no pipe. Its owner may use it whatever the
/// umask of whoever made it.
fn open(path: &Path) -> Result<File, Refused> {
    let flags = (OFlag::O_NOFOLLOW | OFlag::O_NONBLOCK | OFlag::O_NOCTTY).bits();
    let try_open = || {
        OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .custom_flags(flags)
            .open(path)
    };
    let failed = |error: io::Error| match path.symlink_metadata() {
        Ok(found) if !found.is_file() => {
            Refused::NotPlain { path: path.to_owned(), kind: Kind::of(found.file_type()) }
        }
        _ => Refused::failed(path, error),
    };
    let opened = match try_open() {
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied && is_shut(path) => {
            std::fs::set_permissions(path, Permissions::from_mode(0o600)).and_then(|()| try_open())
        }
        other => other,
    };
    let file = opened.map_err(failed)?;
    let about = file.metadata().map_err(failed)?;
    if !about.is_file() {
        return Err(Refused::NotPlain { path: path.to_owned(), kind: Kind::of(about.file_type()) });
    }
    if about.mode() & 0o7777 != 0o600 && about.uid() == super::unix::accounts::effective() {
        file.set_permissions(Permissions::from_mode(0o600)).map_err(failed)?;
    }
    Ok(file)
}

/// Whether it is one's own plain file that not even its owner may use.
fn is_shut(path: &Path) -> bool {
    path.symlink_metadata().is_ok_and(|found| {
        found.is_file() && found.uid() == super::unix::accounts::effective() && found.mode() & 0o600 != 0o600
    })
}

/// Whether `file` is what stands at `path`.
fn is_at(file: &File, path: &Path) -> bool {
    let (Ok(held), Ok(there)) = (file.metadata(), path.symlink_metadata()) else { return false };
    (held.dev(), held.ino()) == (there.dev(), there.ino())
}

fn sign(file: &mut File) -> io::Result<()> {
    file.set_len(0)?;
    file.rewind()?;
    writeln!(file, "{}", std::process::id())
}

fn signature(file: &mut File) -> Option<u32> {
    /// Longer than any process id.
    const LONGEST: u64 = 32;
    let mut text = String::new();
    file.take(LONGEST).read_to_string(&mut text).ok()?;
    text.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sees_the_lock_of_another_descriptor_and_leaves_none() {
        let held = tempfile::NamedTempFile::new().unwrap();
        let look = || is_locked(&File::open(held.path()).unwrap());
        assert_eq!(look(), Some(false));
        held.as_file().lock().unwrap();
        assert_eq!(look(), Some(true));
        held.as_file().unlock().unwrap();
        assert_eq!(look(), Some(false));
        held.as_file().try_lock().unwrap();
    }

    #[test]
    fn whoever_holds_it_is_named_to_the_others_and_leaves_an_empty_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lock");
        let lock = Lock::hold(&path, Duration::ZERO).unwrap();
        let other = Lock::hold(&path, Duration::ZERO).unwrap_err();
        assert_eq!(other, NotLocked::Held { path: path.clone(), pid: Some(std::process::id()) });
        drop(lock);
        assert_eq!(std::fs::read(&path).unwrap(), b"");
        assert_eq!(path.metadata().unwrap().mode() & 0o7777, 0o600);
        Lock::hold(&path, Duration::ZERO).unwrap();
    }

    #[test]
    fn what_a_dead_process_left_is_no_obstacle() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lock");
        std::fs::write(&path, "999999999\n").unwrap();
        // As a umask of 777 leaves it.
        std::fs::set_permissions(&path, Permissions::from_mode(0o000)).unwrap();
        let _lock = Lock::hold(&path, Duration::ZERO).unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), format!("{}\n", std::process::id()));
    }

    #[test]
    fn a_lock_that_is_removed_while_it_is_waited_for_is_taken_anew() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lock");
        let first = Lock::hold(&path, Duration::ZERO).unwrap();
        std::fs::remove_file(&path).unwrap();
        let second = Lock::hold(&path, Duration::ZERO).unwrap();
        assert!(is_at(&second.0, &path) && !is_at(&first.0, &path));
    }

    #[test]
    fn what_is_no_plain_file_is_no_lock() {
        let folder = tempfile::tempdir().unwrap();
        let (link, pipe) = (folder.path().join("link"), folder.path().join("pipe"));
        std::os::unix::fs::symlink("elsewhere", &link).unwrap();
        nix::unistd::mkfifo(&pipe, nix::sys::stat::Mode::S_IRWXU).unwrap();
        for (path, kind) in
            [(&link, Kind::Link), (&pipe, Kind::Fifo), (&folder.path().to_owned(), Kind::Folder)]
        {
            let refused = Lock::hold(path, Duration::ZERO).unwrap_err();
            assert_eq!(refused, NotLocked::Refused(Refused::NotPlain { path: path.clone(), kind }));
        }
        assert!(!folder.path().join("elsewhere").exists());
    }
}
