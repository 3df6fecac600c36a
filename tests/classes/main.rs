//! One diagnosis per cause class: every class that a failed sign-in can have is a row here, made on
//! this machine and shown to the real program, which must name it alone. Then two faults at once,
//! which must be two roots, and machines that are merely unusual, which must have none.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![cfg(all(unix, feature = "sandbox"))]
#![expect(clippy::disallowed_methods, reason = "tests make and break machines")]

mod apart;
#[path = "../broken/mod.rs"]
mod broken;
mod credentials;
mod healthy;
mod machine;
mod network;
mod pairs;
#[path = "../parity/mod.rs"]
mod parity;
mod row;
#[path = "../support/mod.rs"]
mod support;
mod table;
mod workspaces;
