//! The auth operations: signing in and out, refreshing, keys, workspaces. One file per operation;
//! an operation asks servers and changes the store, and tells a [`Person`] what happens. How that is
//! worded and shown is the command line's.

mod api;
mod fields;
pub mod holding;
pub mod identity;
pub mod keys;
pub mod oauth;
mod person;
pub mod refusal;
pub mod workspaces;

pub use api::{Api, Listed};
pub use person::{Notice, Person};
