//! Token answers, as servers really write them.

use std::time::Duration;

use serde_json::json;

use super::*;
use crate::auth::oauth::refused::Refusal;
use crate::credential::rig::{Play, answer, context, head, json as answer_json, server};
use crate::world::clock::now_ms;

/// What redeeming brings where the token endpoint answers so; everything else is not there.
async fn redeemed(play: impl Fn(&str) -> Play + Send + Sync + 'static) -> Result<Grant, Refused> {
    let address = server(play).await;
    let ctx = context(&format!("http://{address}"), &[]);
    let base = Url::parse(&ctx.settings.issuer.value).unwrap();
    let mut endpoints = Endpoints::documented(&ctx.settings.issuer.value, &base, &ctx.settings);
    endpoints.stand_in(&ctx.settings);
    let fields = [("grant_type", "authorization_code"), ("code", "s3cr3t-code"), ("code_verifier", "s3cr3t")];
    redeem(&ctx, &endpoints, &fields, Instant::now() + Duration::from_secs(10)).await
}

fn route(request: &str, path: &str) -> bool {
    request.starts_with(&format!("POST {path} "))
}

#[tokio::test]
async fn a_full_answer_is_a_full_grant() {
    let before = now_ms();
    let grant = redeemed(|request| {
        assert!(request.contains("client_id=cmdop-cli") && request.contains("code_verifier=s3cr3t"));
        assert!(request.to_ascii_lowercase().contains("accept: application/json"));
        answer_json(
            "200 OK",
            &json!({
                "access_token": "clit_a", "refresh_token": "clitr_b", "token_type": "bearer", "expires_in": 3600,
                "scope": "workspace:access", "workspace_id": 7, "workspace_name": "acme-corp",
                "user_id": "usr_1", "user_email": "ada@example.test",
            }),
        )
    });
    let grant = grant.await.unwrap();
    assert_eq!(grant.access.expose(), "clit_a");
    assert_eq!(grant.refresh.unwrap().expose(), "clitr_b");
    assert_eq!((grant.token_type.as_str(), grant.workspace_id.as_deref()), ("Bearer", Some("7")));
    assert!(grant.expires_at.unwrap() >= before + 3_600_000);
}

#[tokio::test]
async fn odd_lifetimes_and_lacking_fields_are_no_fault() {
    for (lifetime, ends) in [
        (json!("3600"), true),
        (json!(3599.5), true),
        (json!(0), false),
        (json!(-5), false),
        (json!(1e300), false),
        (json!("soon"), false),
        (json!(null), false),
    ] {
        let body = json!({ "access_token": "a", "expires_in": lifetime, "scope": ["x", "y"] });
        let grant = redeemed(move |_| answer_json("200 OK", &body)).await.unwrap();
        assert_eq!(grant.expires_at.is_some(), ends, "{lifetime}");
        assert_eq!((grant.token_type.as_str(), grant.scope.as_deref()), ("Bearer", Some("x y")));
    }
}

#[tokio::test]
async fn a_form_is_read_where_a_server_answers_with_one() {
    let form = "application/x-www-form-urlencoded; charset=utf-8";
    let grant = redeemed(move |_| answer("200 OK", form, "access_token=gho_x&scope=user&token_type=bearer"));
    assert_eq!(grant.await.unwrap().access.expose(), "gho_x");
    let refused = redeemed(move |_| answer("200 OK", form, "error=incorrect_client_credentials")).await;
    assert!(refused.unwrap_err().says("incorrect_client_credentials"));
}

#[tokio::test]
async fn refusals_keep_their_code_and_lose_what_was_sent() {
    let body = json!({ "error": "invalid_grant", "error_description": "code s3cr3t-code is used" });
    let refused = redeemed(move |_| answer_json("400 Bad Request", &body)).await.unwrap_err();
    let Refused::ByServer(Refusal { code, description, .. }) = refused else { panic!("{refused}") };
    assert_eq!(code.as_deref(), Some("invalid_grant"));
    assert_eq!(description.as_deref(), Some("code *** is used"));
}

#[tokio::test]
async fn other_frameworks_refuse_in_other_words() {
    for (body, code, words) in [
        (json!({ "error": { "code": "forbidden", "message": "no" } }), Some("forbidden"), Some("no")),
        (json!({ "detail": "no" }), None, Some("no")),
        (json!({ "title": "Bad", "status": 400 }), None, Some("Bad")),
        (json!({ "error": "x" }), Some("x"), None),
        (json!({}), None, None),
    ] {
        let given = body.clone();
        let refused = redeemed(move |_| answer_json("400 Bad Request", &given)).await.unwrap_err();
        let Refused::ByServer(refusal) = refused else { panic!("{refused}") };
        assert_eq!((refusal.code.as_deref(), refusal.description.as_deref()), (code, words), "{body}");
    }
}

#[tokio::test]
async fn what_is_no_answer_of_a_token_endpoint_is_told_apart() {
    let empty = redeemed(|_| head("HTTP/1.1 400 Bad Request\r\nContent-Length: 0")).await.unwrap_err();
    assert!(matches!(empty, Refused::ByServer(Refusal { code: None, status: 400, .. })), "{empty}");
    let page = redeemed(|_| answer("200 OK", "text/html", "<html>hi</html>")).await.unwrap_err();
    assert!(matches!(page, Refused::Odd { status: 200, .. }) && page.may_have_acted(), "{page}");
    let nothing = redeemed(|_| answer_json("200 OK", &json!({}))).await.unwrap_err();
    assert!(nothing.to_string().contains("no access token"), "{nothing}");
    let foreign = redeemed(|_| answer_json("200 OK", &json!({ "access_token": "a", "token_type": "mac" })));
    assert!(matches!(foreign.await.unwrap_err(), Refused::Odd { .. }));
    let elsewhere =
        redeemed(|_| head("HTTP/1.1 302 Found\r\nLocation: https://evil.test/\r\nContent-Length: 0"));
    assert!(matches!(elsewhere.await.unwrap_err(), Refused::Odd { status: 302, .. }));
    let cut = redeemed(|_| Play::Say(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{".to_vec())).await;
    assert!(cut.unwrap_err().may_have_acted());
}

#[tokio::test]
async fn busy_servers_say_when_to_come_back() {
    let busy = redeemed(|_| head("HTTP/1.1 429 Too Many Requests\r\nRetry-After: 7\r\nContent-Length: 0"));
    let busy = busy.await.unwrap_err();
    assert!(busy.is_transient());
    assert_eq!(busy.retry_after(), Some(Duration::from_secs(7)));
}

#[tokio::test]
async fn the_next_documented_endpoint_is_asked_where_one_is_not_there() {
    let grant = redeemed(|request| match route(request, "/api/system/oauth/token/") {
        true => answer_json("200 OK", &json!({ "access_token": "a" })),
        false => answer("404 Not Found", "text/html", "<h1>not here</h1>"),
    });
    assert_eq!(grant.await.unwrap().access.expose(), "a");
    let nowhere = redeemed(|_| head("HTTP/1.1 404 Not Found\r\nContent-Length: 0")).await.unwrap_err();
    assert!(matches!(nowhere, Refused::ByServer(Refusal { status: 404, .. })), "{nowhere}");
}

#[tokio::test]
async fn nothing_is_sent_to_a_foreign_origin() {
    let ctx = context("https://api.test", &[]);
    let base = Url::parse("https://api.test").unwrap();
    let mut endpoints = Endpoints::documented("https://api.test", &base, &ctx.settings);
    for foreign in ["https://evil.test/token", "http://api.test/token", "https://api.test:444/token"] {
        endpoints.tokens = vec![Url::parse(foreign).unwrap()];
        let refused = refresh(&ctx, &endpoints, &Secret::new("clitr_x".to_owned()), Instant::now()).await;
        assert!(matches!(refused.unwrap_err(), Refused::Withheld { .. }), "{foreign}");
    }
}

#[test]
fn an_id_token_tells_who_signed_in() {
    let payload = URL_SAFE_NO_PAD.encode(r#"{"sub":"u1","email":"ada@example.test"}"#);
    let fields = json!({ "access_token": "a", "id_token": format!("e30.{payload}.sig") });
    let reply = Reply::of(fields.as_object().unwrap().clone());
    let grant = grant(&reply, "https://id.test").unwrap();
    assert_eq!(grant.user_email.as_deref(), Some("ada@example.test"));
    assert_eq!(grant.user_id.as_deref(), Some("u1"));
}
