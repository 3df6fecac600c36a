//! `/sessions`: the terminal sessions on the machines of the caller's workspace.

use axum::extract::State;
use axum::response::Response;
use serde_json::{Value, json};

use crate::sandbox::access::Caller;
use crate::sandbox::answer::{Paging, Refusal, page};
use crate::sandbox::door::Shared;
use crate::sandbox::permission::Permission;
use crate::sandbox::records::Session;

/// `GET /v1/sessions`, with `sessions:read`.
pub(super) async fn list(
    caller: Caller,
    paging: Paging,
    State(core): State<Shared>,
) -> Result<Response, Refusal> {
    let records = core.records();
    let workspace = caller.may(Permission::SessionsRead, &records)?;
    let on_theirs = |session: &&Session| {
        let machine = records.machines.iter().find(|machine| machine.id == session.machine);
        machine.is_some_and(|machine| machine.workspace == workspace.id)
    };
    let theirs = records.sessions.iter().filter(on_theirs);
    Ok(page(theirs.map(view).collect(), paging, records.endless_pages))
}

fn view(session: &Session) -> Value {
    json!({
        "id": session.id,
        "machine_id": session.machine,
        "user_id": session.user,
        "status": "active",
        "started_at": session.started_at.to_string(),
    })
}
