//! Users and groups: who runs this, and what the system's databases call them.

use std::path::{Path, PathBuf};

use nix::errno::Errno;
use nix::unistd::{Gid, Group, Uid, User};

use crate::world::files;

/// An entry of the passwd database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    pub name: String,
    pub uid: u32,
    /// The primary group.
    pub group: u32,
    pub home: PathBuf,
}

/// The passwd database did not answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the passwd database does not answer: {}", .0.desc())]
pub struct NoAnswer(Errno);

/// The real user id.
pub fn real() -> u32 {
    Uid::current().as_raw()
}

/// The effective user id.
pub fn effective() -> u32 {
    Uid::effective().as_raw()
}

/// The passwd entry of `uid`. May ask the network, and wait for it.
pub fn by_id(uid: u32) -> Result<Option<Account>, NoAnswer> {
    found(User::from_uid(Uid::from_raw(uid)))
}

/// The passwd entry of the user called `name`. May ask the network, and wait for it.
pub fn by_name(name: &str) -> Result<Option<Account>, NoAnswer> {
    found(User::from_name(name))
}

fn found(answer: nix::Result<Option<User>>) -> Result<Option<Account>, NoAnswer> {
    match answer {
        Ok(entry) => Ok(entry.map(|user| Account {
            name: user.name,
            uid: user.uid.as_raw(),
            group: user.gid.as_raw(),
            home: user.dir,
        })),
        // getpwnam(3) lists these as ways in which systems say that there is no such entry.
        Err(Errno::ENOENT | Errno::ESRCH | Errno::EBADF | Errno::EPERM) => Ok(None),
        Err(other) => Err(NoAnswer(other)),
    }
}

/// The name of user `uid`, or the number where there is none. May wait for the network.
pub fn user_name(uid: u32) -> String {
    match by_id(uid) {
        Ok(Some(account)) => account.name,
        _ => uid.to_string(),
    }
}

/// The name of group `gid`, or the number where there is none. May wait for the network.
pub fn group_name(gid: u32) -> String {
    match Group::from_gid(Gid::from_raw(gid)) {
        Ok(Some(group)) => group.name,
        _ => gid.to_string(),
    }
}

/// The name of user `uid` by `/etc/passwd` alone, which never waits.
pub fn local_name(uid: u32) -> Option<String> {
    /// Far more than any machine's own users.
    const LIMIT: u64 = 1024 * 1024;
    let passwd = files::read_plain(Path::new("/etc/passwd"), LIMIT).ok()?;
    name_in(&String::from_utf8_lossy(&passwd), uid)
}

fn name_in(passwd: &str, uid: u32) -> Option<String> {
    passwd.lines().find_map(|line| {
        let mut fields = line.split(':');
        let (name, number) = (fields.next()?, fields.nth(1)?);
        (number.parse() == Ok(uid)).then(|| name.to_owned())
    })
}

/// Whether `owner` is neither the effective user nor root. Where a user namespace hides who the
/// owner is, nobody is accused.
pub fn is_foreign(owner: u32) -> bool {
    owner != 0 && owner != effective() && !is_hidden(owner)
}

/// Whether `owner` is the number that stands for every owner outside of this user namespace
/// (`user_namespaces(7)`).
fn is_hidden(owner: u32) -> bool {
    /// The kernel's default, used where it does not say.
    const OVERFLOW: u32 = 65534;
    let text = |path: &str| {
        let bytes = files::read_plain(Path::new(path), 4096).ok()?;
        String::from_utf8(bytes).ok()
    };
    let overflow = text("/proc/sys/kernel/overflowuid").and_then(|number| number.trim().parse().ok());
    owner == overflow.unwrap_or(OVERFLOW) && text("/proc/self/uid_map").is_some_and(|map| hides(&map))
}

/// Whether a `uid_map` maps less than all users.
fn hides(uid_map: &str) -> bool {
    !uid_map.split_whitespace().eq(["0", "0", "4294967295"])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn root_has_an_entry_and_a_number_that_nobody_has_does_not() {
        assert_eq!(by_id(0).unwrap().unwrap().name, "root");
        assert_eq!(by_name("root").unwrap().unwrap().uid, 0);
        assert_eq!(by_id(4_123_456_789), Ok(None));
        assert_eq!(user_name(4_123_456_789), "4123456789");
        assert_eq!(group_name(4_123_456_789), "4123456789");
    }

    #[test]
    fn reads_passwd_lines_and_passes_over_broken_ones() {
        let passwd = "root:x:0:0:root:/root:/bin/sh\n\nbroken\nada:x:1000:1000::/home/ada:\n+::::::\n";
        assert_eq!(name_in(passwd, 1000).as_deref(), Some("ada"));
        assert_eq!(name_in(passwd, 1001), None);
    }

    #[test]
    fn root_and_oneself_are_not_foreign() {
        assert!(!is_foreign(0));
        assert!(!is_foreign(effective()));
        assert!(is_foreign(4_123_456_789));
    }

    #[test]
    fn only_a_partial_map_hides_owners() {
        assert!(!hides("         0          0 4294967295\n"));
        assert!(hides("         0       1000          1\n"));
        assert!(hides(""));
    }
}
