//! Tests of judging places.

use super::*;
use std::fs::Permissions;
use std::os::unix::fs::symlink;

fn lab() -> (tempfile::TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let real = dir.path().canonicalize().unwrap();
    (dir, real)
}

fn chmod(path: &Path, mode: u32) {
    std::fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

const STRANGER: u32 = 4321;

/// Gives `path` itself to a stranger, if this is root, who alone can.
fn give_away(path: &Path) -> bool {
    std::os::unix::fs::lchown(path, Some(STRANGER), Some(STRANGER)).is_ok()
}

#[test]
fn a_plain_file_and_nothing_at_all_are_places() {
    let (_dir, lab) = lab();
    let file = lab.join("a");
    assert_eq!(Place::of(&file).unwrap().path(), file);
    std::fs::write(&file, "").unwrap();
    assert_eq!(Place::of(&file).unwrap().path(), file);
}

#[test]
fn one_s_own_link_leads_to_its_target_be_it_there_or_not() {
    let (_dir, lab) = lab();
    let (link, target) = (lab.join("link"), lab.join("dotfiles/auth.json"));
    symlink("dotfiles/auth.json", &link).unwrap();
    let refused = Place::of(&link).unwrap_err();
    assert_eq!(refused, Refused::Nowhere { link: link.clone(), target: lab.join("dotfiles") });
    std::fs::create_dir(lab.join("dotfiles")).unwrap();
    assert_eq!(Place::of(&link).unwrap().path(), target);
    std::fs::write(&target, "").unwrap();
    assert_eq!(Place::of(&link).unwrap().path(), target);
}

#[test]
fn what_is_no_plain_file_is_refused() {
    let (_dir, lab) = lab();
    let (pipe, circle) = (lab.join("pipe"), lab.join("circle"));
    nix::unistd::mkfifo(&pipe, nix::sys::stat::Mode::S_IRWXU).unwrap();
    symlink(&circle, &circle).unwrap();
    for (path, kind) in [(pipe, Kind::Fifo), (circle, Kind::Link), (lab.clone(), Kind::Folder)] {
        assert_eq!(Place::of(&path).unwrap_err(), Refused::NotPlain { path, kind });
    }
}

#[test]
fn a_link_where_others_can_write_is_refused() {
    let (_dir, lab) = lab();
    let (open, target) = (lab.join("open"), lab.join("target"));
    std::fs::create_dir(&open).unwrap();
    std::fs::write(&target, "").unwrap();
    symlink(&target, open.join("link")).unwrap();
    chmod(&open, 0o1777);
    assert_eq!(Place::of(&open.join("link")).unwrap().path(), target);
    chmod(&open, 0o777);
    assert!(matches!(Place::of(&open.join("link")), Err(Refused::Planted { .. })));
    // Without a link there is nothing that leads elsewhere.
    assert!(Place::of(&open.join("file")).is_ok());
}

#[test]
fn a_stranger_s_link_and_a_stranger_s_folder_are_refused() {
    let (_dir, lab) = lab();
    let (link, folder) = (lab.join("link"), lab.join("folder"));
    symlink(lab.join("target"), &link).unwrap();
    std::fs::create_dir(&folder).unwrap();
    if !give_away(&link) || !give_away(&folder) {
        return; // Only root can give files away.
    }
    assert!(matches!(Place::of(&link), Err(Refused::Planted { .. })));
    let foreign = Refused::Foreign { folder: folder.clone(), owner: STRANGER.to_string() };
    assert_eq!(Place::of(&folder.join("file")).unwrap_err(), foreign);
    assert_eq!(make_folder(&folder.join("below"), true).unwrap_err(), foreign);
    symlink(lab.join("target"), folder.join("link")).unwrap();
    assert!(matches!(Place::of(&folder.join("link")), Err(Refused::Planted { .. })));
    close_folder(&folder).unwrap();
    assert_eq!(folder.metadata().unwrap().uid(), STRANGER);
}

#[test]
fn folders_are_made_for_their_owner_alone() {
    let (_dir, lab) = lab();
    let deep = lab.join("a/b/c");
    let missing = Refused::Failed { path: lab.join("a/b"), fault: Fault::Missing };
    assert_eq!(make_folder(&deep, false).unwrap_err(), missing);
    make_folder(&deep, true).unwrap();
    make_folder(&deep, true).unwrap();
    for folder in ["a", "a/b", "a/b/c"] {
        assert_eq!(lab.join(folder).metadata().unwrap().mode() & 0o7777, 0o700);
    }
    std::fs::write(lab.join("file"), "").unwrap();
    assert!(matches!(make_folder(&lab.join("file"), true), Err(Refused::NotPlain { .. })));
    symlink("nowhere", lab.join("link")).unwrap();
    assert!(matches!(make_folder(&lab.join("link"), true), Err(Refused::Nowhere { .. })));
}

#[test]
fn one_s_own_folder_is_closed_to_others_unless_it_is_meant_to_be_shared() {
    let (_dir, lab) = lab();
    for (before, after) in
        [(0o755, 0o700), (0o777, 0o700), (0o500, 0o500), (0o1777, 0o1777), (0o2770, 0o2770)]
    {
        chmod(&lab, before);
        close_folder(&lab).unwrap();
        assert_eq!(lab.metadata().unwrap().mode() & 0o7777, after, "{before:o}");
    }
    chmod(&lab, 0o700);
    assert!(holds_only(&lab, &[]));
    std::fs::write(lab.join("auth.json.lock"), "").unwrap();
    assert!(holds_only(&lab, &["auth.json"]) && !holds_only(&lab, &["config"]));
}
