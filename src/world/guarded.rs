//! Files that decide what the program does: read only where nobody but the user or root could
//! have written them.
#![expect(clippy::disallowed_methods, reason = "this is the door to the file system")]

use std::fs::{File, Metadata};
use std::io::{ErrorKind, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use super::files::{self, Kind, ReadError};

/// Why a file or folder is not trusted, or could not be read. Carries no text from the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    #[error("{0}")]
    Unreadable(#[from] ReadError),
    /// It belongs to this user id.
    #[error("it belongs to the user {0}, who is neither you nor root")]
    Foreign(u32),
    /// It has these permission bits.
    #[error("others can write it (mode {0:04o})")]
    Loose(u32),
    /// Others can read it, by these permission bits, and it is to be private.
    #[error("others can read it (mode {0:04o})")]
    Exposed(u32),
    /// The folder that it lies in lets others put another file in its place.
    #[error("others can replace it (its folder has mode {0:04o})")]
    Replaceable(u32),
    /// More files than any set of rules has.
    #[error("there are too many files in it")]
    TooMany,
}

/// Whether `path` is a folder, links followed.
pub fn is_folder(path: &Path) -> bool {
    path.is_dir()
}

/// Whether anything is at `path`, be it a link to nowhere.
pub fn is_there(path: &Path) -> bool {
    path.symlink_metadata().is_ok()
}

/// Reads the plain file at `path` if it has at most `limit` bytes and only the user or root can
/// have written it. What was judged is what was opened.
///
/// # Errors
/// When it cannot be read or is not trusted.
pub fn read(path: &Path, limit: u64) -> Result<Vec<u8>, Refused> {
    let mut file = open(path)?;
    if file.left > limit {
        return Err(ReadError::TooLarge.into());
    }
    // A file that has grown since it was judged is read to see that.
    let bytes = file.take(limit.saturating_add(1))?;
    if bytes.len() as u64 > limit { Err(ReadError::TooLarge.into()) } else { Ok(bytes) }
}

/// Reads the plain file at `path` like [`read`], if besides nobody but its owner may read it.
///
/// # Errors
/// When it cannot be read, is not trusted, or is not private.
pub fn read_private(path: &Path, limit: u64) -> Result<Vec<u8>, Refused> {
    let file = open(path)?;
    let metadata = file.file.metadata().map_err(ReadError::from)?;
    private(&metadata)?;
    files::read_whole(file.file, limit).map_err(Refused::from)
}

/// Opens the plain file at `path` if only the user or root can have written it.
///
/// # Errors
/// When it cannot be opened or is not trusted.
pub fn open(path: &Path) -> Result<Opened, Refused> {
    let file = files::open_plain(path)?;
    let metadata = file.metadata().map_err(ReadError::from)?;
    judge(&metadata)?;
    Ok(Opened { file, length: metadata.len(), left: metadata.len() })
}

/// A file that was judged, to be read piece by piece.
#[derive(Debug)]
pub struct Opened {
    file: File,
    length: u64,
    left: u64,
}

impl Opened {
    /// Bytes that it had left when it was last looked at.
    pub fn left(&self) -> u64 {
        self.left
    }

    /// The next `most` bytes, or as many as there are.
    ///
    /// # Errors
    /// When the system does not let them be read.
    pub fn take(&mut self, most: u64) -> Result<Vec<u8>, Refused> {
        let room = usize::try_from(self.left.min(most)).unwrap_or(0).saturating_add(1);
        let mut bytes = Vec::with_capacity(room);
        Read::by_ref(&mut self.file).take(most).read_to_end(&mut bytes).map_err(ReadError::from)?;
        self.left = self.left.saturating_sub(bytes.len() as u64);
        Ok(bytes)
    }

    /// The `bytes` from the place `from` on, wherever others read. There may be fewer.
    ///
    /// # Errors
    /// When the system does not let them be read, or they are too many.
    pub fn at(&self, from: u64, bytes: usize) -> Result<Vec<u8>, Refused> {
        if bytes as u64 > self.length {
            return Err(ReadError::TooLarge.into());
        }
        let mut taken = vec![0; bytes];
        let mut filled = 0;
        while let Some(left @ [_, ..]) = taken.get_mut(filled..) {
            match read_at(&self.file, left, from.saturating_add(filled as u64)) {
                Ok(0) => break,
                Ok(read) => filled += read,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(ReadError::from(error).into()),
            }
        }
        taken.truncate(filled);
        Ok(taken)
    }

    /// Goes on behind the next `bytes`.
    ///
    /// # Errors
    /// When the system does not let it be.
    pub fn skip(&mut self, bytes: u64) -> Result<(), Refused> {
        let far = i64::try_from(bytes).map_err(|_| ReadError::TooLarge)?;
        self.file.seek(SeekFrom::Current(far)).map_err(ReadError::from)?;
        self.left = self.left.saturating_sub(bytes);
        Ok(())
    }
}

/// Judges the folder in which `path` lies: in one that others can write, and that lacks the
/// sticky bit, they can put another file in its place.
///
/// # Errors
/// When the folder is such a one or cannot be looked at.
pub fn judge_folder_of(path: &Path) -> Result<(), Refused> {
    let folder = match path.parent() {
        None => return Ok(()),
        Some(folder) if folder.as_os_str().is_empty() => Path::new("."),
        Some(folder) => folder,
    };
    replaceable(&std::fs::metadata(folder).map_err(ReadError::from)?)
}

/// The files below `folder`, at most `limit`, whose names end in one of `endings`, in the order of
/// their paths. Folders that only a link leads to are left out, so there are no circles.
///
/// # Errors
/// When `folder` or one below it is not trusted or cannot be read.
pub fn list(folder: &Path, endings: &[&str], limit: usize) -> Result<Vec<PathBuf>, Refused> {
    let mut found = Vec::new();
    collect(folder, endings, limit, &mut found)?;
    found.sort();
    Ok(found)
}

fn collect(folder: &Path, endings: &[&str], limit: usize, found: &mut Vec<PathBuf>) -> Result<(), Refused> {
    judge(&std::fs::metadata(folder).map_err(ReadError::from)?)?;
    for entry in std::fs::read_dir(folder).map_err(ReadError::from)? {
        let entry = entry.map_err(ReadError::from)?;
        let path = entry.path();
        let named = |ending: &&str| path.as_os_str().as_encoded_bytes().ends_with(ending.as_bytes());
        if Kind::of(entry.file_type().map_err(ReadError::from)?) == Kind::Folder {
            collect(&path, endings, limit, found)?;
        } else if endings.iter().any(named) {
            found.push(path);
        }
        if found.len() > limit {
            return Err(Refused::TooMany);
        }
    }
    Ok(())
}

#[cfg(unix)]
fn read_at(file: &File, into: &mut [u8], from: u64) -> std::io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, into, from)
}

#[cfg(windows)]
fn read_at(file: &File, into: &mut [u8], from: u64) -> std::io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, into, from)
}

/// Write permission for the group or for all.
#[cfg(unix)]
const OTHERS_WRITE: u32 = 0o022;
/// Only the owner of a file may rename or remove it (`chmod(2)`, `S_ISVTX`).
#[cfg(unix)]
const STICKY: u32 = 0o1000;

#[cfg(unix)]
fn judge(metadata: &Metadata) -> Result<(), Refused> {
    use std::os::unix::fs::MetadataExt;
    let owner = metadata.uid();
    if owner != 0 && owner != nix::unistd::Uid::effective().as_raw() {
        return Err(Refused::Foreign(owner));
    }
    let mode = metadata.mode() & 0o7777;
    if mode & OTHERS_WRITE != 0 { Err(Refused::Loose(mode)) } else { Ok(()) }
}

#[cfg(unix)]
fn replaceable(folder: &Metadata) -> Result<(), Refused> {
    use std::os::unix::fs::MetadataExt;
    let mode = folder.mode() & 0o7777;
    let loose = mode & OTHERS_WRITE != 0 && mode & STICKY == 0;
    if loose { Err(Refused::Replaceable(mode)) } else { Ok(()) }
}

#[cfg(unix)]
fn private(metadata: &Metadata) -> Result<(), Refused> {
    use std::os::unix::fs::MetadataExt;
    let mode = metadata.mode() & 0o7777;
    if mode & 0o077 != 0 { Err(Refused::Exposed(mode)) } else { Ok(()) }
}

/// Windows has access lists in place of mode bits, which are not judged yet.
#[cfg(not(unix))]
fn judge(_: &Metadata) -> Result<(), Refused> {
    Ok(())
}

#[cfg(not(unix))]
fn private(_: &Metadata) -> Result<(), Refused> {
    Ok(())
}

#[cfg(not(unix))]
fn replaceable(_: &Metadata) -> Result<(), Refused> {
    Ok(())
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::{PermissionsExt, symlink};

    fn chmod(path: &Path, mode: u32) {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    }

    fn folder() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        chmod(folder.path(), 0o755);
        folder
    }

    #[test]
    fn a_file_that_others_can_write_is_refused() {
        let folder = folder();
        let file = folder.path().join("a.yaml");
        std::fs::write(&file, "a: 1").unwrap();
        chmod(&file, 0o644);
        assert_eq!(read(&file, 100), Ok(b"a: 1".to_vec()));
        assert_eq!(read(&file, 3), Err(ReadError::TooLarge.into()));
        chmod(&file, 0o664);
        assert_eq!(read(&file, 100), Err(Refused::Loose(0o664)));
        assert_eq!(read(folder.path(), 100), Err(ReadError::NotPlain(Kind::Folder).into()));
        let link = folder.path().join("link.yaml");
        symlink(&file, &link).unwrap();
        assert_eq!(read(&link, 100), Err(Refused::Loose(0o664)));
    }

    #[test]
    fn a_folder_that_others_can_write_is_refused() {
        let folder = folder();
        let below = folder.path().join("below");
        std::fs::create_dir(&below).unwrap();
        for name in ["b.yml", "a.yaml", "a.cases.yaml", "notes.txt"] {
            std::fs::write(below.join(name), "").unwrap();
        }
        symlink(folder.path(), below.join("circle.yaml")).unwrap();
        chmod(&below, 0o700);
        let found = list(folder.path(), &[".yaml", ".yml"], 10).unwrap();
        let names: Vec<_> = found.iter().filter_map(|path| path.file_name()?.to_str()).collect();
        assert_eq!(names, ["a.cases.yaml", "a.yaml", "b.yml", "circle.yaml"]);
        assert_eq!(list(folder.path(), &[".yaml"], 2), Err(Refused::TooMany));
        chmod(&below, 0o777);
        assert_eq!(list(folder.path(), &[".yaml"], 10), Err(Refused::Loose(0o777)));
        assert_eq!(judge_folder_of(&below.join("a.yaml")), Err(Refused::Replaceable(0o777)));
        chmod(&below, 0o1777);
        assert_eq!(judge_folder_of(&below.join("a.yaml")), Ok(()));
    }

    #[test]
    fn a_strangers_file_is_refused() {
        if !nix::unistd::Uid::effective().is_root() {
            return; // Only root can give files away.
        }
        let folder = folder();
        let file = folder.path().join("a.yaml");
        std::fs::write(&file, "").unwrap();
        std::os::unix::fs::chown(&file, Some(4321), None).unwrap();
        assert_eq!(read(&file, 100), Err(Refused::Foreign(4321)));
        std::os::unix::fs::chown(folder.path(), Some(4321), None).unwrap();
        assert_eq!(list(folder.path(), &[""], 100), Err(Refused::Foreign(4321)));
    }
}
