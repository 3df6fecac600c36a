//! Replacing a private file: the new one is written beside, brought to the disk, and put in the old
//! one's place. A reader sees the old contents or the new, and a kill at any instant leaves one of
//! the two.

use std::ffi::OsString;
use std::fs::{File, Permissions};
use std::io::{self, Read, Seek, Write};
use std::os::unix::fs::{MetadataExt, PermissionsExt};

use rustix::fs::{AtFlags, Mode, OFlags, openat, renameat, unlinkat};
use rustix::io::Errno;
use zeroize::Zeroizing;

use super::files::Kind;
use super::place::{Place, Refused};
use super::unix::accounts;

/// A new file beside the place that it is for, of mode 0600 from the start whatever the umask. It is
/// removed if it is dropped before it was put in place.
#[derive(Debug)]
pub struct Draft {
    place: Place,
    file: File,
    placed: bool,
}

impl Draft {
    /// Begins one, and takes `reserve` bytes of the disk for it, so that a full disk shows before
    /// there is anything to lose. What an earlier writer left is overwritten: whoever calls this
    /// holds the lock.
    ///
    /// # Errors
    /// When the system does not let it be; nothing is left then.
    pub fn begin(place: &Place, reserve: usize) -> Result<Draft, Refused> {
        place.must_be_plain()?;
        place.clear_leftover()?;
        let failed = |error: Errno| Refused::failed(&place.path(), error);
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let private = Mode::RUSR | Mode::WUSR;
        let file = openat(&place.folder, leftover_name(place), flags, private).map_err(failed)?;
        let mut draft = Draft { place: place.clone(), file: File::from(file), placed: false };
        draft.reserve(reserve).map_err(|error| Refused::failed(&place.path(), error))?;
        Ok(draft)
    }

    /// Blanks, so that a document that was written over them and not yet cut to its length parses.
    fn reserve(&mut self, bytes: usize) -> io::Result<()> {
        self.file.set_permissions(Permissions::from_mode(0o600))?;
        if bytes > 0 {
            self.file.write_all(&vec![b' '; bytes])?;
            self.file.rewind()?;
        }
        Ok(())
    }

    /// Writes `bytes` and puts them in place.
    ///
    /// # Errors
    /// When the system does not let it be; the old file is there then.
    pub fn publish(mut self, bytes: &[u8]) -> Result<(), Refused> {
        let written = self
            .file
            .write_all(bytes)
            .and_then(|()| self.file.set_len(bytes.len() as u64))
            .and_then(|()| self.file.sync_all());
        written.map_err(|error| Refused::failed(&self.place.path(), error))?;
        self.place.put_in_place()?;
        self.placed = true;
        Ok(())
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if !self.placed {
            // Whoever writes next removes what could not be removed now.
            let _left = unlinkat(&self.place.folder, leftover_name(&self.place), AtFlags::empty());
        }
    }
}

impl Place {
    /// What a writer left that was killed before it put its file in place: the contents, if they are
    /// this user's, private, and at most `limit` bytes.
    pub fn leftover(&self, limit: u64) -> Option<Zeroizing<Vec<u8>>> {
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let file = File::from(openat(&self.folder, leftover_name(self), flags, Mode::empty()).ok()?);
        let about = file.metadata().ok()?;
        let own = about.uid() == accounts::effective() && about.mode() & 0o077 == 0 && about.nlink() == 1;
        if !about.is_file() || !own || about.len() > limit {
            return None;
        }
        let room = usize::try_from(about.len()).unwrap_or(0).saturating_add(1);
        let mut bytes = Zeroizing::new(Vec::with_capacity(room));
        file.take(limit).read_to_end(&mut bytes).ok()?;
        Some(bytes)
    }

    /// Removes what a killed writer left, if it left anything.
    ///
    /// # Errors
    /// When the system does not let it be, or a folder has that name.
    pub fn clear_leftover(&self) -> Result<(), Refused> {
        let name = leftover_name(self);
        match unlinkat(&self.folder, &name, AtFlags::empty()) {
            Ok(()) | Err(Errno::NOENT) => Ok(()),
            Err(_) if self.kind_of(&name) == Ok(Some(Kind::Folder)) => {
                Err(Refused::NotPlain { path: self.path().with_file_name(name), kind: Kind::Folder })
            }
            Err(error) => Err(Refused::failed(&self.path().with_file_name(name), error)),
        }
    }

    /// Puts what stands beside in place, and brings that to the disk.
    ///
    /// # Errors
    /// When the system does not let it be; nothing has changed then.
    pub fn put_in_place(&self) -> Result<(), Refused> {
        renameat(&self.folder, leftover_name(self), &self.folder, &self.name)
            .map_err(|error| Refused::failed(&self.path(), error))?;
        self.sync_folder();
        Ok(())
    }

    /// Removes the file, if it is there.
    ///
    /// # Errors
    /// When the system does not let it be.
    pub fn remove(&self) -> Result<(), Refused> {
        match unlinkat(&self.folder, &self.name, AtFlags::empty()) {
            Ok(()) => self.sync_folder(),
            Err(Errno::NOENT) => {}
            Err(error) => return Err(Refused::failed(&self.path(), error)),
        }
        Ok(())
    }

    /// Some file systems cannot do this for a folder; the change is made all the same.
    fn sync_folder(&self) {
        let _done = self.folder.sync_all();
    }
}

/// `auth.json.tmp`: what the check `token.leftover` looks for.
fn leftover_name(place: &Place) -> OsString {
    let mut name = place.name.clone();
    name.push(".tmp");
    name
}

#[cfg(test)]
#[path = "draft_tests.rs"]
mod tests;
