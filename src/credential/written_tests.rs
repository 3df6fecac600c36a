//! Tests of the form in which the credential file is written.

use super::*;
use crate::model::secret::Secret;
use serde_json::{Value, json};

fn grant() -> Grant {
    Grant {
        access: Secret::new("clit_new".to_owned()),
        refresh: None,
        token_type: "Bearer".to_owned(),
        expires_at: Some(1_773_478_320_999),
        scope: None,
        workspace_id: None,
        workspace_name: None,
        user_id: None,
        user_email: None,
        issuer: "https://id.test".to_owned(),
        via: None,
    }
}

fn read(written: &mut Written) -> Value {
    serde_json::from_slice(&written.bytes()).unwrap()
}

#[test]
fn every_spelling_becomes_the_one_that_is_written() {
    let loose = json!({
        "accessToken": "a", "refresh_token": null, "refreshToken": "r", "expiresAt": 1_773_478_320_000_i64,
        "scopes": "x", "workspaceId": "w", "iss": "i", "access_token": "",
    });
    let mut written = Written::parse(&[b"\xef\xbb\xbf", loose.to_string().as_bytes()].concat()).unwrap();
    let tidy = json!({
        "version": 1, "access_token": "a", "refresh_token": "r", "expires_at": "2026-03-14T08:52:00Z",
        "scope": "x", "workspace_id": "w", "issuer": "i",
    });
    assert_eq!(read(&mut written), tidy);
    let text = String::from_utf8(written.bytes().to_vec()).unwrap();
    assert!(text.starts_with("{\n  \"version\": 1,\n  \"access_token\": \"a\",\n"), "{text}");
}

#[test]
fn what_is_not_known_stays_to_the_last_digit() {
    let others = r#""zz": {"b": 1.10, "a": [12345678901234567890123, 1e400]}, "quote\"\u0001": "\u00e9""#;
    let mut written = Written::parse(format!("{{{others}, \"access_token\": \"a\"}}").as_bytes()).unwrap();
    for _ in 0..2 {
        written.renew_session(&grant(), 0);
        written.begin_session(&grant());
        written = Written::parse(&written.bytes()).unwrap();
    }
    let text = String::from_utf8(written.bytes().to_vec()).unwrap();
    assert!(text.contains(r#""zz": {"b": 1.10, "a": [12345678901234567890123, 1e400]}"#), "{text}");
    assert!(text.contains(r#""quote\"\u0001": "\u00e9""#), "{text}");
}

#[test]
fn a_renewal_keeps_what_the_answer_does_not_say_and_a_new_login_does_not() {
    let old = json!({
        "access_token": "a", "refresh_token": "r", "expires_at": 1, "user_email": "ada@example.test",
        "refresh_started_at": "2026-01-01T00:00:00Z", "refresh_rejected_at": "2026-01-01T00:00:00Z", "own": 7,
    });
    let parse = || Written::parse(old.to_string().as_bytes()).unwrap();
    let (mut renewed, mut fresh) = (parse(), parse());
    renewed.renew_session(&grant(), 1_773_478_320_000);
    assert_eq!(
        read(&mut renewed),
        json!({
            "version": 1, "access_token": "clit_new", "refresh_token": "r", "token_type": "Bearer",
            "expires_at": "2026-03-14T08:52:00Z", "user_email": "ada@example.test", "issuer": "https://id.test",
            "refreshed_at": "2026-03-14T08:52:00Z", "own": 7,
        })
    );
    fresh.begin_session(&grant());
    assert_eq!(
        read(&mut fresh),
        json!({
            "version": 1, "access_token": "clit_new", "token_type": "Bearer", "expires_at": "2026-03-14T08:52:00Z",
            "issuer": "https://id.test", "own": 7,
        })
    );
}

#[test]
fn an_answer_without_an_end_leaves_none() {
    let mut written = Written::parse(br#"{"access_token": "a", "expires_at": 1}"#).unwrap();
    written.renew_session(&Grant { expires_at: None, ..grant() }, 0);
    assert_eq!(read(&mut written).get("expires_at"), None);
}

#[test]
fn versions_are_read_however_they_are_written() {
    let version = |text: &str| Written::parse(text.as_bytes()).unwrap().version();
    let found =
        [r#"{}"#, r#"{"version": 1}"#, r#"{"version": "2"}"#, r#"{"version": 7}"#, r#"{"version": []}"#];
    assert_eq!(found.map(version), [1, 1, 2, 7, 1]);
}

#[test]
fn what_cannot_be_understood_is_left_as_it_is() {
    let odd = json!({ "access_token": 7, "expires_at": "tomorrow", "scope": ["a", "b"] });
    let mut written = Written::parse(odd.to_string().as_bytes()).unwrap();
    assert!(!written.has_access());
    written.choose_workspace(None, "acme");
    let mut wanted = odd;
    wanted["workspace_name"] = json!("acme");
    wanted["version"] = json!(1);
    assert_eq!(read(&mut written), wanted);
    assert!(Written::parse(b"[]").is_none() && Written::parse(b"").is_none());
}
