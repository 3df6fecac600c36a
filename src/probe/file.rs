//! One file, looked at without opening it.

use std::io::ErrorKind;
use std::path::Path;

use super::sheet::{self, Sheet};
use super::{Call, Context};
use crate::model::evidence::{Reading, Why};
use crate::model::fact::Fact;
use crate::world::files::{self, Kind};
use crate::world::unix::access::{Right, may};
use crate::world::unix::status::{self, Status};
use crate::world::unix::{accounts, folders, grants};

pub(super) fn look(call: &Call, _ctx: &Context) -> Reading {
    read(call)
}

fn read(call: &Call) -> Reading {
    let path = Path::new(call.required("path"));
    let mut sheet = Sheet::new(call);
    sheet.put("path", || call.required("path"));
    match status::of_entry(path) {
        Ok(entry) => describe(&mut sheet, call, path, &entry),
        Err(error) if status::is_gone(&error) => return Reading::Absent,
        Err(error) if error.kind() == ErrorKind::PermissionDenied => {
            sheet.put("present", || Fact::Unknown);
            sheet.put("denied_by", || folders::barrier(path).as_deref().map_or(Fact::Unknown, sheet::path));
        }
        Err(error) => return Reading::Unavailable(Why::Refused(files::words(&error))),
    }
    Reading::Found(sheet.done())
}

fn describe(sheet: &mut Sheet, call: &Call, path: &Path, entry: &Status) {
    let link = entry.kind == Kind::Link;
    sheet.put("link", || link);
    sheet.put("entry", || entry.identity());
    describe_folders(sheet, call, path);
    if link {
        describe_link(sheet, path, entry);
    } else {
        sheet.put_nothing(&["target", "link_owner_name", "link_foreign", "denied_by"]);
        sheet.put("dangling", || false);
        describe_target(sheet, path, entry);
    }
}

fn describe_link(sheet: &mut Sheet, path: &Path, entry: &Status) {
    sheet.put("target", || status::link_text(path).ok().as_deref().map_or(Fact::Unknown, sheet::path));
    sheet.put("link_owner_name", || accounts::user_name(entry.owner));
    sheet.put("link_foreign", || accounts::is_foreign(entry.owner));
    match status::of_target(path) {
        Ok(target) => {
            sheet.put("dangling", || false);
            sheet.put("denied_by", || Fact::Nothing);
            describe_target(sheet, path, &target);
        }
        Err(error) if error.kind() == ErrorKind::PermissionDenied => {
            sheet.put("denied_by", || folders::barrier(path).as_deref().map_or(Fact::Unknown, sheet::path));
        }
        Err(error) => {
            sheet.put("dangling", || status::is_gone(&error) || status::is_circle(&error));
            sheet.put("kind", || Kind::Link.name());
            sheet.put_nothing(&["denied_by"]);
            sheet.put_nothing(OF_TARGET);
        }
    }
}

/// What is said of a link's target, apart from its kind.
const OF_TARGET: &[&str] = &[
    "object",
    "mode",
    "owner",
    "owner_name",
    "group_name",
    "mine",
    "size",
    "links",
    "modified_at",
    "others_can_read",
    "others_can_write",
    "acl_grants",
    "immutable",
    "readable",
    "writable",
];

fn describe_target(sheet: &mut Sheet, path: &Path, target: &Status) {
    sheet.put("kind", || target.kind.name());
    sheet.put("object", || target.identity());
    sheet.put("mode", || sheet::mode(target.mode));
    sheet.put("owner", || sheet::uid(target.owner));
    sheet.put("owner_name", || accounts::user_name(target.owner));
    sheet.put("group_name", || accounts::group_name(target.group));
    sheet.put("mine", || target.owner == accounts::effective());
    sheet.put("size", || sheet::bytes(target.size));
    sheet.put("links", || i64::try_from(target.links).ok());
    sheet.put("modified_at", || sheet::time(target.modified_ms));
    sheet.put("others_can_read", || target.mode & 0o044 != 0);
    sheet.put("others_can_write", || target.mode & 0o022 != 0);
    sheet.put("acl_grants", || grants::by_list(path, target.owner).map(|given| given.read || given.write));
    sheet.put("immutable", || grants::is_frozen(path));
    sheet.put("readable", || may(path, Right::Read));
    sheet.put("writable", || may(path, Right::Write));
}

fn describe_folders(sheet: &mut Sheet, call: &Call, path: &Path) {
    if !call.wants(&["loose_folder", "loose_folder_mode", "loose_folder_owner", "loose_folder_foreign"]) {
        return;
    }
    let loose = folders::loose(path);
    let loose = loose.as_ref();
    sheet.put("loose_folder", || loose.map_or(Fact::Nothing, |folder| sheet::path(&folder.path)));
    sheet.put("loose_folder_mode", || loose.map_or(Fact::Nothing, |folder| sheet::mode(folder.mode)));
    sheet.put("loose_folder_owner", || loose.map(|folder| accounts::user_name(folder.owner)));
    sheet.put("loose_folder_foreign", || loose.map(|folder| folder.foreign));
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests make their own files")]
mod tests {
    use super::*;
    use crate::model::fact::{Facts, Value};
    use crate::model::probe::ProbeKind;
    use std::os::unix::fs::{PermissionsExt, symlink};

    fn call(path: &Path) -> Call {
        Call::made_of(ProbeKind::File, &[("path", &path.to_string_lossy())])
    }

    fn found(path: &Path) -> Facts {
        match read(&call(path)) {
            Reading::Found(facts) => facts,
            other => panic!("{other:?}"),
        }
    }

    fn lab() -> (tempfile::TempDir, std::path::PathBuf) {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("auth.json");
        std::fs::write(&file, "12345").unwrap();
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o640)).unwrap();
        (dir, file)
    }

    #[test]
    fn describes_a_plain_file() {
        let (_dir, file) = lab();
        let facts = found(&file);
        let is = |name: &str, fact: Fact| assert_eq!(facts.get(name), Some(&fact), "{name}");
        is("kind", Fact::from("file"));
        is("mode", Fact::Known(Value::Mode(0o640)));
        is("owner", sheet::uid(accounts::effective()));
        is("mine", Fact::from(true));
        is("size", Fact::Known(Value::Bytes(5)));
        is("links", Fact::from(1));
        is("others_can_read", Fact::from(true));
        is("others_can_write", Fact::from(false));
        is("readable", Fact::from(true));
        is("writable", Fact::from(true));
        is("link", Fact::from(false));
        is("target", Fact::Nothing);
        is("denied_by", Fact::Nothing);
    }

    #[test]
    fn says_every_fact_that_its_table_declares() {
        let (dir, file) = lab();
        symlink(&file, dir.path().join("link")).unwrap();
        symlink("nowhere", dir.path().join("dangling")).unwrap();
        for path in [file, dir.path().join("link"), dir.path().join("dangling")] {
            let facts = found(&path);
            for fact in ProbeKind::File.spec().facts {
                assert!(facts.get(fact.name).is_some(), "{} of {}", fact.name, path.display());
            }
        }
    }

    #[test]
    fn a_link_is_described_by_its_target() {
        let (dir, file) = lab();
        let link = dir.path().join("link");
        symlink(&file, &link).unwrap();
        let facts = found(&link);
        assert_eq!(facts.get("kind"), Some(&Fact::from("file")));
        assert_eq!(facts.get("link"), Some(&Fact::from(true)));
        assert_eq!(facts.get("dangling"), Some(&Fact::from(false)));
        assert_eq!(facts.get("target"), Some(&sheet::path(&file)));
        assert_eq!(facts.get("mode"), Some(&sheet::mode(0o640)));
    }

    #[test]
    fn a_link_to_nothing_or_in_a_circle_dangles() {
        let (dir, _) = lab();
        for (name, target) in [("nowhere", "gone"), ("circle", "circle"), ("through", "auth.json/below")] {
            let link = dir.path().join(name);
            symlink(target, &link).unwrap();
            let facts = found(&link);
            assert_eq!(facts.get("dangling"), Some(&Fact::from(true)), "{name}");
            assert_eq!(facts.get("kind"), Some(&Fact::from("link")), "{name}");
            assert_eq!(facts.get("mode"), Some(&Fact::Nothing), "{name}");
        }
    }

    #[test]
    fn what_is_not_there_is_absent() {
        let (dir, file) = lab();
        assert_eq!(read(&call(&dir.path().join("gone"))), Reading::Absent);
        assert_eq!(read(&call(&file.join("below"))), Reading::Absent);
        assert_eq!(read(&call(Path::new(""))), Reading::Absent);
    }

    #[test]
    fn a_path_that_cannot_be_is_refused() {
        let long = "x".repeat(5000);
        assert!(matches!(read(&call(Path::new(&long))), Reading::Unavailable(Why::Refused(_))));
        assert!(matches!(read(&call(Path::new("a\0b"))), Reading::Unavailable(Why::Refused(_))));
    }

    #[test]
    fn a_pipe_is_not_opened() {
        let (dir, _) = lab();
        let pipe = dir.path().join("pipe");
        nix::unistd::mkfifo(&pipe, nix::sys::stat::Mode::S_IRWXU).unwrap();
        assert_eq!(found(&pipe).get("kind"), Some(&Fact::from("fifo")));
    }

    #[test]
    fn looks_only_at_what_is_wanted() {
        let (_dir, file) = lab();
        let Reading::Found(facts) = read(&call(&file).wanting(&["mode"])) else { panic!() };
        assert_eq!(facts, Facts::new().with("mode", sheet::mode(0o640)));
    }

    #[test]
    fn a_folder_that_others_may_write_is_named() {
        let (dir, file) = lab();
        std::fs::set_permissions(dir.path(), std::fs::Permissions::from_mode(0o777)).unwrap();
        let facts = found(&file);
        let real = dir.path().canonicalize().unwrap();
        assert_eq!(facts.get("loose_folder"), Some(&sheet::path(&real)));
        assert_eq!(facts.get("loose_folder_mode"), Some(&sheet::mode(0o777)));
        assert_eq!(facts.get("loose_folder_foreign"), Some(&Fact::from(false)));
    }
}
