//! `/workspaces`: which ones the caller belongs to, who else does, and their single sign-on.

use axum::extract::{Path, State};
use axum::response::Response;
use serde_json::{Value, json};

use crate::sandbox::access::Caller;
use crate::sandbox::answer::{Paging, Refusal, one, page};
use crate::sandbox::door::Shared;
use crate::sandbox::records::{Kind, Member, REQUIRED_ATTRIBUTES, Records, Workspace};

/// `GET /v1/workspaces`: those that the caller is a member of; of a key, its own alone.
pub(super) async fn list(caller: Caller, paging: Paging, State(core): State<Shared>) -> Response {
    let records = core.records();
    let sees = |workspace: &&Workspace| {
        caller.kind == Kind::Token || caller.workspace.as_ref() == Some(&workspace.id)
    };
    let theirs = records.workspaces.iter().filter(sees);
    let shown = theirs.filter_map(|workspace| view(workspace, &caller, &records)).collect();
    page(shown, paging, records.endless_pages)
}

/// A workspace as one of its members sees it; `None` for everybody else.
fn view(workspace: &Workspace, caller: &Caller, records: &Records) -> Option<Value> {
    let role = workspace.role_of(&caller.user)?;
    Some(json!({
        "id": workspace.id,
        "name": workspace.name,
        "slug": workspace.slug,
        "type": "team",
        "plan": "team",
        "role": role.name(),
        "member_count": workspace.members.len(),
        "machine_count": records.machine_count(&workspace.id),
    }))
}

/// `GET /v1/workspaces/{id}/members`.
pub(super) async fn members(
    caller: Caller,
    Path(id): Path<String>,
    paging: Paging,
    State(core): State<Shared>,
) -> Result<Response, Refusal> {
    let records = core.records();
    let workspace = caller.look_into(&id, &records)?;
    let shown = workspace.members.iter().filter_map(|member| member_view(member, &records));
    Ok(page(shown.collect(), paging, records.endless_pages))
}

fn member_view(member: &Member, records: &Records) -> Option<Value> {
    let user = records.user(&member.user)?;
    Some(json!({
        "id": member.id,
        "user": { "id": user.id, "email": user.email },
        "role": member.role.name(),
        "joined_at": member.joined_at.to_string(),
    }))
}

/// `GET /v1/workspaces/{id}/sso`: the settings, and how far they reach the caller.
pub(super) async fn sso(
    caller: Caller,
    Path(id): Path<String>,
    State(core): State<Shared>,
) -> Result<Response, Refusal> {
    let records = core.records();
    let sso = &caller.look_into(&id, &records)?.sso;
    let configured = sso.provider.is_some();
    Ok(one(json!({
        "enabled": sso.enabled,
        "enforced": sso.enforced,
        "protocol": "saml",
        "provider": sso.provider,
        "idp_metadata_url": configured.then(|| format!("{}/idp/metadata", records.base)),
        "issuer": configured.then(|| format!("{}/idp", records.base)),
        "direct_oauth_allowed": sso.direct_oauth_allowed,
        "user": { "provisioned": sso.provisioned.contains(&caller.user) },
        "attributes": { "required": REQUIRED_ATTRIBUTES, "mapped": sso.mapped },
    })))
}
