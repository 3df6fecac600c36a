//! Recordings in place of a machine: `--from`, bundles, and what is made of them.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::disallowed_methods, reason = "tests make and break machines")]

mod bundles;
mod cases;
mod differences;
mod given;
mod hostile;
#[path = "../support/mod.rs"]
mod support;
mod written;
