//! Which credential is sent, where to, and what is never sent.
#![expect(clippy::disallowed_methods, reason = "tests make the files that they read")]

use super::*;
use crate::credential::jwt;
use crate::credential::purse::KEY_VARIABLE;
use crate::credential::specimen::{settings, shape_list};
use crate::model::provider::Provider;
use crate::world::Env;

const KEY: &str = "cmd_acme_a1b2c3d4e5f6g7h8i9j0";
const API: &str = "https://api.cmdop.com";

/// A machine with a value in the key's variable and a credential file, each or neither.
struct Machine {
    dir: tempfile::TempDir,
    world: World,
}

impl Machine {
    fn new(key: Option<&str>, file: Option<&str>) -> Machine {
        let dir = tempfile::tempdir().unwrap();
        if let Some(contents) = file {
            std::fs::write(dir.path().join("auth.json"), contents).unwrap();
        }
        let env = Env::made_of(key.map(|value| (KEY_VARIABLE, value)));
        Machine { dir, world: World::with(env) }
    }

    fn attach_to(&self, api: &str, slot: &str, url: &str) -> Result<String, Withheld> {
        let wallet = Wallet::new(shape_list());
        let url = Url::parse(url).unwrap();
        let settings = settings(api, Some(self.dir.path()));
        let attached = wallet.attach(slot, &url, &settings, &self.world)?;
        assert!(attached.header().is_sensitive() && attached.fingerprint().len() == 8);
        Ok(attached.header().to_str().unwrap().to_owned())
    }

    fn attach(&self, slot: &str) -> Result<String, Withheld> {
        self.attach_to(API, slot, "https://api.cmdop.com/v1/machines")
    }
}

fn token_file(token: &str) -> String {
    format!(r#"{{"access_token":"{token}","refresh_token":"rt-1"}}"#)
}

#[test]
fn the_variable_precedes_the_file_and_both_can_be_asked_for() {
    let machine = Machine::new(Some(KEY), Some(&token_file("at-1700000000")));
    assert_eq!(machine.attach("active"), Ok(format!("Bearer {KEY}")));
    assert_eq!(machine.attach("key"), Ok(format!("Bearer {KEY}")));
    assert_eq!(machine.attach("access"), Ok("Bearer at-1700000000".to_owned()));
    assert_eq!(machine.attach("refresh"), Err(Withheld::NoCredential));
}

#[test]
fn the_flag_precedes_everything() {
    let machine = Machine::new(Some(KEY), None);
    let other = "cmd_acme_z9y8x7w6v5u4t3s2r1q0";
    let wallet = Wallet::new(shape_list()).with_flag_key(Secret::new(other.to_owned()));
    let url = Url::parse(API).unwrap();
    let attached = wallet.attach("active", &url, &settings(API, None), &machine.world).unwrap();
    assert_eq!(attached.header().to_str().unwrap(), format!("Bearer {other}"));
}

#[test]
fn without_a_variable_the_file_is_active() {
    let machine = Machine::new(None, Some(&token_file("at-1700000000")));
    assert_eq!(machine.attach("active"), Ok("Bearer at-1700000000".to_owned()));
    assert_eq!(machine.attach("key"), Err(Withheld::NoCredential));
}

#[test]
fn a_variable_set_to_nothing_hides_the_file() {
    for empty in ["", "  ", "\n"] {
        let machine = Machine::new(Some(empty), Some(&token_file("at-1")));
        assert_eq!(machine.attach("active"), Err(Withheld::NoCredential));
        assert_eq!(machine.attach("access"), Ok("Bearer at-1".to_owned()));
    }
}

#[test]
fn nothing_found_is_nothing_sent() {
    let machine = Machine::new(None, None);
    for slot in ["active", "access", "key", "refresh", "other"] {
        assert_eq!(machine.attach(slot), Err(Withheld::NoCredential), "{slot}");
    }
    let broken = Machine::new(None, Some("{"));
    assert_eq!(broken.attach("active"), Err(Withheld::NoCredential));
}

#[test]
fn a_credential_goes_to_its_own_servers_only() {
    let machine = Machine::new(Some(KEY), None);
    for url in [
        "https://api.cmdop.com/v1/auth/me",
        "https://api.cmdop.com:443/",
        "https://auth.cmdop.com/oauth/token",
    ] {
        assert!(machine.attach_to(API, "key", url).is_ok(), "{url}");
    }
    for url in [
        "https://api.cmdop.com.evil.example/",
        "https://evil.example/api.cmdop.com",
        "https://api.cmdop.com@evil.example/",
        "https://api.cmdop.com:8443/",
        "http://api.cmdop.com/",
        "https://cmdop.com/",
        "https://sub.api.cmdop.com/",
        "ftp://api.cmdop.com/",
        "file:///etc/passwd",
        "data:text/plain,x",
    ] {
        assert_eq!(machine.attach_to(API, "key", url), Err(Withheld::ForeignOrigin), "{url}");
    }
}

#[test]
fn plain_http_goes_to_this_machine_only() {
    let machine = Machine::new(Some(KEY), None);
    for base in ["http://127.0.0.1:4100", "http://127.8.9.1", "http://[::1]:9", "http://localhost:4100/api"] {
        assert!(machine.attach_to(base, "key", base).is_ok(), "{base}");
    }
    for base in [
        "http://api.cmdop.com",
        "http://10.0.0.1",
        "http://localhost.example.com",
        "http://0.0.0.0:4100",
        "http://[::ffff:10.0.0.1]",
    ] {
        assert_eq!(machine.attach_to(base, "key", base), Err(Withheld::PlainHttp), "{base}");
    }
}

#[test]
fn an_api_that_is_no_address_has_no_origin() {
    let machine = Machine::new(Some(KEY), None);
    for base in ["", "api.cmdop.com", "file:///", "data:,"] {
        assert_eq!(machine.attach_to(base, "key", "https://api.cmdop.com/"), Err(Withheld::ForeignOrigin));
    }
    assert_eq!(machine.attach_to("file:///x", "key", "file:///x"), Err(Withheld::ForeignOrigin));
}

#[test]
fn a_key_is_sent_only_as_it_should_be() {
    let vendor = format!("gh{}{}", "p_", "q7Rk2Wp9Zt4Lx8Vb3Nm6q7Rk2Wp9Zt4Lx8Vb");
    let refused = [
        " cmd_acme_a1b2c3d4e5f6g7h8i9j0",
        "cmd_acme_a1b2c3d4e5f6g7h8i9j0\n",
        "\"cmd_acme_a1b2c3d4e5f6g7h8i9j0\"",
        "CMD_acme_a1b2c3d4e5f6g7h8i9j0",
        "cmd_acme_",
        "cmd_acme_xxx",
        "cmdop_a1b2c3d4e5f6g7h8",
        "ck_live_a1b2c3d4e5f6",
        "clit_a1b2c3d4e5f6",
        "hunter2",
        "at-1700000000",
        &vendor,
        "cmd_acme_a1b2c3d4e5f6g7h8i9j0cmd_acme_a1b2c3d4e5f6g7h8i9j0",
    ];
    for value in refused {
        assert_eq!(Machine::new(Some(value), None).attach("active"), Err(Withheld::NotSendable), "{value:?}");
    }
}

#[cfg(unix)]
#[test]
fn a_key_that_is_no_text_is_not_sent() {
    use std::os::unix::ffi::OsStringExt;
    let raw = std::ffi::OsString::from_vec(b"cmd_acme_a1b2c3d4\xffe5f6g7h8i9j0".to_vec());
    let world = World::with(Env::made_of([(KEY_VARIABLE.into(), raw)] as [(std::ffi::OsString, _); 1]));
    let attached =
        Wallet::new(shape_list()).attach("key", &Url::parse(API).unwrap(), &settings(API, None), &world);
    assert_eq!(attached.unwrap_err(), Withheld::NotSendable);
}

#[test]
fn no_rule_file_widens_what_is_sent_from_a_variable() {
    use crate::model::rulebook::Family;
    let any =
        Shape { id: "any", says: "a key", family: Family::Key, prefixes: List::of(&["p"]), pattern: ".*" };
    let machine = Machine::new(Some("password123"), None);
    let wallet = Wallet::new(List::keep(vec![any]));
    let attached = wallet.attach("key", &Url::parse(API).unwrap(), &settings(API, None), &machine.world);
    assert_eq!(attached.unwrap_err(), Withheld::NotSendable);
}

#[test]
fn a_token_in_the_variable_must_name_our_server() {
    let ours = jwt::made_of(r#"{"iss":"https://auth.cmdop.com/","exp":1}"#);
    assert_eq!(Machine::new(Some(&ours), None).attach("active"), Ok(format!("Bearer {ours}")));
    for claims in [r#"{"iss":"https://token.actions.example.com"}"#, "{}", r#"{"iss":"auth.cmdop.com"}"#] {
        let foreign = jwt::made_of(claims);
        assert_eq!(
            Machine::new(Some(&foreign), None).attach("active"),
            Err(Withheld::NotSendable),
            "{claims}"
        );
    }
}

#[test]
fn a_stored_token_is_sent_unless_it_is_somebody_else_s_or_no_header_can_carry_it() {
    let jwt = jwt::made_of(r#"{"iss":"https://idp.example.com"}"#);
    for token in [
        "at-1700000000",
        "a.b~c+d/e-f_g==",
        "4a7d1ed4-14f7-4e2f-8a6b-0c1d2e3f4a5b",
        "test",
        &jwt,
        "clit_abcdef",
    ] {
        let machine = Machine::new(None, Some(&token_file(token)));
        assert_eq!(machine.attach("access"), Ok(format!("Bearer {token}")), "{token}");
    }
    let vendor = format!("gh{}{}", "p_", "q7Rk2Wp9Zt4Lx8Vb3Nm6q7Rk2Wp9Zt4Lx8Vb");
    for token in [&vendor, "at 17", "at\\n", "at\\u0000", "ätt", "a=b", "==", "at-1\\r\\nX-Injected: 1"] {
        let machine = Machine::new(None, Some(&token_file(token)));
        assert_eq!(machine.attach("access"), Err(Withheld::NotSendable), "{token}");
    }
}

#[cfg(unix)]
#[test]
fn a_stored_token_goes_to_the_servers_of_its_issuer_alone() {
    let sent = |api: &str, issuer: &str| {
        let file = format!(r#"{{"access_token":"at-1700000000","issuer":"{issuer}"}}"#);
        Machine::new(None, Some(&file)).attach_to(api, "active", &format!("{api}/v1/machines"))
    };
    let here = "http://localhost:4100";
    for (api, issuer) in [
        (API, API),
        (API, "https://auth.cmdop.com/"),
        (here, here),
        (here, "http://127.0.0.1:4100"),
        (here, "http://[::1]:4100"),
    ] {
        assert!(sent(api, issuer).is_ok(), "{api} {issuer}");
    }
    for (api, issuer) in [
        (API, "https://auth.cmdop.com.evil.test"),
        (API, "http://auth.cmdop.com"),
        (API, "acme"),
        ("https://evil.test", API),
        (here, "http://127.0.0.1:4101"),
        (here, "https://127.0.0.1:4100"),
    ] {
        assert_eq!(sent(api, issuer), Err(Withheld::NotSendable), "{api} {issuer}");
    }
}

#[test]
fn a_file_that_somebody_else_owns_is_never_sent() {
    let machine = Machine::new(None, Some(&token_file("at-1")));
    let path = machine.dir.path().join("auth.json");
    // Only root can give a file away; everybody else is spared this test.
    if std::os::unix::fs::chown(&path, Some(4242), None).is_ok() {
        assert_eq!(machine.attach("access"), Err(Withheld::NotSendable));
    }
}

#[tokio::test]
async fn reading_ahead_finds_the_same_and_happens_once() {
    let machine = Machine::new(None, Some(&token_file("at-1")));
    let wallet = Wallet::new(shape_list());
    let settings = settings(API, Some(machine.dir.path()));
    tokio::join!(wallet.read(&settings, &machine.world), wallet.read(&settings, &machine.world));
    std::fs::remove_file(machine.dir.path().join("auth.json")).unwrap();
    let url = Url::parse(API).unwrap();
    assert!(wallet.attach("active", &url, &settings, &machine.world).is_ok());
}

#[test]
fn nothing_of_a_secret_is_in_what_is_printed_for_developers() {
    let machine = Machine::new(Some(KEY), Some(&token_file("hunter2222")));
    let wallet =
        Wallet::new(shape_list()).with_flag_key(Secret::new("cmd_acme_z9y8x7w6v5u4t3s2r1q0".to_owned()));
    let settings = settings(API, Some(machine.dir.path()));
    let url = Url::parse(API).unwrap();
    let attached = wallet.attach("active", &url, &settings, &machine.world).unwrap();
    let slots =
        ["active", "access", "refresh", "key"].map(|slot| wallet.slot(slot, &settings, &machine.world));
    let printed = format!("{wallet:?} {attached:?} {slots:?} {:?}", machine.world);
    for secret in ["a1b2c3", "hunter", "z9y8x7"] {
        assert!(!printed.contains(secret), "{printed}");
    }
}

#[test]
fn a_wallet_can_be_shared_between_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<Wallet>();
}

#[test]
fn a_provider_s_token_goes_to_the_api_that_it_was_made_for_alone() {
    let google = Provider {
        name: "google".to_owned(),
        issuer: "https://accounts.google.com".to_owned(),
        shapes: &["google_access_token"],
        ..Provider::default()
    };
    let known = vec![Arc::new(google)];
    let token = |name: &str| format!("{name}0123456789abcdefghij");
    let sent = |known: &[Arc<Provider>], token: &str, api: &str, url: &str| {
        let file = format!(
            r#"{{"access_token":"{token}","issuer":"https://accounts.google.com","provider":"google","api_url":"{api}"}}"#
        );
        let machine = Machine::new(None, Some(&file));
        let settings = Settings { providers: known.to_vec(), ..settings(API, Some(machine.dir.path())) };
        let wallet = Wallet::new(shape_list());
        wallet.attach("access", &Url::parse(url).unwrap(), &settings, &machine.world).map(drop)
    };
    let ours = token("ya29.");
    assert_eq!(sent(&known, &ours, API, "https://api.cmdop.com/v1/machines"), Ok(()));
    assert_eq!(sent(&known, &ours, API, "https://auth.cmdop.com/"), Err(Withheld::ForeignOrigin));
    assert_eq!(sent(&known, &ours, API, "https://accounts.google.com/"), Err(Withheld::ForeignOrigin));
    for (known, token, api) in [
        (&known[..], &ours, "https://api-dev.cmdop.com"),
        (&known[..], &ours, ""),
        (&[], &ours, API),
        (&known[..], &token("gho_"), API),
        (&known[..], &format!("{}0123456789", token("1//0")), API),
    ] {
        let said = sent(known, token, api, "https://api.cmdop.com/v1/machines");
        assert_eq!(said, Err(Withheld::NotSendable), "{token} {api}");
    }
}
