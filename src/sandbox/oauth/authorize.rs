//! The authorization endpoint: is this a request that may be put to a person?

use axum::Extension;
use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};

use super::code::is_challenge;
use super::fields::Fields;
use super::issuer::Issuer;
use super::outcome::callback;
use super::pages;
use super::redirect::RedirectUri;
use super::refusal::Refused;
use super::visit::Purpose;
use super::visitor::{arrive, remembered};
use crate::sandbox::door::Shared;

/// `GET /oauth/authorize` (RFC 6749, section 4.1.1). Until client and redirect URI are known to be
/// good, errors are shown here and sent nowhere (section 4.1.2.1); after that the client is told.
pub(super) async fn ask(
    State(core): State<Shared>,
    Extension(issuer): Extension<&'static Issuer>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let fields = Fields::parse(query.unwrap_or_default().as_bytes());
    let redirect_uri = match way_back(&fields, issuer) {
        Ok(uri) => uri,
        Err(why) => return pages::problem(&why),
    };
    let mut records = core.records();
    // A `state` that is there twice is none.
    let state = fields.get("state").ok().flatten();
    let purpose = match purpose(&fields, issuer, &redirect_uri) {
        Ok(purpose) => purpose,
        Err(refused) => {
            let answers = [("error", refused.error), ("error_description", refused.why.as_str())];
            let back = callback(&records, issuer, &redirect_uri, state, &answers);
            return Redirect::to(&back).into_response();
        }
    };
    match arrive(&mut records, &headers, core.port, issuer, purpose) {
        Ok(visit) => remembered(pages::consent(&visit, &records), &visit, core.port),
        Err(error) => Refused::from(error).into_response(),
    }
}

/// Where the answer may be sent to; fails in words for the person at the browser.
fn way_back(fields: &Fields, issuer: &Issuer) -> Result<RedirectUri, String> {
    let client = fields.required("client_id").map_err(|refused| refused.why)?;
    if client != issuer.client {
        return Err("client_id is not one that is known here".to_owned());
    }
    let uri = fields.required("redirect_uri").map_err(|refused| refused.why)?;
    RedirectUri::parse(uri).map_err(|why| format!("redirect_uri is not acceptable: {why}"))
}

/// What the client wants, if all of it is in order. PKCE by S256 and `state` are required.
fn purpose(fields: &Fields, issuer: &Issuer, redirect_uri: &RedirectUri) -> Result<Purpose, Refused> {
    match fields.required("response_type")? {
        "code" => {}
        _ => return Err(Refused::new("unsupported_response_type", "response_type must be code")),
    }
    let state = fields.required("state")?.to_owned();
    let challenge = fields.required("code_challenge")?.to_owned();
    // Without a method, plain is meant (RFC 7636, section 4.3).
    if fields.get("code_challenge_method")? != Some("S256") {
        return Err(Refused::request("code_challenge_method must be S256"));
    }
    if !is_challenge(&challenge) {
        return Err(Refused::request("code_challenge is not the base64url of a SHA-256"));
    }
    if fields.get("response_mode")?.is_some_and(|mode| mode != "query") {
        return Err(Refused::request("response_mode must be query"));
    }
    if fields.get("prompt")? == Some("none") {
        return Err(Refused::new("interaction_required", "nobody is signed in without being asked"));
    }
    match fields.get("scope")? {
        None if issuer.scope_required => Err(Refused::request("scope is missing")),
        _ => Ok(Purpose::Client { redirect_uri: redirect_uri.clone(), state, challenge }),
    }
}
