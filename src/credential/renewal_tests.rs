//! Tests of when tokens are renewed, and with what.

use super::*;
use crate::credential::specimen;
use serde_json::{Value, json};

const NOW: i64 = 1_773_478_320_000;

fn stored(fields: &Value) -> Stored {
    let fields = fields.as_object().unwrap().clone();
    Stored::from_fields(Path::new("/x/auth.json"), false, fields)
}

fn ending(in_ms: i64) -> Value {
    json!({ "access_token": "a", "refresh_token": "clitr_r", "expires_at": NOW + in_ms })
}

#[test]
fn tokens_are_due_five_minutes_before_their_end() {
    for (in_ms, due) in [(-1, true), (AHEAD_MS - 1000, true), (AHEAD_MS, false)] {
        assert_eq!(stored(&ending(in_ms)).is_due(NOW), due, "{in_ms}");
    }
    let mut rejected = ending(-1);
    rejected["refresh_rejected_at"] = json!("2026-03-14T08:52:00Z");
    let mut alone = ending(-1);
    alone["refresh_token"] = Value::Null;
    let mut endless = ending(-1);
    endless["expires_at"] = Value::Null;
    for other in [rejected, alone, endless] {
        assert!(!stored(&other).is_due(NOW), "{other}");
    }
}

#[test]
fn what_was_renewed_since_or_just_before_is_new() {
    for (at, new) in [(0, true), (-JUST_NOW_MS, true), (-JUST_NOW_MS - 1000, false), (60_000, false)] {
        let mut fields = ending(AHEAD_MS);
        fields["refreshed_at"] = json!(NOW + at);
        assert_eq!(stored(&fields).is_new(NOW, NOW), new, "{at}");
        assert!(stored(&fields).is_new(NOW, NOW + 60_000) || at < -JUST_NOW_MS);
        fields["expires_at"] = json!(NOW - 1);
        assert!(!stored(&fields).is_new(NOW, NOW));
    }
    assert!(!stored(&ending(AHEAD_MS)).is_new(NOW, NOW));
}

#[test]
fn a_refresh_token_goes_to_whom_it_is_from() {
    let settings = specimen::settings("https://api.test", None);
    let issuer = settings.issuer.value.clone();
    let renewable = |fields: &Value| {
        let stored = stored(fields);
        stored.renewable(&settings, specimen::shapes()).map(|(token, _)| token.expose().clone())
    };
    let with = |name: &str, value: Value| {
        let mut fields = ending(0);
        fields[name] = value;
        renewable(&fields)
    };
    let token = Ok("clitr_r".to_owned());
    assert_eq!(renewable(&ending(0)), token);
    assert_eq!(with("issuer", json!(format!("{issuer}/"))), token);
    assert_eq!(with("issuer", json!("https://api.test/realms/x")), token);
    for foreign in ["https://evil.test", "nonsense", "http://api.test"] {
        assert!(matches!(with("issuer", json!(foreign)), Err(NotRenewable::OtherIssuer { .. })), "{foreign}");
    }
    let github = format!("ghp{}", "_0123456789abcdefghijABCDEFGHIJ012345");
    assert!(matches!(with("refresh_token", json!(github)), Err(NotRenewable::NotOurs { .. })));
    assert!(matches!(with("refresh_token", json!("")), Err(NotRenewable::NoRefreshToken(_))));
    let planted = Stored { foreign: true, ..stored(&ending(0)) };
    assert!(matches!(planted.renewable(&settings, specimen::shapes()), Err(NotRenewable::Foreign(_))));
}
