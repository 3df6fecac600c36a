//! Finding, reading, judging and attaching credentials. The only room besides `auth` that holds a
//! raw secret: what leaves it is facts about one, or an `Authorization` header for a request that
//! may carry it.

mod appearance;
mod context;
mod destination;
mod expiry;
mod grant;
mod jwt;
pub mod mangle;
mod purse;
mod scrub;
pub mod shape;
#[cfg(test)]
pub(crate) mod specimen;
mod store;
mod wallet;

pub use appearance::Appearance;
pub use context::Context;
pub use expiry::{Stated, Unit};
pub use grant::Grant;
pub use jwt::Claims;
pub use purse::{Held, KEY_VARIABLE, Origin, Slot};
pub use store::{About, WRITTEN_VERSION};
pub use wallet::{Attached, Variable, Wallet, Withheld};
