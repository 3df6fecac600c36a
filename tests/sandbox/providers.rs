//! The make-believe Google: what is odd about it, and who may sign in with it.

use cmdop_doctor::sandbox::Fault;
use serde_json::json;

use crate::client::{Client, but, error, refused, text, value};
use crate::wire::Ask;

#[test]
fn it_describes_itself_at_both_well_known_places() {
    let client = Client::google(&[]);
    let metadata = client.metadata();
    assert_eq!(metadata["issuer"], format!("{}/provider/google", client.sandbox.base_url()));
    assert_eq!(metadata["token_endpoint_auth_methods_supported"], json!(["client_secret_post"]));
    assert_eq!(client.get("/.well-known/oauth-authorization-server/provider/google").json(), metadata);
}

#[test]
fn a_sign_in_with_it_works_and_its_callback_says_so() {
    let client = Client::google(&[]);
    let said = client.consent(&client.request());
    let iss = format!("{}/provider/google", client.sandbox.base_url());
    assert_eq!(value(&said, "iss"), Some(iss));
    let login = client.login();
    assert_eq!(client.api(&text(&login, "access_token")).status, 200);
    assert_eq!(login.get("workspace_id"), None, "it knows nothing of workspaces");
}

#[test]
fn the_secret_that_is_none_has_to_be_sent() {
    let client = Client::google(&[]);
    let code = client.code();
    let good = client.redemption(&code);
    for secret in [None, Some("guess")] {
        let answer = client.token(&but(&good, "client_secret", secret));
        assert_eq!(error(&answer), (401, "invalid_client".to_owned()));
    }
    assert_eq!(client.token(&good).status, 200);
}

#[test]
fn a_scope_has_to_be_named() {
    let client = Client::google(&[]);
    let said = client.consent(&but(&client.request(), "scope", None));
    assert_eq!(value(&said, "error").as_deref(), Some("invalid_request"));
    let device = client.post("/provider/google/device/code", &[("client_id", "cmdop-cli")]);
    assert_eq!(error(&device), refused("invalid_request"));
}

#[test]
fn refresh_tokens_stay_and_are_not_repeated() {
    let client = Client::google(&[]);
    let refresh = text(&client.login(), "refresh_token");
    for _ in 0..2 {
        let renewed = client.refresh(&refresh);
        assert_eq!((renewed.status, renewed.json().get("refresh_token")), (200, None));
        assert_eq!(client.api(&text(&renewed.json(), "access_token")).status, 200);
    }
    assert_eq!(client.revoke(&refresh).status, 200);
    assert_eq!(error(&client.refresh(&refresh)), refused("invalid_grant"));
}

#[test]
fn a_device_is_answered_in_its_own_words() {
    let client = Client::google(&[]);
    let device = client.device();
    assert_eq!(device.get("verification_uri"), None);
    assert_eq!(device.get("verification_uri_complete"), None);
    let page = format!("{}/provider/google/device", client.sandbox.base_url());
    assert_eq!(text(&device, "verification_url"), page);
    assert_eq!(error(&client.poll(&device)), (428, "authorization_pending".to_owned()));
    assert_eq!(error(&client.poll(&device)), (403, "slow_down".to_owned()));
    let denied = client.device();
    client.sandbox.deny_device(&text(&denied, "user_code")).unwrap();
    assert_eq!(error(&client.poll(&denied)), (403, "access_denied".to_owned()));
    let approved = client.device();
    client.sandbox.approve_device(&text(&approved, "user_code")).unwrap();
    assert_eq!(client.poll(&approved).status, 200);
}

#[test]
fn a_workspace_may_forbid_it() {
    let client = Client::google(&[Fault::SsoEnforced]);
    let said = client.consent(&client.request());
    assert_eq!(value(&said, "error").as_deref(), Some("access_denied"));
    let why = value(&said, "error_description").unwrap();
    assert_eq!(why, "the workspace acme-corp does not allow signing in with Google");
    let device = client.device();
    assert!(client.sandbox.approve_device(&text(&device, "user_code")).is_err());
    let answer = client.poll(&device);
    assert!(answer.status == 403 && answer.text().contains("does not allow"), "{}", answer.text());
}

#[test]
fn it_is_the_way_round_a_broken_single_sign_on() {
    let client = Client::google(&[Fault::SsoUserMissing]);
    assert_eq!(client.api(&text(&client.login(), "access_token")).status, 200);
}

#[test]
fn its_tokens_and_codes_are_worth_nothing_at_the_other_server() {
    let client = Client::google(&[]);
    let refresh = text(&client.login(), "refresh_token");
    let code = client.code();
    let own = |pairs: &[(&str, &str)]| {
        let public = but(pairs, "client_secret", None);
        Ask::new(client.sandbox.port(), "POST", "/oauth/token").form(&public).send().unwrap()
    };
    let renewal = client.known(vec![("grant_type", "refresh_token"), ("refresh_token", &refresh)]);
    assert_eq!(error(&own(&renewal)), refused("invalid_grant"));
    assert_eq!(error(&own(&client.redemption(&code))), refused("invalid_grant"));
    assert_eq!(client.refresh(&refresh).status, 200);
    let seeded = client.refresh(client.sandbox.refresh_token());
    assert_eq!(error(&seeded), refused("invalid_grant"));
}
