//! `/machines`: the machines of the caller's workspace.

use axum::extract::State;
use axum::response::Response;
use serde_json::{Value, json};

use crate::sandbox::access::Caller;
use crate::sandbox::answer::{Paging, Refusal, page};
use crate::sandbox::door::Shared;
use crate::sandbox::permission::Permission;
use crate::sandbox::records::Machine;

/// `GET /v1/machines`, with `machines:read`.
pub(super) async fn list(
    caller: Caller,
    paging: Paging,
    State(core): State<Shared>,
) -> Result<Response, Refusal> {
    let records = core.records();
    let workspace = caller.may(Permission::MachinesRead, &records)?;
    let theirs = records.machines.iter().filter(|machine| machine.workspace == workspace.id);
    Ok(page(theirs.map(view).collect(), paging, records.endless_pages))
}

fn view(machine: &Machine) -> Value {
    json!({
        "id": machine.id,
        "name": machine.name,
        "status": if machine.online { "online" } else { "offline" },
        "os": "linux",
        "arch": "x86_64",
        "hostname": machine.hostname,
        "tags": machine.tags,
        "created_at": machine.created_at.to_string(),
        "last_seen": machine.last_seen.to_string(),
        "workspace_id": machine.workspace,
    })
}
