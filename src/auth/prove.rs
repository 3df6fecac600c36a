//! Proof that a token works: the API says who it belongs to (facts: "REST API", `GET /v1/auth/me`).

use reqwest::header::HeaderValue;
use serde_json::{Map, Value};
use tokio::time::Instant;
use url::Url;
use zeroize::Zeroizing;

use super::oauth::reply::ask_for_fields;
use super::oauth::{Refusal, Refused};
use super::person::Due;
use crate::credential::Context;
use crate::credential::destination::permit;
use crate::model::secret::Secret;
use crate::world::exchange::{Ask, shown};

/// Whom a token belongs to, as the API says it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Me {
    pub user_id: Option<String>,
    pub email: Option<String>,
    pub workspace_id: Option<String>,
    pub workspace_name: Option<String>,
    pub role: Option<String>,
}

/// How the API takes a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    Accepted(Me),
    /// The token is good, and something else is due, as a rule at a page.
    Due {
        what: Due,
        page: Option<String>,
    },
    /// The token is not good.
    Refused(Refusal),
    /// Nobody knows: the API has no such route, or gave no usable answer.
    Unknown(Refused),
}

/// Asks the API who `token` belongs to, or where it has no such route, for the machines, as the
/// product's own documentation does to try a key (facts: the table of authentication issues).
pub async fn prove(ctx: &Context, token: &Secret<String>, deadline: Instant) -> Standing {
    let mut standing = asked(ctx, token, "/v1/auth/me", deadline).await;
    if matches!(&standing, Standing::Unknown(why) if why.is_no_route()) {
        standing = match asked(ctx, token, "/v1/machines", deadline).await {
            Standing::Accepted(_) => Standing::Accepted(Me::default()),
            other => other,
        };
    }
    tracing::info!(standing = standing.name(), "the API was asked about the new token");
    standing
}

async fn asked(ctx: &Context, token: &Secret<String>, path: &str, deadline: Instant) -> Standing {
    let Ok(url) = Url::parse(&format!("{}{path}", ctx.settings.api.value)) else {
        return Standing::Unknown(Refused::NotOffered("usable API address"));
    };
    if let Err(why) = permit(&url, &ctx.settings) {
        return Standing::Unknown(Refused::Withheld { address: shown(&url), why });
    }
    let bearer = Zeroizing::new(format!("Bearer {}", token.expose()));
    let Ok(mut header) = HeaderValue::from_str(&bearer) else {
        return Standing::Unknown(Refused::NotOffered("token that a header can carry"));
    };
    header.set_sensitive(true);
    let ask = Ask { authorization: Some(header), ..Ask::get(url) };
    match ask_for_fields(ctx, &ask, deadline).await {
        Ok(reply) => Standing::Accepted(me(&reply.fields)),
        Err(refused) => judged(refused),
    }
}

impl Standing {
    /// The word that logs use.
    fn name(&self) -> &'static str {
        match self {
            Standing::Accepted(_) => "accepted",
            Standing::Due { what: Due::SecondFactor, .. } => "second factor due",
            Standing::Due { what: Due::SignOn, .. } => "sign-on due",
            Standing::Refused(_) => "refused",
            Standing::Unknown(_) => "unknown",
        }
    }
}

fn judged(refused: Refused) -> Standing {
    let Refused::ByServer(refusal) = refused else { return Standing::Unknown(refused) };
    let due = match refusal.code.as_deref() {
        Some("two_factor_required") => Some(Due::SecondFactor),
        Some("sso_required") => Some(Due::SignOn),
        _ => None,
    };
    match (due, refusal.status) {
        (Some(what), 401 | 403) => Standing::Due { what, page: refusal.login_url },
        // The API knows the token, and another right is lacking.
        (None, 403) => Standing::Accepted(Me::default()),
        (None, 401) => Standing::Refused(refusal),
        _ => Standing::Unknown(Refused::ByServer(refusal)),
    }
}

/// The user in an answer, with or without the envelope.
fn me(fields: &Map<String, Value>) -> Me {
    let user = fields.get("data").and_then(Value::as_object).unwrap_or(fields);
    let workspace = user.get("workspace").and_then(Value::as_object);
    let text = |of: Option<&Map<String, Value>>, name: &str| match of?.get(name)? {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    };
    Me {
        user_id: text(Some(user), "id"),
        email: text(Some(user), "email"),
        workspace_id: text(workspace, "id"),
        workspace_name: text(workspace, "name"),
        role: text(Some(user), "role"),
    }
}

/// The name of the workspace of the credential in force, if that workspace forbids signing in with
/// other providers (facts: "REST API", `GET /v1/workspaces/{id}/sso`). `None` where it does not, or
/// where nobody knows.
pub(super) async fn forbids_direct(ctx: &Context, deadline: Instant) -> Option<String> {
    ctx.wallet.read(&ctx.settings, &ctx.world).await;
    let asked = async |path: String| {
        let url = Url::parse(&format!("{}{path}", ctx.settings.api.value)).ok()?;
        let attached = ctx.wallet.attach("active", &url, &ctx.settings, &ctx.world).ok()?;
        let ask = Ask { authorization: Some(attached.header()), ..Ask::get(url) };
        ask_for_fields(ctx, &ask, deadline).await.ok()
    };
    let me = me(&asked("/v1/auth/me".to_owned()).await?.fields);
    let id = me
        .workspace_id
        .filter(|id| id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte)))?;
    let answer = asked(format!("/v1/workspaces/{id}/sso")).await?;
    let sso = answer.fields.get("data").unwrap_or(&Value::Null);
    let allowed = sso.get("direct_oauth_allowed").and_then(Value::as_bool);
    (allowed == Some(false)).then(|| me.workspace_name.unwrap_or(id))
}
