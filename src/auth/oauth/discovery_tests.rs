//! Discovery against servers on loopback.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use serde_json::json;

use super::*;
use crate::auth::oauth::NamedBy;
use crate::credential::rig::{Play, answer, context, head, json as answer_json, server};

/// What the program makes of a server whose answers `play` gives, by path and own address.
async fn found(
    path: &str,
    play: impl Fn(&str, &str) -> Play + Send + Sync + 'static,
) -> Result<Endpoints, Undiscovered> {
    let own = Arc::new(OnceLock::<String>::new());
    let base = own.clone();
    let address = server(move |request| {
        let line = request.lines().next().unwrap_or_default();
        play(line.split(' ').nth(1).unwrap_or_default(), base.get().map_or("", String::as_str))
    });
    let issuer = format!("http://{}{path}", address.await);
    own.set(issuer.clone()).unwrap();
    endpoints(&context(&issuer, &[]), Instant::now() + Duration::from_secs(10)).await
}

fn nothing() -> Play {
    head("HTTP/1.1 404 Not Found\r\nContent-Length: 0")
}

fn paths(endpoints: &Endpoints) -> [String; 4] {
    let path = |url: Option<&Url>| url.map_or_else(|| "-".to_owned(), |url| url.path().to_owned());
    [
        path(endpoints.authorization.as_ref()),
        path(endpoints.tokens.first()),
        path(endpoints.device.as_ref().map(|device| &device.authorization)),
        path(endpoints.revocation.as_ref()),
    ]
}

#[tokio::test]
async fn the_document_before_the_path_is_found_too() {
    let found = found("/realms/acme", |path, issuer| match path {
        "/.well-known/oauth-authorization-server/realms/acme" => answer_json(
            "200 OK",
            &json!({
                "issuer": issuer,
                "authorization_endpoint": "https://login.elsewhere.test/authorize",
                "token_endpoint": format!("{issuer}/t"),
                "device_authorization_endpoint": format!("{issuer}/d"),
                "revocation_endpoint": format!("{issuer}/r"),
                "authorization_response_iss_parameter_supported": true,
                "scopes_supported": ["openid"],
            }),
        ),
        _ => nothing(),
    });
    let found = found.await.unwrap();
    assert!(matches!(found.from, NamedBy::Discovery(_)) && found.iss_sent);
    assert_eq!(paths(&found), ["/authorize", "/realms/acme/t", "/realms/acme/d", "/realms/acme/r"]);
    assert_eq!(found.scopes, Some(vec!["openid".to_owned()]));
}

#[tokio::test]
async fn a_server_without_a_document_has_the_documented_endpoints() {
    for nothing in [nothing(), answer("200 OK", "text/html", "<!doctype html><title>App</title>")] {
        let found = found("", move |_, _| nothing.clone()).await.unwrap();
        assert_eq!(found.from, NamedBy::Documentation);
        let device = "/api/system/oauth/device/";
        assert_eq!(paths(&found), ["/oauth/authorize", "/oauth/token", device, "/api/system/oauth/revoke/"]);
        assert_eq!(found.device.unwrap().tokens[0].path(), "/api/system/oauth/token/");
        assert!(!found.iss_sent);
    }
}

#[tokio::test]
async fn what_a_document_leaves_out_is_tried_where_it_is_documented() {
    let document = |_: &str, issuer: &str| {
        answer_json("200 OK", &json!({ "issuer": issuer, "token_endpoint": format!("{issuer}/t") }))
    };
    let found = found("", document).await.unwrap();
    assert_eq!(paths(&found), ["-", "/t", "/api/system/oauth/device/", "/api/system/oauth/revoke/"]);
    let tokens: Vec<_> = found.device.iter().flat_map(|device| &device.tokens).map(Url::path).collect();
    assert_eq!(tokens, ["/api/system/oauth/token/", "/t"]);
}

#[test]
fn what_the_user_names_precedes_what_servers_say() {
    let mut settings = context("https://api.test", &[]).settings;
    let named = |text: &str| Some(Set { value: text.to_owned(), from: crate::model::settings::Origin::Env });
    settings.endpoints.device = named("https://id.test/o/device-authorization/");
    settings.endpoints.token = named("https://id.test/o/token/");
    let base = Url::parse("https://api.test").unwrap();
    let mut found = Endpoints::documented("https://api.test", &base, &settings);
    named_by_user(&mut found, &settings).unwrap();
    found.stand_in(&settings);
    assert_eq!(paths(&found)[1..3], ["/o/token/", "/o/device-authorization/"]);
    assert_eq!(found.device.as_ref().unwrap().tokens, found.tokens);
    assert!(found.permit(&found.tokens[0]).is_ok());
    settings.endpoints.token = named("http://id.test/");
    assert!(named_by_user(&mut found, &settings).is_err());
}

#[tokio::test]
async fn another_server_s_document_is_refused() {
    let document = |_: &str, issuer: &str| {
        answer_json(
            "200 OK",
            &json!({ "issuer": "https://evil.test", "token_endpoint": format!("{issuer}/t") }),
        )
    };
    let refused = found("", document).await.unwrap_err();
    assert!(matches!(refused, Undiscovered::AnotherIssuer { ref named, .. } if named == "https://evil.test"));
}

#[tokio::test]
async fn a_token_endpoint_elsewhere_gets_nothing() {
    for elsewhere in
        ["https://evil.test/t", "http://evil.test/t", "https://u:p@evil.test/", "nonsense", "file:///t"]
    {
        let document = move |_: &str, issuer: &str| {
            answer_json("200 OK", &json!({ "issuer": issuer, "token_endpoint": elsewhere }))
        };
        let refused = found("", document).await.unwrap_err();
        assert!(matches!(refused, Undiscovered::Broken { .. }), "{elsewhere}: {refused}");
    }
}

#[tokio::test]
async fn a_device_endpoint_elsewhere_is_left_out() {
    let document = |_: &str, issuer: &str| {
        answer_json(
            "200 OK",
            &json!({
                "issuer": issuer, "token_endpoint": format!("{issuer}/t"),
                "device_authorization_endpoint": "https://evil.test/d", "revocation_endpoint": 7,
            }),
        )
    };
    let found = found("", document).await.unwrap();
    assert_eq!(paths(&found)[2..], ["/api/system/oauth/device/", "/api/system/oauth/revoke/"]);
}

#[tokio::test]
async fn trouble_is_no_lack_of_a_document() {
    let troubled = |_: &str, _: &str| head("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0");
    assert!(matches!(found("", troubled).await, Err(Undiscovered::Troubled { status: 503, .. })));
    let cut = |_: &str, _: &str| Play::Say(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{".to_vec());
    assert!(matches!(found("", cut).await, Err(Undiscovered::Unreachable { .. })));
    let broken = |_: &str, _: &str| answer("200 OK", "application/json", "{\"issuer\": ");
    assert!(matches!(found("", broken).await, Err(Undiscovered::Broken { .. })));
}

#[test]
fn an_issuer_is_https_or_this_machine() {
    for good in ["https://auth.cmdop.com", "http://127.0.0.1:4100", "http://localhost:1", "http://[::1]:1"] {
        assert!(address(good).is_ok(), "{good}");
    }
    assert!(matches!(address("http://auth.cmdop.com"), Err(Undiscovered::PlainHttp(_))));
    for bad in ["auth.cmdop.com", "", "file:///etc/passwd", "https://"] {
        assert!(matches!(address(bad), Err(Undiscovered::NoAddress(_))), "{bad}");
    }
    let refused = address("ftp://ada:pw@host").unwrap_err();
    assert!(!refused.to_string().contains("pw"), "{refused}");
}
