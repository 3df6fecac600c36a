//! Signing in with a browser: the authorization code, who may have one, and what it is worth.

use cmdop_doctor::sandbox::Terms;
use serde_json::json;

use crate::client::{CALLBACK, CHALLENGE, Client, VERIFIER, but, error, refused, said, text, value};
use crate::wire::Ask;

#[test]
fn a_sign_in_gives_tokens_that_work() {
    let client = Client::new();
    let answer = client.token(&client.redemption(&client.code()));
    assert_eq!((answer.status, answer.header("cache-control")), (200, Some("no-store")));
    let login = answer.json();
    let rest = json!({ "token_type": login["token_type"], "expires_in": login["expires_in"], "scope": login["scope"],
        "workspace_id": login["workspace_id"], "workspace_name": login["workspace_name"],
        "user_id": login["user_id"], "user_email": login["user_email"] });
    assert_eq!(
        rest,
        json!({ "token_type": "Bearer", "expires_in": 3600, "scope": "workspace:access", "workspace_id": "ws_acme",
            "workspace_name": "acme-corp", "user_id": "user_ada", "user_email": "ada@acme.example" })
    );
    assert_eq!(client.api(&text(&login, "access_token")).status, 200);
    assert_eq!(client.refresh(&text(&login, "refresh_token")).status, 200);
}

#[test]
fn the_callback_brings_the_state_back_and_says_who_answers() {
    let client = Client::new();
    let said = client.consent(&client.request());
    assert_eq!(value(&said, "state").as_deref(), Some("a-state & more"));
    assert_eq!(value(&said, "iss").as_deref(), Some(client.sandbox.base_url()));
    assert_eq!(value(&said, "error"), None);
}

#[test]
fn the_documented_endpoints_answer_like_the_advertised_ones() {
    let client = Client::new();
    let code = client.code();
    let login = client.post("/oauth/token", &client.redemption(&code)).json();
    let renewed = client.post(
        "/api/system/oauth/token/",
        &client
            .known(vec![("grant_type", "refresh_token"), ("refresh_token", &text(&login, "refresh_token"))]),
    );
    assert_eq!(renewed.status, 200);
    let access = text(&renewed.json(), "access_token");
    let ask = Ask::new(client.sandbox.port(), "GET", "/api/system/oauth/token/info/").bearer(&access);
    let told = ask.send().unwrap().json();
    assert_eq!((&told["user_email"], &told["workspace_id"]), (&json!("ada@acme.example"), &json!("ws_acme")));
    assert!(told["expires_at"].is_string() && told["refresh_expires_at"].is_string());
    assert_eq!(client.get("/api/system/oauth/token/info/").status, 401);
    let device = client.post("/api/system/oauth/device/", &[("client_id", "cmdop-cli")]).json();
    assert_eq!(device["interval"], 5);
    let refresh = text(&renewed.json(), "refresh_token");
    let revoked = client.post("/api/system/oauth/revoke/", &client.known(vec![("token", &refresh)]));
    assert_eq!(revoked.status, 200);
    assert_eq!(client.api(&access).status, 401);
}

#[test]
fn behind_another_server_it_calls_itself_by_that_name() {
    let client = Client::new();
    client.sandbox.reached_at("https://127.0.0.1:8443");
    let metadata = client.get("/.well-known/openid-configuration").json();
    assert_eq!(metadata["issuer"], "https://127.0.0.1:8443");
    let direct = Client::new();
    let url = direct.authorization_url(&direct.request());
    let public = url.replace(direct.sandbox.base_url(), "https://127.0.0.1:8443");
    let said = said(&client.sandbox.authorize(&public, true).unwrap());
    assert_eq!(value(&said, "iss").as_deref(), Some("https://127.0.0.1:8443"));
}

#[test]
fn saying_no_is_told_to_the_client() {
    let client = Client::new();
    let url = client.authorization_url(&client.request());
    let said = said(&client.sandbox.authorize(&url, false).unwrap());
    assert_eq!(value(&said, "error").as_deref(), Some("access_denied"));
    assert_eq!(value(&said, "state").as_deref(), Some("a-state & more"));
    assert_eq!(value(&said, "code"), None);
}

#[test]
fn every_loopback_address_is_a_way_back_with_any_port_and_path() {
    let client = Client::new();
    for uri in ["http://127.0.0.1:4711/", "http://[::1]:4711/a/b?c=d", "http://127.0.0.1/callback"] {
        let request = but(&client.request(), "redirect_uri", Some(uri));
        let callback = client.sandbox.authorize(&client.authorization_url(&request), true).unwrap();
        assert!(callback.starts_with(uri.split('?').next().unwrap()), "{callback}");
        let code = value(&said(&callback), "code").unwrap();
        let redemption = but(&client.redemption(&code), "redirect_uri", Some(uri));
        assert_eq!(client.token(&redemption).status, 200, "{uri}");
    }
}

#[test]
fn a_request_that_could_be_a_trap_is_answered_on_the_page() {
    let client = Client::new();
    let good = client.request();
    let traps = [
        but(&good, "redirect_uri", Some("https://evil.example/callback")),
        but(&good, "redirect_uri", Some("http://localhost:9/callback")),
        but(&good, "redirect_uri", Some("http://127.0.0.1.evil.example/")),
        but(&good, "redirect_uri", None),
        but(&good, "client_id", Some("another")),
        but(&good, "client_id", None),
        [good.clone(), vec![("client_id", "cmdop-cli")]].concat(),
        [good.clone(), vec![("redirect_uri", CALLBACK)]].concat(),
    ];
    for trap in traps {
        let url = client.authorization_url(&trap);
        let answer = client.get(url.strip_prefix(client.sandbox.base_url()).unwrap());
        assert_eq!((answer.status, answer.header("location")), (400, None), "{trap:?}");
        assert!(answer.text().contains("This request cannot be answered"), "{trap:?}");
        assert!(client.sandbox.authorize(&url, true).is_err(), "{trap:?}");
    }
}

#[test]
fn a_request_that_is_not_in_order_is_told_to_the_client() {
    let client = Client::new();
    let good = client.request();
    let wrong = [
        (but(&good, "state", None), "invalid_request"),
        (but(&good, "response_type", None), "invalid_request"),
        (but(&good, "response_type", Some("token")), "unsupported_response_type"),
        (but(&good, "code_challenge", None), "invalid_request"),
        (but(&good, "code_challenge", Some("short")), "invalid_request"),
        (but(&good, "code_challenge_method", None), "invalid_request"),
        (but(&good, "code_challenge_method", Some("plain")), "invalid_request"),
        (but(&good, "response_mode", Some("fragment")), "invalid_request"),
        (but(&good, "prompt", Some("none")), "interaction_required"),
        ([good.clone(), vec![("state", "twice")]].concat(), "invalid_request"),
        ([good.clone(), vec![("code_challenge", CHALLENGE)]].concat(), "invalid_request"),
    ];
    for (request, expected) in wrong {
        let url = client.authorization_url(&request);
        let answer = client.get(url.strip_prefix(client.sandbox.base_url()).unwrap());
        let said = said(answer.header("location").unwrap());
        assert_eq!(value(&said, "error").as_deref(), Some(expected), "{request:?}");
        assert!(value(&said, "code").is_none() && value(&said, "iss").is_some(), "{request:?}");
    }
}

#[test]
fn a_wrong_verifier_gets_nothing_and_spends_the_code() {
    let client = Client::new();
    let other = "another-verifier-that-is-long-enough-to-be-one";
    for verifier in [other, "short", CHALLENGE, &VERIFIER.to_lowercase()] {
        let code = client.code();
        let good = client.redemption(&code);
        assert_eq!(
            error(&client.token(&but(&good, "code_verifier", Some(verifier)))),
            refused("invalid_grant")
        );
        assert_eq!(error(&client.token(&good)), refused("invalid_grant"), "{verifier}");
    }
}

#[test]
fn a_redemption_has_to_repeat_the_request() {
    let client = Client::new();
    let code = client.code();
    let good = client.redemption(&code);
    for missing in ["code", "redirect_uri", "code_verifier", "grant_type"] {
        assert_eq!(error(&client.token(&but(&good, missing, None))), refused("invalid_request"), "{missing}");
    }
    assert_eq!(error(&client.token(&but(&good, "code", Some("made-up")))), refused("invalid_grant"));
    let elsewhere = but(&good, "redirect_uri", Some("http://127.0.0.1:10/callback"));
    assert_eq!(error(&client.token(&elsewhere)), refused("invalid_grant"));
    assert_eq!(error(&client.token(&good)), refused("invalid_grant"), "it is spent");
}

#[test]
fn a_code_that_is_replayed_revokes_what_it_gave() {
    let client = Client::new();
    let code = client.code();
    let login = client.token(&client.redemption(&code)).json();
    let (access, refresh) = (text(&login, "access_token"), text(&login, "refresh_token"));
    let renewed = text(&client.refresh(&refresh).json(), "access_token");
    assert_eq!(error(&client.token(&client.redemption(&code))), refused("invalid_grant"));
    for token in [&access, &renewed] {
        assert_eq!(client.api(token).status, 401);
    }
    assert_eq!(error(&client.refresh(&refresh)), refused("invalid_grant"));
    assert_eq!(client.api(client.sandbox.token()).status, 200, "another sign-in is not touched");
}

#[test]
fn a_code_does_not_last() {
    let client = Client::with(&[], Terms { code_life: 0, ..Terms::default() });
    let code = client.code();
    let answer = client.token(&client.redemption(&code));
    assert_eq!(error(&answer), refused("invalid_grant"));
    assert!(answer.text().contains("expired"));
}

#[test]
fn a_public_client_says_its_name_and_has_no_secret() {
    let client = Client::new();
    let refresh = client.sandbox.refresh_token();
    let good = client.known(vec![("grant_type", "refresh_token"), ("refresh_token", refresh)]);
    let expected = (401, "invalid_client".to_owned());
    let with_secret = [good.clone(), vec![("client_secret", "guess")]].concat();
    let unknown = but(&good, "client_id", Some("another"));
    let unnamed = but(&good, "client_id", None);
    for pairs in [with_secret, unknown, unnamed] {
        assert_eq!(error(&client.token(&pairs)), expected, "{pairs:?}");
    }
    let basic = Ask::new(client.sandbox.port(), "POST", "/oauth/token").form(&good);
    let answer = basic.header("authorization", "Basic Y21kb3AtY2xpOg==").send().unwrap();
    assert_eq!(error(&answer), expected);
    assert!(answer.header("www-authenticate").is_some());
    assert_eq!(client.sandbox.rotations(), 0);
    assert_eq!(client.token(&good).status, 200);
}

#[test]
fn the_token_endpoint_takes_forms_by_post_alone() {
    let client = Client::new();
    assert_eq!(client.get("/oauth/token?grant_type=refresh_token").status, 405);
    let post = || Ask::new(client.sandbox.port(), "POST", "/oauth/token");
    let json = post().json(&json!({ "grant_type": "refresh_token" })).send().unwrap();
    assert_eq!(error(&json), refused("invalid_request"));
    let in_query = Ask::new(client.sandbox.port(), "POST", "/oauth/token?client_id=cmdop-cli&grant_type=x");
    assert_eq!(error(&in_query.form(&[]).send().unwrap()), (401, "invalid_client".to_owned()));
    let twice = client.known(vec![("grant_type", "refresh_token"), ("grant_type", "refresh_token")]);
    assert_eq!(error(&client.token(&twice)), refused("invalid_request"));
    let password = client.known(vec![("grant_type", "password"), ("username", "ada"), ("password", "x")]);
    assert_eq!(error(&client.token(&password)), refused("unsupported_grant_type"));
}
