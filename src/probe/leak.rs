//! `leak`: credentials that lie about in plain text files.

use std::path::Path;

use super::sheet::{self, Sheet};
use super::{Call, Context};
use crate::model::evidence::{Reading, Why};
use crate::model::fact::Fact;
use crate::redact::mention::{Hit, credentials_in};
use crate::world::files::{self, ReadError};
use crate::world::repository;
use crate::world::unix::status;

/// How much of a file is searched, from its end: histories grow there.
const SEARCHED: u64 = 8 * 1024 * 1024;

pub(super) fn look(call: &Call, _ctx: &Context) -> Reading {
    read(call)
}

fn read(call: &Call) -> Reading {
    let path = Path::new(call.required("in_file"));
    match files::read_tail(path, SEARCHED) {
        Ok(text) => {
            let mut sheet = Sheet::new(call);
            describe_text(&mut sheet, &text);
            describe_place(&mut sheet, path);
            Reading::Found(sheet.done())
        }
        // A history that is switched off is often a link to /dev/null.
        Err(ReadError::Missing | ReadError::NotPlain(_)) => Reading::Absent,
        Err(error) => Reading::Unavailable(Why::Refused(error.to_string())),
    }
}

fn describe_text(sheet: &mut Sheet, text: &[u8]) {
    let mut hits = credentials_in(text).peekable();
    let first = hits.peek().copied();
    let line = |hit: Hit| text[..hit.at].iter().filter(|byte| **byte == b'\n').count() + 1;
    sheet.put("line", || first.map_or(Fact::Nothing, |hit| sheet::count(line(hit))));
    sheet.put("prefix", || first.map(|hit| hit.prefix()));
    sheet.put("says", || first.map(|hit| hit.says()));
    sheet.put("count", || sheet::count(hits.count()));
}

fn describe_place(sheet: &mut Sheet, path: &Path) {
    sheet.put("path", || sheet::path(path));
    sheet.put("others_can_read", || status::of_target(path).ok().map(|found| found.mode & 0o044 != 0));
    let standing = repository::standing(path);
    let tracked = standing.as_ref().and_then(|standing| standing.tracked);
    sheet.put("in_repository", || standing.is_some());
    sheet.put("tracked", || tracked);
    sheet.put("ignored", || standing.map(|standing| standing.ignored && tracked != Some(true)));
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests make their own files")]
mod tests {
    use super::*;
    use crate::model::fact::Facts;
    use crate::model::probe::ProbeKind;

    const KEY: &str = "cmd_acme_a1b2c3d4e5f6g7h8i9j0";

    fn found(path: &Path) -> Facts {
        match read(&Call::made_of(ProbeKind::Leak, &[("in_file", &path.to_string_lossy())])) {
            Reading::Found(facts) => facts,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn finds_the_first_by_its_line_and_counts_all() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("history");
        let mut history = format!("ls\nexport CMDOP_API_KEY={KEY}\n").into_bytes();
        history.extend(b"ls \xff\n");
        history.extend(format!("curl -H 'Bearer {KEY}'\n").into_bytes());
        std::fs::write(&path, history).unwrap();
        let facts = found(&path);
        assert_eq!(facts.get("count"), Some(&Fact::from(2)));
        assert_eq!(facts.get("line"), Some(&Fact::from(2)));
        assert_eq!(facts.get("prefix"), Some(&Fact::from("cmd_acme_a1b")));
        assert_eq!(facts.get("says"), Some(&Fact::from("a CMDOP API key")));
        assert_eq!(facts.get("in_repository"), Some(&Fact::from(false)));
        std::fs::create_dir(dir.path().join(".git")).unwrap();
        assert_eq!(found(&path).get("in_repository"), Some(&Fact::from(true)));
        for fact in ProbeKind::Leak.spec().facts {
            assert!(facts.get(fact.name).is_some(), "{}", fact.name);
        }
    }

    #[test]
    fn a_clean_file_has_none() {
        let file = tempfile::NamedTempFile::new().unwrap();
        assert_eq!(found(file.path()).get("count"), Some(&Fact::from(0)));
        assert_eq!(found(file.path()).get("prefix"), Some(&Fact::Nothing));
    }

    #[test]
    fn no_file_and_no_plain_file_hold_nothing() {
        for path in ["/nonexistent", "/dev/null"] {
            assert_eq!(read(&Call::made_of(ProbeKind::Leak, &[("in_file", path)])), Reading::Absent);
        }
    }
}
