//! Finding, reading, judging and attaching credentials. The only room besides `auth` that holds a
//! raw secret: what leaves it is facts about one, or an `Authorization` header for a request that
//! may carry it.

mod appearance;
pub mod ask;
mod bite;
mod context;
pub mod destination;
mod expiry;
mod giver;
mod grant;
pub mod issuer;
mod jwt;
mod keep;
pub mod log;
pub mod mangle;
pub mod proof;
mod purse;
mod renewal;
#[cfg(test)]
pub(crate) mod rig;
mod scrub;
pub mod shape;
pub mod signing;
#[cfg(test)]
pub(crate) mod specimen;
mod store;
mod wallet;
mod written;

pub use appearance::Appearance;
pub use context::Context;
pub use expiry::{Stated, Unit};
pub use giver::Giver;
pub use grant::{Grant, Via};
pub use jwt::Claims;
pub use keep::{Keeper, NotKept};
pub use purse::{Held, KEY_VARIABLE, Origin, Slot};
pub use renewal::{AHEAD_MS, NotRenewable};
pub use store::{About, Stored, WRITTEN_VERSION};
pub use wallet::{Attached, Variable, Wallet, Withheld};
