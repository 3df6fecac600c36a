//! The credential file: read through one descriptor, together with whose it is.
#![expect(clippy::disallowed_methods, reason = "this is the door to the file system")]

use std::fs::Metadata;
use std::io::Read;
use std::path::Path;

use zeroize::Zeroizing;

use super::files::{ReadError, open_plain};

/// A file's contents, wiped when dropped, and whose they are.
#[derive(Debug)]
pub struct Owned {
    pub bytes: Zeroizing<Vec<u8>>,
    /// The owner is neither the effective user nor root: somebody may have planted it.
    pub foreign: bool,
}

/// Why the credential file gives no contents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// Nothing stands at the path.
    #[error("it is not there")]
    Missing,
    /// A link stands at the path, and it leads nowhere.
    #[error("it is a link that leads nowhere")]
    Dangling,
    #[error(transparent)]
    Unreadable(ReadError),
}

/// Reads the plain file at `path`, following links, if it has at most `limit` bytes. Owner and
/// contents come from the same descriptor, so that nobody can swap the file between the two looks.
pub fn read_owned(path: &Path, limit: u64) -> Result<Owned, StoreError> {
    let file = open_plain(path).map_err(|error| explain(error, path))?;
    let about = file.metadata().map_err(|error| StoreError::Unreadable(error.into()))?;
    // All room at once: a growing buffer would leave copies of the secret behind.
    let room = usize::try_from(about.len().min(limit)).unwrap_or(0).saturating_add(1);
    let mut bytes = Zeroizing::new(Vec::with_capacity(room));
    file.take(limit.saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(|error| StoreError::Unreadable(error.into()))?;
    if bytes.len() as u64 > limit {
        return Err(StoreError::Unreadable(ReadError::TooLarge));
    }
    Ok(Owned { bytes, foreign: is_foreign(&about) })
}

fn explain(error: ReadError, path: &Path) -> StoreError {
    match error {
        ReadError::Missing if std::fs::symlink_metadata(path).is_ok() => StoreError::Dangling,
        ReadError::Missing => StoreError::Missing,
        other => StoreError::Unreadable(other),
    }
}

#[cfg(unix)]
fn is_foreign(about: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    super::unix::accounts::is_foreign(about.uid())
}

/// Elsewhere a file in the user's own profile is the user's.
#[cfg(not(unix))]
fn is_foreign(_: &Metadata) -> bool {
    false
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use crate::world::files::Kind;

    #[test]
    fn one_s_own_file_is_read_and_is_not_foreign() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("auth.json");
        std::fs::write(&path, b"{}").unwrap();
        let read = read_owned(&path, 2).unwrap();
        assert_eq!((&read.bytes[..], read.foreign), (&b"{}"[..], false));
        assert_eq!(read_owned(&path, 1).unwrap_err(), StoreError::Unreadable(ReadError::TooLarge));
    }

    #[test]
    fn another_user_s_file_is_foreign_and_root_s_is_not() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("auth.json");
        std::fs::write(&path, b"{}").unwrap();
        if std::os::unix::fs::chown(&path, Some(4242), None).is_ok() {
            assert!(read_owned(&path, 9).unwrap().foreign);
        }
        assert!(!read_owned(Path::new("/etc/hostname"), 4096).is_ok_and(|read| read.foreign));
    }

    #[test]
    fn a_link_to_nothing_is_not_the_same_as_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("auth.json");
        assert_eq!(read_owned(&path, 9).unwrap_err(), StoreError::Missing);
        std::os::unix::fs::symlink(dir.path().join("nowhere"), &path).unwrap();
        assert_eq!(read_owned(&path, 9).unwrap_err(), StoreError::Dangling);
    }

    #[test]
    fn a_folder_is_not_read() {
        let dir = tempfile::tempdir().unwrap();
        let refused = read_owned(dir.path(), 9).unwrap_err();
        assert_eq!(refused, StoreError::Unreadable(ReadError::NotPlain(Kind::Folder)));
    }
}
