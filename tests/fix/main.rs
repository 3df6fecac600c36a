//! Fixes by the real program: what heals is proved and taken back byte for byte, and nothing else is
//! ever changed: not by a race, not by a link, not by a kill.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::disallowed_methods, reason = "tests make and break their own machines")]

#[cfg(test)]
mod agents;
#[cfg(test)]
mod asks;
#[cfg(test)]
mod bench;
#[cfg(test)]
mod due;
#[cfg(test)]
mod flow;
#[cfg(test)]
mod heals;
#[cfg(test)]
mod killed;
#[cfg(test)]
mod races;
#[cfg(test)]
mod rules;
#[expect(dead_code, reason = "the flow needs a part of it")]
#[path = "../sample/mod.rs"]
mod sample;
#[path = "../support/mod.rs"]
mod support;
#[cfg(test)]
mod takes_back;
