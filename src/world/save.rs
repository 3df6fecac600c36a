//! Writing a file whole or not at all.
#![expect(clippy::disallowed_methods, reason = "this is the door to the file system")]

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

/// Puts `bytes` into the file at `path`: a reader sees what was there before or all of the new. A
/// link is followed, the permission bits of a file that is replaced are kept, and what is no plain
/// file (a pipe, a device) is written to as it is.
pub fn save(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let before = fs::metadata(&target).ok();
    if before.as_ref().is_some_and(|about| !about.is_file()) {
        return OpenOptions::new().write(true).open(&target)?.write_all(bytes);
    }
    let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty());
    let mut fresh = beside(folder.unwrap_or(Path::new(".")))?;
    if let Some(about) = before {
        fresh.as_file().set_permissions(about.permissions())?;
    }
    fresh.write_all(bytes)?;
    fresh.persist(&target).map_err(|error| error.error)?;
    Ok(())
}

/// Puts `bytes` into a new file at `path`, which this user alone can read, whole or not at all. What
/// stands there stays, and is an error.
pub fn create(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let mut fresh =
        tempfile::Builder::new().prefix(".cmdop-").tempfile_in(folder.unwrap_or(Path::new(".")))?;
    fresh.write_all(bytes)?;
    fresh.persist_noclobber(path).map_err(|error| error.error)?;
    Ok(())
}

/// Makes the folder at `path`, and those that it lies in, where they are not there.
pub fn make_folder(path: &Path) -> io::Result<()> {
    fs::create_dir_all(path)
}

/// Makes the folder at `path`, and those that it lies in, where they are not there, for this user alone.
///
/// # Errors
/// When somebody else decides about a folder on the way, or the system does not let it be, in words.
pub fn make_private_folder(path: &Path) -> Result<(), String> {
    #[cfg(unix)]
    return super::place::make_folder(path, true).map_err(|refused| refused.to_string());
    #[cfg(not(unix))]
    make_folder(path).map_err(|error| super::files::words(&error))
}

/// Adds `bytes` to the end of the file at `path`, which is made where it is not there.
pub fn add(path: &Path, bytes: &[u8]) -> io::Result<()> {
    OpenOptions::new().append(true).create(true).open(path)?.write_all(bytes)
}

/// Puts `bytes` into a file of its own at `path`, which this user alone can read, whole or not at
/// all. What stands there is replaced: a link too, not what it leads to. What is no file is not.
pub fn save_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let before = fs::symlink_metadata(path).ok();
    if let Some(about) = before.filter(|about| !about.is_file() && !about.is_symlink()) {
        let kind = super::files::Kind::of(about.file_type());
        return Err(io::Error::other(format!("it is a {}", kind.name())));
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    // Such files have mode 0600 from their first byte.
    let mut fresh =
        tempfile::Builder::new().prefix(".cmdop-").tempfile_in(folder.unwrap_or(Path::new(".")))?;
    fresh.write_all(bytes)?;
    fresh.as_file().sync_all()?;
    fresh.persist(path).map_err(|error| error.error)?;
    Ok(())
}

#[cfg(unix)]
fn beside(folder: &Path) -> io::Result<tempfile::NamedTempFile> {
    use std::os::unix::fs::PermissionsExt;
    // The umask takes from these what the user wants taken, as for any file that a shell makes.
    let ordinary = fs::Permissions::from_mode(0o666);
    tempfile::Builder::new().prefix(".cmdop-").permissions(ordinary).tempfile_in(folder)
}

#[cfg(not(unix))]
fn beside(folder: &Path) -> io::Result<tempfile::NamedTempFile> {
    tempfile::Builder::new().prefix(".cmdop-").tempfile_in(folder)
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::fs::{PermissionsExt, symlink};

    #[test]
    fn a_file_is_replaced_and_keeps_its_mode_and_its_links() {
        let folder = tempfile::tempdir().unwrap();
        let (file, link) = (folder.path().join("a"), folder.path().join("b"));
        save(&file, b"one").unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
        symlink(&file, &link).unwrap();
        save(&link, b"two").unwrap();
        assert_eq!(fs::read(&file).unwrap(), b"two");
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o640);
        assert!(fs::symlink_metadata(&link).unwrap().file_type().is_symlink());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
    }

    #[test]
    fn a_private_file_replaces_a_link_and_nothing_that_is_no_file() {
        let folder = tempfile::tempdir().unwrap();
        let (file, link) = (folder.path().join("a"), folder.path().join("b"));
        save(&file, b"one").unwrap();
        symlink(&file, &link).unwrap();
        save_private(&link, b"two").unwrap();
        assert_eq!((fs::read(&file).unwrap(), fs::read(&link).unwrap()), (b"one".to_vec(), b"two".to_vec()));
        assert_eq!(fs::symlink_metadata(&link).unwrap().permissions().mode() & 0o7777, 0o600);
        assert!(save_private(folder.path(), b"x").is_err());
        assert!(save_private(Path::new("/dev/null"), b"x").is_err());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
    }

    #[test]
    fn what_is_no_plain_file_is_not_replaced() {
        save(Path::new("/dev/null"), b"x").unwrap();
        assert!(!fs::metadata("/dev/null").unwrap().is_file());
        let full = save(Path::new("/dev/full"), b"x").unwrap_err();
        assert_eq!(full.kind(), io::ErrorKind::StorageFull);
        let folder = tempfile::tempdir().unwrap();
        assert!(save(folder.path(), b"x").is_err());
        assert!(save(&folder.path().join("no/such/folder"), b"x").is_err());
    }
}
