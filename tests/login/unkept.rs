//! A login that cannot be kept: noticed before anybody goes to a browser where it can be, and else given
//! back.
#![expect(clippy::disallowed_methods, reason = "tests make and read their own machines")]

use crate::lab::{Lab, Login};

/// A store of a program that is newer than this one.
const NEWER: &str = "{\"version\": 2, \"access_token\": \"at-old\"}";

fn revocations(lab: &Lab) -> usize {
    lab.sandbox.requests().iter().filter(|request| request.path.ends_with("/revoke")).count()
}

#[test]
fn a_newer_store_is_noticed_before_anybody_is_asked() {
    let lab = Lab::new();
    lab.home.file(".cmdop/auth.json", NEWER);
    lab.login(&["--device-code"]).end().refused("a login cannot be kept: ");
    assert!(lab.sandbox.requests().is_empty());
    assert_eq!(std::fs::read_to_string(lab.home.store()).unwrap(), NEWER);
}

#[test]
fn a_folder_that_cannot_be_written_is_noticed_before_anybody_is_asked() {
    let lab = Lab::new();
    lab.home.give_away();
    lab.home.mode(".cmdop", 0o500);
    let run = lab.cmdop(&["login", "--device-code"]).by_ordinary_user();
    Login::start(run).end().refused("permission denied");
    assert!(lab.sandbox.requests().is_empty());
    lab.home.mode(".cmdop", 0o700);
}

#[test]
fn what_becomes_impossible_meanwhile_is_given_back_and_the_old_login_stays() {
    let lab = Lab::new();
    let mut login = lab.login(&["--device-code"]);
    let code = login.user_code();
    lab.home.file(".cmdop/auth.json", NEWER);
    lab.sandbox.approve_device(&code).unwrap();
    let ended = login.end().refused("is of version 2");
    let said = ended.refused("the server has taken the new tokens back");
    assert!(said.stderr.contains("use a newer cmdop"));
    assert_eq!(revocations(&lab), 2, "the refresh token and the access token");
    assert_eq!(std::fs::read_to_string(lab.home.store()).unwrap(), NEWER);
}

#[test]
fn a_folder_that_is_closed_meanwhile_costs_nothing_either() {
    let lab = Lab::new();
    lab.home.give_away();
    let run = lab.cmdop(&["login", "--device-code"]).by_ordinary_user();
    let mut login = Login::start(run);
    let code = login.user_code();
    lab.home.mode(".cmdop", 0o500);
    lab.sandbox.approve_device(&code).unwrap();
    login.end().refused("the server has taken the new tokens back");
    assert_eq!(revocations(&lab), 2);
    assert!(!lab.home.store().exists());
    lab.home.mode(".cmdop", 0o700);
}

#[cfg(not(feature = "keyring"))]
#[test]
fn a_keyring_that_is_not_built_in_is_a_matter_of_configuration() {
    let lab = Lab::new();
    for args in [&["login"][..], &["auth", "status"], &["doctor", "auth"]] {
        let ended = Login::start(lab.cmdop(args).env("CMDOP_STORE", "keyring")).end();
        assert_eq!(ended.code, Some(2), "{}", ended.stderr);
        assert!(ended.stderr.contains("was built without the keyring"), "{}", ended.stderr);
    }
    let ended = Login::start(lab.cmdop(&["login"]).env("CMDOP_STORE", "cloud")).end();
    assert!(ended.code == Some(2) && ended.stderr.contains("is file or keyring"), "{}", ended.stderr);
}

#[cfg(feature = "keyring")]
#[test]
fn a_keyring_that_is_not_there_is_said_in_the_documented_words() {
    let lab = Lab::new();
    let run = |args: &[&str]| {
        let run = lab.cmdop(args).env("CMDOP_STORE", "keyring");
        Login::start(run.env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus")).end()
    };
    let ended = run(&["login", "--device-code"]).refused("secret store: OS keyring not reachable");
    assert!(ended.stderr.contains("CMDOP_STORE=file"), "{}", ended.stderr);
    run(&["auth", "status"]).refused("secret store: OS keyring not reachable");
    assert!(lab.sandbox.requests().is_empty() && !lab.home.store().exists());
}
