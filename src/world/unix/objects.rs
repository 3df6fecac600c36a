//! Objects in folders, changed through descriptors: a folder is held open, and what stands in it
//! under a name is compared before and after each change, so that nobody who exchanges names
//! meanwhile has anything else changed than what was judged.
#![expect(clippy::disallowed_methods, reason = "this is the door to the file system")]

use std::ffi::OsString;
use std::fs::{File, Permissions};
use std::io::{self, ErrorKind, Read, Write};
use std::os::fd::{AsRawFd, OwnedFd};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use rustix::fs::{self, AtFlags, FlockOperation, Mode, OFlags, RenameFlags};

use super::status::Status;
use crate::world::files::Kind;

/// A name in a folder that is held open.
#[derive(Debug)]
pub struct Seat {
    folder: OwnedFd,
    name: OsString,
    path: PathBuf,
}

/// An object that is held open, readable or not, whatever its name leads to by now.
#[derive(Debug)]
pub struct Held(File);

/// Only for looking at: works on what may not be read, and opens no pipe and no device.
const HOLD: OFlags = OFlags::PATH.union(OFlags::CLOEXEC);

impl Seat {
    /// The seat at `path`, whose folder must be there. Links on the way to the folder are followed.
    ///
    /// # Errors
    /// When the folder cannot be opened, or the path ends in no name.
    pub fn at(path: &Path) -> io::Result<Seat> {
        let name = path.file_name().ok_or(ErrorKind::InvalidInput)?.to_owned();
        let above = path.parent().filter(|above| !above.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let folder = fs::open(above, HOLD | OFlags::DIRECTORY, Mode::empty())?;
        Ok(Seat { folder, name, path: path.to_owned() })
    }

    /// Where it is, as far as names tell.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What stands here itself, be it a link.
    pub fn look(&self) -> io::Result<Status> {
        self.hold()?.look()
    }

    /// What the system knows the folder of this seat by, and whose it is.
    pub fn folder(&self) -> io::Result<Status> {
        Held(File::from(self.folder.try_clone()?)).look()
    }

    /// Whether nothing stands here.
    pub fn is_free(&self) -> bool {
        matches!(self.look(), Err(error) if error.kind() == ErrorKind::NotFound)
    }

    /// Holds what stands here itself, be it a link.
    pub fn hold(&self) -> io::Result<Held> {
        let held = fs::openat(&self.folder, &self.name, HOLD | OFlags::NOFOLLOW, Mode::empty())?;
        Ok(Held(File::from(held)))
    }

    /// Moves what stands here to `to`, which must be free.
    pub fn move_to(&self, to: &Seat) -> io::Result<()> {
        self.rename(to, RenameFlags::NOREPLACE)
    }

    /// Exchanges what stands here with what stands at `other`, in one step.
    pub fn exchange(&self, other: &Seat) -> io::Result<()> {
        self.rename(other, RenameFlags::EXCHANGE)
    }

    /// Moves what stands here to `to`, in whose place it is in one step.
    pub fn replace(&self, to: &Seat) -> io::Result<()> {
        self.rename(to, RenameFlags::empty())
    }

    fn rename(&self, to: &Seat, how: RenameFlags) -> io::Result<()> {
        fs::renameat_with(&self.folder, &self.name, &to.folder, &to.name, how)?;
        self.sync();
        to.sync();
        Ok(())
    }

    /// Makes a file here, where nothing may stand yet, with `bytes` in it and these permission bits,
    /// and has it on the disk.
    pub fn create(&self, bytes: &[u8], mode: u32) -> io::Result<Status> {
        let fresh = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let mut file = File::from(fs::openat(&self.folder, &self.name, fresh, Mode::from_raw_mode(0o600))?);
        let made = file
            .write_all(bytes)
            .and_then(|()| file.set_permissions(Permissions::from_mode(mode)))
            .and_then(|()| file.sync_all())
            .and_then(|()| file.metadata());
        match made {
            Ok(made) => {
                self.sync();
                Ok(Status::from(&made))
            }
            Err(error) => {
                let _half_written = self.unlink();
                Err(error)
            }
        }
    }

    /// Makes a folder here, for its owner alone whatever the umask.
    pub fn create_folder(&self) -> io::Result<()> {
        fs::mkdirat(&self.folder, &self.name, Mode::RWXU)?;
        self.hold()?.set_mode(0o700)?;
        self.sync();
        Ok(())
    }

    /// Removes what stands here, which is no folder.
    pub fn unlink(&self) -> io::Result<()> {
        fs::unlinkat(&self.folder, &self.name, AtFlags::empty())?;
        self.sync();
        Ok(())
    }

    /// Removes the empty folder that stands here.
    pub fn unlink_folder(&self) -> io::Result<()> {
        fs::unlinkat(&self.folder, &self.name, AtFlags::REMOVEDIR)?;
        self.sync();
        Ok(())
    }

    /// Has the names of the folder on the disk, where it may be read for that.
    fn sync(&self) {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        if let Ok(folder) = fs::openat(&self.folder, ".", flags, Mode::empty()) {
            let _where_the_file_system_can = fs::fsync(folder);
        }
    }
}

impl Held {
    /// What is held.
    pub fn look(&self) -> io::Result<Status> {
        Ok(Status::from(&self.0.metadata()?))
    }

    /// The name under which the system shows this very object, whatever it is called elsewhere
    /// (`proc_pid_fd(5)`). What is opened for looking only can be changed by no other way.
    fn own_name(&self) -> String {
        format!("/proc/self/fd/{}", self.0.as_raw_fd())
    }

    /// Gives it these permission bits. A link is refused: it has none of its own.
    pub fn set_mode(&self, mode: u32) -> io::Result<()> {
        if self.look()?.kind == Kind::Link {
            return Err(ErrorKind::InvalidInput.into());
        }
        std::fs::set_permissions(self.own_name(), Permissions::from_mode(mode))
    }

    /// Opens it for reading, if it is a plain file.
    fn open(&self) -> io::Result<File> {
        if self.look()?.kind != Kind::File {
            return Err(ErrorKind::InvalidInput.into());
        }
        File::open(self.own_name())
    }

    /// What a plain file of at most `limit` bytes holds.
    pub fn read(&self, limit: u64) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.open()?.take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > limit { Err(ErrorKind::FileTooLarge.into()) } else { Ok(bytes) }
    }

    /// Whether somebody holds a lock on this plain file (`flock(2)`); unknown reads as no.
    pub fn is_locked(&self) -> bool {
        let Ok(file) = self.open() else { return false };
        fs::flock(&file, FlockOperation::NonBlockingLockExclusive)
            .is_err_and(|error| error == rustix::io::Errno::WOULDBLOCK)
    }
}

/// A folder for its owner alone, whose files nobody else can have made.
#[derive(Debug)]
pub struct PrivateFolder {
    folder: OwnedFd,
    path: PathBuf,
}

impl PrivateFolder {
    /// The folder at `path`, made if need be. It must be the effective user's, no link, and closed
    /// to everybody else, which it is made where it is not.
    ///
    /// # Errors
    /// When it cannot be made or opened, or is not such a folder.
    pub fn open(path: &Path) -> io::Result<PrivateFolder> {
        let seat = Seat::at(path)?;
        if seat.is_free() {
            seat.create_folder()?;
        }
        PrivateFolder::existing(path)
    }

    /// The same, but nothing is made.
    ///
    /// # Errors
    /// When it is not there, or is not such a folder.
    pub fn existing(path: &Path) -> io::Result<PrivateFolder> {
        let held = Seat::at(path)?.hold()?;
        let found = held.look()?;
        if found.kind != Kind::Folder || found.owner != super::accounts::effective() {
            return Err(io::Error::new(ErrorKind::PermissionDenied, "it is no folder of yours"));
        }
        if found.mode != 0o700 {
            held.set_mode(0o700)?;
        }
        Ok(PrivateFolder { folder: held.0.into(), path: path.to_owned() })
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The seat called `name` in it.
    ///
    /// # Errors
    /// When no more descriptors are to be had.
    pub fn seat(&self, name: &str) -> io::Result<Seat> {
        Ok(Seat { folder: self.folder.try_clone()?, name: name.into(), path: self.path.join(name) })
    }

    /// The names in it, in their order.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn names(&self) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let folder = fs::openat(&self.folder, ".", flags, Mode::empty())?;
        for entry in fs::Dir::new(folder)? {
            let entry = entry?;
            names.extend(entry.file_name().to_str().ok().map(str::to_owned));
        }
        names.retain(|name| name != "." && name != "..");
        names.sort();
        Ok(names)
    }
}

/// The folders on the way to `path` and the last one itself, each made for its owner alone where it
/// is not there yet.
pub fn make_folders(path: &Path) -> io::Result<()> {
    if path.is_dir() {
        return Ok(());
    }
    if let Some(above) = path.parent() {
        make_folders(above)?;
    }
    match Seat::at(path)?.create_folder() {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        done => done,
    }
}
