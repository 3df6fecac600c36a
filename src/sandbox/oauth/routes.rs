//! Where the authorization servers answer.

use axum::routing::{get, post};
use axum::{Extension, Router};

use super::issuer::{GOOGLE, Issuer, OWN};
use super::{authorize, device, discovery, revoke, steps, token, token_info};
use crate::sandbox::door::Shared;

/// The two well-known names (OpenID Connect Discovery 1.0, section 4; RFC 8414, section 3).
const OPENID: &str = "/.well-known/openid-configuration";
const OAUTH: &str = "/.well-known/oauth-authorization-server";

/// The documented endpoints of the device flow (facts, "OAuth").
const SYSTEM: &str = "/api/system/oauth";

/// Every token endpoint.
pub(in crate::sandbox) const TOKEN_PATHS: [&str; 3] =
    ["/oauth/token", "/api/system/oauth/token/", "/provider/google/token"];

/// Every revocation endpoint.
pub(in crate::sandbox) const REVOCATION_PATHS: [&str; 3] =
    ["/oauth/revoke", "/api/system/oauth/revoke/", "/provider/google/revoke"];

/// Whether metadata is at `path`.
pub(in crate::sandbox) fn is_discovery(path: &str) -> bool {
    path.ends_with(OPENID) || path.starts_with(OAUTH)
}

/// All of it: CMDOP's own server at its advertised and its documented places, and the make-believe
/// Google.
pub(in crate::sandbox) fn routes() -> Router<Shared> {
    let pages =
        Router::new().route("/oauth/visit", post(steps::go_on)).route("/idp/sign-on", get(steps::sign_on));
    let own = at(&OWN)
        .route(&format!("{SYSTEM}/device/"), post(device::begin))
        .route(&format!("{SYSTEM}/token/"), post(token::grant))
        .route(&format!("{SYSTEM}/revoke/"), post(revoke::revoke))
        .route(&format!("{SYSTEM}/token/info/"), get(token_info::show));
    pages.merge(own.layer(Extension(&OWN))).merge(at(&GOOGLE).layer(Extension(&GOOGLE)))
}

fn at(issuer: &'static Issuer) -> Router<Shared> {
    Router::new()
        .route(&format!("{}{OPENID}", issuer.path), get(discovery::show))
        .route(&format!("{OAUTH}{}", issuer.path), get(discovery::show))
        .route(issuer.authorize, get(authorize::ask))
        .route(issuer.token, post(token::grant))
        .route(issuer.device, post(device::begin))
        .route(issuer.revoke, post(revoke::revoke))
        .route(issuer.device_page, get(steps::device))
}
