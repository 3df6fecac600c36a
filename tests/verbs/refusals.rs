//! Every way in which a server can refuse, and what is said of it: a message, a cause, what to type.

use cmdop_doctor::sandbox::Fault;
use serde_json::{Value, json};

use crate::desk::{Desk, Said};
use crate::support::server::{Server, answer};

/// A fault, what stands behind `Error: `, the word for programs, and the first thing to type.
const FAULTS: &[(&[Fault], &str, &str, &str)] = &[
    (&[Fault::RevokedToken], "UNAUTHENTICATED", "unauthenticated", "cmdop auth refresh"),
    (&[Fault::ExpiredToken], "UNAUTHENTICATED", "unauthenticated", "cmdop auth refresh"),
    (&[Fault::RevokedToken, Fault::ProblemJson], "UNAUTHENTICATED", "unauthenticated", "cmdop auth refresh"),
    (&[Fault::RevokedToken, Fault::DetailJson], "UNAUTHENTICATED", "unauthenticated", "cmdop auth refresh"),
    (&[Fault::WorkspaceUnselected], "permission denied", "forbidden", "cmdop doctor auth"),
    (
        &[Fault::TwoFactorRequired],
        "two-factor authentication is required",
        "two_factor_required",
        "cmdop login",
    ),
    (
        &[Fault::TwoFactorRequired, Fault::ProblemJson],
        "two-factor authentication is required",
        "two_factor_required",
        "cmdop login",
    ),
    (&[Fault::SsoRequired], "single sign-on is required", "sso_required", "cmdop login"),
    (&[Fault::RateLimited], "Rate limit exceeded, retry after ", "rate_limited", "cmdop doctor auth"),
    (&[Fault::ServerError], "the server failed", "server_fault", "cmdop doctor auth"),
    (&[Fault::BadGateway], "the server failed", "server_fault", "cmdop doctor auth"),
    (&[Fault::Unavailable], "the server failed", "server_fault", "cmdop doctor auth"),
    (&[Fault::GatewayTimeout], "the server failed", "server_fault", "cmdop doctor auth"),
    (&[Fault::CaptivePortal], "a web page came in place of an answer", "page", "cmdop doctor auth"),
    (&[Fault::FilteredPage], "a web page came in place of an answer", "page", "cmdop doctor auth"),
    (&[Fault::Website], "a web page came in place of an answer", "page", "cmdop doctor auth"),
    (&[Fault::PortalRedirect], "the server sends elsewhere", "redirected", "cmdop doctor auth"),
    (&[Fault::RedirectLoop], "the server cannot be reached", "unanswered", "cmdop doctor auth"),
    (&[Fault::NoRoute], "the server cannot do this", "no_route", ""),
    (&[Fault::WorkspaceUnknown], "not found", "not_found", ""),
    (&[Fault::WorkspaceUnknown, Fault::DetailJson], "not found", "not_found", ""),
    (&[Fault::CutBody], "the server cannot be reached", "unanswered", "cmdop doctor auth"),
    (&[Fault::CutJson], "the answer makes no sense", "odd_answer", "cmdop doctor auth"),
    (&[Fault::NotJson], "the answer makes no sense", "odd_answer", "cmdop doctor auth"),
    (&[Fault::NotUtf8], "the answer makes no sense", "odd_answer", "cmdop doctor auth"),
    (&[Fault::EmptyBody], "the answer makes no sense", "odd_answer", "cmdop doctor auth"),
    (&[Fault::DeepJson], "the answer makes no sense", "odd_answer", "cmdop doctor auth"),
    (&[Fault::TooLarge], "the answer makes no sense", "odd_answer", "cmdop doctor auth"),
];

#[test]
fn each_is_told_apart_with_what_to_type() {
    for (faults, headline, why, fix) in FAULTS {
        let desk = Desk::broken(faults);
        let text = desk.run("auth list-keys");
        assert!(text.err.starts_with(&format!("Error: {headline}")), "{faults:?}: {text:?}");
        assert_eq!(text.code, Some(1), "{faults:?}: {text:?}");
        assert_eq!(text.out, "", "{faults:?}");
        let json = desk.run("auth list-keys --json").exits(1).json();
        assert_eq!(json["schema"], "cmdop.error/1", "{faults:?}");
        assert_eq!(json["error"]["why"], *why, "{faults:?}: {json}");
        let first = json["error"]["fix"].get(0).and_then(Value::as_str).unwrap_or_default();
        assert_eq!(first, *fix, "{faults:?}");
    }
}

#[test]
fn what_the_server_says_is_in_the_document() {
    let json =
        |faults: &[Fault]| Desk::broken(faults).run("auth list-keys --json").exits(1).json()["error"].clone();
    let limited = json(&[Fault::RateLimited]);
    assert!(limited["retry_after_s"].as_i64().unwrap() > 0, "{limited}");
    assert_eq!((&limited["status"], &limited["code"]), (&json!(429), &json!("rate_limited")));
    assert_eq!(json(&[Fault::Unavailable])["retry_after_s"], 30);
    let sign_on = json(&[Fault::SsoRequired]);
    assert!(sign_on["login_url"].as_str().unwrap().ends_with("/idp/sign-on"), "{sign_on}");
    assert!(sign_on["request_id"].as_str().unwrap().starts_with("req_"), "{sign_on}");
}

#[test]
fn refusals_read_well() {
    for (name, faults) in [
        ("refused-sso", &[Fault::SsoRequired]),
        ("refused-page", &[Fault::CaptivePortal]),
        ("refused-busy", &[Fault::Unavailable]),
        ("refused-twofactor", &[Fault::TwoFactorRequired]),
        ("refused-redirect", &[Fault::PortalRedirect]),
    ] {
        let desk = Desk::broken(faults);
        desk.snapshot(name, &desk.run("workspace list"));
    }
}

#[test]
fn a_key_that_is_not_accepted_is_called_invalid() {
    let desk = Desk::broken(&[Fault::RevokedToken]);
    let said = Said::by(desk.cmdop("auth list-keys").env("CMDOP_API_KEY", desk.sandbox.key()));
    desk.snapshot("refused-key", &said);
    said.refuses(1, "Error: invalid API key\n");
}

#[test]
fn a_permission_that_lacks_is_named() {
    let server = Server::answering(|_| {
        let body = json!({"error": {"code": "forbidden", "message": "Token lacks required permission: permissions:manage"}});
        answer("403 Forbidden", "Content-Type: application/json\r\n", &body.to_string())
    });
    let desk = Desk::new();
    let said = Said::by(desk.cmdop("auth list-keys --json").env("CMDOP_API_URL", server.url())).exits(1);
    assert!(said.err.starts_with("Error: PERMISSION_DENIED\n"), "{said:?}");
    assert_eq!(said.json()["error"]["permission"], "permissions:manage");
}

#[test]
fn a_machine_password_is_no_bad_credential() {
    let server = Server::answering(|_| {
        let body = json!({"detail": "UNAUTHENTICATED: Session requires password for this machine"});
        answer("401 Unauthorized", "Content-Type: application/json\r\n", &body.to_string())
    });
    let desk = Desk::new();
    let said = Said::by(desk.cmdop("auth list-keys").env("CMDOP_API_URL", server.url()));
    said.refuses(1, "Error: UNAUTHENTICATED: Session requires password\n");
}

#[test]
fn a_change_is_not_repeated_where_a_redirect_asks_for_another_method() {
    let seen = |status: &'static str| {
        let server = Server::answering(move |head| match head.contains("/v1/api-keys/other") {
            true => answer("200 OK", "Content-Type: application/json\r\n", "{\"data\": {}}"),
            false => answer(status, "Location: /v1/api-keys/other\r\n", ""),
        });
        let desk = Desk::new();
        Said::by(desk.cmdop("auth create-key --name ci").env("CMDOP_API_URL", server.url())).exits(1);
        server.heads().iter().filter(|head| head.starts_with("POST /v1/api-keys/other ")).count()
    };
    assert_eq!(seen("303 See Other"), 0);
    assert_eq!(seen("302 Found"), 0);
    assert_eq!(seen("307 Temporary Redirect"), 1);
}

#[test]
fn an_address_that_is_none_is_a_wrong_configuration() {
    let desk = Desk::new();
    let said = Said::by(desk.cmdop("auth list-keys").env("CMDOP_API_URL", "nonsense"));
    said.refuses(2, "Error: the address of the API is no URL\n");
}

#[test]
fn plain_http_to_another_machine_carries_no_credential() {
    let desk = Desk::new();
    let said = Said::by(desk.cmdop("auth list-keys").env("CMDOP_API_URL", "http://192.0.2.1"));
    said.refuses(1, "the address is plain http and not on this machine");
}
