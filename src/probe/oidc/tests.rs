//! The `oidc` probe against servers on loopback, good ones and broken ones.

use serde_json::json;

use crate::model::evidence::Reading;
use crate::model::probe::ProbeKind;
use crate::probe::rig::{
    Play, all, answer, call, closed_port, context, head, json as answer_json, look, server,
};

async fn discovered(path: &str, play: impl Fn(&str, &str) -> Play + Send + Sync + 'static) -> Reading {
    let listener = std::sync::Arc::new(std::sync::OnceLock::<String>::new());
    let base = listener.clone();
    let address = server(move |request| {
        let line = request.lines().next().unwrap_or_default();
        play(line.split(' ').nth(1).unwrap_or_default(), base.get().map_or("", String::as_str))
    });
    let issuer = format!("http://{}{path}", address.await);
    listener.set(issuer.clone()).unwrap();
    look(&call(ProbeKind::Oidc, &[("of", &issuer)]), &context(&issuer, &[])).await
}

fn document(issuer: &str) -> Play {
    answer_json(
        "200 OK",
        &json!({
            "issuer": issuer,
            "authorization_endpoint": format!("{issuer}/authorize"),
            "token_endpoint": format!("{issuer}/token"),
            "device_authorization_endpoint": "https://elsewhere.test/device",
            "jwks_uri": "http://plain.test/keys",
            "code_challenge_methods_supported": ["plain", "S256"],
        }),
    )
}

#[tokio::test]
async fn behind_the_path() {
    let reading = discovered("", |path, issuer| match path {
        "/.well-known/openid-configuration" => document(issuer),
        _ => panic!("{path}"),
    })
    .await;
    let facts = ["state", "fault", "document", "status", "pkce"];
    assert_eq!(all(&reading, facts), ["ok", "-", "/.well-known/openid-configuration", "200", "true"]);
    let facts = ["device_endpoint", "foreign_endpoints"];
    assert_eq!(all(&reading, facts), ["https://elsewhere.test/device", "https://elsewhere.test/device"]);
}

#[tokio::test]
async fn before_the_path() {
    let reading = discovered("/tenant", |path, issuer| match path {
        "/tenant/.well-known/openid-configuration" => answer("200 OK", "text/html", "<html></html>"),
        "/.well-known/oauth-authorization-server/tenant" => document(issuer),
        _ => panic!("{path}"),
    })
    .await;
    assert_eq!(
        all(&reading, ["state", "document"]),
        ["ok", "/.well-known/oauth-authorization-server/tenant"]
    );
}

#[tokio::test]
async fn what_is_wrong_with_documents() {
    let other = discovered("", |_, _| document("https://other.test")).await;
    assert_eq!(all(&other, ["state", "issuer"]), ["mismatch", "https://other.test"]);
    let slash = discovered("", |_, issuer| document(&format!("{issuer}/"))).await;
    assert_eq!(all(&slash, ["state"]), ["mismatch"]);
    let renamed = discovered("", |_, issuer| document(&issuer.replace("127.0.0.1", "localhost"))).await;
    assert_eq!(all(&renamed, ["state"]), ["other_name"]);
    let nameless =
        discovered("", |_, _| answer_json("200 OK", &json!({"token_endpoint": "https://x.test"}))).await;
    assert_eq!(all(&nameless, ["state"]), ["broken"]);
    let cut = discovered("", |_, _| answer("200 OK", "application/json", "{\"issuer\": ")).await;
    assert_eq!(all(&cut, ["state", "token_endpoint"]), ["broken", "-"]);
    let unsafe_token = discovered("", |_, issuer| {
        answer_json("200 OK", &json!({"issuer": issuer, "token_endpoint": "http://plain.test/token"}))
    });
    assert_eq!(all(&unsafe_token.await, ["state", "token_endpoint"]), ["broken", "-"]);
}

#[tokio::test]
async fn no_document_and_no_server() {
    let none = discovered("", |_, _| head("HTTP/1.1 404 Not Found")).await;
    assert_eq!(all(&none, ["state", "status", "issuer"]), ["none", "404", "-"]);
    let pages = discovered("", |_, _| answer("200 OK", "text/html", "<!doctype html>")).await;
    assert_eq!(all(&pages, ["state"]), ["none"]);
    let ill = discovered("", |_, _| head("HTTP/1.1 503 x")).await;
    assert_eq!(all(&ill, ["state", "status"]), ["unreachable", "503"]);
    let gone = format!("http://{}", closed_port().await);
    let gone = look(&call(ProbeKind::Oidc, &[("of", &gone)]), &context(&gone, &[])).await;
    assert_eq!(all(&gone, ["state", "status"]), ["unreachable", "-"]);
}
