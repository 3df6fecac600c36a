//! Proxies that repeat the password that they were sent, and addresses that carry one.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use crate::canary::{ACCESS, ADDRESS, KEY, PROXY, QUERY};
use crate::outputs::Outputs;
use crate::support::server::{Server, answer, header};
use crate::support::{Home, far_future};

/// The login of a request, as it is and decoded.
fn echo(head: &str) -> String {
    let sent =
        header(head, "proxy-authorization").or_else(|| header(head, "authorization")).unwrap_or("none");
    let encoded = sent.split(' ').next_back().unwrap_or_default();
    let login = String::from_utf8(BASE64_STANDARD.decode(encoded).unwrap_or_default()).unwrap_or_default();
    let password = login.split_once(':').map_or("", |(_, password)| password);
    format!("{sent} {encoded} {login} {password}")
}

fn percent(secret: &str) -> String {
    url::form_urlencoded::byte_serialize(secret.as_bytes()).collect()
}

#[test]
fn a_proxy_that_repeats_its_password() {
    for status in
        ["407 Proxy Authentication Required", "403 Forbidden", "502 Bad Gateway", "200 OK", "302 Found"]
    {
        let serve = move |head: &str| {
            let echo = echo(head);
            let headers = format!(
                "Content-Type: text/html\r\nProxy-Authenticate: {echo}\r\nServer: {echo}\r\nLocation: http://x.test/{echo}\r\n"
            );
            answer(&format!("{status} {echo}"), &headers, &format!("<html>{echo}</html>"))
        };
        let proxy = Server::answering(serve);
        let home = Home::new();
        home.sign_in(ACCESS.secret, far_future());
        let address = format!("http://ada:{}@127.0.0.1:{}", percent(PROXY.secret), proxy.port());
        for api in ["http://api.invalid", "https://api.invalid"] {
            let env = [("HTTP_PROXY", address.as_str()), ("HTTPS_PROXY", &address), ("CMDOP_API_URL", api)];
            Outputs::of_examining(&home, &env).hide(&[]);
        }
        assert!(
            proxy.heads().iter().any(|head| echo(head).contains(PROXY.secret)),
            "the proxy was sent its password"
        );
    }
}

#[test]
fn an_address_of_a_proxy_that_nobody_can_read() {
    let home = Home::new();
    let secret = PROXY.secret;
    for address in [
        format!("http://ada:{secret}@127.0.0.1:9"),
        format!("ftp://ada:{secret}@127.0.0.1:9"),
        format!("http://ada:{secret} @127.0.0.1:9"),
        format!("http://ada:{secret}@"),
        format!("http://ada:{secret}"),
        format!("{secret}@127.0.0.1:9"),
        format!("ada:{secret}\r\n@127.0.0.1:9"),
        format!("socks5://ada:{}@127.0.0.1:9", percent(secret)),
        secret.to_owned(),
    ] {
        let env = [("HTTP_PROXY", address.as_str()), ("https_proxy", &address), ("all_proxy", &address)];
        Outputs::of_examining(&home, &env).hide(&[]);
    }
}

#[test]
fn an_api_address_that_carries_a_login() {
    let server = Server::answering(|head| {
        let echo = echo(head);
        let body = serde_json::json!({"error": {"code": "unauthorized", "message": echo}});
        answer("401 No", &format!("Content-Type: application/json\r\nServer: {echo}\r\n"), &body.to_string())
    });
    let home = Home::new();
    home.sign_in(ACCESS.secret, far_future());
    let (secret, escaped, port) = (ADDRESS.secret, percent(ADDRESS.secret), server.port());
    for address in [
        format!("http://ada:{escaped}@127.0.0.1:{port}"),
        format!("http://ada:{secret}@127.0.0.1:{port}/api"),
        format!("http://{secret}@127.0.0.1:{port}"),
        format!("http://127.0.0.1:{port}/?key={}", QUERY.secret),
        format!("http://127.0.0.1:{port}/api#{}", QUERY.secret),
        format!("ada:{secret}@127.0.0.1:{port}"),
        format!("https//ada:{secret}@host"),
        format!("http://ada:{secret}"),
    ] {
        let env = [("CMDOP_API_URL", address.as_str()), ("CMDOP_API_KEY", KEY.secret)];
        Outputs::of_examining(&home, &env).hide(&[]);
        Outputs::of_examining(&home, &[("CMDOP_ISSUER", address.as_str())]).hide(&[]);
        let flag = format!("doctor auth -v --offline --api-url {address} --issuer {address}");
        Outputs::of_running(&home, &[], &[&flag]).hide(&[]);
    }
}
