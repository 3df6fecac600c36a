//! Hostile input from everywhere: what is shown drives no terminal, parses, and offers no command
//! that is not one line; nothing panics and nothing hangs.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::disallowed_methods, reason = "tests make their own machines")]

#[cfg(test)]
mod answers;
#[cfg(test)]
#[path = "../broken/mod.rs"]
mod broken;
#[cfg(test)]
mod certificates;
#[cfg(test)]
mod config;
#[cfg(test)]
mod corpus;
#[cfg(test)]
mod environment;
#[cfg(test)]
mod files;
#[cfg(test)]
mod names;
#[path = "../parity/mod.rs"]
mod parity;
#[cfg(test)]
mod streams;
#[path = "../support/mod.rs"]
mod support;
#[cfg(test)]
mod texts;
#[cfg(test)]
mod users;
