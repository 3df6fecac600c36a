//! No output shows a secret: every command in every form, over homes, variables, servers, proxies
//! and command lines that hold one wherever people and servers put them.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::disallowed_methods, reason = "tests make their own machines")]

#[cfg(test)]
mod arguments;
#[cfg(test)]
mod canary;
#[cfg(test)]
mod files;
#[cfg(test)]
mod outputs;
#[cfg(test)]
mod proxies;
#[cfg(test)]
mod servers;
#[path = "../support/mod.rs"]
mod support;
#[cfg(test)]
mod variables;
