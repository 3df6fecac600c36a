//! Files that only the user could have written: what stands in them may decide where a credential
//! is sent.

use std::io::Read;
use std::path::Path;

use super::Env;
use super::files::{ReadError, open_plain};

/// Why a file was not taken for the user's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OwnFileError {
    #[error(transparent)]
    Unreadable(#[from] ReadError),
    /// Neither the user nor root owns it: somebody may have planted it.
    #[error("it belongs to user {0}, who is neither you nor root")]
    Foreign(u32),
    /// Somebody else may have written it.
    #[error("others can write it (mode {0:04o}); `chmod go-w` it")]
    Loose(u32),
}

/// Reads the plain file at `path`, following links, if it has at most `limit` bytes and nobody but
/// the user, or root, can have written it.
pub fn read(path: &Path, limit: u64, env: &Env) -> Result<Vec<u8>, OwnFileError> {
    let file = open_plain(path)?;
    judge(&file, env)?;
    let mut bytes = Vec::new();
    file.take(limit.saturating_add(1)).read_to_end(&mut bytes).map_err(ReadError::from)?;
    if bytes.len() as u64 > limit { Err(ReadError::TooLarge.into()) } else { Ok(bytes) }
}

#[cfg(unix)]
fn judge(file: &std::fs::File, env: &Env) -> Result<(), OwnFileError> {
    use super::unix::accounts;
    use std::os::unix::fs::MetadataExt;
    let about = file.metadata().map_err(ReadError::from)?;
    // Whoever called sudo has chosen what root does here anyhow.
    let caller = env.text("SUDO_UID").and_then(|uid| uid.parse().ok());
    let callers = accounts::effective() == 0 && caller == Some(about.uid());
    if accounts::is_foreign(about.uid()) && !callers {
        return Err(OwnFileError::Foreign(about.uid()));
    }
    // A group whose number is the owner's is the owner's alone, by the custom of private groups.
    let shared_group = about.mode() & 0o020 != 0 && about.gid() != about.uid();
    if about.mode() & 0o002 != 0 || shared_group {
        return Err(OwnFileError::Loose(about.mode() & 0o7777));
    }
    Ok(())
}

/// No other system's owners are read.
#[cfg(not(unix))]
fn judge(_: &std::fs::File, _: &Env) -> Result<(), OwnFileError> {
    Ok(())
}

#[cfg(all(test, unix))]
#[expect(clippy::disallowed_methods, reason = "tests make their own files")]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn read_with_mode(mode: u32) -> Result<Vec<u8>, OwnFileError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config.yaml");
        std::fs::write(&path, "abc").unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        read(&path, 3, &Env::made_of([("A", "b")]))
    }

    #[test]
    fn a_private_file_is_ones_own_and_one_that_others_write_is_not() {
        assert_eq!(read_with_mode(0o600).unwrap(), b"abc");
        assert_eq!(read_with_mode(0o644).unwrap(), b"abc");
        assert_eq!(read_with_mode(0o646), Err(OwnFileError::Loose(0o646)));
    }

    #[test]
    fn what_is_not_there_or_too_large_says_so() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config.yaml");
        let env = Env::made_of([("A", "b")]);
        assert_eq!(read(&path, 9, &env), Err(OwnFileError::Unreadable(ReadError::Missing)));
        std::fs::write(&path, "abcd").unwrap();
        assert_eq!(read(&path, 3, &env), Err(OwnFileError::Unreadable(ReadError::TooLarge)));
    }

    #[test]
    fn a_file_of_somebody_else_is_refused_unless_they_called_sudo() {
        use crate::world::unix::accounts;
        if accounts::effective() != 0 {
            return;
        }
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config.yaml");
        std::fs::write(&path, "abc").unwrap();
        std::os::unix::fs::chown(&path, Some(12345), None).unwrap();
        assert_eq!(read(&path, 9, &Env::made_of([("A", "b")])), Err(OwnFileError::Foreign(12345)));
        assert!(read(&path, 9, &Env::made_of([("SUDO_UID", "12345")])).is_ok());
    }
}
