//! A login by way of a provider lives on: commands send it, it is renewed and revoked at the provider
//! that gave it, and nobody else is sent any of it.
#![expect(clippy::disallowed_methods, reason = "tests make and read their own machines")]

use cmdop_doctor::sandbox::{Options, Sandbox};
use serde_json::{Value, json};

use crate::lab::{Ended, Lab, Login, visit};

/// Where the sandbox's make-believe Google is, and its secret that is none.
fn config(lab: &Lab) -> String {
    let base = lab.sandbox.base_url();
    format!("providers:\n  google: {{ issuer: {base}/provider/google, client_secret: not-a-secret }}\n")
}

/// Somebody who signed in by way of Google.
fn signed_in() -> Lab {
    let lab = Lab::new();
    lab.home.file(".cmdop/config.yaml", config(&lab));
    let mut login = lab.login(&["--provider", "google", "--no-browser"]);
    visit(&lab.sandbox.authorize(&login.url(), true).unwrap());
    login.end().good();
    lab
}

/// The same, with other fields in the store.
fn saying(fields: &Value) -> Lab {
    let lab = signed_in();
    let mut store = lab.store().unwrap();
    for (name, value) in fields.as_object().unwrap() {
        store[name] = value.clone();
    }
    lab.home.file(".cmdop/auth.json", store.to_string());
    lab
}

fn run(lab: &Lab, args: &[&str]) -> Ended {
    Login::start(lab.cmdop(args)).end()
}

/// How often somebody asked at `path`.
fn asked(sandbox: &Sandbox, path: &str) -> usize {
    sandbox.requests().iter().filter(|request| request.path == path).count()
}

fn token(lab: &Lab, name: &str) -> String {
    lab.store().unwrap()[name].as_str().unwrap().to_owned()
}

/// The roots that the doctor finds, and the first one's fix.
fn examined(lab: &Lab) -> (Vec<String>, Option<String>) {
    let told = lab.cmdop(&["doctor", "auth", "--format", "json"]).report();
    (told.roots(), told.fix().map(str::to_owned))
}

#[test]
fn it_is_sent_to_the_api_that_it_was_made_for_and_status_says_so() {
    let lab = signed_in();
    assert!(token(&lab, "access_token").starts_with("ya29."));
    let store = lab.store().unwrap();
    assert_eq!((&store["provider"], &store["api_url"]), (&json!("google"), &json!(lab.sandbox.base_url())));
    let status = run(&lab, &["auth", "status"]).good().stdout;
    assert!(status.contains("by way of google, which renews and revokes it"), "{status}");
    let status: Value =
        serde_json::from_str(&run(&lab, &["auth", "status", "--json"]).good().stdout).unwrap();
    assert_eq!(status["credential"]["provider"], "google");
    assert_eq!(status["credential"]["sendable"], true);
    let (roots, _) = examined(&lab);
    assert_eq!(roots, [""; 0]);
}

#[test]
fn it_is_renewed_at_the_provider_and_keeps_what_the_answer_does_not_say() {
    let lab = signed_in();
    let (access, refresh) = (token(&lab, "access_token"), token(&lab, "refresh_token"));
    run(&lab, &["auth", "refresh"]).good();
    assert_ne!(token(&lab, "access_token"), access);
    assert_eq!(token(&lab, "refresh_token"), refresh);
    assert_eq!(token(&lab, "provider"), "google");
    assert_eq!(token(&lab, "user_email"), "ada@acme.example");
    assert_eq!(asked(&lab.sandbox, "/oauth/token"), 0);
    run(&lab, &["auth", "status"]).good();
}

#[test]
fn it_is_renewed_by_itself_and_by_the_doctor() {
    let ended = json!({ "expires_at": "2026-01-01T00:00:00Z" });
    let lab = saying(&ended);
    run(&lab, &["workspace", "list"]).good();
    assert_eq!(lab.sandbox.rotations(), 1);
    let lab = saying(&ended);
    assert_eq!(examined(&lab).1.as_deref(), Some("cmdop auth refresh"));
    let told = lab.cmdop(&["doctor", "auth", "--fix", "-y", "--format", "json"]).report();
    assert_eq!((told.code, lab.sandbox.rotations()), (Some(0), 1), "{}", told.json);
}

#[test]
fn where_it_cannot_be_renewed_the_way_in_is_the_same_again() {
    let lab = saying(&json!({ "expires_at": "2026-01-01T00:00:00Z", "refresh_token": null }));
    let fix = examined(&lab).1.unwrap();
    assert!(fix.starts_with("cmdop login --provider google"), "{fix}");
}

#[test]
fn it_is_revoked_at_the_provider() {
    let lab = signed_in();
    let access = token(&lab, "access_token");
    let ended = run(&lab, &["logout"]).good();
    assert!(ended.stdout.contains("revoked at the server"), "{ended:?}");
    assert_eq!(asked(&lab.sandbox, "/provider/google/revoke"), 2);
    assert_eq!(asked(&lab.sandbox, "/oauth/revoke"), 0);
    assert!(!ended.stderr.contains(&access) && lab.store().is_none());
}

#[test]
fn a_provider_that_cannot_be_told_is_named() {
    let lab = signed_in();
    let gone = "providers: { google: { issuer: \"http://127.0.0.1:9\", client_secret: x } }\n";
    lab.home.file(".cmdop/config.yaml", gone);
    let mut store = lab.store().unwrap();
    store["issuer"] = json!("http://127.0.0.1:9");
    lab.home.file(".cmdop/auth.json", store.to_string());
    let said = run(&lab, &["logout"]).good().stderr;
    let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains("take this program's access back in the settings of your account at google"));
}

#[test]
fn another_api_is_not_sent_it() {
    let lab = signed_in();
    let other = Sandbox::start(Options::default()).unwrap();
    let elsewhere = |args: &[&str]| {
        lab.cmdop(args).env("CMDOP_API_URL", other.base_url()).env("CMDOP_ISSUER", lab.sandbox.base_url())
    };
    Login::start(elsewhere(&["auth", "status"])).end().refused("the credential was not sent");
    let told = elsewhere(&["doctor", "auth", "--format", "json"]).report();
    assert_eq!(told.roots(), ["token.issuer/other_api"]);
    assert_eq!(told.fix(), Some("cmdop login --provider google --device-code"));
    assert!(other.requests().iter().all(|request| !request.had_authorization), "{:?}", other.requests());
}

#[test]
fn the_store_alone_names_no_provider() {
    let lab = signed_in();
    std::fs::remove_file(lab.home.path().join(".cmdop/config.yaml")).unwrap();
    let before = lab.sandbox.requests().len();
    run(&lab, &["auth", "status"]).refused("the credential was not sent");
    run(&lab, &["auth", "refresh"]).refused("looks like a Google OAuth access token, so it is not sent");
    assert!(lab.sandbox.requests()[before..].iter().all(|request| !request.had_authorization));
    assert_eq!(asked(&lab.sandbox, "/provider/google/token"), 1, "the code's alone");
}

#[test]
fn another_vendor_s_token_is_not_sent_whatever_the_store_says() {
    let github = format!("gho{}", "_0123456789abcdefghijABCDEFGHIJ012345");
    for name in ["access_token", "refresh_token"] {
        let lab = saying(&json!({ name: github }));
        run(&lab, &["auth", "refresh"]).refused("looks like a GitHub OAuth, app or installation token");
        assert_eq!(asked(&lab.sandbox, "/provider/google/token"), 1);
    }
    let lab = saying(&json!({ "access_token": github }));
    run(&lab, &["auth", "status"]).refused("the credential was not sent");
}

#[test]
fn a_provider_s_token_in_a_variable_is_not_sent() {
    let lab = signed_in();
    let access = token(&lab, "access_token");
    let status = lab.cmdop(&["auth", "status"]).env("CMDOP_API_KEY", &access);
    let before = lab.sandbox.requests().len();
    Login::start(status).end().refused("is not shaped like a key of CMDOP");
    assert_eq!(lab.sandbox.requests().len(), before);
}

#[test]
fn an_issuer_that_no_setting_names_is_warned_of() {
    let lab = Lab::new();
    let issuer = format!("{}/provider/google", lab.sandbox.base_url());
    let by = |lab: &Lab, name: &str| {
        let run = lab.cmdop(&["login", "--no-browser", "--provider", name]);
        let run = run.env("CMDOP_PROVIDER_CLIENT_SECRET", "not-a-secret");
        let mut login = Login::start(run.env("CMDOP_PROVIDER_ISSUER", &issuer));
        visit(&lab.sandbox.authorize(&login.url(), true).unwrap());
        login.end().good().stderr
    };
    let flat = |text: String| text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(flat(by(&lab, &issuer)).contains("no other command sends this login"));
    assert_eq!(by(&lab, "google").matches("warning").count(), 0);
    let status = lab.cmdop(&["auth", "status"]).env("CMDOP_PROVIDER_ISSUER", &issuer);
    Login::start(status).end().good();
}
