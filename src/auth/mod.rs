//! The auth operations: signing in and out, refreshing, keys, workspaces. One file per operation;
//! an operation asks servers and changes the store, and tells a [`Person`] what happens. How that is
//! worded and shown is the command line's.

mod api;
mod browse;
mod choose;
mod device;
mod due;
mod fields;
pub mod holding;
pub mod identity;
pub mod keys;
pub mod login;
pub mod logout;
mod not_signed_in;
pub mod oauth;
mod person;
pub mod prove;
pub mod refresh;
pub mod refusal;
mod wish;
pub mod workspaces;

pub use api::{Api, Listed};
pub use not_signed_in::NotSignedIn;
pub use person::{Due, Notice, Person, Way};
