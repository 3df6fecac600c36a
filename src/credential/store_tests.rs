//! Files as programs, people and crashes leave them.
#![expect(clippy::disallowed_methods, reason = "tests make the files that they read")]

use super::*;
use crate::credential::expiry::Unit;

/// What is found in a file with these contents.
fn store(contents: impl AsRef<[u8]>) -> Store {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("auth.json");
    std::fs::write(&path, contents).unwrap();
    Store::read(Some(&path))
}

fn stored(contents: impl AsRef<[u8]>) -> Stored {
    match store(contents) {
        Store::Found(stored) => *stored,
        other => panic!("{other:?}"),
    }
}

fn why(contents: impl AsRef<[u8]>) -> String {
    match store(contents) {
        Store::Unreadable(why) => why.rsplit(": ").next().unwrap().to_owned(),
        other => panic!("{other:?}"),
    }
}

fn raw(secret: Option<&Secret<String>>) -> Option<&str> {
    secret.map(|secret| secret.expose().as_str())
}

#[test]
fn our_own_form_is_read_whole() {
    let stored = stored(
        r#"{"version":1,"access_token":"at-1","refresh_token":"rt-1","token_type":"Bearer",
            "expires_at":"2026-03-14T08:52:00Z","scope":"machines:read sessions:read","workspace_id":"ws_1",
            "workspace_name":"acme","user_id":"u_1","user_email":"ada@example.com",
            "issuer":"https://auth.cmdop.com","later_field":{"kept":true}}"#,
    );
    assert_eq!(raw(stored.access.as_ref()), Some("at-1"));
    assert_eq!(raw(stored.refresh.as_ref()), Some("rt-1"));
    assert!(!stored.foreign);
    let about = stored.about;
    assert_eq!(about.expires, Stated::At { millis: 1_773_478_320_000, unit: Unit::Text });
    assert_eq!(about.scope.as_deref(), Some("machines:read sessions:read"));
    assert_eq!(about.workspace_id.as_deref(), Some("ws_1"));
    assert_eq!(about.workspace_name.as_deref(), Some("acme"));
    assert_eq!(about.user_id.as_deref(), Some("u_1"));
    assert_eq!(about.user_email.as_deref(), Some("ada@example.com"));
    assert_eq!(about.issuer.as_deref(), Some("https://auth.cmdop.com"));
    assert_eq!(about.version, Some(1));
    assert!(about.missing.is_empty() && about.wrong_types.is_empty());
}

#[test]
fn other_spellings_are_read_too() {
    let stored = stored(
        r#"{"accessToken":"at-1","refreshToken":"rt-1","expiresAt":1773478320,"scope":["a","b"],
            "workspace_id":7,"user_id":12}"#,
    );
    assert_eq!((raw(stored.access.as_ref()), raw(stored.refresh.as_ref())), (Some("at-1"), Some("rt-1")));
    assert_eq!(stored.about.expires, Stated::At { millis: 1_773_478_320_000, unit: Unit::Seconds });
    assert_eq!(stored.about.scope.as_deref(), Some("a b"));
    assert_eq!(stored.about.workspace_id.as_deref(), Some("7"));
    assert!(stored.about.wrong_types.is_empty());
}

#[test]
fn a_byte_order_mark_and_windows_line_ends_are_no_obstacle() {
    let stored = stored("\u{feff}{\r\n  \"access_token\": \"at-1\"\r\n}\r\n");
    assert_eq!(raw(stored.access.as_ref()), Some("at-1"));
}

#[test]
fn lacking_fields_are_named_and_null_or_empty_is_lacking() {
    for contents in [
        r#"{"version":1}"#,
        r#"{"access_token":null,"refresh_token":null}"#,
        r#"{"access_token":"","refresh_token":" "}"#,
    ] {
        let stored = stored(contents);
        assert!(stored.access.is_none() && stored.refresh.is_none());
        assert_eq!(stored.about.missing, ["access_token"]);
        assert!(stored.about.wrong_types.is_empty(), "{contents}");
    }
}

#[test]
fn wrong_types_are_named_without_values() {
    let stored = stored(
        r#"{"version":"1","access_token":123456789,"refresh_token":{"a":"hunter2222"},"expires_at":"tomorrow",
            "scope":true,"workspace_name":["a",1],"issuer":{}}"#,
    );
    assert!(stored.access.is_none() && stored.refresh.is_none());
    assert!(stored.about.missing.is_empty());
    assert_eq!(stored.about.expires, Stated::Unreadable("text that is no time"));
    let mut wrong = stored.about.wrong_types;
    wrong.sort();
    assert_eq!(
        wrong,
        [
            "access_token: number where text was expected",
            "expires_at: text that is no time",
            "issuer: map where text was expected",
            "refresh_token: map where text was expected",
            "scope: true or false where text was expected",
            "version: text where number was expected",
            "workspace_name: list where text was expected",
        ]
    );
}

#[test]
fn what_is_no_credential_file_is_unreadable_and_says_why() {
    assert_eq!(why(""), "it is empty");
    assert_eq!(why(" \n"), "it is empty");
    assert_eq!(why("\u{feff}"), "it is empty");
    assert_eq!(why("[]"), "it is JSON, but not an object");
    assert_eq!(why("\"at-1\""), "it is JSON, but not an object");
    assert_eq!(why(r#"{"access_token":"at-17000"#), "it is not valid JSON");
    assert_eq!(why(b"{\"access_token\":\"\xff\xfe\"}"), "it is not valid JSON");
    assert_eq!(why([0_u8; 200]), "it is not valid JSON");
    assert_eq!(why("{\"a\":".repeat(10_000)), "it is not valid JSON");
    assert_eq!(why(vec![b' '; 2_000_000]), "it is too large");
}

#[test]
fn no_place_and_no_file_are_absent() {
    assert!(matches!(Store::read(None), Store::Absent));
    assert!(matches!(Store::read(Some(Path::new("/nonexistent/auth.json"))), Store::Absent));
    assert!(matches!(Store::read(Some(Path::new("/etc/hostname/auth.json"))), Store::Absent));
}

#[test]
fn an_issuer_is_shown_without_a_password() {
    let issuer = |text: &str| stored(format!(r#"{{"issuer":"{text}"}}"#)).about.issuer.unwrap();
    assert_eq!(issuer("https://ada:hunter2222@auth.example.com"), "https://auth.example.com/");
    assert_eq!(issuer("https://auth.cmdop.com"), "https://auth.cmdop.com");
    assert_eq!(issuer("not an address"), "not an address");
}

#[test]
fn long_texts_are_cut() {
    let stored = stored(format!(r#"{{"scope":"{}"}}"#, "ä".repeat(5000)));
    assert_eq!(stored.about.scope.unwrap().chars().count(), LONGEST_TEXT);
}

#[test]
fn nothing_of_a_secret_is_in_what_is_printed_for_developers() {
    let stored = stored(r#"{"access_token":"hunter2222","refresh_token":"hunter3333"}"#);
    assert!(!format!("{stored:?}").contains("hunter"));
}
