//! The authorization server: signing in with a browser or a device code, renewing, revoking.
//!
//! It speaks OAuth 2.0 (RFC 6749) with PKCE (RFC 7636), the device grant (RFC 8628), revocation
//! (RFC 7009), metadata (RFC 8414) and issuer identification (RFC 9207), and it is strict: a client
//! that is sloppy fails here first. `issuer` is the table of the servers that it plays (CMDOP's own,
//! and a make-believe Google), `ledger` everything that was handed out. A browser's request becomes
//! a `visit`, which `steps` leads from page to page until it is granted or denied; `token` turns
//! what came of it into tokens.

mod authorize;
mod code;
mod device;
mod discovery;
mod fields;
mod guesses;
mod house;
mod issue;
mod issuer;
mod ledger;
mod outcome;
mod page;
mod pages;
mod quirks;
mod redirect;
mod refusal;
mod revoke;
mod rotation;
mod routes;
mod steps;
mod terms;
mod token;
mod token_info;
mod visit;
mod visitor;

pub(super) use issue::begin;
pub(super) use issuer::{OWN, google};
pub(super) use ledger::{Approval, Code, Device, DeviceAnswer, Family, Ledger};
pub(super) use quirks::{DeviceFate, IssAnswer};
pub(super) use refusal::Refused;
pub(super) use routes::{REVOCATION_PATHS, TOKEN_PATHS, is_discovery, routes};
pub use terms::Terms;
pub(super) use visit::Visit;
