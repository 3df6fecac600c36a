//! What the system says about one file without opening it.
#![expect(clippy::disallowed_methods, reason = "this is the door to the file system")]

use std::fs::Metadata;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::world::files::Kind;

/// What stands at a path, whose it is, and who may use it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Status {
    pub kind: Kind,
    pub device: u64,
    pub inode: u64,
    /// When it was made, in nanoseconds since 1970, where the file system knows that.
    pub born_ns: Option<u128>,
    /// Permission bits, `07777`.
    pub mode: u32,
    pub owner: u32,
    pub group: u32,
    /// In bytes.
    pub size: u64,
    /// Hard links.
    pub links: u64,
    /// The last change of the contents, in milliseconds since 1970.
    pub modified_ms: i64,
}

impl Status {
    /// What the system knows the object by, whatever it is called: device, inode and owner; and as
    /// the number of an inode that was freed is soon given to another, what it is and when it was made.
    pub fn identity(&self) -> String {
        let born = self.born_ns.map(|born| format!(":{born}")).unwrap_or_default();
        format!("{}:{}:{}:{}{born}", self.device, self.inode, self.owner, self.kind.name())
    }
}

/// What `file` is.
pub fn of_file(file: &std::fs::File) -> io::Result<Status> {
    file.metadata().map(|found| Status::from(&found))
}

/// What stands at `path` itself, be it a link.
pub fn of_entry(path: &Path) -> io::Result<Status> {
    std::fs::symlink_metadata(path).map(|found| Status::from(&found))
}

/// What `path` leads to.
pub fn of_target(path: &Path) -> io::Result<Status> {
    std::fs::metadata(path).map(|found| Status::from(&found))
}

/// What the link at `path` says, word by word.
pub fn link_text(path: &Path) -> io::Result<PathBuf> {
    std::fs::read_link(path)
}

/// Whether `error` says that nothing is there.
pub fn is_gone(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

/// Whether `error` says that links lead in a circle.
pub fn is_circle(error: &io::Error) -> bool {
    error.raw_os_error() == Some(nix::errno::Errno::ELOOP as i32)
}

impl From<&Metadata> for Status {
    fn from(found: &Metadata) -> Status {
        Status {
            kind: Kind::of(found.file_type()),
            device: found.dev(),
            inode: found.ino(),
            born_ns: found.created().ok().and_then(since_1970),
            mode: found.mode() & 0o7777,
            owner: found.uid(),
            group: found.gid(),
            size: found.size(),
            links: found.nlink(),
            modified_ms: found.mtime().saturating_mul(1000).saturating_add(found.mtime_nsec() / 1_000_000),
        }
    }
}

fn since_1970(moment: SystemTime) -> Option<u128> {
    moment.duration_since(SystemTime::UNIX_EPOCH).ok().map(|since| since.as_nanos())
}
