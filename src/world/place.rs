//! The place of a private file: where a path really leads, and whether this user alone decides what
//! stands there. Whatever is done there afterwards is done in the folder that was judged, through
//! its descriptor.
#![expect(clippy::disallowed_methods, reason = "this is the door to the file system")]

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustix::fs::{AtFlags, Mode, OFlags, statat};
use rustix::io::Errno;

use super::files::{self, Kind};
use super::unix::folders::{self, Loose};
use super::unix::{accounts, status};

/// Why nothing is written at a place. Nothing was changed there.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// A link on the way is somebody else's, or lies where somebody else can replace it.
    #[error("{} is a link that others control: {why}", link.display())]
    Planted { link: PathBuf, why: String },
    /// A link leads into a folder that is not there.
    #[error("{} leads to {}, and there is no such folder", link.display(), target.display())]
    Nowhere { link: PathBuf, target: PathBuf },
    /// The folder is another user's.
    #[error("{} belongs to the user {owner}", folder.display())]
    Foreign { folder: PathBuf, owner: String },
    /// Something else than a plain file stands there.
    #[error("{} is a {}, not a plain file", path.display(), kind.name())]
    NotPlain { path: PathBuf, kind: Kind },
    /// The system did not let it be.
    #[error("{}: {fault}", path.display())]
    Failed { path: PathBuf, fault: Fault },
}

/// What the system had against it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    #[error("the file system is read-only")]
    ReadOnly,
    #[error("no space is left")]
    Full,
    #[error("permission denied")]
    Denied,
    #[error("it is not there")]
    Missing,
    /// The system's words.
    #[error("{0}")]
    Other(String),
}

impl From<&io::Error> for Fault {
    fn from(error: &io::Error) -> Fault {
        match error.kind() {
            io::ErrorKind::ReadOnlyFilesystem => Fault::ReadOnly,
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Fault::Full,
            io::ErrorKind::PermissionDenied => Fault::Denied,
            io::ErrorKind::NotFound => Fault::Missing,
            _ => Fault::Other(files::words(error)),
        }
    }
}

impl Refused {
    pub(super) fn failed(path: &Path, error: impl Into<io::Error>) -> Refused {
        Refused::Failed { path: path.to_owned(), fault: Fault::from(&error.into()) }
    }
}

/// A folder that was judged, and a name in it.
#[derive(Debug, Clone)]
pub struct Place {
    pub(super) folder: Arc<File>,
    folder_path: PathBuf,
    pub(super) name: OsString,
}

impl Place {
    /// Judges where `path` leads. Its folder must be there. A link that is one's own is followed, be
    /// it to a file that is not there yet.
    ///
    /// # Errors
    /// When somebody else decides what stands there, or when it is no plain file.
    pub fn of(path: &Path) -> Result<Place, Refused> {
        let way = folders::way(path);
        way.links.iter().try_for_each(|link| judge_link(link))?;
        if way.cut {
            return Err(match (way.links.last(), status::of_entry(&way.end)) {
                (Some(link), _) => Refused::Nowhere { link: link.clone(), target: way.end },
                (None, Err(error)) => Refused::failed(&way.end, error),
                (None, Ok(found)) => Refused::NotPlain { path: way.end, kind: found.kind },
            });
        }
        let (Some(folder_path), Some(name)) = (way.end.parent(), way.end.file_name()) else {
            return Err(Refused::NotPlain { path: way.end, kind: Kind::Folder });
        };
        let folder = open_folder(folder_path).map_err(|error| Refused::failed(folder_path, error))?;
        judge_owner(folder_path, &folder)?;
        let place =
            Place { folder: Arc::new(folder), folder_path: folder_path.to_owned(), name: name.to_owned() };
        place.must_be_plain().map(|()| place)
    }

    /// The file's real path, without links.
    pub fn path(&self) -> PathBuf {
        self.folder_path.join(&self.name)
    }

    /// Looks again whether a plain file or nothing stands there.
    ///
    /// # Errors
    /// When it is something else.
    pub fn must_be_plain(&self) -> Result<(), Refused> {
        match self.kind_of(&self.name) {
            Ok(None | Some(Kind::File)) => Ok(()),
            Ok(Some(kind)) => Err(Refused::NotPlain { path: self.path(), kind }),
            Err(error) => Err(Refused::failed(&self.path(), error)),
        }
    }

    /// What stands in the folder under `name`, if anything does.
    pub(super) fn kind_of(&self, name: &OsStr) -> Result<Option<Kind>, Errno> {
        match statat(&self.folder, name, AtFlags::SYMLINK_NOFOLLOW) {
            Ok(found) => Ok(Some(kind(found.st_mode))),
            Err(Errno::NOENT) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

fn kind(mode: rustix::fs::RawMode) -> Kind {
    use rustix::fs::FileType;
    match FileType::from_raw_mode(mode) {
        FileType::RegularFile => Kind::File,
        FileType::Directory => Kind::Folder,
        FileType::Symlink => Kind::Link,
        FileType::Fifo => Kind::Fifo,
        FileType::Socket => Kind::Socket,
        _ => Kind::Device,
    }
}

/// A link is its owner's, and whoever may write in its folder can put another in its place.
fn judge_link(link: &Path) -> Result<(), Refused> {
    let planted = |why| Err(Refused::Planted { link: link.to_owned(), why });
    let found = status::of_entry(link).map_err(|error| Refused::failed(link, error))?;
    if accounts::is_foreign(found.owner) {
        return planted(format!("it belongs to the user {}", accounts::user_name(found.owner)));
    }
    match link.parent().map(Path::to_owned).and_then(folders::judged) {
        None => Ok(()),
        Some(Loose { path, owner, foreign: true, .. }) => {
            planted(format!("{} belongs to the user {}", path.display(), accounts::user_name(owner)))
        }
        Some(Loose { path, mode, .. }) => planted(format!("{} has mode {mode:04o}", path.display())),
    }
}

/// A folder of somebody else's is refused, above all to root: what root puts there its owner can
/// neither read nor remove as they are used to.
fn judge_owner(path: &Path, folder: &File) -> Result<(), Refused> {
    let found = folder.metadata().map_err(|error| Refused::failed(path, error))?;
    match accounts::is_foreign(found.uid()) {
        true => Err(Refused::Foreign { folder: path.to_owned(), owner: accounts::user_name(found.uid()) }),
        false => Ok(()),
    }
}

fn open_folder(path: &Path) -> io::Result<File> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC | OFlags::NOFOLLOW;
    Ok(File::from(rustix::fs::open(path, flags, Mode::empty())?))
}

/// Makes the folder at `path` if it is not there, with mode 0700 whatever the umask; with
/// `parents`, the folders on the way too.
///
/// # Errors
/// When a folder on the way is missing without `parents`, is another user's, or lets nobody in.
pub fn make_folder(path: &Path, parents: bool) -> Result<(), Refused> {
    match std::fs::metadata(path) {
        Ok(found) if found.is_dir() => return Ok(()),
        Ok(found) => {
            return Err(Refused::NotPlain { path: path.to_owned(), kind: Kind::of(found.file_type()) });
        }
        Err(error) if status::is_gone(&error) => {}
        Err(error) => return Err(Refused::failed(path, error)),
    }
    if std::fs::symlink_metadata(path).is_ok() {
        let target = status::link_text(path).unwrap_or_default();
        return Err(Refused::Nowhere { link: path.to_owned(), target });
    }
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if parents && !parent.is_dir() {
        make_folder(parent, true)?;
    }
    let about = std::fs::metadata(parent).map_err(|error| Refused::failed(parent, error))?;
    if accounts::is_foreign(about.uid()) {
        let owner = accounts::user_name(about.uid());
        return Err(Refused::Foreign { folder: parent.to_owned(), owner });
    }
    match std::fs::DirBuilder::new().mode(0o700).create(path) {
        // The umask may have taken what the owner needs.
        Ok(()) => set_mode(path, 0o700),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(Refused::failed(path, error)),
    }
}

/// Takes from group and others what they may do in the folder at `path`, if it is one's own. A
/// folder with the sticky or the setgid bit was meant to be shared and stays as it is.
///
/// # Errors
/// When the system does not let it be.
pub fn close_folder(path: &Path) -> Result<(), Refused> {
    const SHARED: u32 = 0o3000;
    let found = std::fs::metadata(path).map_err(|error| Refused::failed(path, error))?;
    let mode = found.mode() & 0o7777;
    let own = found.uid() == accounts::effective();
    match own && mode & 0o077 != 0 && mode & SHARED == 0 {
        true => set_mode(path, mode & 0o700),
        false => Ok(()),
    }
}

/// Whether every name in the folder at `path` begins with one of `beginnings`.
pub fn holds_only(path: &Path, beginnings: &[&str]) -> bool {
    let begins =
        |name: &OsStr| beginnings.iter().any(|start| name.as_encoded_bytes().starts_with(start.as_bytes()));
    let entries = std::fs::read_dir(path).into_iter().flatten();
    entries.into_iter().all(|entry| entry.is_ok_and(|entry| begins(&entry.file_name())))
}

fn set_mode(path: &Path, mode: u32) -> Result<(), Refused> {
    let permissions = std::fs::Permissions::from_mode(mode);
    std::fs::set_permissions(path, permissions).map_err(|error| Refused::failed(path, error))
}

#[cfg(test)]
#[path = "place_tests.rs"]
mod tests;
