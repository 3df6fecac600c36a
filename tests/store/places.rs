//! Where and how the store is written: umasks, folders, links, and disks that take nothing.

use std::io::{BufRead, BufReader};
use std::os::unix::fs::{lchown, symlink};
use std::path::Path;
use std::process::{Command, Stdio};

use cmdop_doctor::sandbox::Terms;
use nix::mount::{MsFlags, mount};
use serde_json::json;

use crate::lab::{Lab, Told, mode, names, ordinary, with_own_mounts};
use crate::support::after;
use crate::support::{NOBODY, has, is_root};

#[test]
fn whatever_the_umask_only_the_owner_may_read() {
    for umask in ["000", "077", "777"] {
        let lab = Lab::new();
        lab.home.mode(".cmdop", 0o755);
        lab.home.give_away();
        let run = after(&format!("umask {umask}"), lab.cmdop(&["auth", "refresh"]));
        Told::by(ordinary(run).output().unwrap()).good();
        for name in ["auth.json", "auth.json.lock"] {
            assert_eq!(mode(&lab.home.path().join(".cmdop").join(name)), 0o600, "{umask}: {name}");
        }
        assert_eq!(mode(&lab.home.path().join(".cmdop")), 0o700);
        assert!(!lab.is_untouched());
        // The second finds the lock file of the first.
        let run = after(&format!("umask {umask}"), lab.cmdop(&["auth", "refresh"]));
        Told::by(ordinary(run).output().unwrap()).good();
    }
}

#[test]
fn one_s_own_link_stays_and_its_target_is_replaced() {
    let lab = Lab::new();
    lab.home.folder_in("dotfiles", 0o755);
    let target = lab.home.path().join("dotfiles/cmdop.json");
    std::fs::rename(lab.home.store(), &target).unwrap();
    symlink("../dotfiles/cmdop.json", lab.home.store()).unwrap();
    lab.refresh().good();
    assert_eq!(std::fs::read_link(lab.home.store()).unwrap(), Path::new("../dotfiles/cmdop.json"));
    assert!(!lab.is_untouched());
    assert_eq!(mode(&target), 0o600);
    assert_eq!(mode(&lab.home.path().join("dotfiles")), 0o755, "that folder is not ours to close");
    assert_eq!(names(&lab.home.path().join("dotfiles")), ["cmdop.json"]);
    assert_eq!(lab.names(), ["auth.json", "auth.json.lock"]);
}

#[test]
fn a_link_of_somebody_else_s_is_not_followed() {
    if !has("root", is_root()) {
        return;
    }
    let lab = Lab::new();
    let target = lab.home.path().join("real.json");
    std::fs::rename(lab.home.store(), &target).unwrap();
    symlink(&target, lab.home.store()).unwrap();
    lchown(lab.home.store(), Some(NOBODY), Some(NOBODY)).unwrap();
    lab.refresh().refused(&["is a link that others control", "belongs to the user"]);
    assert!(lab.is_untouched());
    assert_eq!(lab.sandbox.rotations(), 0);
}

#[test]
fn a_link_in_a_folder_that_all_may_write_is_not_followed() {
    let lab = Lab::new();
    let target = lab.home.path().join("real.json");
    std::fs::rename(lab.home.store(), &target).unwrap();
    symlink(&target, lab.home.store()).unwrap();
    lab.home.mode(".cmdop", 0o777);
    lab.refresh().refused(&["is a link that others control", "has mode 0777"]);
    assert!(lab.is_untouched());
    assert_eq!(lab.sandbox.rotations(), 0);
}

#[test]
fn root_leaves_other_users_homes_alone() {
    if !has("root", is_root()) {
        return;
    }
    let lab = Lab::new();
    lab.home.give_away();
    lab.refresh().refused(&["belongs to", "another user"]);
    std::fs::remove_file(lab.home.store()).unwrap();
    std::fs::write(lab.home.store(), "{").unwrap();
    Told::of(lab.cmdop(&["logout"])).refused(&["belongs to the user", "without sudo"]);
    assert_eq!(lab.names(), ["auth.json"]);
}

#[test]
fn a_folder_that_cannot_be_written_is_found_before_anything_is_sent() {
    let lab = Lab::new();
    lab.home.give_away();
    lab.home.mode(".cmdop", 0o500);
    Told::of(lab.cmdop(&["auth", "refresh"]).by_ordinary_user())
        .refused(&["permission denied", "CMDOP_CONFIG_DIR"]);
    assert!(lab.is_untouched());
    assert_eq!((lab.sandbox.rotations(), lab.names()), (0, vec!["auth.json".to_owned()]));
    lab.home.mode(".cmdop", 0o700);
}

#[test]
fn a_read_only_home_is_found_before_anything_is_sent() {
    let lab = Lab::new();
    let home = lab.home.path().to_owned();
    let told = with_own_mounts(|| {
        mount(Some(&home), &home, None::<&str>, MsFlags::MS_BIND, None::<&str>).unwrap();
        let read_only = MsFlags::MS_BIND | MsFlags::MS_REMOUNT | MsFlags::MS_RDONLY;
        mount(None::<&str>, &home, None::<&str>, read_only, None::<&str>).unwrap();
        lab.refresh()
    });
    if !has("root", told.is_some()) {
        return;
    }
    told.unwrap().refused(&["the file system is read-only", "CMDOP_API_KEY"]);
    assert!(lab.is_untouched());
    assert_eq!(lab.sandbox.rotations(), 0);
}

/// A small file system over the home, with the store in it, and then full but for `left` bytes.
fn on_a_full_disk(
    lab: &Lab,
    left: usize,
    run: fn(&Lab) -> Told,
) -> Option<(Told, serde_json::Value, Vec<String>)> {
    let home = lab.home.path().to_owned();
    let store = std::fs::read(lab.home.store()).unwrap();
    with_own_mounts(|| {
        mount(Some("none"), &home, Some("tmpfs"), MsFlags::empty(), Some("size=64k,mode=700")).unwrap();
        lab.home.folder_in(".cmdop", 0o700);
        lab.home.file(".cmdop/auth.json", &store);
        let filler = home.join("filler");
        let mut whole = vec![0; 64 * 1024];
        while std::fs::write(&filler, &whole).is_err() {
            whole.truncate(whole.len() - 1024);
        }
        std::fs::File::options()
            .write(true)
            .open(&filler)
            .unwrap()
            .set_len((whole.len() - left) as u64)
            .unwrap();
        let told = run(lab);
        (told, lab.store(), lab.names())
    })
}

#[test]
fn a_full_disk_is_found_before_anything_is_sent() {
    for left in [0, 4096, 8192] {
        let lab = Lab::new();
        let Some((told, store, names)) = on_a_full_disk(&lab, left, Lab::refresh) else {
            has("root", false);
            return;
        };
        told.refused(&["no space is left", "free some space"]);
        assert_eq!(store["refresh_token"], lab.sandbox.refresh_token(), "{left}");
        assert_eq!(
            (lab.sandbox.rotations(), names),
            (0, vec!["auth.json".to_owned(), "auth.json.lock".to_owned()])
        );
    }
}

#[test]
fn a_full_disk_is_found_before_anybody_goes_to_a_browser() {
    let lab = Lab::new();
    let login = |lab: &Lab| Told::of(lab.cmdop(&["login", "--device-code"]));
    let Some((told, store, names)) = on_a_full_disk(&lab, 4096, login) else {
        has("root", false);
        return;
    };
    told.refused(&["a login cannot be kept", "no space is left", "free some space"]);
    assert_eq!(store["access_token"], lab.sandbox.token());
    assert_eq!(names, ["auth.json", "auth.json.lock"]);
    assert!(lab.sandbox.requests().is_empty());
}

#[test]
fn a_login_is_private_whatever_the_umask() {
    for umask in ["000", "777"] {
        let lab = Lab::with(&[], Terms { device_interval: 1, ..Terms::default() });
        std::fs::remove_dir_all(lab.home.path().join(".cmdop")).unwrap();
        lab.home.give_away();
        let run = after(&format!("umask {umask}"), lab.cmdop(&["login", "--device-code"]));
        signed_in(&lab, ordinary(run));
        assert_eq!(mode(&lab.home.store()), 0o600, "{umask}");
        assert_eq!(mode(&lab.home.path().join(".cmdop")), 0o700, "{umask}");
    }
}

#[test]
fn a_login_goes_where_one_s_own_link_leads() {
    let lab = Lab::with(&[], Terms { device_interval: 1, ..Terms::default() });
    lab.home.folder_in("dotfiles", 0o755);
    std::fs::remove_file(lab.home.store()).unwrap();
    symlink("../dotfiles/cmdop.json", lab.home.store()).unwrap();
    signed_in(&lab, lab.cmdop(&["login", "--device-code"]).into_command());
    assert_eq!(std::fs::read_link(lab.home.store()).unwrap(), Path::new("../dotfiles/cmdop.json"));
    assert_eq!(mode(&lab.home.path().join("dotfiles/cmdop.json")), 0o600);
    assert!(!lab.is_untouched());
}

/// Runs a sign-in with a device code, which somebody approves.
fn signed_in(lab: &Lab, mut command: Command) {
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let lines = BufReader::new(child.stderr.take().unwrap()).lines().map_while(Result::ok);
    let mut said = String::new();
    for line in lines {
        if line.len() == 7 && line.as_bytes()[3] == b'-' {
            lab.sandbox.approve_device(&line).unwrap();
        }
        said += &format!("{line}\n");
    }
    assert!(child.wait().unwrap().success(), "{said}");
}

#[test]
fn a_disk_with_just_enough_room_keeps_the_answer() {
    let lab = Lab::new();
    let Some((told, store, _)) = on_a_full_disk(&lab, 32 * 1024, Lab::refresh) else {
        has("root", false);
        return;
    };
    told.good();
    assert_ne!(store["refresh_token"], lab.sandbox.refresh_token());
}

#[test]
fn without_a_home_there_is_no_place() {
    let lab = Lab::new();
    for home in ["", "/nonexistent/home"] {
        let told = Told::of(lab.cmdop(&["auth", "refresh"]).env("HOME", home).env("USER", "x"));
        assert_eq!(told.code, Some(1), "{told:#?}");
    }
    assert!(!Path::new("/nonexistent").exists());
}

#[test]
fn what_is_no_plain_file_is_left_where_it_is() {
    let lab = Lab::new();
    let store = lab.home.store();
    std::fs::remove_file(&store).unwrap();
    nix::unistd::mkfifo(&store, nix::sys::stat::Mode::S_IRWXU).unwrap();
    lab.refresh().refused(&["is a fifo, not a plain file"]);
    Told::of(lab.cmdop(&["logout"])).refused(&["is a fifo, not a plain file", "move it out of the way"]);
    std::fs::remove_file(&store).unwrap();
    std::fs::create_dir(&store).unwrap();
    lab.refresh().refused(&["is a folder, not a plain file"]);
    assert!(store.is_dir());
}

#[test]
fn a_newer_file_is_not_rewritten_and_unknown_fields_are_kept() {
    let lab = Lab::new();
    lab.sign_in(&json!({ "version": 2 }));
    let before = std::fs::read(lab.home.store()).unwrap();
    lab.refresh().refused(&["is of version 2", "use a newer cmdop"]);
    assert_eq!(std::fs::read(lab.home.store()).unwrap(), before);
    assert_eq!(lab.sandbox.rotations(), 0);
    let own = json!({ "later": { "a": [1, 2.5, null], "b": "ö" } });
    lab.sign_in(&own);
    lab.refresh().good();
    assert_eq!(lab.store()["later"], own["later"]);
    assert_eq!(lab.store()["version"], 1);
}
