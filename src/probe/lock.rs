//! A lock file: who holds it.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use super::sheet::{self, Sheet};
use super::{Call, Context};
use crate::model::evidence::{Reading, Why};
use crate::model::fact::Fact;
use crate::world::files::{self, ReadError};
use crate::world::unix::{processes, status};
use crate::world::{clock, locks};

/// A lock file holds a process id and perhaps a line more.
const LONGEST: u64 = 4096;

pub(super) fn look(call: &Call, _ctx: &Context) -> Reading {
    read(call)
}

fn read(call: &Call) -> Reading {
    let path = Path::new(call.required("path"));
    let mut sheet = Sheet::new(call);
    sheet.put("path", || call.required("path"));
    match status::of_target(path) {
        Ok(found) => sheet.put("age", || sheet::duration(clock::now_ms().saturating_sub(found.modified_ms))),
        Err(error) if status::is_gone(&error) => return Reading::Absent,
        Err(error) => return Reading::Unavailable(Why::Refused(files::words(&error))),
    }
    match files::open_plain(path) {
        Ok(file) => describe(&mut sheet, &file),
        Err(ReadError::Missing) => return Reading::Absent,
        Err(ReadError::NotPlain(_)) => sheet.put_nothing(&["held", "object", "pid", "alive"]),
        // Somebody else's lock, perhaps: there, but not to be looked into.
        Err(_) => {}
    }
    Reading::Found(sheet.done())
}

fn describe(sheet: &mut Sheet, file: &File) {
    sheet.put("object", || status::of_file(file).ok().map(|found| found.identity()));
    let mut text = Vec::new();
    let pid =
        file.take(LONGEST).read_to_end(&mut text).ok().and_then(|_| pid_in(&String::from_utf8_lossy(&text)));
    sheet.put("held", || locks::is_locked(file));
    sheet.put("pid", || pid.map_or(Fact::Nothing, |pid| Fact::from(i64::from(pid))));
    sheet.put("alive", || pid.map(processes::is_alive));
}

/// The process id in a lock file: the first word if it is a number, or the number after `pid`.
fn pid_in(text: &str) -> Option<u32> {
    let mut words = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let first = words.next()?;
    if let Ok(pid) = first.parse() {
        return Some(pid);
    }
    let mut words = std::iter::once(first).chain(words);
    words.find(|word| word.eq_ignore_ascii_case("pid"))?;
    words.next()?.parse().ok()
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests make their own files")]
mod tests {
    use super::*;
    use crate::model::fact::Facts;
    use crate::model::probe::ProbeKind;

    fn found(path: &Path) -> Facts {
        match read(&Call::made_of(ProbeKind::Lock, &[("path", &path.to_string_lossy())])) {
            Reading::Found(facts) => facts,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn finds_the_process_in_every_usual_form() {
        for (text, pid) in [
            ("999999\n", Some(999_999)),
            ("  42 host.example\n", Some(42)),
            ("{\"host\": \"n1\", \"pid\": 42}", Some(42)),
            ("PID=42", Some(42)),
            ("host1:7", None),
            ("99999999999999999999", None),
            ("", None),
        ] {
            assert_eq!(pid_in(text), pid, "{text}");
        }
    }

    #[test]
    fn a_lock_of_a_dead_process_is_left_over() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("lock");
        std::fs::write(&path, "999999999\n").unwrap();
        let facts = found(&path);
        assert_eq!(facts.get("held"), Some(&Fact::from(false)));
        assert_eq!(facts.get("pid"), Some(&Fact::from(999_999_999)));
        assert_eq!(facts.get("alive"), Some(&Fact::from(false)));
    }

    #[test]
    fn a_lock_that_is_held_says_so() {
        let file = tempfile::NamedTempFile::new().unwrap();
        file.as_file().lock().unwrap();
        let facts = found(file.path());
        assert_eq!(facts.get("held"), Some(&Fact::from(true)));
        assert_eq!(facts.get("pid"), Some(&Fact::Nothing));
        assert_eq!(facts.get("alive"), Some(&Fact::Nothing));
    }

    #[test]
    fn no_file_is_absent_and_a_folder_holds_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let gone = dir.path().join("gone");
        assert_eq!(
            read(&Call::made_of(ProbeKind::Lock, &[("path", &gone.to_string_lossy())])),
            Reading::Absent
        );
        assert_eq!(found(dir.path()).get("held"), Some(&Fact::Nothing));
    }
}
