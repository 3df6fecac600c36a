//! `cmdop doctor redact`: the real binary as a filter.
#![expect(clippy::disallowed_methods, reason = "tests run the program and make files")]

use std::io::Write;
use std::process::{Command, Output, Stdio};

use crate::without_prints;

const PASTE: &str = "\
$ cmdop --debug login 2>&1 | tee auth-debug.log
2026-11-23T09:12:00.022Z DEBUG cmdop::http: > GET https://api.cmdop.com/v1/auth/me
2026-11-23T09:12:00.023Z DEBUG cmdop::http: > authorization: Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhZGEifQ.AAECAwQFBgcICQ
2026-11-23T09:12:00.301Z DEBUG cmdop::http: < 401 {\"error\":{\"code\":\"token_expired\"}}
2026-11-23T09:12:01.002Z DEBUG cmdop::oauth: POST /token grant_type=refresh_token&refresh_token=clitr_0123456789abcdef01
2026-11-23T09:12:01.440Z WARN  cmdop::http: proxy http://ada:hunter2@proxy.corp.example.com:3128 refused
2026-11-23T09:12:01.441Z ERROR cmdop::auth: ada@example.com: Error: token expired
$ export CMDOP_API_KEY=cmd_acme_a1b2c3d4e5f6g7h8i9j0
";

fn redact(words: &[&str], input: &[u8]) -> Output {
    let home = tempfile::tempdir().unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_cmdop"))
        .args(["doctor", "redact"])
        .args(words)
        .env_clear()
        .env("HOME", home.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // It may end before it has read everything.
    let _ = child.stdin.take().unwrap().write_all(input);
    child.wait_with_output().unwrap()
}

fn snapshot(name: &str, output: &Output) {
    assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), &b""[..]));
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../../snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.bind(|| insta::assert_snapshot!(name, without_prints(&String::from_utf8_lossy(&output.stdout))));
}

#[test]
fn a_paste_can_be_shown_to_others() {
    snapshot("redact", &redact(&[], PASTE.as_bytes()));
    snapshot("redact-anonymized", &redact(&["-", "--anonymize"], PASTE.as_bytes()));
    snapshot("redact-plain", &redact(&["--plain", "--anonymize"], PASTE.as_bytes()));
}

#[test]
fn files_are_read_and_what_is_none_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.log");
    std::fs::write(&file, PASTE).unwrap();
    let from_file = redact(&[file.to_str().unwrap(), "--plain"], b"");
    assert_eq!(from_file.stdout, redact(&["--plain"], PASTE.as_bytes()).stdout);

    for (path, says) in [
        (folder.path().join("b.log"), "it is not there"),
        (folder.path().to_path_buf(), "it is a folder, not a plain file"),
    ] {
        let refused = redact(&[path.to_str().unwrap()], b"");
        let said = String::from_utf8(refused.stderr).unwrap();
        assert_eq!((refused.status.code(), refused.stdout.is_empty()), (Some(2), true));
        assert!(said.contains(says), "{said}");
    }
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.log");
    std::fs::write(&file, PASTE.repeat(4000)).unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_cmdop"))
        .args(["doctor", "redact"])
        .arg(&file)
        .env_clear()
        .env("HOME", folder.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let ended = child.wait_with_output().unwrap();
    assert_eq!((ended.status.code(), String::from_utf8(ended.stderr).unwrap()), (Some(0), String::new()));
}
