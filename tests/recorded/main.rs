//! Recordings in place of a machine: `--from`, bundles, and what is made of them.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod given;
#[path = "../support/mod.rs"]
mod support;
