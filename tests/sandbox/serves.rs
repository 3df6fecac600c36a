//! What the service serves, and that it enforces what a real server enforces.

use cmdop_doctor::sandbox::{Fault, Options, Sandbox};
use serde_json::{Value, json};

use crate::wire::{Answer, Ask};

fn start() -> Sandbox {
    Sandbox::start(Options::default()).unwrap()
}

fn get(sandbox: &Sandbox, raw: &str, target: &str) -> Answer {
    Ask::new(sandbox.port(), "GET", target).bearer(raw).send().unwrap()
}

fn create(sandbox: &Sandbox, raw: &str, wish: Value) -> Answer {
    Ask::new(sandbox.port(), "POST", "/v1/api-keys").bearer(raw).json(&wish).send().unwrap()
}

fn code(answer: &Answer) -> (u16, String) {
    (answer.status, answer.json()["error"]["code"].as_str().unwrap_or_default().to_owned())
}

fn refused(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}

fn message(answer: &Answer) -> String {
    answer.json()["error"]["message"].as_str().unwrap_or_default().to_owned()
}

#[test]
fn a_token_sees_its_workspace_under_both_prefixes() {
    let sandbox = start();
    for prefix in ["/v1", "/api/v1"] {
        let answer = get(&sandbox, sandbox.token(), &format!("{prefix}/machines"));
        assert_eq!(answer.status, 200);
        assert_eq!(answer.header("content-type"), Some("application/json"));
        let body = answer.json();
        assert_eq!(body["meta"]["total"], 2);
        assert_eq!(body["meta"]["has_more"], false);
        let request_id = body["meta"]["request_id"].as_str().unwrap();
        assert_eq!(answer.header("x-request-id"), Some(request_id));
        assert_eq!(body["data"][0]["workspace_id"], "ws_acme");
    }
}

#[test]
fn every_answer_has_a_date_and_rate_limit_headers() {
    let sandbox = start();
    let answer = get(&sandbox, sandbox.token(), "/v1/machines");
    let names = ["date", "x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset"];
    assert!(names.iter().all(|name| answer.header(name).is_some()));
    assert_eq!(answer.header("access-control-allow-origin"), None);
}

#[test]
fn head_is_get_without_the_body() {
    let sandbox = start();
    let answer = Ask::new(sandbox.port(), "HEAD", "/v1/machines").bearer(sandbox.token()).send().unwrap();
    assert_eq!((answer.status, answer.body.len()), (200, 0));
}

#[test]
fn me_tells_a_person_from_a_key() {
    let sandbox = start();
    let person = get(&sandbox, sandbox.token(), "/v1/auth/me").json()["data"].clone();
    assert_eq!(person["kind"], "user");
    assert_eq!(person["email"], "ada@acme.example");
    assert_eq!(person["role"], "admin");
    assert_eq!(person["workspace"], json!({ "id": "ws_acme", "name": "acme-corp" }));
    assert_eq!(person["two_factor"], json!({ "enabled": true, "required_by_workspace": false }));
    let key = get(&sandbox, sandbox.key(), "/v1/auth/me").json()["data"].clone();
    assert_eq!(key["kind"], "api_key");
    assert_eq!(key["permissions"], json!(["machines:read", "sessions:read"]));
    assert!(key["expires_at"].is_string());
}

#[test]
fn nobody_gets_in_without_a_known_credential() {
    let sandbox = start();
    let without = Ask::new(sandbox.port(), "GET", "/v1/machines").send().unwrap();
    assert_eq!(code(&without), refused(401, "unauthorized"));
    assert_eq!(without.header("www-authenticate"), Some(r#"Bearer realm="cmdop""#));
    let key = sandbox.key();
    let almost = [&key[..key.len() - 1], &format!("{key}x"), &key.to_uppercase(), "", "\"quoted\""];
    for raw in almost {
        let answer = get(&sandbox, raw, "/v1/machines");
        assert_eq!(code(&answer), refused(401, "unauthorized"), "{raw}");
    }
    let unknown = get(&sandbox, "nobody", "/v1/machines");
    assert_eq!(message(&unknown), "Invalid or expired API token");
    assert!(unknown.header("www-authenticate").unwrap().contains("invalid_token"));
    let basic = Ask::new(sandbox.port(), "GET", "/v1/machines").header("authorization", "Basic YWRhOng=");
    assert_eq!(code(&basic.send().unwrap()), refused(401, "unauthorized"));
}

#[test]
fn what_has_expired_is_refused() {
    let sandbox = start();
    let answer = get(&sandbox, sandbox.key_named("old-runner-expired").unwrap(), "/v1/auth/me");
    assert_eq!(code(&answer), refused(401, "unauthorized"));
    assert!(answer.header("www-authenticate").unwrap().contains("expired"));
}

#[test]
fn a_key_does_what_it_may_and_no_more() {
    let sandbox = start();
    let full = sandbox.key_named("release-full-access").unwrap();
    let made = create(&sandbox, full, json!({ "name": "only-sessions", "permissions": ["sessions:read"] }));
    assert_eq!(made.status, 201);
    let raw = made.json()["data"]["raw_key"].as_str().unwrap().to_owned();
    assert_eq!(get(&sandbox, &raw, "/v1/sessions").status, 200);
    let machines = get(&sandbox, &raw, "/v1/machines");
    assert_eq!(code(&machines), refused(403, "forbidden"));
    assert_eq!(message(&machines), "Token lacks required permission: machines:read");
    assert_eq!(
        message(&create(&sandbox, &raw, json!({ "name": "x" }))),
        "Token lacks required permission: admin"
    );
}

#[test]
fn a_viewer_looks_and_changes_nothing() {
    let sandbox = start();
    let viewer = sandbox.key_named("dashboard-of-a-viewer").unwrap();
    assert_eq!(get(&sandbox, viewer, "/v1/machines").status, 200);
    assert_eq!(get(&sandbox, viewer, "/v1/auth/me").json()["data"]["role"], "viewer");
    let refusal = create(&sandbox, viewer, json!({ "name": "x" }));
    assert_eq!(message(&refusal), "Role viewer lacks required permission: admin");
}

#[test]
fn a_key_is_shown_once_used_and_revoked() {
    let sandbox = start();
    let made = create(&sandbox, sandbox.token(), json!({ "name": "ci", "expires_in_days": 7 }));
    let made = made.json()["data"].clone();
    let raw = made["raw_key"].as_str().unwrap();
    assert!(raw.starts_with("cmd_acme_"));
    assert_eq!(made["key_prefix"], raw[..12]);
    let listed = || {
        let keys = get(&sandbox, sandbox.token(), "/v1/api-keys").json()["data"].clone();
        keys.as_array().unwrap().iter().find(|key| key["id"] == made["id"]).cloned()
    };
    assert_eq!(listed().unwrap().get("last_used_at"), None);
    assert_eq!(get(&sandbox, raw, "/v1/machines").status, 200);
    let used = listed().unwrap();
    assert!(used["last_used_at"].is_string() && used["expires_at"].is_string());
    assert_eq!(used.get("raw_key"), None);
    let target = format!("/v1/api-keys/{}", made["id"].as_str().unwrap());
    let revoke = || Ask::new(sandbox.port(), "DELETE", &target).bearer(sandbox.token()).send().unwrap();
    assert_eq!(revoke().status, 204);
    assert_eq!(code(&revoke()), refused(404, "not_found"));
    assert_eq!(get(&sandbox, raw, "/v1/machines").status, 401);
    assert_eq!(listed(), None);
}

#[test]
fn wishes_for_keys_are_checked() {
    let sandbox = start();
    let wrong = [
        (json!({ "name": "" }), 422, "validation_error"),
        (json!({ "name": " padded" }), 422, "validation_error"),
        (json!({ "name": "a\nb" }), 422, "validation_error"),
        (json!({ "name": "x".repeat(65) }), 422, "validation_error"),
        (json!({ "name": 7 }), 422, "validation_error"),
        (json!({}), 422, "validation_error"),
        (json!({ "name": "x", "scopes": [] }), 422, "validation_error"),
        (json!({ "name": "x", "permissions": [] }), 422, "validation_error"),
        (json!({ "name": "x", "permissions": ["machines:rule"] }), 422, "validation_error"),
        (json!({ "name": "x", "expires_in_days": 0 }), 422, "validation_error"),
        (json!({ "name": "x", "expires_in_days": 367 }), 422, "validation_error"),
        (json!({ "name": "release-full-access" }), 409, "conflict"),
    ];
    for (wish, status, expected) in wrong {
        assert_eq!(
            code(&create(&sandbox, sandbox.token(), wish.clone())),
            refused(status, expected),
            "{wish}"
        );
    }
    let post = || Ask::new(sandbox.port(), "POST", "/v1/api-keys").bearer(sandbox.token());
    let untyped = post().text(r#"{"name":"x"}"#).send().unwrap();
    assert_eq!(code(&untyped), refused(415, "unsupported_media_type"));
    let broken = post().text("{").header("content-type", "application/json").send().unwrap();
    assert_eq!(code(&broken), refused(400, "invalid_json"));
}

#[test]
fn no_key_is_made_that_may_more_than_its_maker() {
    let sandbox = Sandbox::start(Options::broken(&[Fault::LacksPermission])).unwrap();
    let wish = json!({ "name": "more", "permissions": ["machines:read"] });
    let answer = create(&sandbox, sandbox.token(), wish);
    assert_eq!(message(&answer), "Token lacks required permission: machines:read");
}

#[test]
fn lists_come_in_pages() {
    let sandbox = start();
    let page = |query: &str| get(&sandbox, sandbox.token(), &format!("/v1/machines?{query}")).json();
    let (first, second) = (page("limit=1"), page("limit=1&offset=1"));
    assert_eq!(first["meta"]["has_more"], true);
    assert_eq!(second["meta"]["has_more"], false);
    assert_eq!((&second["meta"]["limit"], &second["meta"]["offset"]), (&json!(1), &json!(1)));
    assert_ne!(first["data"], second["data"]);
    assert_eq!(page("offset=9")["data"], json!([]));
    for query in ["limit=0", "limit=101", "limit=many", "offset=-1"] {
        let answer = get(&sandbox, sandbox.token(), &format!("/v1/machines?{query}"));
        assert_eq!(code(&answer), refused(400, "invalid_parameter"), "{query}");
    }
}

#[test]
fn workspaces_and_members_are_for_their_members() {
    let sandbox = start();
    let ids = |raw: &str| {
        let list = get(&sandbox, raw, "/v1/workspaces").json()["data"].clone();
        list.as_array()
            .unwrap()
            .iter()
            .map(|each| each["id"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(ids(sandbox.token()), ["ws_acme", "ws_staging"]);
    assert_eq!(ids(sandbox.key()), ["ws_acme"]);
    let members = get(&sandbox, sandbox.token(), "/v1/workspaces/ws_acme/members").json();
    assert_eq!(members["meta"]["total"], 4);
    assert_eq!(members["data"][1]["user"], json!({ "id": "user_ada", "email": "ada@acme.example" }));
    assert_eq!(get(&sandbox, sandbox.token(), "/v1/workspaces/ws_staging/members").status, 200);
    let foreign = get(&sandbox, sandbox.key(), "/v1/workspaces/ws_staging/members");
    assert_eq!(message(&foreign), "Not a member of workspace: staging");
    let unknown = get(&sandbox, sandbox.token(), "/v1/workspaces/ws_none/members");
    assert_eq!(code(&unknown), refused(404, "not_found"));
}

#[test]
fn a_missing_route_differs_from_a_missing_object() {
    let sandbox = start();
    for target in ["/", "/v1", "/v1/nothing", "/v2/machines", "/oauth"] {
        let answer = get(&sandbox, sandbox.token(), target);
        assert_eq!((answer.status, answer.body.len()), (404, 0), "{target}");
    }
    let put = Ask::new(sandbox.port(), "PUT", "/v1/machines").bearer(sandbox.token()).send().unwrap();
    assert_eq!(put.status, 405);
    assert!(put.header("allow").unwrap().contains("GET"));
}

#[test]
fn other_names_for_this_machine_are_turned_away() {
    let sandbox = start();
    let status = |host: &str| {
        let ask = Ask::new(sandbox.port(), "GET", "/v1/machines").bearer(sandbox.token());
        ask.header("host", host).send().unwrap().status
    };
    let port = sandbox.port();
    assert_eq!(status(&format!("localhost:{port}")), 200);
    assert_eq!(status(&format!("[::1]:{port}")), 200);
    assert_eq!(status(&format!("rebound.example:{port}")), 421);
    assert_eq!(status("127.0.0.1"), 421);
}

#[test]
fn credentials_of_the_caller_are_accepted_on_request() {
    let options = Options {
        accept_tokens: vec!["at-mine".to_owned()],
        accept_keys: vec!["cmd_acme_mine".to_owned()],
        ..Options::default()
    };
    let sandbox = Sandbox::start(options).unwrap();
    assert_eq!(get(&sandbox, "at-mine", "/v1/auth/me").json()["data"]["kind"], "user");
    assert_eq!(get(&sandbox, "cmd_acme_mine", "/v1/auth/me").json()["data"]["kind"], "api_key");
}

#[test]
fn requests_are_remembered_without_what_they_carried() {
    let sandbox = start();
    get(&sandbox, sandbox.token(), "/v1/machines?limit=1");
    Ask::new(sandbox.port(), "HEAD", "/v1/auth/me").send().unwrap();
    let seen = sandbox.requests();
    assert_eq!((seen[0].method.as_str(), seen[0].path.as_str()), ("GET", "/v1/machines"));
    assert_eq!((seen[1].method.as_str(), seen[1].path.as_str()), ("HEAD", "/v1/auth/me"));
    assert_eq!((seen[0].had_authorization, seen[1].had_authorization), (true, false));
    assert!(!format!("{seen:?}{sandbox:?}").contains(sandbox.token()));
}

#[test]
fn a_port_that_is_taken_is_an_error() {
    let sandbox = start();
    let again = Sandbox::start(Options { port: sandbox.port(), ..Options::default() });
    assert_eq!(again.unwrap_err().kind(), std::io::ErrorKind::AddrInUse);
}
