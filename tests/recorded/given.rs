//! What `--from` takes, and what it refuses.

use std::io::{Read, Write};
use std::os::unix::fs::symlink;
use std::process::Stdio;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::support::Home;

#[test]
fn a_recording_that_tells_nothing_is_no_healthy_machine() {
    let home = Home::new();
    home.file("empty.log", "");
    for words in [&["empty.log"][..], &["empty.log", "--only", "token.file_mode", "--fail-on", "error"]] {
        let told = home.cmdop(&[&["doctor", "auth", "--json", "--from"], words].concat()).report();
        assert_eq!((told.code, told.json["verdict"].as_str()), (Some(3), Some("inconclusive")));
        assert_eq!(told.json["source"], serde_json::json!({ "kind": "log", "name": "empty.log" }));
        assert!(told.json["remarks"].to_string().contains("--capture"), "{}", told.json["remarks"]);
    }
}

#[test]
fn a_recording_is_not_fixed() {
    let home = Home::new();
    home.file("a.log", "x\n");
    let output = home.cmdop(&["doctor", "auth", "--fix", "--from", "a.log"]).output();
    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(told.contains("--fix does not go with --from"), "{told}");
}

#[test]
fn what_is_not_there_or_no_file_is_told() {
    let home = Home::new();
    for (name, why) in [("none.log", "it is not there"), ("/dev/null", "it is a device, not a plain file")] {
        let output = home.cmdop(&["doctor", "auth", "--from", name]).output();
        let told = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{told}");
        assert!(told.contains(why), "{told}");
    }
    let output = home.cmdop(&["doctor", "auth", "--from", "-", "--from", "-"]).output();
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn links_and_folders_in_a_folder_are_left_out_aloud() {
    let home = Home::new();
    home.folder_in("logs/below", 0o700);
    home.file("logs/cmdop.log.1", "one\n");
    home.file("logs/cmdop.log", "two\n");
    symlink("/etc/passwd", home.path().join("logs/passwd.log")).unwrap();
    let told = home.cmdop(&["doctor", "auth", "--json", "--from", "logs"]).report();
    assert_eq!(told.json["source"]["name"], "logs/cmdop.log.1, logs/cmdop.log");
    let remarks = told.json["remarks"].to_string();
    assert!(remarks.contains("logs/passwd.log was left out: it is a link"), "{remarks}");
    assert!(remarks.contains("logs/below was left out: it is a folder"), "{remarks}");
}

#[test]
fn whoever_has_seen_enough_of_a_pipe_gets_a_report() {
    let home = Home::new();
    let mut command = home.cmdop(&["doctor", "auth", "--json", "--from", "-"]).into_command();
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut pipe = child.stdin.take().unwrap();
    // The pipe is taken from once signals are caught: when all this is through, they are.
    pipe.write_all(&b"2026-11-23T09:12:00Z INF nothing new\n".repeat(100_000)).unwrap();
    kill(Pid::from_raw(child.id().cast_signed()), Signal::SIGINT).unwrap();
    let mut json = String::new();
    child.stdout.take().unwrap().read_to_string(&mut json).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(130));
    let report: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(report["source"]["name"], "standard input");
    drop(pipe);
}
