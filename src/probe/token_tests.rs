//! The files of the broken machines, and what is told about each.
#![expect(clippy::disallowed_methods, reason = "tests make the files that they read")]

use super::*;
use crate::credential::Wallet;
use crate::credential::specimen::{settings, shape_list};
use crate::model::fact::Value;
use crate::model::probe::ProbeKind;
use crate::world::{Env, World};

const KEY: &str = "cmd_acme_a1b2c3d4e5f6g7h8i9j0";

/// A good file, as the laboratory writes it.
const GOOD: &str = r#"{"version":1,"access_token":"at-1700000000","refresh_token":"rt-secret","token_type":"Bearer","expires_at":1700003600,"scope":"machines:read","workspace_name":"acme","issuer":"http://127.0.0.1:4100"}"#;

/// What is told about `slot` on a machine with this file and variable; and where the file is.
fn told(slot: &str, file: Option<&[u8]>, key: Option<&str>) -> (Reading, String) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("auth.json");
    if let Some(contents) = file {
        std::fs::write(&path, contents).unwrap();
    }
    let ctx = Context {
        world: World::with(Env::made_of(key.map(|value| ("CMDOP_API_KEY", value)))),
        settings: settings("http://127.0.0.1:4100", Some(dir.path())),
        wallet: Wallet::new(shape_list()),
    };
    (look(&Call::made_of(ProbeKind::Token, &[("slot", slot)]), &ctx), path.to_str().unwrap().to_owned())
}

fn access(file: impl AsRef<[u8]>) -> Reading {
    told("access", Some(file.as_ref()), None).0
}

fn time(millis: i64) -> Fact {
    Fact::Known(Value::Time(millis))
}

fn texts(names: &[&str]) -> Fact {
    Fact::from(names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>())
}

#[test]
fn every_fact_of_the_table_is_known_or_none() {
    for slot in ["active", "access", "refresh"] {
        for (file, key) in
            [(Some(GOOD), None), (Some("{}"), None), (Some(GOOD), Some(KEY)), (None, Some("x y"))]
        {
            let (reading, _) = told(slot, file.map(str::as_bytes), key);
            for fact in ProbeKind::Token.spec().facts {
                assert_ne!(reading.fact(fact.name), Fact::Unknown, "{slot} {}", fact.name);
            }
        }
    }
}

#[test]
fn an_issuer_is_an_address() {
    let told = |stored: &str, in_force: &str| issuer(Some(stored), in_force).unwrap();
    assert_eq!(told("https://AUTH.cmdop.com:443/", "https://auth.cmdop.com"), "https://auth.cmdop.com");
    assert_eq!(told("https://auth.cmdop.com", "https://auth.cmdop.com/"), "https://auth.cmdop.com/");
    for other in ["https://auth.cmdop.com/other", "https://auth.cmdop.com.example", "auth.cmdop.com", ""] {
        assert_eq!(told(other, "https://auth.cmdop.com"), other);
    }
    assert_eq!(told("https://auth.cmdop.com", "https://ada:secret@auth.cmdop.com"), "https://auth.cmdop.com");
    assert_eq!(issuer(None, "https://auth.cmdop.com"), None);
}

#[test]
fn ok() {
    for slot in ["active", "access"] {
        let (reading, path) = told(slot, Some(GOOD.as_bytes()), None);
        assert_eq!(reading.fact("present"), Fact::from(true));
        assert_eq!(reading.fact("origin"), Fact::from("file"));
        assert_eq!(reading.fact("source"), Fact::from(path));
        assert_eq!(reading.fact("kind"), Fact::from("token"));
        assert_eq!(reading.fact("family"), Fact::from("unknown"));
        assert_eq!(reading.fact("sendable"), Fact::from(true));
        assert_eq!(reading.fact("expires_at"), time(1_700_003_600_000));
        assert_eq!(reading.fact("expires_from"), Fact::from("file"));
        assert_eq!(reading.fact("file_expires_unit"), Fact::from("seconds"));
        assert_eq!(reading.fact("unit_suspect"), Fact::from(false));
        assert_eq!(reading.fact("refreshable"), Fact::from(true));
        assert_eq!(reading.fact("issuer"), Fact::from("http://127.0.0.1:4100"));
        assert_eq!(reading.fact("workspace"), Fact::from("acme"));
        assert_eq!(reading.fact("workspace_id"), Fact::Nothing);
        assert_eq!(reading.fact("version"), Fact::from(1));
        assert_eq!(reading.fact("newer"), Fact::from(false));
        assert_eq!(reading.fact("missing"), texts(&[]));
        assert_eq!(reading.fact("wrong_types"), texts(&[]));
        assert_eq!(reading.fact("shadows"), texts(&[]));
    }
}

#[test]
fn none() {
    for slot in ["active", "access", "refresh"] {
        assert_eq!(told(slot, None, None).0, Reading::Absent);
    }
}

#[test]
fn empty_truncated_badutf8_jsonarray() {
    let truncated = GOOD.as_bytes()[..97].to_vec();
    let bad = GOOD.replace("rt-secret", "rt-?").into_bytes();
    let bad: Vec<u8> = bad.into_iter().map(|b| if b == b'?' { 0xff } else { b }).collect();
    for contents in [Vec::new(), truncated, bad, b"[]\n".to_vec()] {
        let Reading::Unavailable(Why::Refused(why)) = access(&contents) else { panic!("{contents:?}") };
        assert!(!why.contains("at-17") && !why.contains("rt-"), "{why}");
        let (active, _) = told("active", Some(&contents), None);
        assert_eq!(active.fact("origin"), Fact::from("file"));
        assert_eq!(active.fact("expires_at"), Fact::Unknown);
    }
}

#[test]
fn isdir_danglink() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("auth.json");
    let look_there = || {
        let ctx = Context {
            world: World::with(Env::made_of([] as [(&str, &str); 0])),
            settings: settings("http://127.0.0.1:4100", Some(dir.path())),
            wallet: Wallet::new(shape_list()),
        };
        look(&Call::made_of(ProbeKind::Token, &[("slot", "access")]), &ctx)
    };
    std::fs::create_dir(&path).unwrap();
    assert!(matches!(look_there(), Reading::Unavailable(Why::Refused(_))));
    std::fs::remove_dir(&path).unwrap();
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(dir.path().join("nowhere"), &path).unwrap();
        assert!(matches!(look_there(), Reading::Unavailable(Why::Refused(_))));
    }
}

#[test]
fn bom() {
    assert_eq!(access(format!("\u{feff}{GOOD}")).fact("sendable"), Fact::from(true));
}

#[test]
fn missingfields() {
    let reading = access(r#"{"version":1}"#);
    assert_eq!(reading.fact("present"), Fact::from(true));
    assert_eq!(reading.fact("missing"), texts(&["access_token"]));
    assert_eq!(reading.fact("refreshable"), Fact::from(false));
    assert_eq!(reading.fact("sendable"), Fact::from(false));
    assert_eq!(reading.fact("expires_at"), Fact::Nothing);
}

#[test]
fn wrongtypes() {
    let reading =
        access(r#"{"version":"1","access_token":123,"refresh_token":null,"expires_at":"tomorrow"}"#);
    let named = [
        "access_token: number where text was expected",
        "version: text where number was expected",
        "expires_at: text that is no time",
    ];
    assert_eq!(reading.fact("wrong_types"), texts(&named));
    assert_eq!(reading.fact("missing"), texts(&[]));
    assert_eq!(reading.fact("refreshable"), Fact::from(false));
}

#[test]
fn norefresh() {
    let file = GOOD.replace(r#""refresh_token":"rt-secret","#, "");
    assert_eq!(access(&file).fact("refreshable"), Fact::from(false));
    assert_eq!(told("refresh", Some(file.as_bytes()), None).0, Reading::Absent);
}

#[test]
fn expms() {
    let reading = access(GOOD.replace("1700003600", "1700003600000"));
    assert_eq!(reading.fact("expires_at"), time(1_700_003_600_000));
    assert_eq!(reading.fact("unit_suspect"), Fact::from(true));
    assert_eq!(reading.fact("file_expires_unit"), Fact::from("milliseconds"));
}

#[test]
fn keyempty() {
    for slot in ["active", "access"] {
        let (reading, _) = told(slot, Some(GOOD.as_bytes()), Some(""));
        assert_eq!(reading.fact("present"), Fact::from(slot == "access"), "{slot}");
    }
}

#[test]
fn conflict() {
    let (reading, path) = told("active", Some(GOOD.as_bytes()), Some(KEY));
    assert_eq!(reading.fact("origin"), Fact::from("env"));
    assert_eq!(reading.fact("source"), Fact::from("CMDOP_API_KEY"));
    assert_eq!(reading.fact("kind"), Fact::from("key"));
    assert_eq!(reading.fact("sendable"), Fact::from(true));
    assert_eq!(reading.fact("shadows"), texts(&[&path]));
    assert_eq!(reading.fact("expires_at"), Fact::Nothing);
    let same = GOOD.replace("at-1700000000", KEY);
    assert_eq!(told("active", Some(same.as_bytes()), Some(KEY)).0.fact("shadows"), texts(&[]));
    assert_eq!(told("active", Some(b"{}"), Some(KEY)).0.fact("shadows"), texts(&[]));
}

#[test]
fn a_jwt_tells_its_own_times_and_the_file_s_word_goes_first() {
    use base64::Engine;
    let part = |json: &str| base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(json);
    let claims = r#"{"iss":"https://auth.cmdop.com","iat":1700000000,"nbf":1700000010,"exp":1700007200}"#;
    let token = format!("{}.{}.{}", part(r#"{"alg":"RS256"}"#), part(claims), part("signature"));
    let both = access(GOOD.replace("at-1700000000", &token));
    assert_eq!(both.fact("jwt"), Fact::from(true));
    assert_eq!(both.fact("family"), Fact::from("token"));
    assert_eq!(both.fact("expires_at"), time(1_700_003_600_000));
    assert_eq!(both.fact("jwt_expires_at"), time(1_700_007_200_000));
    assert_eq!(both.fact("jwt_issued_at"), time(1_700_000_000_000));
    assert_eq!(both.fact("jwt_not_before"), time(1_700_000_010_000));
    assert_eq!(both.fact("jwt_issuer"), Fact::from("https://auth.cmdop.com"));
    let alone = access(format!(r#"{{"access_token":"{token}"}}"#));
    assert_eq!(alone.fact("expires_at"), time(1_700_007_200_000));
    assert_eq!(alone.fact("expires_from"), Fact::from("jwt"));
    assert_eq!(alone.fact("file_expires_at"), Fact::Nothing);
}

#[test]
fn a_refresh_token_does_not_take_the_access_token_s_end() {
    let (reading, _) = told("refresh", Some(GOOD.as_bytes()), None);
    assert_eq!(reading.fact("length"), Fact::from(9));
    assert_eq!(reading.fact("expires_at"), Fact::Nothing);
}

#[test]
fn a_newer_file_says_so() {
    assert_eq!(access(GOOD.replace(r#""version":1"#, r#""version":2"#)).fact("newer"), Fact::from(true));
}

#[test]
fn no_fact_shows_six_characters_of_a_token() {
    let secret = "Zk3Q9pLr81TnWabcQ0xYv";
    let file = GOOD.replace("at-1700000000", secret).replace("rt-secret", secret);
    for slot in ["active", "access", "refresh"] {
        let shown = format!("{:?}", told(slot, Some(file.as_bytes()), None).0);
        for start in 0..secret.len() - 6 {
            assert!(!shown.contains(&secret[start..start + 6]), "{slot}: {shown}");
        }
    }
}
