//! `/idp`: the seeded identity provider of a workspace.

use axum::extract::State;
use axum::response::Response;

use crate::sandbox::door::Shared;

/// `GET /idp/metadata`: who the provider is and what it signs with. Public, as everywhere.
pub(super) async fn metadata(State(core): State<Shared>) -> Response {
    let records = core.records();
    records.metadata.answer(&records.base)
}
