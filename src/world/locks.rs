//! Advisory locks on files.

use std::fs::{File, TryLockError};

/// Whether somebody holds an exclusive advisory lock on `file`, found out by asking for a shared
/// one, which is given back at once. `None` where the file system has no locks.
pub fn is_locked(file: &File) -> Option<bool> {
    match file.try_lock_shared() {
        Ok(()) => file.unlock().map(|()| false).ok(),
        Err(TryLockError::WouldBlock) => Some(true),
        Err(TryLockError::Error(_)) => None,
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests make their own files")]
mod tests {
    use super::*;

    #[test]
    fn sees_the_lock_of_another_descriptor_and_leaves_none() {
        let held = tempfile::NamedTempFile::new().unwrap();
        let look = || is_locked(&File::open(held.path()).unwrap());
        assert_eq!(look(), Some(false));
        held.as_file().lock().unwrap();
        assert_eq!(look(), Some(true));
        held.as_file().unlock().unwrap();
        assert_eq!(look(), Some(false));
        held.as_file().try_lock().unwrap();
    }
}
