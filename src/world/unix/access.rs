//! What the effective user may do, asked of the kernel and not worked out from mode bits, so that
//! access control lists, capabilities and read-only mounts count.

use std::path::Path;

use nix::fcntl::{AT_FDCWD, AtFlags};
use nix::unistd::{AccessFlags, Gid, Uid, faccessat};

/// Something that one may or may not do with a file or folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Right {
    Read,
    Write,
    /// Enter a folder, or run a program.
    Enter,
    /// Create files in a folder.
    Create,
}

/// Whether the effective user has `right` at `path`, following links.
pub fn may(path: &Path, right: Right) -> bool {
    let wanted = match right {
        Right::Read => AccessFlags::R_OK,
        Right::Write => AccessFlags::W_OK,
        Right::Enter => AccessFlags::X_OK,
        Right::Create => AccessFlags::W_OK | AccessFlags::X_OK,
    };
    // AT_EACCESS takes a newer system call, which old container sandboxes answer with EPERM; where
    // it makes no difference it is left out.
    let same = Uid::current() == Uid::effective() && Gid::current() == Gid::effective();
    let whose = if same { AtFlags::empty() } else { AtFlags::AT_EACCESS };
    faccessat(AT_FDCWD, path, wanted, whose).is_ok()
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests make their own files")]
mod tests {
    use super::*;

    #[test]
    fn asks_the_kernel() {
        let dir = tempfile::tempdir().unwrap();
        assert!(may(dir.path(), Right::Create));
        let file = dir.path().join("a");
        std::fs::write(&file, "").unwrap();
        assert!(may(&file, Right::Read) && may(&file, Right::Write));
        // Nobody may run a file without any execute bit, not even root.
        assert!(!may(&file, Right::Enter));
        assert!(!may(&dir.path().join("b"), Right::Read));
    }
}
