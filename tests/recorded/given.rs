//! What `--from` takes, and what it refuses.

use std::os::unix::fs::symlink;

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
