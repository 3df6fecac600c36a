//! Files that others recorded: opened without following a link out of the folder that was named.
#![expect(clippy::disallowed_methods, reason = "this is the door to the file system")]

use std::fs::File;
use std::path::{Path, PathBuf};

use super::files::{self, Kind, ReadError};

/// Names that one folder of recordings may have.
const MOST: usize = 10_000;

/// What stands in a folder of recordings.
#[derive(Debug, Default)]
pub struct Listing {
    /// Plain files, in no order.
    pub files: Vec<PathBuf>,
    /// What was left out, each with what it is: folders, links, pipes, sockets, devices.
    pub others: Vec<(PathBuf, Kind)>,
    /// There are more names than anybody looks at.
    pub cut: bool,
}

/// Whether `path` is a folder, links followed.
pub fn is_folder(path: &Path) -> bool {
    path.is_dir()
}

/// The names in `folder`, told apart without following links.
///
/// # Errors
/// When the folder cannot be read.
pub fn list(folder: &Path) -> Result<Listing, ReadError> {
    let mut listing = Listing::default();
    for entry in std::fs::read_dir(folder)? {
        if listing.files.len() + listing.others.len() == MOST {
            listing.cut = true;
            break;
        }
        let entry = entry?;
        match Kind::of(entry.file_type()?) {
            Kind::File => listing.files.push(entry.path()),
            other => listing.others.push((entry.path(), other)),
        }
    }
    Ok(listing)
}

/// Opens a plain file of a [`Listing`]: what has become a link since is refused.
///
/// # Errors
/// When it is no plain file any more, or cannot be read.
pub fn open_listed(path: &Path) -> Result<File, ReadError> {
    let kind = Kind::of(std::fs::symlink_metadata(path)?.file_type());
    if kind != Kind::File {
        return Err(ReadError::NotPlain(kind));
    }
    files::open_itself(path)
}
