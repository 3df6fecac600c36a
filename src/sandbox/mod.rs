//! The embedded CMDOP service: what a newcomer points the doctor at without an account, what the
//! tests run against in process, and what provokes server-side failures on request.
//!
//! It serves, on loopback only, the published v1 API out of a seeded pair of workspaces, and it
//! enforces what a real server enforces: credentials, expiry, membership, roles, permissions,
//! quota. Beside it, in `oauth`, stands the authorization server, with pages for people. A request
//! passes `door` (who may talk to us, faults), then a route in `routes`, which asks `access` who
//! is calling and answers in the envelope of `answer`; `records` is everything
//! that the service knows, `seed` what it knows at the start, and `faults` is the table of what
//! can be broken. `server` runs it on a thread of its own, `command` for a person at a terminal,
//! `state` keeps what it knows in a file if asked to, `browser` is a person who presses buttons on its pages, and `tour` shows the doctor on machines
//! that are broken on purpose.

mod access;
mod answer;
mod browser;
mod command;
mod door;
mod faults;
mod idp;
mod oauth;
mod permission;
mod quota;
mod random;
mod records;
mod routes;
mod seed;
mod server;
mod shell;
mod stage;
mod state;
mod store;
pub mod tour;

pub use command::{list_faults, serve};
pub use door::Seen;
pub use faults::{Fault, UnknownFault};
pub use oauth::Terms;
pub use server::{Options, Sandbox};
pub use stage::{Staged, stage};
