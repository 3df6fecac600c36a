//! The routes of the API, one file per resource, under the public prefix and the self-hosted one.

mod identity;
mod keys;
mod machines;
mod me;
mod sessions;
mod workspaces;

use axum::extract::DefaultBodyLimit;
use axum::routing::{delete, get};
use axum::{Router, middleware};

use super::door::{Shared, door, no_route};
use super::oauth;

/// The largest body that a request may have; nothing that is sent to us comes near.
const LARGEST_BODY: usize = 64 * 1024;

/// Everything that the service answers to.
pub(super) fn all(core: Shared) -> Router {
    Router::new()
        .nest("/v1", v1())
        .nest("/api/v1", v1())
        .route("/idp/metadata", get(identity::metadata))
        .merge(oauth::routes())
        .fallback(no_route)
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .layer(middleware::from_fn_with_state(core.clone(), door))
        .with_state(core)
}

fn v1() -> Router<Shared> {
    Router::new()
        .route("/auth/me", get(me::show))
        .route("/machines", get(machines::list))
        .route("/sessions", get(sessions::list))
        .route("/api-keys", get(keys::list).post(keys::create))
        .route("/api-keys/{id}", delete(keys::revoke))
        .route("/workspaces", get(workspaces::list))
        .route("/workspaces/{id}/members", get(workspaces::members))
        .route("/workspaces/{id}/sso", get(workspaces::sso))
}
