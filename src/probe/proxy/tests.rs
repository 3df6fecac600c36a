//! The `proxy` probe against servers on loopback, good ones and broken ones.

use crate::model::evidence::Reading;
use crate::model::probe::ProbeKind;
use crate::probe::rig::{all, call, closed_port, context, greeter, head, look, server, told};

async fn asked(env: &[(&str, &str)], to: &str) -> Reading {
    look(&call(ProbeKind::Proxy, &[("to", to)]), &context(to, env)).await
}

async fn behind(proxy: &str, to: &str) -> Reading {
    asked(&[("ALL_PROXY", proxy)], to).await
}

const API: &str = "https://api.test";

#[tokio::test]
async fn no_proxy_applies() {
    let reading = asked(&[], API).await;
    assert_eq!(all(&reading, ["state", "variables", "conflict", "url"]), ["none", "", "false", "-"]);
    let exempt = asked(&[("HTTPS_PROXY", "http://p:1"), ("no_proxy", ".test")], API).await;
    assert_eq!(all(&exempt, ["state", "bypass", "variables"]), ["none", ".test", "HTTPS_PROXY no_proxy"]);
}

#[tokio::test]
async fn proxies_for_https() {
    let reply = async |line: &'static str| {
        let address = server(move |request| {
            assert!(
                request.starts_with("CONNECT api.test:443 HTTP/1.1\r\nHost: api.test:443\r\n"),
                "{request}"
            );
            head(line)
        });
        all(&behind(&address.await.to_string(), API).await, ["state", "fault"])
    };
    assert_eq!(reply("HTTP/1.1 200 OK").await, ["answers", "-"]);
    let wants = "HTTP/1.1 407 Login\r\nProxy-Authenticate: Negotiate\r\nProxy-Authenticate: NTLM";
    assert_eq!(reply(wants).await, ["wants_auth", "407 Login (it takes Negotiate, NTLM)"]);
    assert_eq!(reply("HTTP/1.1 403 Forbidden").await, ["blocked", "403 Forbidden"]);
    assert_eq!(reply("HTTP/1.1 502 Bad Gateway").await, ["blocked", "502 Bad Gateway"]);
    assert_eq!(reply("HTTP/1.1 405 Method Not Allowed").await, ["not_a_proxy", "405 Method Not Allowed"]);
    assert_eq!(reply("220 smtp").await[0], "not_a_proxy");
}

#[tokio::test]
async fn a_password_is_sent_to_the_proxy_and_shown_to_nobody() {
    let address = server(|request| {
        assert!(request.contains("Proxy-Authorization: Basic dXNlcjpvcGVuIHNlc2FtZQ==\r\n"), "{request}");
        head("HTTP/1.1 407 No")
    });
    let address = address.await;
    let reading = behind(&format!("http://user:open%20sesame@{address}"), API).await;
    assert_eq!(
        all(&reading, ["state", "secret", "url"]),
        ["auth_rejected", "true", &format!("http://{address}")]
    );
    assert!(!format!("{reading:?}").contains("sesame") && !format!("{reading:?}").contains("dXNl"));
}

#[tokio::test]
async fn proxies_for_plain_http() {
    let address = server(|request| {
        assert!(request.starts_with("HEAD http://api.test/v1 HTTP/1.1\r\n"), "{request}");
        head("HTTP/1.1 404 x")
    });
    assert_eq!(told(&behind(&address.await.to_string(), "http://api.test/v1").await, "state"), "answers");
    let asks = server(|_| head("HTTP/1.1 407 x")).await;
    assert_eq!(told(&behind(&asks.to_string(), "http://api.test/v1").await, "state"), "wants_auth");
}

#[tokio::test]
async fn proxies_that_are_none() {
    let dead = closed_port().await;
    let facts = ["state", "variable", "url"];
    let reading = asked(&[("HTTP_PROXY", &format!("http://{dead}"))], "http://127.0.0.1:4100").await;
    assert_eq!(all(&reading, facts), ["refused", "HTTP_PROXY", &format!("http://{dead}")]);
    let mute = greeter(b"", true).await;
    assert_eq!(told(&behind(&mute.to_string(), API).await, "state"), "timeout");
    let hangs_up = greeter(b"", false).await;
    assert_eq!(told(&behind(&hangs_up.to_string(), API).await, "state"), "not_a_proxy");
    let reading = behind("gopher://x", API).await;
    assert_eq!(all(&reading, facts), ["bad_url", "ALL_PROXY", "-"]);
}

#[tokio::test]
async fn socks() {
    let state = async |answer: &'static [u8], login: &str| {
        let address = greeter(answer, true).await;
        told(&behind(&format!("socks5h://{login}{address}"), API).await, "state")
    };
    assert_eq!(state(b"\x05\x00\x05\x00\x00\x01\0\0\0\0\0\0", "").await, "answers");
    assert_eq!(state(b"\x05\x00\x05\x05\x00\x01\0\0\0\0\0\0", "").await, "blocked");
    assert_eq!(state(b"\x05\xff", "").await, "wants_auth");
    assert_eq!(state(b"\x05\x02\x01\x00\x05\x00\x00\x01\0\0\0\0\0\0", "u:p@").await, "answers");
    assert_eq!(state(b"\x05\x02\x01\x01", "u:p@").await, "auth_rejected");
    assert_eq!(state(b"HTTP/1.1 400", "").await, "not_a_proxy");
}
