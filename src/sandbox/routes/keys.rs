//! `/api-keys`: making, listing and revoking API keys.

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::sandbox::access::Caller;
use crate::sandbox::answer::{Paging, Refusal, created, page};
use crate::sandbox::door::Shared;
use crate::sandbox::permission::Permission;
use crate::sandbox::random;
use crate::sandbox::records::{DAY, Grant, Kind, Records, from_now};
use crate::sandbox::seed::RANDOM_PART;

/// The longest name and the longest life of a key, in characters and in days.
const LONGEST_NAME: usize = 64;
const LONGEST_LIFE: i64 = 366;

/// `GET /v1/api-keys`: a person's own keys, an administrator's all of the workspace, of a key
/// without `admin` itself. The keys themselves are never shown again.
pub(super) async fn list(
    caller: Caller,
    paging: Paging,
    State(core): State<Shared>,
) -> Result<Response, Refusal> {
    let records = core.records();
    caller.home(&records)?;
    let visible = records.grants.iter().filter(|grant| sees(&caller, grant));
    Ok(page(visible.map(view).collect(), paging, records.endless_pages))
}

/// Whether `grant` is a key that the caller may see and revoke.
fn sees(caller: &Caller, grant: &Grant) -> bool {
    let here = grant.kind == Kind::ApiKey && grant.workspace == caller.workspace;
    let own = match caller.kind {
        Kind::Token => grant.user == caller.user,
        Kind::ApiKey => grant.id == caller.grant,
    };
    here && (own || caller.permissions().contains(&Permission::Admin))
}

fn view(key: &Grant) -> Value {
    let permissions: Vec<_> = key.permissions.iter().map(|permission| permission.name()).collect();
    let mut view = json!({
        "id": key.id,
        "name": key.name,
        "key_prefix": key.prefix(),
        "permissions": permissions,
        "created_at": key.created_at.to_string(),
    });
    for (name, time) in [("expires_at", key.expires_at), ("last_used_at", key.last_used_at)] {
        if let Some(time) = time {
            view[name] = Value::from(time.to_string());
        }
    }
    view
}

/// What is asked for when a key is made.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wish {
    name: String,
    /// Without them, everything that the caller may do.
    permissions: Option<Vec<String>>,
    /// Without it, for ever.
    expires_in_days: Option<i64>,
}

/// `POST /v1/api-keys`: a person may, unless they only view; a key only with `admin`.
pub(super) async fn create(
    caller: Caller,
    State(core): State<Shared>,
    wish: Result<Json<Wish>, JsonRejection>,
) -> Result<Response, Refusal> {
    let Json(wish) = wish.map_err(unreadable)?;
    let mut records = core.records();
    may_create(&caller, &records)?;
    let key = granted(&caller, &wish, &records)?;
    let mut answer = view(&key);
    answer["raw_key"] = Value::from(key.raw.clone());
    records.grants.push(key);
    Ok(created(answer))
}

fn unreadable(rejection: JsonRejection) -> Refusal {
    let code = match rejection.status() {
        StatusCode::UNPROCESSABLE_ENTITY => "validation_error",
        StatusCode::UNSUPPORTED_MEDIA_TYPE => "unsupported_media_type",
        StatusCode::PAYLOAD_TOO_LARGE => "payload_too_large",
        _ => "invalid_json",
    };
    Refusal::new(rejection.status(), code, rejection.body_text())
}

/// Making keys takes what a person needs to change anything, or what makes a key an administrator.
fn may_create(caller: &Caller, records: &Records) -> Result<(), Refusal> {
    let needed = match caller.kind {
        Kind::Token => Permission::MachinesWrite,
        Kind::ApiKey => Permission::Admin,
    };
    caller.may(needed, records).map(|_| ())
}

/// The key that is wished for, if all of the wish is in order.
fn granted(caller: &Caller, wish: &Wish, records: &Records) -> Result<Grant, Refusal> {
    let name = checked_name(&wish.name)?;
    let taken = |grant: &Grant| grant.kind == Kind::ApiKey && grant.user == caller.user && grant.name == name;
    if records.grants.iter().any(taken) {
        return Err(Refusal::new(StatusCode::CONFLICT, "conflict", format!("A key named {name} exists")));
    }
    let slug = &caller.home(records)?.slug;
    let random = |length| random::letters(length).map_err(|_| no_randomness());
    Ok(Grant {
        id: format!("key_{}", random(12)?),
        kind: Kind::ApiKey,
        name: name.to_owned(),
        raw: format!("cmd_{slug}_{}", random(RANDOM_PART)?),
        user: caller.user.clone(),
        workspace: caller.workspace.clone(),
        permissions: checked_permissions(wish.permissions.as_deref(), caller)?,
        second_factor: false,
        family: None,
        by_option: false,
        created_at: from_now(0),
        expires_at: checked_end(wish.expires_in_days)?,
        last_used_at: None,
    })
}

fn no_randomness() -> Refusal {
    Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, "internal_error", "No random bytes")
}

fn invalid(field: &str, why: String) -> Refusal {
    Refusal::new(StatusCode::UNPROCESSABLE_ENTITY, "validation_error", why).details(json!({ "field": field }))
}

fn checked_name(name: &str) -> Result<&str, Refusal> {
    let length = name.chars().count();
    let plain = !name.chars().any(char::is_control) && name.trim() == name;
    if plain && (1..=LONGEST_NAME).contains(&length) {
        return Ok(name);
    }
    Err(invalid(
        "name",
        format!("name must be 1 to {LONGEST_NAME} printable characters, without blanks around"),
    ))
}

/// No key may do more than who makes it.
fn checked_permissions(wished: Option<&[String]>, caller: &Caller) -> Result<Vec<Permission>, Refusal> {
    let Some(names) = wished else { return Ok(caller.permissions()) };
    if names.is_empty() {
        return Err(invalid("permissions", "permissions must not be empty".to_owned()));
    }
    let own = caller.permissions();
    let mut permissions = Vec::new();
    for name in names {
        let unknown = || invalid("permissions", format!("Unknown permission: {name}"));
        let permission = Permission::named(name).ok_or_else(unknown)?;
        if !own.contains(&permission) {
            return Err(Refusal::forbidden(format!(
                "Token lacks required permission: {}",
                permission.name()
            )));
        }
        if !permissions.contains(&permission) {
            permissions.push(permission);
        }
    }
    Ok(permissions)
}

fn checked_end(days: Option<i64>) -> Result<Option<Timestamp>, Refusal> {
    match days {
        None => Ok(None),
        Some(days @ 1..=LONGEST_LIFE) => Ok(Some(from_now(days * DAY))),
        Some(_) => Err(invalid("expires_in_days", format!("expires_in_days must be 1 to {LONGEST_LIFE}"))),
    }
}

/// `DELETE /v1/api-keys/{id}`: a key that the caller sees; from then on it is not known.
pub(super) async fn revoke(
    caller: Caller,
    Path(id): Path<String>,
    State(core): State<Shared>,
) -> Result<StatusCode, Refusal> {
    let mut records = core.records();
    let found = records.grants.iter().position(|grant| grant.id == id && sees(&caller, grant));
    let position = found.ok_or_else(|| Refusal::not_found("API key not found"))?;
    records.grants.remove(position);
    Ok(StatusCode::NO_CONTENT)
}
