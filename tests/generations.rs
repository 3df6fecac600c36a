//! The checks of other generations: asked for, they judge what those keep; not asked for, nobody sees them.
#![cfg(unix)]
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test fails by panicking, and makes sockets"
)]

mod support;

use support::{Home, Told, far_future};

const PROFILES: [&str; 4] = ["first", "daemon", "keyring", "sdk"];

fn examined(home: &Home, words: &[&str]) -> Told {
    home.cmdop(&[&["doctor", "auth", "--offline", "--json"], words].concat()).report()
}

/// The ids of the checks that a report tells of.
fn told_of(told: &Told) -> Vec<String> {
    let findings = told.json["findings"].as_array().unwrap();
    findings.iter().map(|finding| finding["check"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn nothing_of_them_is_judged_or_looked_at_unasked() {
    let home = Home::new();
    home.sign_in("clit_0123456789abcdef", far_future());
    home.file(".cmdop/token_prod.json", "{");
    home.mode(".cmdop/token_prod.json", 0o666);
    for words in [&[][..], &["--only", "token"], &["--profile", "ci"]] {
        let told = examined(&home, words);
        let of_others = |id: &&String| PROFILES.iter().any(|area| id.starts_with(&format!("{area}.")));
        assert_eq!(told_of(&told).iter().find(of_others), None, "{words:?}");
        let looked = told.json["evidence"].to_string();
        assert!(!looked.contains("json {config}/token_prod.json"), "{words:?}");
    }
}

#[test]
fn the_files_of_one_are_told_of_with_the_command_that_looks_at_them() {
    let home = Home::new();
    home.sign_in("clit_0123456789abcdef", far_future());
    home.file(".cmdop/token_prod.json", "{");
    let told = examined(&home, &["--only", "token.generation"]);
    assert_eq!(told.roots(), ["token.generation/also_daemon"]);
    assert_eq!(told.code, Some(0), "no alarm");
    let steps = told.json["roots"][0]["fix"]["steps"].as_array().unwrap();
    assert_eq!(steps[0]["command"], "cmdop doctor auth --profile daemon");
}

#[test]
fn asked_for_they_say_what_is_wrong_there() {
    let home = Home::new();
    home.file(".cmdop/token_prod.json", "{\"access");
    home.mode(".cmdop/token_prod.json", 0o644);
    let told = examined(&home, &["--profile", "daemon"]);
    let mut roots = told.roots();
    roots.sort();
    assert_eq!(roots, ["daemon.token_json/broken", "daemon.token_mode/readable_by_others"]);
    assert_eq!(told.code, Some(1));
    let first = examined(&home, &["--profile", "first"]);
    assert_eq!(first.roots(), ["first.signed_in/nobody"]);
    home.file(".cmdop/token", "x".repeat(31));
    home.mode(".cmdop/token", 0o640);
    let sdk = examined(&home, &["--profile", "sdk"]);
    let mut roots = sdk.roots();
    roots.sort();
    assert_eq!(roots, ["sdk.token_length/too_short", "sdk.token_mode/readable_by_others"]);
}

#[test]
fn an_agent_that_was_killed_leaves_what_sends_the_sdk_astray() {
    let home = Home::new();
    home.file(".cmdop/token", "x".repeat(64));
    home.file(".cmdop/agent.info", "{}");
    drop(std::os::unix::net::UnixListener::bind(home.path().join(".cmdop/agent.sock")).unwrap());
    let told = examined(&home, &["--profile", "sdk"]);
    let root = &told.roots()[0];
    assert!(root.starts_with("sdk.agent") && root.contains("stale"), "{:?}", told.roots());
    std::fs::remove_file(home.path().join(".cmdop/agent.sock")).unwrap();
    assert_eq!(examined(&home, &["--profile", "sdk"]).roots(), ["sdk.discovery/no_agent"]);
    let _agent = std::os::unix::net::UnixListener::bind(home.path().join(".cmdop/local.sock")).unwrap();
    assert_eq!(examined(&home, &["--profile", "sdk"]).roots(), Vec::<String>::new());
}

#[test]
fn a_keyring_needs_a_session() {
    let home = Home::new();
    let alone = home.cmdop(&["doctor", "auth", "--offline", "--json", "--profile", "keyring"]);
    let told = alone.env("DBUS_SESSION_BUS_ADDRESS", "").report();
    assert!(told.roots()[0].starts_with("keyring.reachable/"), "{:?}", told.roots());
    let there = home.cmdop(&["doctor", "auth", "--offline", "--json", "--profile", "keyring"]);
    let told = there.env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere").report();
    assert_eq!(told.roots(), Vec::<String>::new());
}

#[test]
fn every_profile_is_one_of_its_own_checks() {
    let home = Home::new();
    let output = home.cmdop(&["doctor", "list", "--json"]).output();
    let list: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    for profile in PROFILES {
        let of_it =
            |check: &&serde_json::Value| check["id"].as_str().unwrap().starts_with(&format!("{profile}."));
        let mut checks = list["checks"].as_array().unwrap().iter().filter(of_it).peekable();
        assert!(checks.peek().is_some(), "{profile}");
        assert!(checks.all(|check| check["on_request"] == true), "{profile}");
        let told = examined(&home, &["--profile", profile]);
        assert!(told_of(&told).iter().any(|id| id.starts_with(&format!("{profile}."))), "{profile}");
    }
}
