//! Local sockets: which there are, and whether anybody answers.
#![expect(clippy::disallowed_methods, reason = "this is the door to sockets")]

use std::io::{self, ErrorKind};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use tokio::net::UnixStream;
use tokio::time::{Instant, timeout_at};

/// How many matches are gathered before the first ones by name are taken: anybody can fill `/tmp`.
const MOST_GATHERED: usize = 4096;

/// What came of connecting to a socket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// Somebody listens, as this user and process; a system may keep the process to itself.
    Listening { uid: u32, pid: Option<i32> },
    /// Nobody listens any more.
    Stale,
    /// The effective user may not connect.
    Denied,
    /// Somebody is there and takes no more connections, or is no stream socket.
    Mute,
}

/// The first `most` entries, by name, that match `pattern`, whose last component may hold `*` and
/// `?`. Links are not followed. None if the folder is not there.
pub fn matching(pattern: &Path, most: usize) -> io::Result<Vec<PathBuf>> {
    let (Some(folder), Some(name)) = (pattern.parent(), pattern.file_name()) else { return Ok(Vec::new()) };
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let names = entries.filter_map(|entry| entry.ok().map(|entry| entry.file_name()));
    let mut found: Vec<_> =
        names.filter(|found| fits(name.as_bytes(), found.as_bytes())).take(MOST_GATHERED).collect();
    found.sort_unstable();
    found.truncate(most);
    Ok(found.into_iter().map(|name| folder.join(name)).collect())
}

/// Whether `name` has the form of `pattern`. Steps back to the last `*` only, so that no pattern
/// takes more than length times length.
fn fits(pattern: &[u8], name: &[u8]) -> bool {
    let (mut p, mut n) = (0, 0);
    let mut star = None;
    while n < name.len() {
        match pattern.get(p) {
            Some(b'*') => {
                star = Some((p, n));
                p += 1;
            }
            Some(&byte) if byte == b'?' || byte == name[n] => {
                p += 1;
                n += 1;
            }
            _ => {
                let Some((at, from)) = star else { return false };
                star = Some((at, from + 1));
                p = at + 1;
                n = from + 1;
            }
        }
    }
    pattern[p..].iter().all(|byte| *byte == b'*')
}

/// Connects to the socket at `path` and hangs up; nothing is sent.
pub async fn knock(path: &Path, deadline: Instant) -> Answer {
    match timeout_at(deadline, UnixStream::connect(path)).await {
        Ok(Ok(stream)) => match stream.peer_cred() {
            Ok(peer) => Answer::Listening { uid: peer.uid(), pid: peer.pid() },
            Err(_) => Answer::Mute,
        },
        Ok(Err(error)) => match error.kind() {
            ErrorKind::NotFound | ErrorKind::ConnectionRefused => Answer::Stale,
            ErrorKind::PermissionDenied => Answer::Denied,
            _ => Answer::Mute,
        },
        Err(_) => Answer::Mute,
    }
}

/// Waits until a socket of the effective user that matches `pattern` has a listener, at most for as
/// long as `patience`.
pub fn await_listener(pattern: &Path, patience: std::time::Duration) {
    const ROUND: std::time::Duration = std::time::Duration::from_millis(50);
    let me = super::accounts::effective();
    let listens = |path: &PathBuf| {
        super::status::of_entry(path).is_ok_and(|entry| entry.owner == me)
            && std::os::unix::net::UnixStream::connect(path).is_ok()
    };
    let end = std::time::Instant::now() + patience;
    while !matching(pattern, MOST_GATHERED).is_ok_and(|paths| paths.iter().any(listens))
        && std::time::Instant::now() < end
    {
        std::thread::sleep(ROUND);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::net::UnixListener;
    use std::time::Duration;

    fn knock_now(path: &Path) -> Answer {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async { knock(path, Instant::now() + Duration::from_secs(1)).await })
    }

    #[test]
    fn patterns_fit_names() {
        for (pattern, name, fit) in [
            ("cmdop-*.sock", "cmdop-a.sock", true),
            ("cmdop-*.sock", "cmdop-.sock", true),
            ("cmdop-*.sock", "cmdop-a.sock.sock", true),
            ("cmdop-*.sock", "cmdop-a.socket", false),
            ("a?c", "abc", true),
            ("a?c", "ac", false),
            ("*", "", true),
            ("", "a", false),
            ("*a*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false),
        ] {
            assert_eq!(fits(pattern.as_bytes(), name.as_bytes()), fit, "{pattern} {name}");
        }
    }

    #[test]
    fn matches_come_sorted_and_limited() {
        let dir = tempfile::tempdir().unwrap();
        for name in ["cmdop-b.sock", "cmdop-a.sock", "other", "cmdop-c.sock"] {
            std::fs::write(dir.path().join(name), "").unwrap();
        }
        let found = matching(&dir.path().join("cmdop-*.sock"), 2).unwrap();
        assert_eq!(found, [dir.path().join("cmdop-a.sock"), dir.path().join("cmdop-b.sock")]);
        assert!(matching(&dir.path().join("gone/cmdop-*.sock"), 2).unwrap().is_empty());
    }

    #[test]
    fn tells_listening_from_stale() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("s");
        let listener = UnixListener::bind(&path).unwrap();
        let pid = i32::try_from(std::process::id()).ok();
        assert_eq!(knock_now(&path), Answer::Listening { uid: super::super::accounts::effective(), pid });
        drop(listener);
        assert_eq!(knock_now(&path), Answer::Stale);
        assert_eq!(knock_now(&dir.path().join("gone")), Answer::Stale);
    }

    #[test]
    fn a_socket_whose_queue_is_full_is_mute() {
        use nix::sys::socket::{AddressFamily, Backlog, SockFlag, SockType, UnixAddr, bind, listen, socket};
        use std::os::fd::AsRawFd;
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("s");
        let server = socket(AddressFamily::Unix, SockType::Stream, SockFlag::SOCK_CLOEXEC, None).unwrap();
        bind(server.as_raw_fd(), &UnixAddr::new(&path).unwrap()).unwrap();
        listen(&server, Backlog::new(0).unwrap()).unwrap();
        let _waiting = std::os::unix::net::UnixStream::connect(&path).unwrap();
        assert_eq!(knock_now(&path), Answer::Mute);
    }
}
