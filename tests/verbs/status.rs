//! `cmdop auth status`.

use cmdop_doctor::sandbox::Fault;
use serde_json::{Value, json};

use crate::desk::{Desk, Said};
use crate::support::far_future;

#[test]
fn a_login_that_the_server_accepts() {
    let desk = Desk::new();
    let said = desk.run("auth status").exits(0);
    assert!(
        said.out
            .starts_with("✓ Authenticated as: ada@acme.example\n✓ Workspace: acme-corp\n✓ Token expires: 20")
    );
    desk.snapshot("status-accepted", &said);
}

#[test]
fn a_key_in_the_variable_hides_the_login() {
    let desk = Desk::new();
    let said = Said::by(desk.cmdop("auth status").env("CMDOP_API_KEY", desk.sandbox.key())).exits(0);
    desk.snapshot("status-key", &said);
    let json = Said::by(desk.cmdop("auth status --json").env("CMDOP_API_KEY", desk.sandbox.key())).json();
    let credential = &json["credential"];
    assert_eq!((&credential["kind"], &credential["origin"]), (&json!("key"), &json!("env")));
    assert_eq!(credential["hides"], json!([desk.home.store().to_string_lossy()]));
    assert_eq!(json["permissions"], json!(["machines:read", "sessions:read"]));
}

#[test]
fn nobody_is_asked_offline() {
    let desk = Desk::new();
    let said = desk.run("auth status --offline").exits(0);
    desk.snapshot("status-offline", &said);
    let json = desk.run("auth status --offline --json").exits(0).json();
    assert_eq!((&json["signed_in"], &json["verified"]), (&json!(true), &json!(false)));
    assert_eq!(desk.sandbox.requests().len(), 0);
}

#[test]
fn a_server_that_is_not_there_hides_no_local_fact() {
    let desk = Desk::new();
    let said = Said::by(desk.cmdop("auth status").env("CMDOP_API_URL", "http://127.0.0.1:9")).exits(1);
    assert!(said.out.contains("? Authenticated as: ada@example.test  (not verified)"), "{said:?}");
    assert!(said.out.contains("not verified: http://127.0.0.1:9 was asked in vain"), "{said:?}");
    assert!(said.err.starts_with("Error: the server cannot be reached\n"), "{said:?}");
    let run = desk.cmdop("auth status --json").env("CMDOP_API_URL", "http://127.0.0.1:9");
    let json = Said::by(run).exits(1).json();
    assert_eq!((&json["signed_in"], &json["verified"]), (&json!(true), &json!(false)));
    assert_eq!(json["error"]["why"], "unanswered");
}

#[test]
fn a_login_that_was_revoked() {
    let desk = Desk::broken(&[Fault::RevokedToken]);
    let said = desk.run("auth status").exits(1);
    desk.snapshot("status-revoked", &said);
    let json = desk.run("auth status --json").exits(1).json();
    assert_eq!((&json["signed_in"], &json["error"]["why"]), (&json!(false), &json!("unauthenticated")));
}

#[test]
fn a_token_past_its_end_that_cannot_be_renewed() {
    let desk = Desk::broken(&[Fault::ExpiredToken]);
    let store = json!({ "access_token": desk.sandbox.token(), "expires_at": 1_700_000_000, "user_email": "ada@example.test" });
    desk.home.file(".cmdop/auth.json", store.to_string());
    let said = desk.run("auth status").exits(1);
    assert!(said.err.starts_with("Error: token expired\n"), "{said:?}");
    assert!(said.out.contains("✗ Token expires: 2023-11-14"), "{said:?}");
    desk.run("auth status --offline").exits(1);
}

#[test]
fn tokens_that_end_soon_are_renewed_first() {
    let desk = Desk::new();
    let store = json!({
        "access_token": desk.sandbox.token(), "refresh_token": desk.sandbox.refresh_token(),
        "expires_at": 1_700_000_000, "issuer": desk.sandbox.base_url(),
    });
    desk.home.file(".cmdop/auth.json", store.to_string());
    let said = desk.run("auth status").exits(0);
    assert!(said.out.starts_with("✓ Authenticated as: ada@acme.example\n"), "{said:?}");
    assert_eq!(desk.sandbox.rotations(), 1);
    let kept: Value = serde_json::from_slice(&std::fs::read(desk.home.store()).unwrap()).unwrap();
    assert_ne!(kept["access_token"], desk.sandbox.token());
    desk.run("auth status").exits(0);
    assert_eq!(desk.sandbox.rotations(), 1, "what is fresh is left alone");
    let offline = desk.run("auth status --offline").exits(0);
    assert!(offline.out.contains("it can be refreshed"), "{offline:?}");
}

#[test]
fn nobody_is_signed_in() {
    let desk = Desk::signed_out();
    let said = desk.run("auth status");
    desk.snapshot("status-signed-out", &said);
    said.refuses(1, "Error: not signed in\n");
    let json = desk.run("auth status --json").exits(1).json();
    assert_eq!((&json["signed_in"], &json["credential"]), (&json!(false), &Value::Null));
    assert_eq!(json["error"]["fix"], json!(["cmdop login"]));
}

#[test]
fn a_variable_that_is_set_to_nothing_hides_the_login() {
    let desk = Desk::new();
    let said = Said::by(desk.cmdop("auth status").env("CMDOP_API_KEY", ""));
    desk.snapshot("status-empty-variable", &said);
    said.refuses(1, "which hides the login in");
}

#[test]
fn a_store_that_cannot_be_understood() {
    let desk = Desk::new();
    desk.home.file(".cmdop/auth.json", "{");
    desk.run("auth status").refuses(1, "it is not valid JSON");
}

#[test]
fn what_is_no_key_is_never_sent() {
    let desk = Desk::signed_out();
    let run = desk.cmdop("auth status").env("CMDOP_API_KEY", "ghp_k7Jx2Wq9Vb4Lz8Nc3Mt6Rp1Ys5Hd0FgQaEu");
    let said = Said::by(run).exits(1);
    assert!(said.err.starts_with("Error: invalid API key\n"), "{said:?}");
    assert_eq!(desk.sandbox.requests().len(), 0);
}

#[test]
fn a_server_with_the_published_fields_alone() {
    let desk = Desk::broken(&[Fault::PublishedRoutesOnly]);
    let said = desk.run("auth status").exits(0);
    assert!(said.out.contains("✓ Workspace: acme-corp"), "the login says which: {said:?}");
}

#[test]
fn the_json_document_has_its_documented_members() {
    let desk = Desk::new();
    let json = desk.run("auth status --json").exits(0).json();
    let members: Vec<&str> = json.as_object().unwrap().keys().map(String::as_str).collect();
    let mut documented = [
        "schema",
        "signed_in",
        "verified",
        "user",
        "workspace",
        "role",
        "permissions",
        "credential",
        "api",
        "error",
    ];
    documented.sort_unstable();
    assert_eq!(members, documented);
    assert_eq!(json["schema"], "cmdop.auth.status/1");
    let ends = json["credential"]["expires_in_s"].as_i64().unwrap();
    assert!(ends > 0 && ends <= far_future());
}
