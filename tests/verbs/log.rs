//! What `--debug` logs: the lines that are read again when a log is all that one has of a run.

use cmdop_doctor::sandbox::Fault;
use serde_json::Value;

use crate::desk::{Desk, Said};

/// The lines of a log in JSON.
fn lines(said: &Said) -> Vec<Value> {
    said.err.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
}

fn with_message<'l>(lines: &'l [Value], message: &str) -> Vec<&'l Value> {
    lines.iter().filter(|line| line["message"] == message).collect()
}

#[test]
fn a_run_on_the_console() {
    let desk = Desk::new();
    let said = desk.run("--debug workspace list").exits(0);
    desk.snapshot("debug-console", &said);
}

#[test]
fn a_refusal_on_the_console() {
    let desk = Desk::broken(&[Fault::RevokedToken]);
    let said = desk.run("--debug auth list-keys").exits(1);
    desk.snapshot("debug-refused", &said);
}

#[test]
fn every_line_is_one_document_with_level_time_component_and_message() {
    let desk = Desk::broken(&[Fault::LacksPermission]);
    for words in
        ["auth status", "auth list-keys", "workspace current", "doctor auth", "auth refresh", "logout"]
    {
        let said = desk.run(&format!("--debug --log-format json {words} --json"));
        let log: Vec<&str> = said.err.lines().filter(|line| line.starts_with('{')).collect();
        assert!(log.len() >= 4, "{words}: {said:?}");
        for line in log {
            let line: Value = serde_json::from_str(line).unwrap();
            for member in ["level", "time", "component", "message"] {
                assert!(line[member].is_string(), "{words}: {member} in {line}");
            }
        }
    }
}

#[test]
fn a_run_begins_and_ends_with_its_process_id() {
    let desk = Desk::broken(&[Fault::ServerError]);
    let said = desk.run("--debug --log-format json auth list-keys").exits(1);
    let lines = lines(&said);
    let (first, last) = (&lines[0], lines.last().unwrap());
    assert_eq!(first["message"], "=== CMDOP SESSION START ===");
    assert_eq!(last["message"], "=== CMDOP SESSION END ===");
    assert_eq!(first["pid"], last["pid"]);
    assert_eq!(last["exit_code"], "1");
    assert_eq!(first["argv"], "cmdop --debug --log-format json auth list-keys");
}

#[test]
fn a_request_is_told_with_what_support_asks_for() {
    let desk = Desk::new();
    let said = desk.run("--debug --log-format json auth list-keys --json").exits(0);
    let lines = lines(&said);
    let asked = with_message(&lines, "request answered");
    let [asked] = asked[..] else { panic!("{said:?}") };
    assert_eq!((&asked["method"], &asked["status"]), (&Value::from("GET"), &Value::from("200")));
    assert!(asked["url"].as_str().unwrap().ends_with("/v1/api-keys"));
    assert!(asked["request_id"].as_str().unwrap().starts_with("req_"));
    for member in ["latency_ms", "server_date", "skew_ms"] {
        assert!(asked[member].is_string(), "{member} in {asked}");
    }
}

#[test]
fn why_a_credential_is_in_force_is_told() {
    let desk = Desk::new();
    let run = desk.cmdop("--debug --log-format json auth list-keys").env("CMDOP_API_KEY", desk.sandbox.key());
    let lines = lines(&Said::by(run));
    let held = with_message(&lines, "credential in force")[0];
    assert_eq!(
        (&held["kind"], &held["origin"], &held["source"]),
        (&"key".into(), &"env".into(), &"CMDOP_API_KEY".into())
    );
    assert_eq!(held["prefix"].as_str().unwrap(), &desk.sandbox.key()[..12]);
    assert_eq!(held["fingerprint"].as_str().unwrap().len(), 8);
    let hides = with_message(&lines, "credential hides another")[0];
    assert_eq!(hides["hidden"], desk.home.store().to_string_lossy().as_ref());
}

#[test]
fn a_refusal_is_told_with_the_server_s_words() {
    let desk = Desk::broken(&[Fault::RevokedToken]);
    let said = desk.run("--debug --log-format json auth list-keys").exits(1);
    let lines = lines(&said);
    let refused = with_message(&lines, "request refused")[0];
    assert_eq!((&refused["level"], &refused["why"]), (&"error".into(), &"unauthenticated".into()));
    assert_eq!((&refused["status"], &refused["code"]), (&"401".into(), &"unauthorized".into()));
    assert_eq!(refused["reason"], "The access token was revoked");
    assert_eq!(with_message(&lines, "Error: UNAUTHENTICATED").len(), 1);
}

#[test]
fn no_answer_is_told_with_how_far_it_came() {
    let desk = Desk::new();
    let run =
        desk.cmdop("--debug --log-format json auth list-keys").env("CMDOP_API_URL", "http://127.0.0.1:9");
    let lines = lines(&Said::by(run));
    let failed = with_message(&lines, "request failed")[0];
    assert_eq!((&failed["phase"], &failed["level"]), (&"connect".into(), &"warn".into()));
}

#[test]
fn a_command_line_is_logged_without_the_key_in_it() {
    let desk = Desk::new();
    let key = desk.sandbox.key();
    let said = desk.run(&format!("--debug auth revoke-key {key} -y")).exits(0);
    assert!(said.err.contains("argv=\"cmdop --debug auth revoke-key cmd_… -y\""), "{said:?}");
}

#[test]
fn a_new_key_is_not_in_the_log() {
    for words in
        ["auth create-key --name ci --json", "auth create-key --name other --output other.key --json"]
    {
        let desk = Desk::new();
        let said = desk.run(&format!("--log-level trace --log-format json {words}")).exits(0);
        let created = with_message(&lines(&said), "API key created").len();
        assert_eq!(created, 1, "{said:?}");
        let file = std::fs::read_to_string(desk.home.path().join("other.key")).unwrap_or_default();
        let raw = said.json()["raw_key"].as_str().map_or(file, str::to_owned);
        for at in 12..raw.trim().len() - 6 {
            assert!(!said.err.contains(&raw[at..at + 6]), "{said:?}");
        }
    }
}
