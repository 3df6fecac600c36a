//! Consent: what asks first is not done without a yes, on a terminal or by `--yes`.

use std::fs::File;
use std::io::{Read, Write};
use std::process::Stdio;

use crate::bench::{Bench, fates, result};

/// A machine on which a safe fix is due, and one that asks.
fn both() -> Bench {
    let bench = Bench::well();
    bench.home.mode(".cmdop", 0o777);
    let left = bench.home.file(".cmdop/auth.json.tmp", bench.login());
    let hour_ago = std::time::SystemTime::now() - std::time::Duration::from_secs(3600);
    File::options().write(true).open(left).unwrap().set_modified(hour_ago).unwrap();
    bench.home.give_away();
    bench
}

fn is_left(bench: &Bench) -> bool {
    bench.home.path().join(".cmdop/auth.json.tmp").exists()
}

#[test]
fn without_a_terminal_what_asks_is_left_and_what_is_safe_is_done() {
    let bench = both();
    let told = bench.fixed(&["--fix"]);
    assert_eq!(result(&told, "token.folder_mode"), "healed");
    assert_eq!(result(&told, "token.leftover"), "not_applied");
    assert_eq!(fates(&told, "token.leftover"), ["not_asked"]);
    assert!(is_left(&bench));
    let told = bench.fixed(&["--fix", "-y"]);
    assert_eq!(result(&told, "token.leftover"), "healed");
    assert!(!is_left(&bench));
}

#[test]
fn only_what_is_safe_or_named_is_done() {
    let bench = both();
    let told = bench.fixed(&["--fix=safe", "-y"]);
    assert_eq!(result(&told, "token.folder_mode"), "healed");
    assert_eq!(result(&told, "token.leftover"), "");
    let bench = both();
    let told = bench.fixed(&["--fix=token.leftover/left", "-y"]);
    assert_eq!(result(&told, "token.leftover"), "healed");
    assert_eq!(result(&told, "token.folder_mode"), "");
    assert!(told.roots().iter().any(|root| root.starts_with("token.folder_mode")));
}

#[test]
fn a_finding_that_does_not_exist_is_a_fault_of_usage() {
    let bench = both();
    let output = bench.cmdop(&["doctor", "auth", "--offline", "--fix=token.folder_mod"]).output();
    assert_eq!(output.status.code(), Some(2));
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(error.contains("did you mean `token.folder_mode`?"), "{error}");
}

#[test]
fn a_finding_that_is_not_sick_needs_no_fix() {
    let bench = Bench::well();
    bench.home.give_away();
    let told = bench.fixed(&["--fix=token.file_mode"]);
    assert_eq!(told.code, Some(0));
    let remarks = told.json["remarks"].to_string();
    assert!(remarks.contains("token.file_mode is no cause of anything now"), "{remarks}");
}

#[test]
fn offline_nobody_is_asked_for_a_fix_either() {
    let bench = Bench::well();
    std::fs::remove_file(bench.home.store()).unwrap();
    bench.home.give_away();
    let told = bench.fixed(&["--offline", "--fix", "--yes"]);
    assert_eq!(fates(&told, "token.signed_in"), ["failed"]);
    assert!(told.json["treatment"]["fixes"][0]["steps"][0]["why"].as_str().unwrap().contains("--offline"));
}

#[test]
fn where_nobody_is_nobody_signs_in() {
    let bench = Bench::well();
    std::fs::remove_file(bench.home.store()).unwrap();
    bench.home.file(".cmdop/config.yaml", "profiles: [{ id: night, unattended: true }]\n");
    bench.home.give_away();
    let told = bench.fixed(&["--profile", "night", "--fix", "--yes"]);
    assert_eq!(fates(&told, "token.signed_in"), ["failed"]);
    let why = told.json["treatment"]["fixes"][0]["steps"][0]["why"].as_str().unwrap();
    assert!(why.contains("a person has to sign in"), "{why}");
}

/// Runs with a terminal on standard input and standard error, lets `meanwhile` happen once the
/// question is there, types `answer`, and gives what the terminal showed.
fn at_terminal(bench: &Bench, answer: &str, meanwhile: impl FnOnce()) -> (Option<i32>, String) {
    let pty = nix::pty::openpty(None, None).unwrap();
    let (mut master, slave) = (File::from(pty.master), File::from(pty.slave));
    let mut command =
        bench.cmdop(&["doctor", "auth", "--offline", "--fix"]).by_ordinary_user().into_command();
    command.stdin(slave.try_clone().unwrap()).stderr(slave).stdout(Stdio::null());
    let mut child = command.spawn().unwrap();
    drop(command);
    let mut shown = Vec::new();
    let mut chunk = [0; 4096];
    let mut meanwhile = Some(meanwhile);
    // Once the program is gone and with it the terminal's other end, reading fails.
    while let Ok(read @ 1..) = master.read(&mut chunk) {
        shown.extend_from_slice(&chunk[..read]);
        if String::from_utf8_lossy(&shown).contains("[y/N]")
            && let Some(meanwhile) = meanwhile.take()
        {
            meanwhile();
            master.write_all(answer.as_bytes()).unwrap();
        }
    }
    (child.wait().unwrap().code(), String::from_utf8_lossy(&shown).into_owned())
}

#[test]
fn one_question_shows_everything_that_asks_and_enter_means_no() {
    let bench = both();
    let (_, shown) = at_terminal(&bench, "\n", || {});
    assert_eq!(shown.matches("[y/N]").count(), 1, "{shown}");
    for words in ["token.leftover", "rm ~/.cmdop/auth.json.tmp", "removed, and kept; can be undone"] {
        assert!(shown.contains(words), "{words}: {shown}");
    }
    assert!(is_left(&bench));
    assert!(bench.looks()[".cmdop"].starts_with("40700"), "what is safe needs no consent");
}

#[test]
fn a_yes_is_carried_out() {
    let bench = both();
    at_terminal(&bench, "y\n", || {});
    assert!(!is_left(&bench));
}

#[test]
fn what_is_exchanged_while_the_question_stands_is_not_changed() {
    let bench = both();
    let copy = bench.home.path().join(".cmdop/auth.json.tmp");
    at_terminal(&bench, "y\n", || {
        let other = bench.home.file("other", "something else");
        std::fs::rename(other, &copy).unwrap();
    });
    assert_eq!(std::fs::read_to_string(copy).unwrap(), "something else");
}
