//! `cmdop logout`: revoked at the server, and removed here whatever the server says.

use serde_json::json;

use crate::lab::{Lab, Told};
use crate::support::server::{Server, answer, path};

#[test]
fn both_tokens_are_revoked_the_refresh_token_first_and_then_removed() {
    let lab = Lab::new();
    let told = Told::of(lab.cmdop(&["logout"])).good();
    insta::with_settings!({ snapshot_path => "../../snapshots" }, {
        insta::assert_snapshot!("store_logout", told.stdout);
    });
    assert_eq!(told.stderr, "");
    assert_eq!(lab.names(), ["auth.json.lock"]);
    let revoked: Vec<_> =
        lab.sandbox.requests().into_iter().filter(|seen| seen.path == "/oauth/revoke").collect();
    assert_eq!(revoked.len(), 2);
    lab.sign_in(&json!({}));
    lab.refresh().refused(&["no longer good"]);
}

#[test]
fn nobody_to_sign_out_is_no_fault() {
    let lab = Lab::new();
    std::fs::remove_file(lab.home.store()).unwrap();
    let told = Told::of(lab.cmdop(&["logout"])).good();
    assert!(told.stdout.contains("Nobody is signed in"), "{told:#?}");
    assert_eq!(lab.names(), [""; 0]);
    let told = Told::of(lab.cmdop(&["logout", "--json"])).good().json();
    assert_eq!((&told["signed_out"], &told["revoked"]), (&json!(false), &json!(false)));
    assert!(lab.sandbox.requests().is_empty());
}

#[test]
fn a_key_that_is_still_in_force_is_named() {
    let lab = Lab::new();
    let told = Told::of(lab.cmdop(&["logout"]).env("CMDOP_API_KEY", lab.sandbox.key())).good();
    assert!(told.stderr.contains("CMDOP_API_KEY is set"), "{told:#?}");
    assert!(!told.stderr.contains(lab.sandbox.key()));
    assert!(!lab.home.store().exists());
}

#[test]
fn a_server_that_cannot_be_told_keeps_nobody_signed_in() {
    let gone = "http://127.0.0.1:9".to_owned();
    let mute = Server::answering(|head| match path(head).contains("revoke") {
        true => answer("503 Service Unavailable", "", ""),
        false => answer("404 Not Found", "", ""),
    });
    for server in [gone, mute.url()] {
        let lab = Lab::new();
        lab.sign_in(&json!({ "issuer": server }));
        let told = Told::of(lab.cmdop(&["logout", "--json"]).env("CMDOP_API_URL", &server)).good();
        assert!(told.stderr.contains("the server could not be told"), "{told:#?}");
        assert!(told.stderr.contains("Revoke All Sessions"), "{told:#?}");
        let json = told.json();
        assert_eq!((&json["signed_out"], &json["revoked"]), (&json!(true), &json!(false)));
        assert!(!lab.home.store().exists());
    }
}

#[test]
fn the_documented_endpoint_is_told_where_there_is_no_discovery() {
    let server = Server::answering(|head| match path(head) == "/api/system/oauth/revoke/" {
        true => answer("200 OK", "", ""),
        false => answer("404 Not Found", "", ""),
    });
    let lab = Lab::new();
    lab.sign_in(&json!({ "issuer": server.url() }));
    let told = Told::of(lab.cmdop(&["logout"]).env("CMDOP_API_URL", server.url())).good();
    assert_eq!(told.stderr, "");
    assert_eq!(server.heads().iter().filter(|head| path(head).contains("revoke")).count(), 2);
}

#[test]
fn tokens_of_another_server_are_removed_and_sent_to_nobody() {
    let lab = Lab::new();
    lab.sign_in(&json!({ "issuer": "https://auth.cmdop.com" }));
    let told = Told::of(lab.cmdop(&["logout"])).good();
    assert!(told.stderr.contains("could not be told"), "{told:#?}");
    assert!(lab.sandbox.requests().is_empty() && !lab.home.store().exists());
}

#[test]
fn what_is_damaged_or_newer_or_half_written_is_removed_too() {
    for text in ["", "{\"access_tok", "[]", "{\"version\": 9}"] {
        let lab = Lab::new();
        lab.home.file(".cmdop/auth.json", text);
        lab.home.file(".cmdop/auth.json.tmp", text);
        Told::of(lab.cmdop(&["logout"])).good();
        assert_eq!(lab.names(), ["auth.json.lock"], "{text}");
    }
}
