//! The `http` probe against servers on loopback, good ones and broken ones.
#![expect(clippy::disallowed_methods, reason = "servers that misbehave are made here")]

use std::sync::Arc;

use serde_json::json;
use tokio::sync::Barrier;

use crate::model::check::{BodyFact, Take};
use crate::model::evidence::Reading;
use crate::model::fact::{FactSpec, FactType};
use crate::model::list::List;
use crate::model::probe::ProbeKind;
use crate::probe::Context;
use crate::probe::rig::{
    Play, all, answer, call, closed_port, context, greeter, head, json as answer_json, look, server, told,
};

async fn get_with(ctx: &Context, url: &str) -> Reading {
    look(&call(ProbeKind::Http, &[("get", url)]), ctx).await
}

async fn get(url: &str) -> Reading {
    get_with(&context(url, &[]), url).await
}

async fn get_from(play: impl Fn(&str) -> Play + Send + Sync + 'static) -> Reading {
    let address = server(play).await;
    get(&format!("http://{address}/v1/machines")).await
}

#[tokio::test]
async fn a_good_answer() {
    let reading = get_from(|_| {
        Play::Say(
            b"HTTP/1.1 200 OK\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\nServer: s\r\nX-Request-Id: r1\r\n\
              Content-Type: application/json\r\nContent-Length: 11\r\n\r\n{\"data\":[]}"
                .to_vec(),
        )
    })
    .await;
    assert_eq!(all(&reading, ["phase", "fault", "status", "date"]), ["answered", "-", "200", "784111777000"]);
    assert_eq!(all(&reading, ["server", "request_id", "content_type"]), ["s", "r1", "application/json"]);
    assert_eq!(all(&reading, ["json", "html", "cut", "route_missing"]), ["true", "false", "false", "false"]);
    let skew: i64 = told(&reading, "skew").parse().unwrap();
    assert!(skew < -900_000_000_000, "{skew}");
}

#[tokio::test]
async fn nobody_listens() {
    let reading = get(&format!("http://{}", closed_port().await)).await;
    assert_eq!(all(&reading, ["phase", "status", "json"]), ["connect", "-", "-"]);
    assert!(told(&reading, "fault").contains("refused"), "{reading:?}");
}

#[tokio::test]
async fn servers_that_never_finish() {
    let mute = get(&format!("http://{}", greeter(b"", true).await)).await;
    assert_eq!(all(&mute, ["phase", "status"]), ["timeout", "-"]);
    let loris = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{\"da";
    let slow = get_from(|_| Play::SayAndHang(loris.to_vec())).await;
    assert_eq!(all(&slow, ["phase", "status", "json", "cut"]), ["timeout", "200", "false", "false"]);
}

#[tokio::test]
async fn bodies_that_break_off() {
    let cut = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{\"data\":[";
    let reading = get_from(|_| Play::Say(cut.to_vec())).await;
    assert_eq!(all(&reading, ["phase", "status", "json", "cut"]), ["read", "200", "false", "true"]);
    let whole = get_from(|_| answer("200 OK", "application/json", "{\"data\":[")).await;
    assert_eq!(all(&whole, ["phase", "json", "cut"]), ["answered", "false", "true"]);
    let empty = get_from(|_| answer("200 OK", "application/json", "")).await;
    assert_eq!(all(&empty, ["phase", "json", "cut"]), ["answered", "false", "false"]);
    let silent = get_from(|_| Play::Say(Vec::new())).await;
    assert_eq!(all(&silent, ["phase", "status"]), ["read", "-"]);
    let nonsense = get_from(|_| Play::Say(b"SSH-2.0-x\r\n".to_vec())).await;
    assert_eq!(all(&nonsense, ["phase", "status"]), ["read", "-"]);
}

#[tokio::test]
async fn a_body_without_end_is_left() {
    let reading = get_from(|_| answer("200 OK", "application/json", &"[".repeat(3 << 20))).await;
    assert_eq!(all(&reading, ["phase", "too_large", "json", "cut"]), ["answered", "true", "false", "false"]);
}

#[tokio::test]
async fn deep_json_is_no_json() {
    let reading = get_from(|_| answer("200 OK", "application/json", &"[".repeat(100_000))).await;
    assert_eq!(all(&reading, ["phase", "json"]), ["answered", "false"]);
}

#[tokio::test]
async fn a_captive_portal() {
    let reading =
        get_from(|_| answer("200 OK", "text/html; charset=utf-8", "<!DOCTYPE HTML><p>Welcome</p>")).await;
    assert_eq!(
        all(&reading, ["status", "json", "html", "content_type"]),
        ["200", "false", "true", "text/html"]
    );
    let unmarked = get_from(|_| answer("200 OK", "text/plain", "\n<HTML>Welcome")).await;
    assert_eq!(told(&unmarked, "html"), "true");
}

#[tokio::test]
async fn redirects() {
    let foreign = get_from(|_| head("HTTP/1.1 302 Found\r\nLocation: http://portal.test/login?mac=1")).await;
    let facts = ["phase", "status", "location", "redirect_foreign"];
    assert_eq!(all(&foreign, facts), ["answered", "302", "http://portal.test/login", "true"]);
    let near = get_from(|request| match request.contains("/there") {
        true => answer_json("200 OK", &json!({"data": 1})),
        false => head("HTTP/1.1 307 Temporary Redirect\r\nLocation: /there"),
    });
    assert_eq!(all(&near.await, facts), ["answered", "200", "-", "false"]);
    let circle = get_from(|_| head("HTTP/1.1 301 Moved\r\nLocation: /v1/machines")).await;
    assert_eq!(all(&circle, ["phase", "status", "redirect_foreign"]), ["redirect", "-", "-"]);
}

#[tokio::test]
async fn errors_and_missing_routes() {
    let limited = get_from(|_| {
        let body = json!({"error": {"code": "rate_limited", "message": "slow down", "retry_after": 7}});
        answer_json("429 Too Many Requests", &body)
    });
    let facts = ["status", "code", "message", "retry_after", "route_missing"];
    assert_eq!(all(&limited.await, facts), ["429", "rate_limited", "slow down", "7000", "false"]);
    let object =
        get_from(|_| answer_json("404 Not Found", &json!({"error": {"code": "not_found", "message": "m"}})));
    assert_eq!(all(&object.await, ["code", "route_missing"]), ["not_found", "false"]);
    let route = get_from(|_| answer_json("404 Not Found", &json!({"detail": "Not Found"}))).await;
    assert_eq!(all(&route, ["message", "route_missing"]), ["Not Found", "true"]);
    let challenged =
        get_from(|_| head("HTTP/1.1 401 No\r\nWWW-Authenticate: Bearer error=\"invalid_token\"")).await;
    assert_eq!(all(&challenged, ["status", "challenge", "reason"]), ["401", "invalid_token", "-"]);
    let told = get_from(|_| {
        head(
            "HTTP/1.1 401 No\r\nWWW-Authenticate: Bearer error=\"invalid_token\", error_description=\"it was revoked\"",
        )
    });
    assert_eq!(all(&told.await, ["challenge", "reason"]), ["invalid_token", "it was revoked"]);
}

#[tokio::test]
async fn waiting_times() {
    let of = async |lines: &'static str| told(&get_from(move |_| head(lines)).await, "retry_after");
    assert_eq!(of("HTTP/1.1 429 x\r\nRetry-After: 30").await, "30000");
    let date =
        "HTTP/1.1 503 x\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\nRetry-After: Sun, 06 Nov 1994 08:50:37 GMT";
    assert_eq!(of(date).await, "60000");
    assert_eq!(of("HTTP/1.1 429 x\r\nX-RateLimit-Reset: 12").await, "12000");
    let epoch = "HTTP/1.1 429 x\r\nDate: Tue, 01 Sep 2026 00:00:00 GMT\r\nX-RateLimit-Reset: 1788220805";
    assert_eq!(of(epoch).await, "5000");
    let past = "HTTP/1.1 429 x\r\nDate: Tue, 01 Sep 2026 00:00:00 GMT\r\nX-RateLimit-Reset: 1788220799";
    assert_eq!(of(past).await, "0");
    assert_eq!(of("HTTP/1.1 200 x\r\nX-RateLimit-Reset: 12").await, "-");
    assert_eq!(of("HTTP/1.1 429 x\r\nRetry-After: 99999999999999999999").await, "-");
}

#[tokio::test]
async fn head_has_no_body_to_judge() {
    let address = server(|_| head("HTTP/1.1 404 Not Found\r\nContent-Type: application/json")).await;
    let url = format!("http://{address}/");
    let reading = look(&call(ProbeKind::Http, &[("head", &url)]), &context(&url, &[])).await;
    assert_eq!(all(&reading, ["phase", "status", "json", "route_missing"]), ["answered", "404", "-", "-"]);
}

#[tokio::test]
async fn without_a_credential_nothing_is_sent() {
    let address = server(|_| panic!("something was sent")).await;
    let url = format!("http://{address}/v1/machines");
    let reading =
        look(&call(ProbeKind::Http, &[("get", &url), ("auth", "active")]), &context(&url, &[])).await;
    assert_eq!(all(&reading, ["phase", "status"]), ["withheld", "-"]);
}

#[tokio::test]
async fn proxies_that_do_not_do_their_work() {
    let dead = format!("http://{}", closed_port().await);
    let reading = get_with(&context("", &[("HTTP_PROXY", &dead)]), "http://127.0.0.1:4100").await;
    assert_eq!(told(&reading, "phase"), "proxy");
    let asks = server(|_| head("HTTP/1.1 407 Proxy Authentication Required")).await;
    let asks = format!("http://u:sesame@{asks}");
    let reading =
        get_with(&context("", &[("HTTPS_PROXY", &asks), ("SSL_CERT_FILE", "/none")]), "https://x.test").await;
    assert_eq!(told(&reading, "phase"), "proxy");
    assert!(!format!("{reading:?}").contains("sesame"));
    let reading = get_with(&context("", &[("HTTP_PROXY", "ftp://x")]), "http://127.0.0.1:4100").await;
    assert_eq!(told(&reading, "phase"), "proxy");
}

#[tokio::test]
async fn a_proxy_that_works_is_used() {
    let proxy = server(|request| {
        assert!(request.starts_with("GET http://api.test/v1 HTTP/1.1\r\n"), "{request}");
        answer_json("200 OK", &json!({}))
    });
    let proxy = format!("http://{}", proxy.await);
    let reading = get_with(&context("", &[("http_proxy", &proxy)]), "http://api.test/v1").await;
    assert_eq!(all(&reading, ["phase", "status"]), ["answered", "200"]);
}

#[tokio::test]
async fn plain_text_where_tls_was_due() {
    let url = format!("https://{}/", greeter(b"HTTP/1.1 400 Bad Request\r\n\r\n", false).await);
    let reading = get_with(&context(&url, &[("SSL_CERT_FILE", "/none")]), &url).await;
    assert_eq!(all(&reading, ["phase", "status"]), ["tls", "-"]);
}

#[tokio::test]
async fn requests_do_not_wait_for_each_other() {
    let barrier = Arc::new(Barrier::new(20));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let barrier = barrier.clone();
            tokio::spawn(async move {
                // Nobody is answered before all have come.
                barrier.wait().await;
                crate::probe::rig::act(stream, Arc::new(|_: &str| answer_json("200 OK", &json!({})))).await;
            });
        }
    });
    let ctx = Arc::new(context(&url, &[]));
    let mut asked = tokio::task::JoinSet::new();
    for _ in 0..20 {
        let (ctx, url) = (ctx.clone(), url.clone());
        asked.spawn(async move { told(&get_with(&ctx, &url).await, "status") });
    }
    assert!(asked.join_all().await.iter().all(|status| status == "200"));
}

fn users() -> Vec<BodyFact> {
    let fact = FactSpec { name: "users", kind: FactType::Texts, about: "" };
    vec![BodyFact { fact, at: "/data/*/id", take: Take::Json, of: List::EMPTY }]
}

async fn paged(play: impl Fn(&str) -> Play + Send + Sync + 'static) -> Reading {
    let url = format!("http://{}/m", server(play).await);
    let mut call = call(ProbeKind::Http, &[("get", &url), ("pages", "all")]);
    call.body = users();
    look(&call, &context(&url, &[])).await
}

fn offset(request: &str) -> usize {
    let after = request.split("offset=").nth(1).unwrap_or("0");
    after.split(['&', ' ']).next().unwrap_or("0").parse().unwrap()
}

#[tokio::test]
async fn pages_are_followed_and_joined() {
    let reading = paged(|request| {
        let start = offset(request);
        let ids: Vec<_> = (start..(start + 2).min(5)).map(|id| json!({"id": format!("u{id}")})).collect();
        answer_json("200 OK", &json!({"data": ids, "meta": {"total": 5, "limit": 2, "offset": start}}))
    });
    assert_eq!(all(&reading.await, ["status", "users"]), ["200", "u0 u1 u2 u3 u4"]);
}

#[tokio::test]
async fn half_a_list_proves_nothing() {
    let endless = paged(|request| {
        let start = offset(request);
        answer_json("200 OK", &json!({"data": [{"id": format!("u{start}")}], "meta": {"has_more": true}}))
    });
    assert_eq!(told(&endless.await, "users"), "?");
    let fails = paged(|request| match offset(request) {
        0 => answer_json("200 OK", &json!({"data": [{"id": "u0"}], "meta": {"has_more": true}})),
        _ => answer_json("403 Forbidden", &json!({"error": {"code": "forbidden"}})),
    });
    assert_eq!(all(&fails.await, ["status", "code", "users"]), ["403", "forbidden", "-"]);
}

#[tokio::test]
async fn what_a_server_repeats_of_a_credential_is_concealed() {
    let secret = "cmd_acme_a1b2c3d4e5f6g7h8i9j0";
    let address = server(move |request| {
        assert!(request.contains(secret), "{request}");
        let body = json!({"error": {"code": "unauthorized", "message": format!("bad key {secret}")}});
        let head = format!(
            "HTTP/1.1 401 No\r\nX-Request-Id: {secret}\r\nContent-Type: application/json\r\n\r\n{body}"
        );
        Play::Say(head.into_bytes())
    });
    let url = format!("http://{}/v1/machines", address.await);
    let ctx = context(&url, &[("CMDOP_API_KEY", secret)]);
    let reading = look(&call(ProbeKind::Http, &[("get", &url), ("auth", "active")]), &ctx).await;
    let facts = ["status", "code", "message", "request_id"];
    assert_eq!(all(&reading, facts), ["401", "unauthorized", "bad key cmd_acme_a1b***", "cmd_acme_a1b***"]);
}
