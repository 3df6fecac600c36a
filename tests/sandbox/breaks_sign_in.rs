//! Every fault of the authorization server has the effect that its name promises.

use cmdop_doctor::sandbox::{Fault, Terms};
use serde_json::{Value, json};

use crate::client::{Client, error, refused, text, value};

fn broken(fault: Fault) -> Client {
    Client::with(&[fault], Terms { device_interval: 0, ..Terms::default() })
}

/// What the callback says after Allow.
fn callback(fault: Fault, name: &str) -> Option<String> {
    let client = broken(fault);
    value(&client.consent(&client.request()), name)
}

/// One poll of a new device code, by the endpoints that are documented.
fn polled(fault: Fault) -> (u16, String) {
    let client = broken(fault);
    error(&client.poll(&client.device()))
}

#[test]
fn a_server_that_works_describes_all_of_itself() {
    let client = Client::new();
    let metadata = client.metadata();
    assert_eq!(client.get("/.well-known/oauth-authorization-server").json(), metadata);
    let base = client.sandbox.base_url();
    let at = |path: &str| Value::from(format!("{base}{path}"));
    let endpoints = [
        ("issuer", ""),
        ("authorization_endpoint", "/oauth/authorize"),
        ("token_endpoint", "/oauth/token"),
        ("device_authorization_endpoint", "/oauth/device"),
        ("revocation_endpoint", "/oauth/revoke"),
    ];
    for (name, path) in endpoints {
        assert_eq!(metadata[name], at(path), "{name}");
    }
    assert_eq!(metadata["code_challenge_methods_supported"], json!(["S256"]));
    assert_eq!(metadata["authorization_response_iss_parameter_supported"], true);
    assert_eq!(metadata["token_endpoint_auth_methods_supported"], json!(["none"]));
    assert_eq!(metadata["response_types_supported"], json!(["code"]));
    let grants =
        json!(["authorization_code", "refresh_token", "urn:ietf:params:oauth:grant-type:device_code"]);
    assert_eq!(metadata["grant_types_supported"], grants);
}

#[test]
fn faults_of_the_discovery_document() {
    let none = broken(Fault::NoDiscovery);
    for path in ["/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"] {
        assert_eq!(none.get(path).status, 404);
    }
    let device = none.post("/api/system/oauth/device/", &[("client_id", "cmdop-cli")]);
    assert_eq!(device.status, 200, "the documented endpoints are there");
    assert_eq!(broken(Fault::DiscoveryOtherIssuer).metadata()["issuer"], "https://login.example");
    let foreign = broken(Fault::DiscoveryForeignEndpoint);
    assert_eq!(foreign.metadata()["token_endpoint"], "https://login.example/token");
    assert_eq!(foreign.metadata()["issuer"], foreign.sandbox.base_url());
}

#[test]
fn faults_of_the_callback() {
    assert_eq!(callback(Fault::ConsentDenied, "error").as_deref(), Some("access_denied"));
    assert_eq!(callback(Fault::ConsentDenied, "code"), None);
    assert_eq!(callback(Fault::StateChanged, "state").as_deref(), Some("somebody-elses-state"));
    assert!(callback(Fault::StateChanged, "code").is_some());
    assert_eq!(callback(Fault::IssWrong, "iss").as_deref(), Some("https://login.example"));
    let promised = "authorization_response_iss_parameter_supported";
    for fault in [Fault::NoIss, Fault::IssUnpromised] {
        assert_eq!(callback(fault, "iss"), None, "{fault:?}");
        assert!(callback(fault, "code").is_some(), "{fault:?}");
        assert_eq!(broken(fault).metadata().get(promised).is_some(), fault == Fault::NoIss, "{fault:?}");
    }
}

#[test]
fn faults_of_the_token_endpoint() {
    let down = broken(Fault::TokenEndpointBroken);
    assert_eq!(down.refresh(down.sandbox.refresh_token()).status, 500);
    assert_eq!(down.api(down.sandbox.token()).status, 200);
    let page = broken(Fault::TokenNotJson);
    let answer = page.refresh(page.sandbox.refresh_token());
    assert!(answer.status == 200 && answer.json().is_null() && answer.text().contains("<h1>"));
    let empty = broken(Fault::Empty400);
    let answer = empty.poll(&empty.device());
    assert_eq!((answer.status, answer.body.len()), (400, 0));
    assert_eq!(empty.refresh(empty.sandbox.refresh_token()).status, 200);
}

#[test]
fn faults_of_renewing() {
    let revoked = broken(Fault::RefreshRevoked);
    assert_eq!(error(&revoked.refresh(revoked.sandbox.refresh_token())), refused("invalid_grant"));
    assert_eq!(revoked.api(revoked.sandbox.token()).status, 200);
    assert_eq!(revoked.refresh(&text(&revoked.login(), "refresh_token")).status, 200);
    let still = broken(Fault::RotationOff);
    for _ in 0..2 {
        let answer = still.refresh(still.sandbox.refresh_token());
        assert_eq!((answer.status, answer.json().get("refresh_token")), (200, None));
    }
    let all = broken(Fault::RevokedToken);
    assert_eq!(error(&all.refresh(all.sandbox.refresh_token())), refused("invalid_grant"));
    assert_eq!(all.api(&text(&all.login(), "access_token")).status, 200, "signing in helps");
    let expired = broken(Fault::ExpiredToken);
    let renewed = expired.refresh(expired.sandbox.refresh_token()).json();
    assert_eq!(expired.api(&text(&renewed, "access_token")).status, 200, "renewing helps");
}

#[test]
fn faults_of_revoking() {
    let down = broken(Fault::RevocationBroken);
    assert_eq!(down.revoke(down.sandbox.refresh_token()).status, 503);
    assert_eq!(down.refresh(down.sandbox.refresh_token()).status, 200, "nothing was revoked");
}

#[test]
fn faults_of_the_device_flow() {
    let none = broken(Fault::DeviceUnsupported);
    assert_eq!(none.metadata().get("device_authorization_endpoint"), None);
    assert_eq!(none.metadata()["grant_types_supported"], json!(["authorization_code", "refresh_token"]));
    for path in ["/oauth/device", "/api/system/oauth/device/"] {
        assert_eq!(none.post(path, &[("client_id", "cmdop-cli")]).status, 404);
    }
    assert_eq!(polled(Fault::DeviceDenied), refused("access_denied"));
    assert_eq!(polled(Fault::DeviceExpired), refused("expired_token"));
    assert_eq!(polled(Fault::DeviceSlowDown), refused("slow_down"));
    assert_eq!(polled(Fault::DeviceStaysPending), refused("authorization_pending"));
}
