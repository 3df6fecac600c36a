//! Who the server says that one is: `GET /v1/auth/me`.

use serde_json::Value as Json;

use super::api::Api;
use super::fields::{flag, text, texts, time};
use super::refusal::Refusal;

/// Where the API says who a credential speaks for (facts: "REST API").
pub(super) const ME: &str = "/v1/auth/me";

/// The caller, as the server knows them. Only some of it is published; what a server leaves out is
/// none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Identity {
    pub id: Option<String>,
    pub email: Option<String>,
    pub name: Option<String>,
    pub permissions: Option<Vec<String>>,
    pub workspace_id: Option<String>,
    pub workspace_name: Option<String>,
    pub role: Option<String>,
    /// When the credential ends by the server's word, in milliseconds since 1970.
    pub expires_at: Option<i64>,
    /// The user has set up a second factor.
    pub two_factor: Option<bool>,
    pub two_factor_required: Option<bool>,
}

/// Asks who the credential in force speaks for.
///
/// # Errors
/// When the server does not say.
pub async fn identity(api: Api<'_>) -> Result<Identity, Refusal> {
    Ok(Identity::of(&api.object(ME).await?))
}

impl Identity {
    /// The caller in the object `me`.
    pub(super) fn of(me: &Json) -> Identity {
        Identity {
            id: text(me, "/id"),
            email: text(me, "/email"),
            name: text(me, "/name"),
            permissions: texts(me, "/permissions"),
            workspace_id: text(me, "/workspace/id"),
            workspace_name: text(me, "/workspace/name"),
            role: text(me, "/role"),
            expires_at: time(me, "/expires_at"),
            two_factor: flag(me, "/two_factor/enabled"),
            two_factor_required: flag(me, "/two_factor/required_by_workspace"),
        }
    }
}
