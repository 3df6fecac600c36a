//! The folders on the way to a file: who could bar it, and who could put another file there.

use std::ffi::OsString;
use std::path::{Component, Path, PathBuf};

use super::access::{Right, may};
use super::accounts;
use super::grants;
use super::status::{self, Status};
use crate::world::files::Kind;

/// As many links as Linux follows on one way (`path_resolution(7)`).
const MOST_LINKS: usize = 40;

/// A folder in which somebody else could replace what stands there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loose {
    pub path: PathBuf,
    pub mode: u32,
    pub owner: u32,
    /// It belongs to neither the effective user nor root.
    pub foreign: bool,
}

/// The nearest folder on the way to `path` in which somebody else could replace what leads there.
pub fn loose(path: &Path) -> Option<Loose> {
    way(path).folders.into_iter().rev().find_map(judged)
}

/// The folder on the way to `path` that the effective user may not enter.
pub fn barrier(path: &Path) -> Option<PathBuf> {
    way(path).folders.into_iter().find(|folder| {
        status::of_entry(folder).is_ok_and(|found| found.kind == Kind::Folder) && !may(folder, Right::Enter)
    })
}

/// How a path is followed: each folder, each link, and what it ends at.
#[derive(Debug)]
pub struct Way {
    /// The real folders in which names are looked up, first to last, each once. A link adds the
    /// folders on the way to its target.
    pub folders: Vec<PathBuf>,
    /// The links that are followed, each where it really lies.
    pub links: Vec<PathBuf>,
    /// Where it leads, without links: to something that is there, or to the first name that is not.
    pub end: PathBuf,
    /// Names were left that nobody could look up.
    pub cut: bool,
}

/// Follows `path` as far as anything can be seen.
pub fn way(path: &Path) -> Way {
    let mut way = Way { folders: Vec::new(), links: Vec::new(), end: PathBuf::from("/"), cut: true };
    let Ok(path) = std::path::absolute(path) else { return way };
    let mut names = names_of(&path);
    while let Some(name) = names.pop() {
        if name == ".." {
            way.end.pop();
            continue;
        }
        if !way.folders.contains(&way.end) {
            way.folders.push(way.end.clone());
        }
        let entry = way.end.join(name);
        match status::of_entry(&entry) {
            Ok(Status { kind: Kind::Link, .. }) if way.links.len() < MOST_LINKS => {
                let target = status::link_text(&entry);
                way.links.push(entry);
                let Ok(target) = target else { return way };
                if target.is_absolute() {
                    way.end = PathBuf::from("/");
                }
                names.extend(names_of(&target));
            }
            Ok(Status { kind: Kind::Folder, .. }) => way.end = entry,
            _ => {
                way.end = entry;
                way.cut = !names.is_empty();
                return way;
            }
        }
    }
    way.cut = false;
    way
}

/// The names in `path`, last first.
fn names_of(path: &Path) -> Vec<OsString> {
    let name = |component| match component {
        Component::Normal(name) => Some(name.to_owned()),
        Component::ParentDir => Some("..".into()),
        Component::CurDir | Component::RootDir | Component::Prefix(_) => None,
    };
    path.components().rev().filter_map(name).collect()
}

/// What is wrong with the folder at `path` itself, if somebody else could replace what stands in it.
pub fn judged(path: PathBuf) -> Option<Loose> {
    let found = status::of_entry(&path).ok()?;
    let foreign = accounts::is_foreign(found.owner);
    let sticky = found.mode & 0o1000 != 0;
    let others_write = found.mode & 0o002 != 0 || found.mode & 0o020 != 0 && group_is_others(&path, &found);
    (foreign || others_write && !sticky).then_some(Loose {
        path,
        mode: found.mode,
        owner: found.owner,
        foreign,
    })
}

/// Whether the group bits of a folder stand for anybody but its owner: not so for a user's private
/// group, unless an access control list, of which they show the mask, names more people.
fn group_is_others(path: &Path, found: &Status) -> bool {
    let private = match accounts::by_id(found.owner) {
        Ok(Some(owner)) => owner.group == found.group && accounts::group_name(found.group) == owner.name,
        _ => found.group == found.owner,
    };
    !private || grants::by_list(path, found.owner).is_some_and(|grants| grants.write)
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests make their own files")]
mod tests {
    use super::*;
    use std::os::unix::fs::{PermissionsExt, symlink};

    fn set_mode(path: &Path, mode: u32) {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    }

    fn lab() -> (tempfile::TempDir, PathBuf) {
        let dir = tempfile::tempdir().unwrap();
        let real = dir.path().canonicalize().unwrap();
        (dir, real)
    }

    fn loose_below(path: &Path, lab: &Path) -> Option<PathBuf> {
        loose(path).map(|loose| loose.path).filter(|folder| folder.starts_with(lab))
    }

    #[test]
    fn a_folder_that_all_may_write_is_loose_unless_sticky() {
        let (_dir, lab) = lab();
        let folder = lab.join("a");
        std::fs::create_dir(&folder).unwrap();
        let file = folder.join("f");
        assert_eq!(loose_below(&file, &lab), None);
        set_mode(&folder, 0o777);
        assert_eq!(loose_below(&file, &lab), Some(folder.clone()));
        set_mode(&folder, 0o1777);
        assert_eq!(loose_below(&file, &lab), None);
    }

    #[test]
    fn the_nearest_loose_folder_is_named() {
        let (_dir, lab) = lab();
        let inner = lab.join("a/b/c");
        std::fs::create_dir_all(&inner).unwrap();
        set_mode(&lab.join("a"), 0o777);
        set_mode(&lab.join("a/b"), 0o777);
        assert_eq!(loose_below(&inner.join("f"), &lab), Some(lab.join("a/b")));
    }

    #[test]
    fn both_sides_of_a_link_count() {
        let (_dir, lab) = lab();
        for folder in ["from", "to", "safe"] {
            std::fs::create_dir(lab.join(folder)).unwrap();
        }
        std::fs::write(lab.join("to/f"), "").unwrap();
        symlink("../to/f", lab.join("from/f")).unwrap();
        assert_eq!(loose_below(&lab.join("from/f"), &lab), None);
        set_mode(&lab.join("from"), 0o777);
        assert_eq!(loose_below(&lab.join("from/f"), &lab), Some(lab.join("from")));
        set_mode(&lab.join("to"), 0o777);
        assert_eq!(loose_below(&lab.join("from/f"), &lab), Some(lab.join("to")));
        symlink(lab.join("from"), lab.join("safe/link")).unwrap();
        set_mode(&lab.join("to"), 0o700);
        assert_eq!(loose_below(&lab.join("safe/link/f"), &lab), Some(lab.join("from")));
    }

    #[test]
    fn links_in_a_circle_end() {
        let (_dir, lab) = lab();
        symlink(lab.join("b"), lab.join("a")).unwrap();
        symlink(lab.join("a"), lab.join("b")).unwrap();
        assert_eq!(loose_below(&lab.join("a/f"), &lab), None);
    }

    #[test]
    fn a_group_without_a_name_like_its_owner_is_others() {
        let (_dir, lab) = lab();
        let found = |owner, group| Status { owner, group, ..status::of_entry(&lab).unwrap() };
        assert!(!group_is_others(&lab, &found(0, 0)));
        assert!(group_is_others(&lab, &found(0, 4_123_456_789)));
        assert!(!group_is_others(&lab, &found(4_123_456_789, 4_123_456_789)));
        assert!(group_is_others(&lab, &found(4_123_456_789, 0)));
    }

    #[test]
    fn every_folder_that_can_be_entered_is_no_barrier() {
        let (_dir, lab) = lab();
        assert_eq!(barrier(&lab.join("nothing/at/all")), None);
    }
}
