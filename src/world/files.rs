//! Plain files, read without ever hanging on what only looks like one.
#![expect(clippy::disallowed_methods, reason = "this is the door to the file system")]

use std::fs::{File, FileType, OpenOptions};
use std::io::{ErrorKind, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

/// What stands at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    File,
    Folder,
    Link,
    Fifo,
    Socket,
    Device,
}

impl Kind {
    /// The word that rules and reports use.
    pub fn name(self) -> &'static str {
        match self {
            Kind::File => "file",
            Kind::Folder => "folder",
            Kind::Link => "link",
            Kind::Fifo => "fifo",
            Kind::Socket => "socket",
            Kind::Device => "device",
        }
    }

    /// The kind of what the system calls `file_type`.
    pub fn of(file_type: FileType) -> Kind {
        if file_type.is_file() {
            Kind::File
        } else if file_type.is_dir() {
            Kind::Folder
        } else if file_type.is_symlink() {
            Kind::Link
        } else {
            unusual(file_type)
        }
    }
}

#[cfg(unix)]
fn unusual(file_type: FileType) -> Kind {
    use std::os::unix::fs::FileTypeExt;
    if file_type.is_fifo() {
        Kind::Fifo
    } else if file_type.is_socket() {
        Kind::Socket
    } else {
        Kind::Device
    }
}

#[cfg(not(unix))]
fn unusual(_: FileType) -> Kind {
    Kind::Device
}

/// Why a plain file could not be read. Carries no text from the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// Nothing is there, or a link leads nowhere.
    #[error("it is not there")]
    Missing,
    /// It is there and is something else, which was not opened.
    #[error("it is a {}, not a plain file", .0.name())]
    NotPlain(Kind),
    /// This user may not read it, or may not enter a folder on the way.
    #[error("permission denied")]
    Denied,
    /// It is larger than the caller wants.
    #[error("it is too large")]
    TooLarge,
    /// Anything else, by the system's number for it.
    #[error("{}", words(&std::io::Error::from_raw_os_error(*.0)))]
    Io(i32),
}

impl From<std::io::Error> for ReadError {
    fn from(error: std::io::Error) -> ReadError {
        match error.kind() {
            ErrorKind::NotFound | ErrorKind::NotADirectory => ReadError::Missing,
            ErrorKind::PermissionDenied => ReadError::Denied,
            _ => ReadError::Io(error.raw_os_error().unwrap_or_default()),
        }
    }
}

/// Reads the plain file at `path`, following links, if it has at most `limit` bytes. A FIFO, a
/// socket or a device is refused before it is opened, and again if it was put there meanwhile.
pub fn read_plain(path: &Path, limit: u64) -> Result<Vec<u8>, ReadError> {
    read_whole(open_plain(path)?, limit)
}

/// Reads `file` from where it stands to its end, if that is at most `limit` bytes.
pub fn read_whole(file: File, limit: u64) -> Result<Vec<u8>, ReadError> {
    let size = file.metadata()?.len();
    if size > limit {
        return Err(ReadError::TooLarge);
    }
    // Room for one more byte lets a secret be read without leaving copies behind in memory that
    // a growing buffer gave back.
    let room = usize::try_from(size).unwrap_or(0).saturating_add(1);
    let mut bytes = Vec::with_capacity(room);
    file.take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit { Err(ReadError::TooLarge) } else { Ok(bytes) }
}

/// Reads the last `limit` bytes of the plain file at `path`, following links.
pub fn read_tail(path: &Path, limit: u64) -> Result<Vec<u8>, ReadError> {
    let mut file = open_plain(path)?;
    let size = file.metadata()?.len();
    file.seek(SeekFrom::Start(size.saturating_sub(limit)))?;
    let mut bytes = Vec::new();
    file.take(limit).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Whether `path` leads to a plain file.
pub fn is_plain(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|found| found.is_file())
}

/// Whether `path` leads to anything.
pub fn is_there(path: &Path) -> bool {
    std::fs::metadata(path).is_ok()
}

/// `path` without links, `.` and `..`, if it leads to something.
pub fn real(path: &Path) -> Option<PathBuf> {
    std::fs::canonicalize(path).ok()
}

/// What the system says about `error`, without the path and in one line.
pub fn words(error: &std::io::Error) -> String {
    let whole = error.to_string();
    whole.split(" (os error").next().unwrap_or_default().to_lowercase()
}

/// Opens the plain file at `path` for reading, following links.
pub fn open_plain(path: &Path) -> Result<File, ReadError> {
    must_be_plain(std::fs::metadata(path)?.file_type())?;
    let file = for_reading().open(path)?;
    must_be_plain(file.metadata()?.file_type())?;
    Ok(file)
}

/// Opens the plain file at `path` for reading; the last name must be no link.
pub fn open_itself(path: &Path) -> Result<File, ReadError> {
    let file = not_following().open(path)?;
    must_be_plain(file.metadata()?.file_type())?;
    Ok(file)
}

fn must_be_plain(file_type: FileType) -> Result<(), ReadError> {
    match Kind::of(file_type) {
        Kind::File => Ok(()),
        other => Err(ReadError::NotPlain(other)),
    }
}

#[cfg(unix)]
fn for_reading() -> OpenOptions {
    with_flags(nix::fcntl::OFlag::empty())
}

#[cfg(unix)]
fn not_following() -> OpenOptions {
    with_flags(nix::fcntl::OFlag::O_NOFOLLOW)
}

#[cfg(unix)]
fn with_flags(more: nix::fcntl::OFlag) -> OpenOptions {
    use nix::fcntl::OFlag;
    use std::os::unix::fs::OpenOptionsExt;
    let mut options = OpenOptions::new();
    // Without O_NONBLOCK a FIFO that takes the file's place between the two looks blocks for ever.
    let flags = OFlag::O_NONBLOCK | OFlag::O_CLOEXEC | OFlag::O_NOCTTY | more;
    options.read(true).custom_flags(flags.bits());
    options
}

#[cfg(not(unix))]
fn for_reading() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true);
    options
}

/// The kind was looked at without following; no other flag exists there.
#[cfg(not(unix))]
fn not_following() -> OpenOptions {
    for_reading()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder() -> tempfile::TempDir {
        tempfile::tempdir().unwrap()
    }

    #[test]
    fn reads_up_to_the_limit_and_no_further() {
        let dir = folder();
        let path = dir.path().join("a");
        std::fs::write(&path, b"12345").unwrap();
        assert_eq!(read_plain(&path, 5).unwrap(), b"12345");
        assert_eq!(read_plain(&path, 4), Err(ReadError::TooLarge));
        assert_eq!(read_tail(&path, 4).unwrap(), b"2345");
        assert_eq!(read_tail(&path, 9).unwrap(), b"12345");
    }

    #[test]
    fn nothing_there_is_missing_however_it_is_not_there() {
        let dir = folder();
        let path = dir.path().join("a");
        std::fs::write(&path, b"").unwrap();
        assert_eq!(read_plain(&dir.path().join("b"), 9), Err(ReadError::Missing));
        assert_eq!(read_plain(&path.join("below"), 9), Err(ReadError::Missing));
    }

    #[test]
    fn a_folder_is_not_plain() {
        assert_eq!(read_plain(folder().path(), 9), Err(ReadError::NotPlain(Kind::Folder)));
    }

    #[cfg(unix)]
    #[test]
    fn links_are_followed_and_pipes_and_devices_are_not_opened() {
        let dir = folder();
        let (plain, link, pipe) = (dir.path().join("a"), dir.path().join("b"), dir.path().join("c"));
        std::fs::write(&plain, b"x").unwrap();
        std::os::unix::fs::symlink(&plain, &link).unwrap();
        nix::unistd::mkfifo(&pipe, nix::sys::stat::Mode::S_IRUSR).unwrap();
        assert_eq!(read_plain(&link, 9).unwrap(), b"x");
        assert_eq!(read_plain(&pipe, 9), Err(ReadError::NotPlain(Kind::Fifo)));
        assert_eq!(read_plain(Path::new("/dev/zero"), 9), Err(ReadError::NotPlain(Kind::Device)));
    }

    #[cfg(unix)]
    #[test]
    fn links_in_a_circle_end() {
        let dir = folder();
        let link = dir.path().join("a");
        std::os::unix::fs::symlink(&link, &link).unwrap();
        assert!(matches!(read_plain(&link, 9), Err(ReadError::Io(_))));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_file_that_claims_no_size_is_bounded_too() {
        assert!(read_plain(Path::new("/proc/self/status"), 64 * 1024).is_ok_and(|bytes| !bytes.is_empty()));
        assert_eq!(read_plain(Path::new("/proc/self/status"), 8), Err(ReadError::TooLarge));
    }
}
