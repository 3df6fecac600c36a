//! The operations that ask the API, as the real binary carries them out against the sandbox: what
//! they print, what they exit with, what they log, and what they say when the server will not.
#![cfg(all(unix, feature = "sandbox"))]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::disallowed_methods, reason = "tests make their own machines")]

#[cfg(test)]
mod asks;
#[cfg(test)]
mod desk;
#[cfg(test)]
mod keys;
#[cfg(test)]
mod log;
#[cfg(test)]
mod refusals;
#[cfg(test)]
mod status;
#[path = "../support/mod.rs"]
mod support;
#[cfg(test)]
mod workspaces;
