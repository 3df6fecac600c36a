//! The metadata of the authorization server (RFC 8414; OpenID Connect Discovery 1.0).

use axum::extract::State;
use axum::{Extension, Json};
use serde_json::{Value, json};

use super::issuer::Issuer;
use super::quirks::IssAnswer;
use super::token::DEVICE_GRANT;
use crate::sandbox::door::Shared;

/// The metadata, at either well-known place. It is public.
pub(super) async fn show(
    State(core): State<Shared>,
    Extension(issuer): Extension<&'static Issuer>,
) -> Json<Value> {
    let records = core.records();
    let (base, quirks) = (&records.base, &records.ledger.quirks);
    let at = |path: &str| format!("{base}{path}");
    let mut grants = vec!["authorization_code", "refresh_token"];
    let mut metadata = json!({
        "issuer": at(issuer.path),
        "authorization_endpoint": at(issuer.authorize),
        "token_endpoint": at(issuer.token),
        "revocation_endpoint": at(issuer.revoke),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "code_challenge_methods_supported": ["S256"],
        "token_endpoint_auth_methods_supported": [issuer.method()],
        "revocation_endpoint_auth_methods_supported": [issuer.method()],
        "scopes_supported": issuer.scope.split(' ').collect::<Vec<_>>(),
    });
    if quirks.iss != IssAnswer::Unpromised {
        metadata["authorization_response_iss_parameter_supported"] = Value::from(true);
    }
    if !quirks.no_device {
        metadata["device_authorization_endpoint"] = Value::from(at(issuer.device));
        grants.push(DEVICE_GRANT);
    }
    metadata["grant_types_supported"] = Value::from(grants);
    if quirks.other_issuer {
        metadata["issuer"] = Value::from("https://login.example");
    }
    if quirks.foreign_token_endpoint {
        metadata["token_endpoint"] = Value::from("https://login.example/token");
    }
    Json(metadata)
}
