//! File systems: how much room they have.

use std::path::Path;

use nix::sys::statvfs::{FsFlags, statvfs};

/// What is left on a file system for an ordinary user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Room {
    pub read_only: bool,
    /// In bytes; `None` where the file system counts no blocks.
    pub free: Option<u64>,
    /// `None` where the file system counts no inodes.
    pub inodes: Option<u64>,
}

/// The room on the file system that `folder` lies on.
pub fn room(folder: &Path) -> std::io::Result<Room> {
    let found = statvfs(folder)?;
    let free = (found.blocks_available() as u64).saturating_mul(found.fragment_size());
    Ok(Room {
        read_only: found.flags().contains(FsFlags::ST_RDONLY),
        free: (found.blocks() > 0).then_some(free),
        inodes: (found.files() > 0).then(|| found.files_available() as u64),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_temporary_folder_has_room() {
        let dir = tempfile::tempdir().unwrap();
        let room = room(dir.path()).unwrap();
        assert!(!room.read_only);
        assert!(room.free.is_some_and(|free| free > 0));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn what_counts_no_blocks_is_not_full() {
        assert_eq!(room(Path::new("/proc")).unwrap().free, None);
    }
}
