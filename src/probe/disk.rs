//! Whether a file could be saved at a path, found out without writing one.

use std::path::Path;

use super::sheet::{self, Sheet};
use super::{Call, Context};
use crate::model::evidence::{Reading, Why};
use crate::model::fact::Fact;
use crate::world::files::{self, Kind};
use crate::world::unix::access::{Right, may};
use crate::world::unix::disk;
use crate::world::unix::status;

/// A credential file and its temporary twin need a few blocks; with less than this left, saving
/// one is a matter of luck.
const FULL_BELOW: u64 = 16 * 1024;

pub(super) fn look(call: &Call, _ctx: &Context) -> Reading {
    read(call)
}

fn read(call: &Call) -> Reading {
    let path = Path::new(call.required("path"));
    let place = Place::of(path);
    let Some(folder) = place.folder else {
        return Reading::Unavailable(Why::Refused("no folder on the way to it can be seen".to_owned()));
    };
    let mut sheet = Sheet::new(call);
    sheet.put("folder", || sheet::path(folder));
    sheet.put("exists", || status::of_entry(path).is_ok());
    sheet.put("not_a_folder", || place.obstacle.map_or(Fact::Nothing, sheet::path));
    sheet.put("writable", || may(folder, Right::Create));
    if call.wants(&["read_only", "free", "full", "inodes", "no_inodes"]) {
        match disk::room(folder) {
            Ok(room) => describe(&mut sheet, room),
            Err(error) => return Reading::Unavailable(Why::Refused(files::words(&error))),
        }
    }
    Reading::Found(sheet.done())
}

fn describe(sheet: &mut Sheet, room: disk::Room) {
    sheet.put("read_only", || room.read_only);
    sheet.put("free", || room.free.map_or(Fact::Nothing, sheet::bytes));
    sheet.put("full", || room.free.map(|free| free < FULL_BELOW));
    sheet.put("inodes", || room.inodes.and_then(|inodes| i64::try_from(inodes).ok()));
    sheet.put("no_inodes", || room.inodes == Some(0));
}

/// Where a file would be put.
struct Place<'a> {
    /// The deepest folder that exists.
    folder: Option<&'a Path>,
    /// What stands in the way above it and is no folder.
    obstacle: Option<&'a Path>,
}

impl Place<'_> {
    fn of(path: &Path) -> Place<'_> {
        let mut obstacle = None;
        for here in path.ancestors() {
            let shown = if here.as_os_str().is_empty() { Path::new(".") } else { here };
            match status::of_target(shown) {
                Ok(found) if found.kind == Kind::Folder => return Place { folder: Some(shown), obstacle },
                Ok(_) if here != path => obstacle = Some(here),
                // A link that leads nowhere is in the way of a folder, but not of a file.
                Err(error) if here != path && status::of_entry(here).is_ok() && status::is_gone(&error) => {
                    obstacle = Some(here);
                }
                _ => {}
            }
        }
        Place { folder: None, obstacle }
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests make their own files")]
mod tests {
    use super::*;
    use crate::model::fact::Facts;
    use crate::model::probe::ProbeKind;

    fn found(path: &Path) -> Facts {
        match read(&Call::made_of(ProbeKind::Disk, &[("path", &path.to_string_lossy())])) {
            Reading::Found(facts) => facts,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn climbs_to_the_deepest_folder() {
        let dir = tempfile::tempdir().unwrap();
        let facts = found(&dir.path().join("a/b/c"));
        assert_eq!(facts.get("folder"), Some(&sheet::path(dir.path())));
        assert_eq!(facts.get("exists"), Some(&Fact::from(false)));
        assert_eq!(facts.get("writable"), Some(&Fact::from(true)));
        assert_eq!(facts.get("read_only"), Some(&Fact::from(false)));
        assert_eq!(facts.get("full"), Some(&Fact::from(false)));
        assert_eq!(facts.get("not_a_folder"), Some(&Fact::Nothing));
        for fact in ProbeKind::Disk.spec().facts {
            assert!(facts.get(fact.name).is_some(), "{}", fact.name);
        }
    }

    #[test]
    fn a_file_is_no_obstacle_to_itself_but_to_what_lies_below() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("a");
        std::fs::write(&file, "").unwrap();
        assert_eq!(found(&file).get("exists"), Some(&Fact::from(true)));
        assert_eq!(found(&file).get("not_a_folder"), Some(&Fact::Nothing));
        assert_eq!(found(&file.join("b/c")).get("not_a_folder"), Some(&sheet::path(&file)));
        assert_eq!(found(&file.join("b/c")).get("folder"), Some(&sheet::path(dir.path())));
    }

    #[test]
    fn a_link_that_leads_nowhere_is_an_obstacle() {
        let dir = tempfile::tempdir().unwrap();
        let link = dir.path().join("a");
        std::os::unix::fs::symlink("gone", &link).unwrap();
        assert_eq!(found(&link.join("b")).get("not_a_folder"), Some(&sheet::path(&link)));
        assert_eq!(found(&link).get("not_a_folder"), Some(&Fact::Nothing));
    }
}
