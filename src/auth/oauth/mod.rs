//! OAuth 2.0 as a public client speaks it (RFC 6749, RFC 8252): whom to ask, and the single
//! questions. What they are strung together to are the operations of [`crate::auth`].

pub(super) mod callback;
pub mod discovery;
mod endpoints;
mod page;
pub mod provider;
mod refused;
pub(super) mod reply;
pub mod revoke;
pub(super) mod secrets;
pub mod token;

pub use callback::LoopbackHost;
pub use endpoints::{Client, Device, Endpoints, NamedBy};
pub use refused::{Refusal, Refused};
pub use secrets::NoRandomness;
