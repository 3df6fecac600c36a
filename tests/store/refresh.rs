//! `cmdop auth refresh`: rotation, one at a time, and what is said when it fails.

use std::process::Stdio;

use cmdop_doctor::sandbox::{Fault, Terms};
use serde_json::json;

use crate::lab::{Lab, Told};
use crate::support::server::{Server, answer, json as answer_json, path};

#[test]
fn the_tokens_are_replaced_and_what_the_answer_does_not_say_stays() {
    let lab = Lab::new();
    lab.sign_in(&json!({ "user_id": "user_of_old", "own": 7 }));
    let told = lab.refresh().good();
    insta::with_settings!({ filters => vec![(r"\d{4}-\d\d-\d\d \d\d:\d\d", "[TIME]")], snapshot_path => "../../snapshots" }, {
        insta::assert_snapshot!("store_refresh", told.stdout);
    });
    let store = lab.store();
    assert_ne!(store["access_token"], lab.sandbox.token());
    assert_ne!(store["refresh_token"], lab.sandbox.refresh_token());
    assert_eq!(store["own"], 7);
    assert_eq!(store["user_email"], "ada@acme.example");
    assert!(store.get("refresh_started_at").is_none() && store["refreshed_at"].is_string());
    assert_eq!(lab.names(), ["auth.json", "auth.json.lock"]);
    assert_eq!(std::fs::read(lab.home.path().join(".cmdop/auth.json.lock")).unwrap(), b"");
    assert_eq!(lab.sandbox.rotations(), 1);
}

#[test]
fn a_token_that_is_still_good_is_replaced_for_whoever_asks() {
    let lab = Lab::new();
    lab.sign_in(&json!({ "expires_at": "2100-01-01T00:00:00Z" }));
    let told = Told::of(lab.cmdop(&["auth", "refresh", "--json"])).good().json();
    assert_eq!((&told["schema"], &told["refreshed"]), (&json!("cmdop.refresh/1"), &json!(true)));
    assert_eq!(lab.sandbox.rotations(), 1);
}

#[test]
fn a_server_that_does_not_rotate_leaves_the_refresh_token() {
    let lab = Lab::with(&[Fault::RotationOff], Terms::default());
    lab.refresh().good();
    assert_eq!(lab.store()["refresh_token"], lab.sandbox.refresh_token());
    assert_ne!(lab.store()["access_token"], lab.sandbox.token());
}

#[test]
fn fifty_at_once_are_one_rotation_and_fifty_successes() {
    let lab = Lab::new();
    let running: Vec<_> = (0..50)
        .map(|_| {
            let mut command = lab.cmdop(&["auth", "refresh", "--json"]).into_command();
            command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
        })
        .collect();
    let told: Vec<_> =
        running.into_iter().map(|child| Told::by(child.wait_with_output().unwrap()).good().json()).collect();
    let asked = told.iter().filter(|told| told["refreshed"] == true).count();
    assert_eq!((asked, lab.sandbox.rotations()), (1, 1));
    assert!(told.iter().all(|other| other["expires_at"] == told[0]["expires_at"]));
}

#[test]
fn a_refresh_token_that_is_no_good_asks_for_a_login_and_is_remembered() {
    let lab = Lab::new();
    lab.sign_in(&json!({ "refresh_token": "rt-of-somebody-else" }));
    let told = lab.refresh().refused(&["the refresh token is no longer good", "cmdop login"]);
    assert!(!told.stderr.contains("rt-of-somebody-else"), "{told:#?}");
    assert!(lab.store()["refresh_rejected_at"].is_string());
    assert!(lab.store().get("refresh_started_at").is_none());
    // Somebody put a good one there: the note goes.
    lab.sign_in(&json!({ "refresh_rejected_at": "2026-01-01T00:00:00Z" }));
    lab.refresh().good();
    assert!(lab.store().get("refresh_rejected_at").is_none());
}

#[test]
fn a_rejection_after_an_interrupted_renewal_says_so() {
    let lab = Lab::new();
    lab.sign_in(&json!({ "refresh_token": "rt-used-up", "refresh_started_at": "2026-01-01T07:30:00Z" }));
    lab.refresh().refused(&["a renewal was interrupted", "2026-01-01 07:30 UTC", "cmdop login"]);
    assert_eq!(lab.store()["refresh_started_at"], "2026-01-01T07:30:00Z");
}

#[test]
fn there_is_nothing_to_renew_without_a_login_or_a_refresh_token() {
    let lab = Lab::new();
    lab.sign_in(&json!({ "refresh_token": null }));
    lab.refresh().refused(&["no refresh token is stored", "cmdop login"]);
    std::fs::remove_file(lab.home.store()).unwrap();
    lab.refresh().refused(&["nobody has signed in", "cmdop login"]);
    assert_eq!(lab.names(), [""; 0], "nothing is made where there is nothing to do");
}

#[test]
fn tokens_of_another_server_are_not_sent() {
    let lab = Lab::new();
    lab.sign_in(&json!({ "issuer": "https://auth.cmdop.com" }));
    lab.refresh().refused(&["are of https://auth.cmdop.com, and you talk to http://127.0.0.1"]);
    assert!(lab.sandbox.requests().is_empty());
}

#[test]
fn a_server_that_is_not_there_changes_nothing() {
    let lab = Lab::new();
    let gone = "http://127.0.0.1:9";
    lab.sign_in(&json!({ "issuer": gone }));
    let before = std::fs::read(lab.home.store()).unwrap();
    Told::of(lab.cmdop(&["auth", "refresh"]).env("CMDOP_API_URL", gone)).refused(&["cannot be reached"]);
    assert_eq!(std::fs::read(lab.home.store()).unwrap(), before);
}

/// A server without a discovery document whose token endpoint does this.
fn odd_server(token: impl Fn() -> Vec<u8> + Send + Sync + 'static) -> Server {
    Server::answering(move |head| match path(head).ends_with("/oauth/token") {
        true => token(),
        false => answer("404 Not Found", "", ""),
    })
}

#[test]
fn an_answer_that_does_not_come_leaves_the_intent_and_is_not_asked_for_again() {
    let server = odd_server(Vec::new);
    let lab = Lab::new();
    lab.sign_in(&json!({ "issuer": server.url() }));
    let told = Told::of(lab.cmdop(&["auth", "refresh"]).env("CMDOP_API_URL", server.url()));
    told.refused(&["it may have renewed the tokens all the same"]);
    assert!(lab.is_untouched() && lab.store()["refresh_started_at"].is_string());
    let asked = server.heads().iter().filter(|head| path(head).ends_with("/oauth/token")).count();
    assert_eq!(asked, 1);
    assert_eq!(lab.names(), ["auth.json", "auth.json.lock"]);
}

#[test]
fn a_refusal_for_another_reason_takes_the_intent_back() {
    let refusal = || answer_json("400 Bad Request", &json!({ "error": "invalid_client" }));
    let server = odd_server(refusal);
    let lab = Lab::new();
    lab.sign_in(&json!({ "issuer": server.url() }));
    Told::of(lab.cmdop(&["auth", "refresh"]).env("CMDOP_API_URL", server.url())).refused(&["invalid_client"]);
    assert!(lab.is_untouched());
    let store = lab.store();
    assert!(store.get("refresh_started_at").is_none() && store.get("refresh_rejected_at").is_none());
}

#[test]
fn an_answer_that_a_killed_writer_left_is_not_lost() {
    let lab = Lab::new();
    lab.sign_in(&json!({ "refresh_token": "rt-used-up", "refresh_started_at": "2026-01-01T07:30:00Z" }));
    let answer = json!({
        "version": 1, "access_token": lab.sandbox.token(), "refresh_token": lab.sandbox.refresh_token(),
        "expires_at": "2026-01-01T08:30:00Z", "issuer": lab.sandbox.base_url(),
    });
    lab.home.file(".cmdop/auth.json.tmp", answer.to_string());
    lab.refresh().good();
    assert_eq!((lab.sandbox.rotations(), lab.names().len()), (1, 2));
}
