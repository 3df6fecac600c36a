//! Telling the server that a token is no longer wanted (RFC 7009).

use tokio::time::Instant;

use super::endpoints::Endpoints;
use super::refused::Refused;
use super::reply::post;
use crate::credential::Context;
use crate::model::secret::Secret;

/// Revokes the tokens of one login, the refresh token first: with it many servers end the whole login.
///
/// # Errors
/// When the server could not be told of one of them.
pub async fn revoke_both(
    ctx: &Context,
    endpoints: &Endpoints,
    refresh: Option<&Secret<String>>,
    access: Option<&Secret<String>>,
    deadline: Instant,
) -> Result<(), Refused> {
    let mut first = None;
    for (token, hint) in [(refresh, Hint::Refresh), (access, Hint::Access)] {
        let Some(token) = token else { continue };
        match revoke(ctx, endpoints, token, hint, deadline).await {
            Ok(()) => tracing::info!(?hint, "revoked"),
            Err(why) => {
                tracing::warn!(?hint, %why, "not revoked");
                first = first.or(Some(why));
            }
        }
    }
    first.map_or(Ok(()), Err)
}

/// Which of the two tokens one is (RFC 7009 section 2.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hint {
    Access,
    Refresh,
}

impl Hint {
    fn name(self) -> &'static str {
        match self {
            Hint::Access => "access_token",
            Hint::Refresh => "refresh_token",
        }
    }
}

/// Revokes `token`. A token that the server does not know (any more) is revoked
/// (RFC 7009 section 2.2).
pub async fn revoke(
    ctx: &Context,
    endpoints: &Endpoints,
    token: &Secret<String>,
    hint: Hint,
    deadline: Instant,
) -> Result<(), Refused> {
    let url = endpoints.revocation.as_ref().ok_or(Refused::NotOffered("revocation"))?;
    let fields = [("token", token.expose().as_str()), ("token_type_hint", hint.name())];
    match post(ctx, endpoints, url, &fields, deadline).await {
        // Servers answer with a page, a word or nothing: the status alone counts.
        Ok(_) | Err(Refused::Odd { status: 200..=299, .. }) => Ok(()),
        Err(refused) if refused.is_no_route() => Err(Refused::NotOffered("revocation")),
        Err(refused) => Err(refused),
    }
}
