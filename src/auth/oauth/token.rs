//! Getting tokens: one form to the token endpoint, and what comes back, read tolerantly
//! (RFC 6749 sections 4.1.3, 5 and 6, RFC 8628 section 3.4).

use std::fmt::Write;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};
use tokio::time::Instant;
use url::Url;

use super::endpoints::Endpoints;
use super::refused::Refused;
use super::reply::{Reply, post};
use crate::credential::{Context, Grant};
use crate::model::secret::Secret;

/// The grant type of the device flow (RFC 8628 section 3.4).
pub const DEVICE_CODE: &str = "urn:ietf:params:oauth:grant-type:device_code";

/// A lifetime beyond this many seconds, a hundred years, is no statement about an end.
const LONGEST_LIFE: f64 = 3.2e9;

/// Asks for tokens with `fields`, the first of which is `grant_type`; the client's name is added.
/// Where an endpoint that may be asked has no such route, the next one is.
pub async fn redeem(
    ctx: &Context,
    endpoints: &Endpoints,
    fields: &[(&str, &str)],
    deadline: Instant,
) -> Result<Grant, Refused> {
    let mut first = None;
    for url in candidates(endpoints, fields) {
        match post(ctx, endpoints, url, fields, deadline).await {
            Ok(reply) => return grant(&reply, &endpoints.issuer),
            Err(refused) if refused.is_no_route() => {
                tracing::debug!(why = %refused, "no tokens are given there");
                first = first.or(Some(refused));
            }
            Err(refused) => return Err(refused),
        }
    }
    Err(first.unwrap_or(Refused::NotOffered("token endpoint")))
}

/// Exchanges a refresh token (RFC 6749 section 6).
pub async fn refresh(
    ctx: &Context,
    endpoints: &Endpoints,
    token: &Secret<String>,
    deadline: Instant,
) -> Result<Grant, Refused> {
    let fields = [("grant_type", "refresh_token"), ("refresh_token", token.expose().as_str())];
    redeem(ctx, endpoints, &fields, deadline).await
}

/// A device code is known where it was made; a code where the browser was sent.
fn candidates<'e>(endpoints: &'e Endpoints, fields: &[(&str, &str)]) -> &'e [Url] {
    let device = fields.contains(&("grant_type", DEVICE_CODE));
    match (&endpoints.device, device) {
        (Some(device), true) => &device.tokens,
        (None, true) => &[],
        (_, false) => &endpoints.tokens,
    }
}

/// The grant in an answer (RFC 6749 section 5.1; facts: "Token answer there").
fn grant(reply: &Reply, issuer: &str) -> Result<Grant, Refused> {
    let access = reply.text("access_token").filter(|token| token.bytes().all(|byte| byte.is_ascii_graphic()));
    let access = Secret::new(access.ok_or_else(|| reply.odd("it has no access token"))?);
    let token_type = match reply.text("token_type") {
        None => "Bearer".to_owned(),
        Some(bearer) if bearer.eq_ignore_ascii_case("bearer") => "Bearer".to_owned(),
        // "The client MUST NOT use" those that it does not know (RFC 6749 section 7.1).
        Some(_) => return Err(reply.odd("its token is of a type that this program does not know")),
    };
    let claims = id_claims(reply);
    let claim = |name: &str| claims.get(name).and_then(Value::as_str).map(str::to_owned);
    Ok(Grant {
        refresh: reply.text("refresh_token").map(Secret::new),
        access,
        token_type,
        expires_at: expires_at(reply),
        scope: scope(reply),
        workspace_id: reply.text("workspace_id"),
        workspace_name: reply.text("workspace_name"),
        user_id: reply.text("user_id").or_else(|| claim("sub")),
        user_email: reply.text("user_email").or_else(|| claim("email")),
        issuer: issuer.to_owned(),
        via: None,
    })
}

/// `expires_in` counts from the answer. Zero, as in the keyring's form of the store (facts), and
/// whatever is no lifetime say nothing.
fn expires_at(reply: &Reply) -> Option<i64> {
    let seconds =
        reply.seconds("expires_in").filter(|seconds| (f64::EPSILON..LONGEST_LIFE).contains(seconds))?;
    #[expect(clippy::cast_possible_truncation, reason = "bounded just before")]
    Some(reply.received_at.saturating_add((seconds * 1000.0) as i64))
}

/// Scopes are a text; some servers make a list of them.
fn scope(reply: &Reply) -> Option<String> {
    match reply.fields.get("scope") {
        Some(Value::Array(scopes)) => {
            let mut joined = String::new();
            for scope in scopes.iter().filter_map(Value::as_str) {
                let gap = if joined.is_empty() { "" } else { " " };
                // Writing to memory cannot fail.
                let _written = write!(joined, "{gap}{scope}");
            }
            Some(joined).filter(|joined| !joined.is_empty())
        }
        _ => reply.text("scope"),
    }
}

/// What an id token says of the user: to show it, never to trust it, for it came over the same
/// connection as the rest (OpenID Connect Core 1.0 section 3.1.3.7 point 6).
fn id_claims(reply: &Reply) -> Map<String, Value> {
    let payload = reply.text("id_token").and_then(|token| {
        let payload = token.split('.').nth(1)?.to_owned();
        let bytes = URL_SAFE_NO_PAD.decode(payload.trim_end_matches('=')).ok()?;
        serde_json::from_slice(&bytes).ok()
    });
    payload.unwrap_or_default()
}

#[cfg(test)]
#[path = "token_tests.rs"]
mod tests;
