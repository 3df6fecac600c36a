//! `/auth/me`: whom a credential speaks for, and what it may do.

use axum::extract::State;
use axum::response::Response;
use serde_json::{Value, json};

use crate::sandbox::access::Caller;
use crate::sandbox::answer::{Refusal, one};
use crate::sandbox::door::Shared;
use crate::sandbox::records::{Kind, Records, User};

/// `GET /v1/auth/me`. Every accepted credential may ask.
pub(super) async fn show(caller: Caller, State(core): State<Shared>) -> Result<Response, Refusal> {
    let records = core.records();
    let user = records.user(&caller.user).ok_or_else(|| Refusal::not_found("User not found"))?;
    let published = published(&caller, user);
    match records.published_fields_only {
        true => Ok(one(published)),
        false => Ok(one(with_surroundings(published, &caller, user, &records))),
    }
}

fn published(caller: &Caller, user: &User) -> Value {
    let permissions: Vec<_> = caller.permissions().into_iter().map(|permission| permission.name()).collect();
    json!({
        "id": user.id,
        "email": user.email,
        "name": user.name,
        "plan": "team",
        "permissions": permissions,
    })
}

fn with_surroundings(mut me: Value, caller: &Caller, user: &User, records: &Records) -> Value {
    let home = caller.home(records).ok();
    me["workspace"] = home.map_or(Value::Null, |home| json!({ "id": home.id, "name": home.name }));
    me["role"] = caller.role.map_or(Value::Null, |role| Value::from(role.name()));
    me["kind"] = Value::from(match caller.kind {
        Kind::Token => "user",
        Kind::ApiKey => "api_key",
    });
    if let Some(end) = caller.expires_at {
        me["expires_at"] = Value::from(end.to_string());
    }
    me["two_factor"] = json!({
        "enabled": user.two_factor,
        "required_by_workspace": home.is_some_and(|home| home.two_factor_required),
    });
    me
}
