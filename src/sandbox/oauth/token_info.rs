//! What a token is good for (facts, "OAuth": `token/info`).

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::issue::name_workspace;
use super::ledger::Approval;
use super::refusal::unstored;
use crate::sandbox::access::Caller;
use crate::sandbox::door::Shared;

/// `GET /api/system/oauth/token/info/`, with the access token: both ends, workspace and user. The
/// names of the fields are not published.
pub(super) async fn show(caller: Caller, State(core): State<Shared>) -> Response {
    let records = core.records();
    let grant = records.grants.iter().find(|grant| grant.id == caller.grant);
    let family = grant.and_then(|grant| grant.family.as_ref());
    let family = records.ledger.families.iter().find(|known| Some(&known.id) == family);
    let approval = Approval {
        user: caller.user,
        workspace: caller.workspace,
        second_factor: grant.is_some_and(|grant| grant.second_factor),
    };
    let mut answer = json!({
        "token_type": "Bearer",
        "expires_at": caller.expires_at.map(|end| end.to_string()),
        "refresh_expires_at": family.map(|family| family.ends.to_string()),
    });
    if family.is_some() {
        answer["scope"] = Value::from("workspace:access");
    }
    name_workspace(&mut answer, &approval, &records);
    unstored(Json(answer).into_response())
}
