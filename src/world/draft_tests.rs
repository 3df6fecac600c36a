//! Tests of replacing private files.
#![expect(clippy::disallowed_methods, reason = "tests make their own files")]

use super::*;
use crate::world::place::Fault;
use std::path::Path;

fn lab() -> (tempfile::TempDir, Place) {
    let dir = tempfile::tempdir().unwrap();
    let place = Place::of(&dir.path().canonicalize().unwrap().join("auth.json")).unwrap();
    (dir, place)
}

fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut names: Vec<_> =
        entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn the_new_file_is_private_and_nothing_else_is_left() {
    let (dir, place) = lab();
    std::fs::write(place.path(), "old").unwrap();
    std::fs::set_permissions(place.path(), Permissions::from_mode(0o644)).unwrap();
    let draft = Draft::begin(&place, 4096).unwrap();
    assert_eq!(names(dir.path()), ["auth.json", "auth.json.tmp"]);
    let mode = |name: &str| dir.path().join(name).metadata().unwrap().mode() & 0o7777;
    assert_eq!((std::fs::read(place.path()).unwrap(), mode("auth.json.tmp")), (b"old".to_vec(), 0o600));
    draft.publish(b"new").unwrap();
    assert_eq!((std::fs::read(place.path()).unwrap(), mode("auth.json")), (b"new".to_vec(), 0o600));
    assert_eq!(names(dir.path()), ["auth.json"]);
}

#[test]
fn a_draft_that_is_given_up_leaves_nothing() {
    let (dir, place) = lab();
    drop(Draft::begin(&place, 10).unwrap());
    assert!(names(dir.path()).is_empty());
}

#[test]
fn what_a_killed_writer_left_is_found_and_gives_way() {
    let (dir, place) = lab();
    let left = dir.path().join("auth.json.tmp");
    assert_eq!(place.leftover(9), None);
    std::fs::write(&left, "{}   ").unwrap();
    assert_eq!(place.leftover(9), None, "others could have written it");
    std::fs::set_permissions(&left, Permissions::from_mode(0o600)).unwrap();
    assert_eq!(place.leftover(9).unwrap().as_slice(), b"{}   ");
    assert_eq!(place.leftover(4), None);
    place.put_in_place().unwrap();
    assert_eq!(names(dir.path()), ["auth.json"]);
    std::fs::write(&left, "{}").unwrap();
    Draft::begin(&place, 0).unwrap().publish(b"new").unwrap();
    assert_eq!(names(dir.path()), ["auth.json"]);
    std::fs::create_dir(&left).unwrap();
    let in_the_way =
        Refused::NotPlain { path: place.path().with_file_name("auth.json.tmp"), kind: Kind::Folder };
    assert_eq!(Draft::begin(&place, 0).unwrap_err(), in_the_way);
}

#[test]
fn a_link_that_took_the_place_meanwhile_is_not_followed() {
    let (dir, place) = lab();
    std::os::unix::fs::symlink("elsewhere", place.path()).unwrap();
    assert!(matches!(Draft::begin(&place, 0), Err(Refused::NotPlain { kind: Kind::Link, .. })));
    assert_eq!(names(dir.path()), ["auth.json"]);
}

#[test]
fn removing_what_is_not_there_is_no_fault() {
    let (_dir, place) = lab();
    place.remove().unwrap();
    std::fs::write(place.path(), "").unwrap();
    place.remove().unwrap();
    assert!(!place.path().exists());
}

#[test]
fn a_folder_that_takes_no_files_says_so() {
    let (dir, place) = lab();
    std::fs::set_permissions(dir.path(), Permissions::from_mode(0o500)).unwrap();
    let begun = Draft::begin(&place, 0).map(drop);
    std::fs::set_permissions(dir.path(), Permissions::from_mode(0o700)).unwrap();
    // Nothing is denied to root.
    if accounts::effective() != 0 {
        assert_eq!(begun, Err(Refused::Failed { path: place.path(), fault: Fault::Denied }));
    }
}
