//! The book: every page of `docs/`, and the README, as a test. What a page tells its reader to type is typed
//! by a shell in a throw-away home, and what it says is the answer must be the answer; every other block
//! must be read by who reads such things, and every link must lead somewhere. `docs/contributing.md` says
//! what may differ and how a block is marked.
//!
//! `CMDOP_BOOK_ACCEPT=1 cargo test --test book` writes the answers into the pages instead.
#![cfg(all(unix, feature = "sandbox"))]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::disallowed_methods, reason = "tests make their own machines")]

#[cfg(test)]
mod alike;
#[cfg(test)]
mod blocks;
#[cfg(test)]
mod links;
#[cfg(test)]
mod page;
#[cfg(test)]
mod pages;
#[cfg(test)]
mod play;
#[path = "../support/mod.rs"]
mod support;
