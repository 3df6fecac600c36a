//! The auth operations: signing in and out, refreshing, keys, workspaces. One file per operation;
//! an operation asks servers and changes the store, and tells a [`Person`] what happens. How that is
//! worded and shown is the command line's.

pub mod logout;
pub mod oauth;
mod person;
pub mod refresh;

pub use person::{Notice, Person};
