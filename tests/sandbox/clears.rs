//! What is asked for beyond a credential is cleared by signing in anew.

use cmdop_doctor::sandbox::{Fault, Sandbox, Terms};

use crate::client::{Client, said, text, value};
use crate::visit::Visit;
use crate::wire::Answer;

fn code(answer: &Answer) -> String {
    answer.json()["error"]["code"].as_str().unwrap_or_default().to_owned()
}

fn broken(faults: &[Fault]) -> Client {
    Client::with(faults, Terms { device_interval: 0, ..Terms::default() })
}

/// What a sign-in with Allow on every page ends with.
fn end(client: &Client) -> (Option<String>, String) {
    let said = client.consent(&client.request());
    (value(&said, "error"), value(&said, "error_description").unwrap_or_default())
}

#[test]
fn a_second_factor_is_given_once_and_renewals_keep_it() {
    let client = broken(&[Fault::TwoFactorRequired]);
    assert_eq!(code(&client.api(client.sandbox.token())), "two_factor_required");
    let old = client.refresh(client.sandbox.refresh_token()).json();
    assert_eq!(code(&client.api(&text(&old, "access_token"))), "two_factor_required");
    let login = client.login();
    assert_eq!(client.api(&text(&login, "access_token")).status, 200);
    let renewed = client.refresh(&text(&login, "refresh_token")).json();
    assert_eq!(client.api(&text(&renewed, "access_token")).status, 200);
    assert_eq!(
        code(&client.api(client.sandbox.token())),
        "two_factor_required",
        "the old token is as it was"
    );
}

#[test]
fn a_device_gives_a_second_factor_too() {
    let client = broken(&[Fault::TwoFactorRequired]);
    let device = client.device();
    client.sandbox.approve_device(&text(&device, "user_code")).unwrap();
    let login = client.poll(&device).json();
    assert_eq!(client.api(&text(&login, "access_token")).status, 200);
}

#[test]
fn a_sign_in_with_the_single_sign_on_clears_what_was_due() {
    let client = broken(&[Fault::SsoRequired]);
    assert_eq!(code(&client.api(client.sandbox.token())), "sso_required");
    let login = client.login();
    assert_eq!(client.api(&text(&login, "access_token")).status, 200);
}

#[test]
fn the_login_url_leads_to_a_page_that_clears_it() {
    let client = broken(&[Fault::SsoRequired]);
    let refusal = client.api(client.sandbox.token()).json();
    let url = refusal["error"]["details"]["login_url"].as_str().unwrap().to_owned();
    let path = url.strip_prefix(client.sandbox.base_url()).unwrap();
    let mut visit = Visit::open(&client.sandbox, path);
    assert_eq!(visit.heading(), "Sign on at your identity provider");
    visit.press("allow", &[("user", "user_ada")]);
    assert_eq!(code(&client.api(client.sandbox.token())), "sso_required", "not yet");
    visit.press("allow", &[]);
    assert_eq!(visit.heading(), "You are signed on");
    assert_eq!(client.api(client.sandbox.token()).status, 200);
}

#[test]
fn somebody_elses_sign_on_clears_nothing_for_you() {
    let client = broken(&[Fault::SsoRequired]);
    let mut visit = Visit::open(&client.sandbox, "/idp/sign-on");
    visit.press("allow", &[("user", "user_linus")]);
    visit.press("allow", &[]);
    assert_eq!(code(&client.api(client.sandbox.token())), "sso_required");
}

#[test]
fn both_may_be_due_at_once() {
    let client = broken(&[Fault::TwoFactorBypassed, Fault::SsoEnforced]);
    let mut visit = Visit::of(&client);
    visit.press("allow", &[("user", "user_ada")]);
    assert_eq!(visit.heading(), "Single sign-on");
    visit.press("allow", &[]);
    assert_eq!(visit.heading(), "Second factor");
    visit.press("allow", &[("otp", &visit.digits())]);
    assert!(value(&said(visit.location().unwrap()), "code").is_some());
}

#[test]
fn whoever_has_no_second_factor_sets_one_up() {
    let client = broken(&[Fault::TwoFactorUnset]);
    let mut visit = Visit::of(&client);
    visit.press("allow", &[("user", "user_ada")]);
    assert!(visit.text().contains("This sets it up"), "{}", visit.text());
    let login = client.login();
    assert_eq!(enrolled(&client.sandbox, &text(&login, "access_token")), serde_json::json!(true));
}

fn enrolled(sandbox: &Sandbox, token: &str) -> serde_json::Value {
    let ask = crate::wire::Ask::new(sandbox.port(), "GET", "/v1/auth/me").bearer(token);
    ask.send().unwrap().json()["data"]["two_factor"]["enabled"].clone()
}

#[test]
fn a_wrong_second_factor_is_told_and_not_for_ever() {
    let client = broken(&[Fault::TwoFactorRequired]);
    let mut visit = Visit::of(&client);
    visit.press("allow", &[("user", "user_ada")]);
    let digits = visit.digits();
    let wrong = if digits == "000000" { "000001" } else { "000000" };
    for _ in 0..4 {
        visit.press("allow", &[("otp", wrong)]);
        assert!(visit.location().is_none() && visit.text().contains("That was not the code"));
    }
    visit.press("allow", &[("otp", wrong)]);
    let said = said(visit.location().unwrap());
    assert_eq!(value(&said, "error").as_deref(), Some("access_denied"));
}

#[test]
fn an_identity_provider_that_is_broken_lets_nobody_in() {
    let broken_ways = [
        (Fault::SsoUserMissing, "has not made this user known"),
        (Fault::SsoAttributesMissing, "sends no email"),
        (Fault::SsoCertificateExpired, "certificate has expired"),
        (Fault::SsoMetadataGone, "is not there"),
    ];
    for (fault, words) in broken_ways {
        let (error, why) = end(&broken(&[fault, Fault::SsoRequired]));
        assert_eq!(error.as_deref(), Some("access_denied"), "{fault:?}");
        assert!(why.contains(words), "{fault:?}: {why}");
    }
    let (error, why) = end(&broken(&[Fault::SsoNotConfigured, Fault::SsoRequired]));
    assert_eq!((error.as_deref(), why.as_str()), (Some("access_denied"), "no identity provider is set up"));
}

#[test]
fn a_broken_provider_that_nobody_asks_does_not_matter() {
    let (error, _) = end(&broken(&[Fault::SsoUserMissing]));
    assert_eq!(error, None);
}
