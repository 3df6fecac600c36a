//! Hostile words from servers: messages, names, addresses, headers, metadata of identity providers.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::corpus::{TEXTS, examine, long};
use crate::support::server::{Server, answer, path};
use crate::support::{Home, far_future};

fn ask(serve: impl Fn(&str, &str) -> Vec<u8> + Send + Sync + 'static) {
    let serve = Arc::new(serve);
    let long = long();
    for text in TEXTS.iter().copied().chain(["nul\u{0}nul", long.as_str()]).map(str::to_owned) {
        let serve = Arc::clone(&serve);
        let server = Server::answering(move |head| serve(head, &text));
        let home = Home::new();
        home.sign_in("at-4711", far_future());
        examine(&home, |run| run.env("CMDOP_API_URL", server.url()).env("CMDOP_WORKSPACE", "acme"));
        assert!(!home.path().join("owned").exists());
    }
}

/// What a header line can hold of `text`.
fn line(text: &str) -> String {
    text.chars().filter(|c| !matches!(c, '\0' | '\r' | '\n')).take(2000).collect()
}

#[test]
fn in_refusals() {
    ask(|_, text| {
        let details = json!({"login_url": format!("https://sso.test/{text}"), "required_permission": text});
        let body = json!({"error": {"code": text, "message": text, "request_id": text, "details": details, "retry_after": text}});
        let line = line(text);
        let headers = format!(
            "Content-Type: {line}\r\nServer: {line}\r\nX-Request-Id: {line}\r\nDate: {line}\r\nRetry-After: {line}\r\n\
             WWW-Authenticate: Bearer error=\"{line}\", realm=\"{line}\"\r\n"
        );
        answer("401 No", &headers, &body.to_string())
    });
}

#[test]
fn in_codes_that_are_known() {
    ask(|head, text| {
        let codes =
            ["forbidden", "sso_required", "two_factor_required", "machine_password_required", "rate_limited"];
        let code = codes[path(head).len() % codes.len()];
        let details =
            json!({"login_url": format!("https://{text}/"), "required_permission": format!("a:{text}")});
        let body =
            json!({"error": {"code": code, "message": format!("permission: {text}"), "details": details}});
        answer("403 No", "Content-Type: application/json\r\n", &body.to_string())
    });
}

/// A service in which everything is called `text`. It has one workspace, one machine, one member.
fn service(head: &str, text: &str, provider: &str) -> Value {
    let workspace = json!({"id": text, "name": text, "slug": text, "type": "team", "role": text});
    let data = match path(head).split('?').next().unwrap_or_default() {
        "/v1/auth/me" => json!({
            "id": text, "email": text, "name": text, "role": text, "permissions": [text], "kind": "api_key",
            "expires_at": text, "workspace": workspace, "two_factor": {"enabled": false, "required_by_workspace": true},
        }),
        "/v1/machines" => {
            json!([{"id": text, "name": text, "hostname": text, "workspace_id": "ws_other", "status": text}])
        }
        "/v1/workspaces" => json!([workspace]),
        "/v1/api-keys" => json!([{"id": text, "name": text, "key_prefix": text, "permissions": [text]}]),
        other if other.ends_with("/members") => {
            json!([{"id": text, "user": {"id": text, "email": text}, "role": text}])
        }
        other if other.ends_with("/sso") => json!({
            "enabled": true, "enforced": true, "protocol": "saml", "provider": text, "idp_metadata_url": provider,
            "issuer": text, "direct_oauth_allowed": true, "user": {"provisioned": false},
            "attributes": {"required": [text], "mapped": []},
        }),
        _ => json!({}),
    };
    json!({"data": data, "meta": {"request_id": text, "total": 1}, "issuer": text, "token_endpoint": text})
}

#[test]
fn in_names() {
    ask(|head, text| {
        let body = service(head, text, &format!("https://127.0.0.1:9/{text}"));
        answer("200 OK", "Content-Type: application/json\r\n", &body.to_string())
    });
}

#[test]
fn in_the_metadata_of_an_identity_provider() {
    ask(|head, text| {
        if path(head).starts_with("/metadata") {
            let escaped: String = text.chars().map(|c| format!("&#{};", u32::from(c))).take(3000).collect();
            let body = format!(
                "<EntityDescriptor xmlns=\"urn:oasis:names:tc:SAML:2.0:metadata\" entityID=\"{escaped}\" validUntil=\"{escaped}\">\
                 <IDPSSODescriptor><KeyDescriptor><X509Certificate>{escaped}</X509Certificate></KeyDescriptor>\
                 <SingleSignOnService Location=\"{escaped}\"/></IDPSSODescriptor></EntityDescriptor>"
            );
            return answer("200 OK", "Content-Type: application/xml\r\n", &body);
        }
        let host = crate::support::server::header(head, "host").unwrap_or_default();
        let body = service(head, "ws_1", &format!("http://{host}/metadata?{}", text.len()));
        answer("200 OK", "Content-Type: application/json\r\n", &body.to_string())
    });
}

#[test]
fn in_redirects() {
    ask(|_, text| answer("302 Found", &format!("Location: https://x.test/{0}?{0}#{0}\r\n", line(text)), ""));
    ask(|_, text| answer("302 Found", &format!("Location: {}\r\n", line(text)), ""));
}
