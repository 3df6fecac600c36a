//! Local agent sockets: whose they are, and whether anybody answers. Nothing is sent.

use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::time::Instant;

use super::{Call, Context, sheet};
use crate::model::evidence::{Reading, Why};
use crate::model::fact::{Fact, Facts};
use crate::world::files::{self, Kind};
use crate::world::unix::sockets::{self, Answer};
use crate::world::unix::status::{self, Status};
use crate::world::unix::{accounts, names};

/// How many sockets are looked at: anybody can put any number of them into `/tmp`.
const MOST: usize = 256;

/// For all of them together; a local connection is made or refused at once.
const DEADLINE: Duration = Duration::from_secs(1);

pub(super) async fn look(call: &Call, _ctx: &Context) -> Reading {
    read(call.required("glob")).await
}

async fn read(pattern: &str) -> Reading {
    let paths = match sockets::matching(Path::new(pattern), MOST) {
        Ok(paths) => paths,
        Err(error) => return Reading::Unavailable(Why::Refused(files::words(&error))),
    };
    let deadline = Instant::now() + DEADLINE;
    let mut seen = Vec::with_capacity(paths.len());
    for path in paths {
        // What is gone since it was listed is nobody's.
        if let Ok(entry) = status::of_entry(&path) {
            let answer = match entry.kind {
                Kind::Socket => Some(sockets::knock(&path, deadline).await),
                _ => None,
            };
            seen.push(Seen { path, entry, answer });
        }
    }
    let mut uids: Vec<u32> = seen.iter().map(|seen| seen.entry.owner).collect();
    uids.extend(seen.iter().filter_map(Seen::listener));
    let names = names::Names::of(uids.into_iter(), deadline).await;
    Reading::Found(describe(&seen, &names))
}

/// One entry of the folder, and who answered there.
struct Seen {
    path: PathBuf,
    entry: Status,
    /// `None` where it is no socket.
    answer: Option<Answer>,
}

impl Seen {
    fn listener(&self) -> Option<u32> {
        match self.answer {
            Some(Answer::Listening { uid, .. }) => Some(uid),
            _ => None,
        }
    }

    fn process(&self) -> Option<i32> {
        match self.answer {
            Some(Answer::Listening { pid, .. }) => pid,
            _ => None,
        }
    }

    fn state(&self) -> &'static str {
        match self.answer {
            None => "not_a_socket",
            Some(Answer::Listening { .. }) => "listening",
            Some(Answer::Stale) => "stale",
            Some(Answer::Denied) => "denied",
            Some(Answer::Mute) => "mute",
        }
    }
}

fn describe(seen: &[Seen], names: &names::Names) -> Facts {
    let me = accounts::effective();
    let listeners = || seen.iter().filter_map(Seen::listener);
    Facts::new()
        .with("present", !seen.is_empty())
        .with("found", seen.iter().map(|seen| describe_one(seen, me, names)).collect::<Vec<_>>())
        .with("count", sheet::count(seen.len()))
        .with("mine", sheet::count(listeners().filter(|uid| *uid == me).count()))
        .with("others", sheet::count(listeners().filter(|uid| *uid != me).count()))
}

fn describe_one(seen: &Seen, me: u32, names: &names::Names) -> Facts {
    let (owner, listener) = (seen.entry.owner, seen.listener());
    Facts::new()
        .with("path", sheet::path(&seen.path))
        .with("kind", seen.entry.kind.name())
        .with("entry", seen.entry.identity())
        .with("mode", sheet::mode(seen.entry.mode))
        .with("owner", sheet::uid(owner))
        .with("owner_name", names.name(owner))
        .with("state", seen.state())
        .with("peer_uid", listener.map_or(Fact::Nothing, sheet::uid))
        .with("peer_user", listener.map(|uid| names.name(uid)))
        .with("peer_pid", seen.process().map(i64::from))
        .with("mine", listener.unwrap_or(owner) == me)
        .with("planted", listener.is_some_and(|uid| uid != owner))
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests make their own files")]
mod tests {
    use super::*;
    use crate::model::fact::{FactType, Value};
    use crate::model::probe::ProbeKind;
    use std::os::unix::net::UnixListener;

    fn look_at(folder: &Path) -> Facts {
        let pattern = folder.join("cmdop-*.sock");
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        match runtime.block_on(read(&pattern.to_string_lossy())) {
            Reading::Found(facts) => facts,
            other => panic!("{other:?}"),
        }
    }

    fn elements(facts: &Facts) -> &[Facts] {
        match facts.get("found") {
            Some(Fact::Known(Value::Maps(found))) => found,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn tells_what_stands_there_and_follows_no_link() {
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join(name);
        let _alive = UnixListener::bind(at("cmdop-a.sock")).unwrap();
        drop(UnixListener::bind(at("cmdop-b.sock")).unwrap());
        std::fs::write(at("cmdop-c.sock"), "").unwrap();
        std::os::unix::fs::symlink(at("cmdop-a.sock"), at("cmdop-d.sock")).unwrap();
        std::fs::write(at("other.sock"), "").unwrap();
        let facts = look_at(dir.path());
        let states: Vec<_> = elements(&facts).iter().map(|one| one.get("state").cloned().unwrap()).collect();
        assert_eq!(states, ["listening", "stale", "not_a_socket", "not_a_socket"].map(Fact::from));
        assert_eq!(elements(&facts)[3].get("kind"), Some(&Fact::from("link")));
        assert_eq!(facts.get("count"), Some(&Fact::from(4)));
        assert_eq!(facts.get("mine"), Some(&Fact::from(1)));
        assert_eq!(facts.get("others"), Some(&Fact::from(0)));
    }

    #[test]
    fn a_listener_is_known_by_its_user_and_process() {
        let dir = tempfile::tempdir().unwrap();
        let _alive = UnixListener::bind(dir.path().join("cmdop-a.sock")).unwrap();
        let facts = look_at(dir.path());
        let one = &elements(&facts)[0];
        assert_eq!(one.get("peer_uid"), Some(&sheet::uid(accounts::effective())));
        assert_eq!(one.get("peer_pid"), Some(&Fact::from(i64::from(std::process::id()))));
        assert_eq!(one.get("mine"), Some(&Fact::from(true)));
        assert_eq!(one.get("planted"), Some(&Fact::from(false)));
        assert_eq!(one.get("peer_user"), one.get("owner_name"));
        let spec = ProbeKind::Socket.fact("found").unwrap();
        let FactType::Maps(fields) = spec.kind else { panic!() };
        for field in fields {
            assert!(one.get(field.name).is_some(), "{}", field.name);
        }
    }

    #[test]
    fn another_users_listener_in_ones_own_file_is_planted() {
        let dir = tempfile::tempdir().unwrap();
        let entry = status::of_entry(dir.path()).unwrap();
        let answer = Some(Answer::Listening { uid: 4_123_456_789, pid: None });
        let seen = Seen { path: dir.path().to_owned(), entry, answer };
        let facts = describe(&[seen], &names::Names::default());
        assert_eq!(elements(&facts)[0].get("planted"), Some(&Fact::from(true)));
        assert_eq!(elements(&facts)[0].get("mine"), Some(&Fact::from(false)));
        assert_eq!(elements(&facts)[0].get("peer_user"), Some(&Fact::from("4123456789")));
        assert_eq!(facts.get("others"), Some(&Fact::from(1)));
    }

    #[test]
    fn nothing_there_counts_none() {
        let dir = tempfile::tempdir().unwrap();
        let facts = look_at(dir.path());
        assert_eq!(facts.get("present"), Some(&Fact::from(false)));
        assert_eq!(facts.get("count"), Some(&Fact::from(0)));
        assert!(elements(&look_at(&dir.path().join("gone"))).is_empty());
    }
}
