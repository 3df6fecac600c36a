//! Servers that misbehave below the level of HTTP, for tests: each listens on loopback, on a port
//! of its own, and stops when it is dropped.
//!
//! `mod broken;` in a test crate brings the smoke tests in `smoke` along; they are what keeps
//! every server here in use, and working.
#![expect(clippy::disallowed_methods, reason = "tests are the other side of the connection")]

pub(crate) mod dns;
pub(crate) mod proxy;
mod smoke;
pub(crate) mod tcp;
pub(crate) mod tls;
