//! Servers that repeat the credential that they were sent, wherever an answer has room for it.

use std::sync::Arc;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};

use crate::canary::{ACCESS, KEY, jwt};
use crate::outputs::Outputs;
use crate::support::server::{Server, answer, header, path};
use crate::support::{Home, far_future};

/// The credential of a request in every form in which somebody might write it.
fn echo(head: &str) -> String {
    let header = header(head, "authorization").unwrap_or("none");
    let token = header.trim_start_matches("Bearer ");
    let hex: String = token.bytes().map(|byte| format!("{byte:02x}")).collect();
    let escaped: String = url::form_urlencoded::byte_serialize(token.as_bytes()).collect();
    let end = &token[token.len().saturating_sub(8)..];
    let middle = &token[token.len() / 3..token.len() - token.len() / 4];
    let backwards: String = token.chars().rev().collect();
    let base64 = ["", "a", "ab"].map(|before| BASE64_STANDARD.encode(format!("{before}{token}"))).join(" ");
    [header, token, &hex, &hex.to_uppercase(), &escaped, end, middle, &backwards, &base64].join(" ")
}

/// Asks a server that answers so, once with a key and once with a stored token, in every form.
fn all_hide(serve: impl Fn(&str) -> Vec<u8> + Send + Sync + 'static, told: &str) {
    let serve = Arc::new(serve);
    for token in [ACCESS.secret.to_owned(), jwt(r#"{"sub":"ada","exp":4102444800,"email":"ada@acme.test"}"#)]
    {
        let serve = Arc::clone(&serve);
        let server = Server::answering(move |head| serve(head));
        let (home, url) = (Home::new(), server.url());
        home.sign_in(&token, far_future());
        let stored = Outputs::of_examining(&home, &[("CMDOP_API_URL", &url)]);
        stored.hide(&[&token]);
        stored.tell(told);
        let sent = server.heads().iter().any(|head| head.contains(&token));
        assert!(sent, "the server was sent the token");
        let env = [("CMDOP_API_URL", url.as_str()), ("CMDOP_API_KEY", KEY.secret)];
        Outputs::of_examining(&home, &env).hide(&[&token]);
        Outputs::of_operating(&home, &[("CMDOP_API_URL", &url)]).hide(&[&token]);
    }
}

fn refusing(head: &str) -> Vec<u8> {
    let echo = echo(head);
    let token = header(head, "authorization").unwrap_or("none").trim_start_matches("Bearer ").to_owned();
    let body = json!({"error": {
        "code": token, "message": format!("you sent {echo}"), "request_id": token,
        "details": {"login_url": format!("https://sso.test/{token}?again={token}"), "required_permission": token},
    }});
    let headers = format!(
        "Content-Type: application/json\r\nServer: {echo}\r\nX-Request-Id: {token}\r\n\
         WWW-Authenticate: Bearer realm=\"{token}\", error=\"{token}\"\r\nX-Echo: {echo}\r\n"
    );
    answer("401 Unauthorized", &headers, &body.to_string())
}

#[test]
fn in_a_refusal() {
    all_hide(refusing, "you sent ");
}

#[test]
fn in_a_refusal_that_asks_for_more() {
    for code in ["two_factor_required", "sso_required", "machine_password_required"] {
        let serve = move |head: &str| {
            let token =
                header(head, "authorization").unwrap_or("none").trim_start_matches("Bearer ").to_owned();
            let details = json!({"login_url": format!("https://{token}.test/x")});
            let body = json!({"error": {"code": code, "message": echo(head), "details": details}});
            answer("403 Forbidden", "Content-Type: application/problem+json\r\n", &body.to_string())
        };
        all_hide(serve, code);
    }
}

/// A server that finds nothing wrong, and whose every text is the credential.
fn accepting(head: &str) -> Vec<u8> {
    let echo = echo(head);
    let token = header(head, "authorization").unwrap_or("none").trim_start_matches("Bearer ").to_owned();
    let workspace = json!({"id": token, "name": echo, "slug": token, "type": token, "role": token});
    let data: Value = match path(head).split('?').next().unwrap_or_default() {
        "/v1/auth/me" => json!({
            "id": token, "email": format!("{token}@acme.test"), "name": echo, "plan": token, "role": token,
            "permissions": [token, echo], "kind": "user", "workspace": workspace,
            "two_factor": {"enabled": token, "required_by_workspace": true},
        }),
        "/v1/machines" => {
            json!([{"id": token, "name": echo, "hostname": token, "workspace_id": token, "tags": [token]}])
        }
        "/v1/workspaces" => json!([workspace]),
        "/v1/api-keys" => {
            json!([{"id": token, "name": echo, "key_prefix": token, "raw_key": token, "permissions": [token]}])
        }
        other if other.ends_with("/members") => {
            json!([{"id": token, "user": {"id": token, "email": echo}, "role": token}])
        }
        other if other.ends_with("/sso") => json!({
            "enabled": true, "enforced": true, "protocol": "saml", "provider": token,
            "idp_metadata_url": format!("https://idp.invalid/{token}?x={token}"), "issuer": token,
            "user": {"provisioned": false}, "attributes": {"required": [token], "mapped": [echo]},
        }),
        _ => json!({"issuer": token, "token_endpoint": token, "authorization_endpoint": echo}),
    };
    let body = json!({"data": data, "issuer": token, "meta": {"request_id": token, "total": 1}});
    answer("200 OK", "Content-Type: application/json\r\n", &body.to_string())
}

#[test]
fn in_every_text_of_what_it_tells() {
    all_hide(accepting, "acme.test");
}

#[test]
fn in_a_page() {
    let serve = |head: &str| {
        let body = format!("<html><title>{0}</title>{0}</html>", echo(head));
        answer("503 Down", &format!("Content-Type: text/html\r\nServer: {}\r\n", echo(head)), &body)
    };
    all_hide(serve, "503");
}

#[test]
fn in_what_is_no_http_and_no_json() {
    all_hide(|head| format!("HTTP/1.1 200 {0}\r\n{0}\r\n\r\n{0}", echo(head)).into_bytes(), "api");
    all_hide(|head| echo(head).into_bytes(), "api");
}

#[test]
fn in_json_that_breaks_off() {
    all_hide(
        |head| answer("200 OK", "Content-Type: application/json\r\n", &format!("{{\"{}", echo(head))),
        "api",
    );
    let cut = |head: &str| {
        let body = echo(head);
        format!("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 99999\r\n\r\n[\"{body}")
            .into_bytes()
    };
    all_hide(cut, "api");
}

#[test]
fn in_a_redirect_which_takes_no_credential_along() {
    let stranger =
        Server::answering(|_| answer("200 OK", "Content-Type: application/json\r\n", "{\"data\": []}"));
    let there = stranger.url();
    let serve = move |head: &str| {
        let token = header(head, "authorization").unwrap_or("none").trim_start_matches("Bearer ").to_owned();
        let to = format!("Location: {there}/{token}/?x={token}#{token}\r\nX-Request-Id: {token}\r\n");
        answer("302 Found", &to, &echo(head))
    };
    all_hide(serve, "redirect");
    for head in stranger.heads() {
        assert_eq!(header(&head, "authorization"), None, "{head}");
    }
}
