//! Proof that a token works: the API says who it belongs to (facts: "REST API", `GET /v1/auth/me`).

use reqwest::header::HeaderValue;
use serde_json::{Map, Value};
use tokio::time::Instant;
use url::Url;
use zeroize::Zeroizing;

use super::api::Api;
use super::fields::{flag, segment};
use super::identity::{self, Identity, ME};
use super::oauth::reply::ask_for_fields;
use super::oauth::{Refusal, Refused};
use super::person::Due;
use crate::credential::Context;
use crate::credential::destination::permit;
use crate::model::secret::Secret;
use crate::world::exchange::{Ask, shown};

/// How the API takes a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    Accepted(Box<Identity>),
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
    let mut standing = asked(ctx, token, ME, deadline).await;
    if matches!(&standing, Standing::Unknown(why) if why.is_no_route()) {
        standing = match asked(ctx, token, "/v1/machines", deadline).await {
            Standing::Accepted(_) => Standing::Accepted(Box::default()),
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
        Ok(reply) => Standing::Accepted(Box::new(caller(reply.fields))),
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
        (None, 403) => Standing::Accepted(Box::default()),
        (None, 401) => Standing::Refused(refusal),
        _ => Standing::Unknown(Refused::ByServer(refusal)),
    }
}

/// The caller in an answer, with or without the envelope.
fn caller(mut fields: Map<String, Value>) -> Identity {
    let data = fields.remove("data").filter(Value::is_object);
    Identity::of(&data.unwrap_or(Value::Object(fields)))
}

/// The name of the workspace of the credential in force, if that workspace forbids signing in with
/// other providers (facts: "REST API", `GET /v1/workspaces/{id}/sso`). `None` where it does not, or
/// where nobody knows.
pub(super) async fn forbids_direct(ctx: &Context) -> Option<String> {
    let api = Api::new(ctx);
    let me = identity::identity(api).await.ok()?;
    let id = me.workspace_id?;
    let sso = api.object(&format!("/v1/workspaces/{}/sso", segment(&id))).await.ok()?;
    (flag(&sso, "/direct_oauth_allowed") == Some(false)).then(|| me.workspace_name.unwrap_or(id))
}
