//! Faults that answer in place of the routes.

use std::time::Duration;

use axum::Json;
use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use serde_json::json;

use super::body::dripping;
use crate::sandbox::answer::Refusal;
use crate::sandbox::door::Asked;
use crate::sandbox::oauth;

/// How deep `deep_json` nests.
const DEEP: usize = 100_000;

/// How much `too_large` sends: more than twice what a client should be ready to read.
const LARGE: usize = 2 * 1024 * 1024 + 1;

/// JSON that ends in the middle.
const CUT: &str = r#"{"data": [{"id": "mach_"#;

/// The seconds that `unavailable` asks to wait.
const WAIT: i64 = 30;

pub(super) fn server_error(_: &Asked) -> Option<Response> {
    let words = "An unexpected error occurred";
    Some(Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, "internal_error", words).into_response())
}

pub(super) fn bad_gateway(_: &Asked) -> Option<Response> {
    Some(gateway_page(StatusCode::BAD_GATEWAY))
}

pub(super) fn gateway_timeout(_: &Asked) -> Option<Response> {
    Some(gateway_page(StatusCode::GATEWAY_TIMEOUT))
}

/// What a reverse proxy says of a server behind it that is gone.
fn gateway_page(status: StatusCode) -> Response {
    let title = format!("{} {}", status.as_u16(), status.canonical_reason().unwrap_or_default());
    let page = format!("<html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>\n");
    (status, Html(page)).into_response()
}

pub(super) fn unavailable(_: &Asked) -> Option<Response> {
    let refusal = Refusal::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", "Down for maintenance");
    Some(refusal.retry_after(WAIT).into_response())
}

pub(super) fn captive_portal(_: &Asked) -> Option<Response> {
    let page = "<!doctype html><title>Welcome</title><h1>Welcome to the guest network</h1>\
                <form action=\"/accept\"><button>I accept the terms</button></form>\n";
    Some(Html(page).into_response())
}

pub(super) fn portal_redirect(_: &Asked) -> Option<Response> {
    let portal = HeaderValue::from_static("http://portal.example/login?from=guest");
    Some((StatusCode::FOUND, [(header::LOCATION, portal)]).into_response())
}

pub(super) fn redirect_loop(asked: &Asked) -> Option<Response> {
    Some(Redirect::temporary(&asked.path).into_response())
}

pub(super) fn filtered_page(_: &Asked) -> Option<Response> {
    let page = "<!doctype html><title>Access denied</title><h1>Blocked by policy</h1>\
                <p>Category: remote access. Ask your IT department.\n";
    Some((StatusCode::FORBIDDEN, Html(page)).into_response())
}

pub(super) fn website(_: &Asked) -> Option<Response> {
    let page = "<!doctype html><title>Not found</title><h1>This page does not exist</h1>\n";
    Some((StatusCode::NOT_FOUND, Html(page)).into_response())
}

pub(super) fn no_route(asked: &Asked) -> Option<Response> {
    asked.below_v1().map(|_| StatusCode::NOT_FOUND.into_response())
}

pub(super) fn unpublished_route(asked: &Asked) -> Option<Response> {
    let published = ["/machines", "/auth/me", "/sessions"];
    let path = asked.below_v1()?;
    (!published.contains(&path)).then(|| StatusCode::NOT_FOUND.into_response())
}

pub(super) fn no_discovery(asked: &Asked) -> Option<Response> {
    oauth::is_discovery(&asked.path).then(|| StatusCode::NOT_FOUND.into_response())
}

pub(super) fn token_endpoint_broken(asked: &Asked) -> Option<Response> {
    let broken = oauth::TOKEN_PATHS.contains(&asked.path.as_str());
    broken.then(|| server_error(asked)).flatten()
}

pub(super) fn token_not_json(asked: &Asked) -> Option<Response> {
    let page = "<!doctype html><title>Welcome</title><h1>It works</h1>\n";
    oauth::TOKEN_PATHS.contains(&asked.path.as_str()).then(|| Html(page).into_response())
}

pub(super) fn revocation_broken(asked: &Asked) -> Option<Response> {
    let broken = oauth::REVOCATION_PATHS.contains(&asked.path.as_str());
    broken.then(|| unavailable(asked)).flatten()
}

pub(super) fn cut_body(_: &Asked) -> Option<Response> {
    // It has to take its time: a body that ends at once is cut before its head is sent.
    let mut response = json_response(dripping(Body::from(CUT), Duration::from_millis(1)));
    response.headers_mut().insert(header::CONTENT_LENGTH, HeaderValue::from_static("4096"));
    Some(response)
}

pub(super) fn cut_json(_: &Asked) -> Option<Response> {
    Some(json_response(Body::from(CUT)))
}

pub(super) fn not_json(_: &Asked) -> Option<Response> {
    Some(json_response(Body::from("it works!\n")))
}

pub(super) fn not_utf8(_: &Asked) -> Option<Response> {
    Some(json_response(Body::from(&b"{\"data\": [], \"meta\": {\"request_id\": \"\xff\xfe\"}}"[..])))
}

pub(super) fn empty_body(_: &Asked) -> Option<Response> {
    Some(json_response(Body::empty()))
}

pub(super) fn deep_json(_: &Asked) -> Option<Response> {
    let body = format!("{{\"data\": {}{}}}", "[".repeat(DEEP), "]".repeat(DEEP));
    Some(json_response(Body::from(body)))
}

pub(super) fn too_large(_: &Asked) -> Option<Response> {
    Some(json_response(Body::from(format!("{{\"data\": \"{}\"}}", "x".repeat(LARGE)))))
}

pub(super) fn echoes_credential(asked: &Asked) -> Option<Response> {
    let message = format!("Invalid token: {}", asked.authorization.as_deref()?);
    let body = json!({ "error": { "code": "unauthorized", "message": message } });
    Some((StatusCode::UNAUTHORIZED, Json(body)).into_response())
}

fn json_response(body: Body) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], body).into_response()
}
