//! What a program may heal is healed, proved by a second examination, and taken back byte for byte.

use std::collections::BTreeMap;
use std::os::unix::fs::symlink;
use std::process::Command;

use serde_json::{Value, json};

use crate::bench::{Bench, result};
use crate::support::{NOBODY, has, is_root};

/// Breaks a machine so that `finding` is sick, has it healed by local changes alone, and takes those back.
fn local(finding: &str, args: &[&str], break_it: impl FnOnce(&Bench)) {
    let bench = Bench::well();
    break_it(&bench);
    bench.home.give_away();
    let broken = bench.looks();
    let sick = bench.examined();
    assert_eq!(sick.verdict(finding), "sick", "{:?}", sick.roots());
    assert_eq!(bench.looks(), broken, "an examination changes nothing");

    let planned = bench.fixed(&["--fix", "--dry-run"]);
    assert_eq!(result(&planned, finding), "planned");
    assert_eq!(planned.code, sick.code);
    assert_eq!(bench.looks(), broken, "a dry run changes nothing");

    let told = bench.fixed(args);
    assert_eq!(result(&told, finding), "healed", "{:#}", told.json["treatment"]);
    assert!(told.roots().is_empty(), "{:?}", told.roots());
    assert_eq!(told.code, Some(0));
    let again = bench.examined();
    assert!(again.roots().is_empty(), "{:?}", again.roots());

    let (code, undone) = bench.taken_back();
    assert_eq!(code, Some(0), "{undone:#}");
    assert_eq!(bench.looks(), broken);
    assert_eq!(bench.taken_back().1["id"], serde_json::Value::Null);
}

#[test]
fn a_file_that_others_can_read() {
    local("token.file_mode", &["--fix"], |bench| bench.home.mode(".cmdop/auth.json", 0o644));
}

#[test]
fn a_file_that_its_owner_cannot_read() {
    local("token.file_readable", &["--fix"], |bench| bench.home.mode(".cmdop/auth.json", 0));
}

#[test]
fn a_folder_that_all_can_write() {
    local("token.folder_mode", &["--fix"], |bench| bench.home.mode(".cmdop", 0o777));
}

#[test]
fn a_folder_that_its_owner_cannot_enter() {
    local("token.folder_readable", &["--fix"], |bench| bench.home.mode(".cmdop", 0));
}

#[test]
fn a_lock_that_a_dead_process_left() {
    local("token.lock", &["--fix"], |bench| {
        let mut gone = Command::new("true").spawn().unwrap();
        gone.wait().unwrap();
        bench.home.file(".cmdop/auth.json.lock", format!("{}\n", gone.id()));
    });
}

#[test]
fn a_byte_order_mark() {
    local("token.file_json", &["--fix"], |bench| {
        bench.home.file(".cmdop/auth.json", format!("\u{feff}{}", bench.login()));
    });
}

#[test]
fn a_file_that_is_cut_off_beside_a_whole_one() {
    local("token.file_json", &["--fix"], |bench| {
        bench.home.file(".cmdop/auth.json", &bench.login()[..97]);
        old(bench, ".cmdop/auth.json.tmp");
    });
}

#[test]
fn a_whole_file_that_never_got_its_name() {
    local("token.leftover", &["--fix"], |bench| {
        std::fs::remove_file(bench.home.store()).unwrap();
        old(bench, ".cmdop/auth.json.tmp");
    });
}

#[test]
fn credentials_that_a_write_left_beside() {
    local("token.leftover", &["--fix", "--yes"], |bench| old(bench, ".cmdop/auth.json.tmp"));
}

/// A good token file that is older than any write that is under way.
fn old(bench: &Bench, name: &str) {
    let path = bench.home.file(name, bench.login());
    let hour_ago = std::time::SystemTime::now() - std::time::Duration::from_secs(3600);
    std::fs::File::options().write(true).open(path).unwrap().set_modified(hour_ago).unwrap();
}

#[test]
fn one_s_own_link_stays_and_its_target_is_changed() {
    local("token.file_mode", &["--fix"], |bench| {
        bench.home.folder_in("dotfiles", 0o700);
        let target = bench.home.path().join("dotfiles/auth.json");
        std::fs::rename(bench.home.store(), &target).unwrap();
        bench.home.mode("dotfiles/auth.json", 0o640);
        symlink(&target, bench.home.store()).unwrap();
    });
}

/// Breaks a machine so that a login is needed, and has that made by the fix.
fn by_login(finding: &str, break_it: impl FnOnce(&Bench)) -> Bench {
    let bench = Bench::well();
    break_it(&bench);
    bench.home.give_away();
    let sick = bench.examined();
    assert_eq!(sick.verdict(finding), "sick", "{:?}", sick.roots());
    let told = bench.fixed_and_approved(&["--fix", "--yes"]);
    assert_eq!(result(&told, finding), "healed", "{:#}\n{}", told.json["treatment"], told.stderr);
    assert_eq!(told.code, Some(0));
    let again = bench.examined();
    assert!(again.roots().is_empty(), "{:?}", again.roots());
    bench
}

/// Takes back what can be: all but the login, which says so.
fn back_to(bench: &Bench, before: &BTreeMap<String, String>) {
    let (code, told) = bench.taken_back();
    assert_eq!(code, Some(1));
    let login = &told["steps"][0];
    assert_eq!(login["undone"], false);
    assert!(login["why"].as_str().unwrap().contains("cmdop logout"), "{told:#}");
    // What was moved away comes back where the new login is given up.
    std::fs::remove_file(bench.home.store()).unwrap();
    bench.taken_back();
    let mut now = bench.looks();
    now.remove(".cmdop/auth.json.lock");
    assert_eq!(now, *before);
}

#[test]
fn what_stands_in_the_way_of_a_login_makes_room() {
    type Break = fn(&Bench);
    let breaks: [Break; 3] = [
        |bench| symlink("nowhere", bench.home.store()).unwrap(),
        |bench| nix::unistd::mkfifo(&bench.home.store(), nix::sys::stat::Mode::S_IRWXU).unwrap(),
        |bench| {
            bench.home.folder_in(".cmdop/auth.json", 0o700);
            bench.home.file(".cmdop/auth.json/inside", "x");
        },
    ];
    for break_it in breaks {
        let mut before = None;
        let bench = by_login("token.file_kind", |bench| {
            std::fs::remove_file(bench.home.store()).unwrap();
            break_it(bench);
            bench.home.give_away();
            before = Some(bench.looks());
        });
        back_to(&bench, &before.unwrap());
    }
}

#[test]
fn a_file_that_somebody_else_planted_is_moved_away() {
    if !has("root", is_root()) {
        return;
    }
    let bench = Bench::well();
    bench.home.give_away();
    bench.home.mode(".cmdop/auth.json", 0o644);
    std::os::unix::fs::chown(bench.home.store(), Some(NOBODY - 1), None).unwrap();
    let before = bench.looks();
    let told = bench.fixed_and_approved(&["--fix", "--yes"]);
    assert_eq!(result(&told, "token.file_owner"), "healed", "{:#}", told.json["treatment"]);
    assert!(bench.examined().roots().is_empty());
    assert!(bench.home.path().join(".cmdop/auth.json.untrusted").exists());
    back_to(&bench, &before);
}

#[test]
fn a_file_that_holds_no_login_is_replaced_by_one() {
    let texts: [fn(&Bench) -> Vec<u8>; 5] = [
        |_| Vec::new(),
        |bench| bench.login().into_bytes()[..97].to_vec(),
        |bench| {
            let mut bytes = bench.login().into_bytes();
            let at = bytes.len() - 9;
            bytes.splice(at..at, [0xff, 0xfe]);
            bytes
        },
        |_| b"[]\n".to_vec(),
        |_| b"<html></html>".to_vec(),
    ];
    for text in texts {
        let bench = by_login("token.file_json", |bench| {
            bench.home.file(".cmdop/auth.json", text(bench));
        });
        assert_ne!(std::fs::read(bench.home.store()).unwrap(), text(&bench));
    }
}

#[test]
fn a_login_that_lacks_what_is_needed_is_made_anew() {
    by_login("token.file_fields", |bench| drop(bench.home.file(".cmdop/auth.json", "{\"version\":1}")));
    by_login("token.file_fields", |bench| bench.saying(&[("access_token", json!(123))]));
    by_login("token.unexpired", |bench| {
        bench.saying(&[("expires_at", json!(1_700_000_000)), ("refresh_token", Value::Null)]);
    });
    by_login("token.signed_in", |bench| std::fs::remove_file(bench.home.store()).unwrap());
    by_login("token.issuer", |bench| bench.saying(&[("issuer", json!("https://old.example.test"))]));
    by_login("token.file_mode", |bench| bench.home.mode(".cmdop/auth.json", 0o777));
}

#[test]
fn a_replaced_credential_is_kept_for_its_owner_alone_until_it_is_forgotten() {
    use std::os::unix::fs::MetadataExt;
    let bench = by_login("token.file_json", |bench| drop(bench.home.file(".cmdop/auth.json", "[]\n")));
    let kept: Vec<_> = std::fs::read_dir(bench.home.path().join(".cmdop/fixes"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_none_or(|ending| ending != "json"))
        .collect();
    let [kept] = kept.as_slice() else { panic!("{kept:?}") };
    assert_eq!(std::fs::read(kept).unwrap(), b"[]\n");
    assert_eq!(kept.metadata().unwrap().mode() & 0o777, 0o600);
    bench.cmdop(&["doctor", "undo", "--purge"]).by_ordinary_user().output();
    assert!(!kept.exists());
}

#[test]
fn a_token_that_can_be_renewed_is_renewed_without_a_question() {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    let ends: [(&str, u64); 3] = [
        ("token.unexpired", now - 3_600),
        ("token.unexpired", now + 30),
        ("token.file_fields", (now + 3_600) * 1_000),
    ];
    for (finding, end) in ends {
        let bench = Bench::well();
        bench.saying(&[("expires_at", json!(end))]);
        bench.home.give_away();
        assert_eq!(bench.examined().verdict(finding), "sick");
        let told = bench.fixed(&["--fix"]);
        assert_eq!(result(&told, finding), "healed", "{:#}\n{}", told.json["treatment"], told.stderr);
        assert!(bench.examined().roots().is_empty());
        let (code, undone) = bench.taken_back();
        assert_eq!(code, Some(1));
        assert!(undone["steps"][0]["why"].as_str().unwrap().contains("cmdop logout"));
    }
}

#[test]
fn a_file_where_the_config_folder_should_be_is_moved_though_the_journal_would_be_in_it() {
    let bench = Bench::well();
    std::fs::remove_file(bench.home.store()).unwrap();
    std::fs::remove_dir(bench.home.path().join(".cmdop")).unwrap();
    bench.home.file(".cmdop", "not a folder");
    bench.home.give_away();
    let before = bench.looks();
    let told = bench.fixed(&["--fix"]);
    assert_eq!(result(&told, "host.disk"), "healed", "{:#}", told.json["treatment"]);
    assert!(bench.home.path().join("state/cmdop/fixes").is_dir());
    assert_eq!(bench.taken_back().0, Some(0));
    assert_eq!(bench.looks(), before);
}

#[test]
fn a_chosen_workspace_that_one_does_not_belong_to_is_given_up() {
    local("workspace.chosen", &["--fix"], |bench| {
        bench.home.file(".cmdop/config.yaml", "# my own words\nworkspace: nowhere\n");
    });
}

#[test]
fn two_faults_of_one_file_though_the_first_fix_writes_it_anew() {
    let bench = Bench::well();
    let store = bench.home.store();
    let marked = [b"\xef\xbb\xbf", std::fs::read(&store).unwrap().as_slice()].concat();
    std::fs::write(&store, marked).unwrap();
    bench.home.mode(".cmdop/auth.json", 0o644);
    bench.home.give_away();
    let broken = bench.looks();
    let told = bench.fixed(&["--fix"]);
    for finding in ["token.file_json", "token.file_mode"] {
        assert_eq!(result(&told, finding), "healed", "{:#}", told.json["treatment"]);
    }
    assert_eq!(told.code, Some(0));
    assert_eq!(bench.taken_back().0, Some(0));
    assert_eq!(bench.taken_back().0, Some(0));
    assert_eq!(bench.looks(), broken);
}
