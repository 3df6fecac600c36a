//! Every fault has the effect that its name promises, and several at once have all.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::time::{Duration, Instant, SystemTime};

use cmdop_doctor::sandbox::{Fault, Options, Sandbox};
use serde_json::{Value, json};

use crate::wire::{Answer, Ask};

/// How long silence has to last to be taken for silence.
const SILENCE: Duration = Duration::from_millis(300);

struct Broken(Sandbox);

impl Broken {
    fn by(faults: &[Fault]) -> Broken {
        Broken(Sandbox::start(Options::broken(faults)).unwrap())
    }

    fn ask<'a>(&self, target: &'a str) -> Ask<'a> {
        Ask::new(self.0.port(), "GET", target)
    }

    fn token(&self, target: &str) -> Answer {
        self.ask(target).bearer(self.0.token()).send().unwrap()
    }

    fn key(&self, target: &str) -> Answer {
        self.ask(target).bearer(self.0.key()).send().unwrap()
    }

    fn data(&self, target: &str) -> Value {
        self.token(target).json()["data"].clone()
    }

    fn machines(&self) -> Answer {
        self.token("/v1/machines")
    }

    fn sso(&self) -> Value {
        self.data("/v1/workspaces/ws_acme/sso")
    }

    fn metadata(&self) -> Answer {
        self.ask("/idp/metadata").send().unwrap()
    }
}

fn code(answer: &Answer) -> (u16, String) {
    (answer.status, answer.json()["error"]["code"].as_str().unwrap_or_default().to_owned())
}

fn is(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}

fn html(answer: &Answer) -> bool {
    answer.header("content-type").is_some_and(|kind| kind.starts_with("text/html"))
}

/// Days between the Date of an answer and now, rounded.
fn days_ahead(answer: &Answer) -> f64 {
    let date = httpdate::parse_http_date(answer.header("date").unwrap()).unwrap();
    let seconds = |time: SystemTime| time.duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs_f64();
    #[expect(clippy::disallowed_methods, reason = "compares with the true time")]
    let now = SystemTime::now();
    ((seconds(date) - seconds(now)) / 86_400.0).round()
}

fn signing_certificate(metadata: &Answer) -> (bool, bool) {
    use base64::Engine;
    let text = metadata.text();
    let (_, rest) = text.split_once("<ds:X509Certificate>").unwrap();
    let (base64, _) = rest.split_once('<').unwrap();
    let der = base64::engine::general_purpose::STANDARD.decode(base64).unwrap();
    let (_, certificate) = x509_parser::parse_x509_certificate(&der).unwrap();
    let now = x509_parser::time::ASN1Time::now();
    (certificate.validity().not_before <= now, now <= certificate.validity().not_after)
}

#[test]
fn faults_in_place_of_an_answer() {
    let status_and_html = BTreeMap::from([
        (Fault::BadGateway.name(), 502),
        (Fault::GatewayTimeout.name(), 504),
        (Fault::CaptivePortal.name(), 200),
        (Fault::FilteredPage.name(), 403),
        (Fault::Website.name(), 404),
    ]);
    for (name, status) in status_and_html {
        let answer = Broken::by(&[name.parse().unwrap()]).machines();
        assert_eq!((answer.status, html(&answer)), (status, true), "{name}");
    }
    assert_eq!(code(&Broken::by(&[Fault::ServerError]).machines()), is(500, "internal_error"));
    let closed = Broken::by(&[Fault::Unavailable]).machines();
    assert_eq!(code(&closed), is(503, "unavailable"));
    assert_eq!(closed.header("retry-after"), Some("30"));
    let limited = Broken::by(&[Fault::RateLimited]).machines();
    assert_eq!(code(&limited), is(429, "rate_limited"));
    assert_eq!(limited.header("x-ratelimit-remaining"), Some("0"));
    assert_eq!(
        limited.header("retry-after"),
        Some(limited.json()["error"]["retry_after"].to_string().as_str())
    );
}

#[test]
fn faults_that_lead_elsewhere() {
    let portal = Broken::by(&[Fault::PortalRedirect]).machines();
    assert_eq!(portal.status, 302);
    assert!(portal.header("location").unwrap().starts_with("http://portal.example/"));
    let circle = Broken::by(&[Fault::RedirectLoop]).machines();
    assert_eq!((circle.status, circle.header("location")), (307, Some("/v1/machines")));
    let nothing = Broken::by(&[Fault::NoRoute]);
    assert_eq!((nothing.machines().status, nothing.machines().body.len()), (404, 0));
    assert_eq!(nothing.metadata().status, 200);
    let old = Broken::by(&[Fault::PublishedRoutesOnly]);
    assert_eq!(old.machines().status, 200);
    assert_eq!(old.token("/api/v1/sessions").status, 200);
    assert_eq!(old.data("/v1/auth/me").get("workspace"), None);
    assert_eq!((old.token("/v1/workspaces").status, old.token("/v1/workspaces").body.len()), (404, 0));
}

#[test]
fn faults_in_the_body() {
    assert!(!Broken::by(&[Fault::CutBody]).machines().complete);
    let cut = Broken::by(&[Fault::CutJson]).machines();
    assert!(cut.complete && cut.status == 200 && cut.json().is_null());
    for fault in [Fault::NotJson, Fault::EmptyBody] {
        let answer = Broken::by(&[fault]).machines();
        assert_eq!(answer.header("content-type"), Some("application/json"), "{fault:?}");
        assert!(answer.json().is_null(), "{fault:?}");
    }
    assert!(std::str::from_utf8(&Broken::by(&[Fault::NotUtf8]).machines().body).is_err());
    assert!(Broken::by(&[Fault::DeepJson]).machines().text().contains(&"[".repeat(100_000)));
    assert!(Broken::by(&[Fault::TooLarge]).machines().body.len() > 2 * 1024 * 1024);
    let mislabelled = Broken::by(&[Fault::WrongContentType]).machines();
    assert!(html(&mislabelled) && mislabelled.json()["data"].is_array());
}

#[test]
fn faults_in_time() {
    let slow = Broken::by(&[Fault::Slow]);
    let start = Instant::now();
    assert_eq!(slow.machines().status, 200);
    assert!(start.elapsed() >= Duration::from_secs(2));
    let mute = Broken::by(&[Fault::Mute]);
    let error = mute.ask("/v1/machines").patience(SILENCE).send().err().unwrap();
    assert!(matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut), "{error}");
    let drip = Broken::by(&[Fault::Drip]);
    let started = drip.ask("/v1/machines").bearer(drip.0.token()).patience(SILENCE).send().unwrap();
    assert_eq!(started.status, 200);
    assert!(!started.complete && started.body.len() < 4, "{}", started.body.len());
}

#[test]
fn faults_of_the_clock() {
    assert_eq!(days_ahead(&Broken::by(&[]).machines()), 0.0);
    assert_eq!(days_ahead(&Broken::by(&[Fault::ClockAhead]).machines()), -1.0);
    assert_eq!(days_ahead(&Broken::by(&[Fault::ClockBehind]).machines()), 1.0);
    let unreadable = Broken::by(&[Fault::DateUnreadable]).machines();
    assert!(httpdate::parse_http_date(unreadable.header("date").unwrap()).is_err());
}

#[test]
fn faults_in_the_form_of_errors() {
    let problem = Broken::by(&[Fault::ProblemJson]).ask("/v1/machines").send().unwrap();
    assert_eq!(problem.header("content-type"), Some("application/problem+json"));
    assert_eq!(problem.json()["status"], 401);
    assert!(problem.header("www-authenticate").is_some());
    let detail = Broken::by(&[Fault::DetailJson, Fault::LacksPermission]).machines();
    let words = json!({ "detail": "Token lacks required permission: machines:read" });
    assert_eq!((detail.status, detail.json()), (403, words));
    assert_eq!(Broken::by(&[Fault::ProblemJson]).machines().status, 200);
}

#[test]
fn faults_of_a_malicious_server() {
    let endless = Broken::by(&[Fault::EndlessPages]);
    let beyond = endless.token("/v1/machines?offset=1000").json();
    assert_eq!((&beyond["data"], &beyond["meta"]["has_more"]), (&json!([]), &json!(true)));
    let hostile = Broken::by(&[Fault::HostileText]);
    assert!(hostile.data("/v1/machines")[0]["name"].as_str().unwrap().contains('\u{1b}'));
    assert!(hostile.data("/v1/auth/me")["workspace"]["name"].as_str().unwrap().contains("\n::error::"));
    let echo = Broken::by(&[Fault::EchoesCredential]);
    let answer = echo.machines();
    assert!(answer.status == 401 && answer.text().contains(echo.0.token()));
}

#[test]
fn faults_of_credentials() {
    let challenges = [
        (Fault::ExpiredToken, "expired"),
        (Fault::RevokedToken, "revoked"),
        (Fault::ForeignIssuer, "another issuer"),
        (Fault::WrongEnvironment, "another environment"),
    ];
    for (fault, challenge) in challenges {
        let broken = Broken::by(&[fault]);
        for answer in [broken.machines(), broken.key("/v1/auth/me")] {
            assert_eq!(code(&answer), is(401, "unauthorized"), "{fault:?}");
            assert!(answer.header("www-authenticate").unwrap().contains(challenge), "{fault:?}");
        }
    }
    let lacking = Broken::by(&[Fault::LacksPermission]);
    for answer in [lacking.machines(), lacking.key("/v1/machines")] {
        assert_eq!(answer.status, 403);
        assert_eq!(answer.json()["error"]["message"], "Token lacks required permission: machines:read");
    }
    assert_eq!(lacking.token("/v1/sessions").status, 200);
}

#[test]
fn faults_that_ask_for_more_than_a_credential() {
    let factor = Broken::by(&[Fault::TwoFactorRequired]);
    assert_eq!(code(&factor.machines()), is(403, "two_factor_required"));
    assert_eq!(factor.key("/v1/machines").status, 200);
    let sign_on = Broken::by(&[Fault::SsoRequired]);
    let refusal = sign_on.machines();
    assert_eq!(code(&refusal), is(401, "sso_required"));
    let login = refusal.json()["error"]["details"]["login_url"].as_str().unwrap().to_owned();
    let path = login.strip_prefix(sign_on.0.base_url()).unwrap();
    assert_eq!(sign_on.ask(path).send().unwrap().status, 200);
    let password = Broken::by(&[Fault::MachinePasswordRequired]);
    assert_eq!(code(&password.machines()), is(401, "machine_password_required"));
    assert_eq!(password.token("/v1/auth/me").status, 200);
    let unknown = factor.ask("/v1/machines").bearer("nobody").send().unwrap();
    assert_eq!(code(&unknown), is(401, "unauthorized"));
}

#[test]
fn faults_of_membership() {
    let outsider = Broken::by(&[Fault::NotAMember]);
    assert_eq!(outsider.machines().json()["error"]["message"], "Not a member of workspace: acme-corp");
    let ids = outsider.data("/v1/workspaces");
    assert!(ids.as_array().unwrap().iter().all(|workspace| workspace["id"] != "ws_acme"));
    let members = outsider.data("/v1/workspaces/ws_acme/members");
    assert!(members.as_array().unwrap().iter().all(|member| member["user"]["id"] != "user_ada"));
    let me = outsider.data("/v1/auth/me");
    assert_eq!((&me["workspace"]["id"], &me["role"]), (&json!("ws_acme"), &Value::Null));

    let viewer = Broken::by(&[Fault::RoleViewer]);
    assert_eq!(viewer.data("/v1/auth/me")["role"], "viewer");
    assert_eq!(viewer.machines().status, 200);

    let elsewhere = Broken::by(&[Fault::MachineElsewhere]);
    assert_eq!(elsewhere.data("/v1/machines"), json!([]));
    assert_eq!(elsewhere.data("/v1/workspaces")[1]["machine_count"], 3);
}

#[test]
fn faults_of_the_choice_of_workspace() {
    let unknown = Broken::by(&[Fault::WorkspaceUnknown]);
    assert_eq!(code(&unknown.machines()), is(404, "not_found"));
    assert_eq!(unknown.data("/v1/auth/me")["workspace"], Value::Null);
    let unselected = Broken::by(&[Fault::WorkspaceUnselected]);
    assert_eq!(unselected.machines().json()["error"]["message"], "No workspace selected");
    assert_eq!(unselected.data("/v1/workspaces").as_array().unwrap().len(), 2);
}

#[test]
fn faults_of_keys() {
    let me = |fault| Broken::by(&[fault]).key("/v1/auth/me").json()["data"].clone();
    assert_eq!(me(Fault::KeyNoExpiry).get("expires_at"), None);
    assert!(me(Fault::KeyTooPowerful)["permissions"].as_array().unwrap().contains(&json!("admin")));
    assert!(me(Fault::KeyExpiring)["expires_at"].as_str() < me(Fault::KeyUnnamed)["expires_at"].as_str());
    let unnamed = Broken::by(&[Fault::KeyUnnamed]).key("/v1/api-keys").json();
    assert_eq!((&unnamed["meta"]["total"], &unnamed["data"][0]["name"]), (&json!(1), &json!("test")));
    assert_eq!(me(Fault::TwoFactorBypassed)["two_factor"]["required_by_workspace"], true);
    let unset = Broken::by(&[Fault::TwoFactorUnset]).data("/v1/auth/me");
    assert_eq!(unset["two_factor"], json!({ "enabled": false, "required_by_workspace": true }));
}

#[test]
fn single_sign_on_is_off_until_it_is_switched_on() {
    assert_eq!(Broken::by(&[]).sso()["enabled"], false);
    let well = Broken::by(&[Fault::SsoEnabled]);
    let sso = well.sso();
    assert_eq!((&sso["enabled"], &sso["provider"]), (&json!(true), &json!("okta")));
    assert_eq!(sso["user"]["provisioned"], true);
    assert_eq!(sso["attributes"]["required"], sso["attributes"]["mapped"]);
    assert_eq!(sso["idp_metadata_url"], format!("{}/idp/metadata", well.0.base_url()));
    assert_eq!(signing_certificate(&well.metadata()), (true, true));
}

#[test]
fn faults_of_single_sign_on() {
    let unconfigured = Broken::by(&[Fault::SsoNotConfigured]).sso();
    assert_eq!((&unconfigured["enabled"], &unconfigured["idp_metadata_url"]), (&json!(true), &Value::Null));
    assert_eq!(Broken::by(&[Fault::SsoUserMissing]).sso()["user"]["provisioned"], false);
    let unmapped = Broken::by(&[Fault::SsoAttributesMissing]).sso();
    assert_eq!(unmapped["attributes"]["mapped"], json!(["first_name", "last_name"]));
    let enforced = Broken::by(&[Fault::SsoEnforced]).sso();
    assert_eq!((&enforced["enforced"], &enforced["direct_oauth_allowed"]), (&json!(true), &json!(false)));
}

#[test]
fn faults_of_the_metadata() {
    let metadata = |fault| Broken::by(&[fault]).metadata();
    assert_eq!(metadata(Fault::SsoMetadataGone).status, 404);
    assert!(html(&metadata(Fault::SsoMetadataPage)));
    assert!(metadata(Fault::SsoMetadataOutdated).text().contains(r#"validUntil="2021-"#));
    assert_eq!(signing_certificate(&metadata(Fault::SsoCertificateExpired)), (true, false));
    assert_eq!(signing_certificate(&metadata(Fault::SsoCertificateFuture)), (false, true));
    let bare = metadata(Fault::SsoCertificateMissing);
    assert!(bare.status == 200 && !bare.text().contains("X509Certificate"));
}

#[test]
fn several_faults_act_together() {
    let broken = Broken::by(&[Fault::ClockAhead, Fault::LacksPermission, Fault::SsoUserMissing]);
    let answer = broken.machines();
    assert_eq!((answer.status, days_ahead(&answer)), (403, -1.0));
    assert_eq!(broken.sso()["user"]["provisioned"], false);
}

#[test]
fn every_fault_has_a_test_here_or_beside() {
    let here = concat!(include_str!("breaks.rs"), include_str!("breaks_sign_in.rs"));
    for fault in Fault::ALL {
        assert!(here.contains(&format!("Fault::{fault:?}")), "{fault:?}");
    }
}
