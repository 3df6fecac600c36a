//! What somebody sent is read, whatever it is: no panic, no end of memory, no secret that survives.
//!
//! Every reader has a `briefly`, which always runs, and a `for_long`, which goes on for
//! `CMDOP_FUZZ_SECONDS` (60) from the round `CMDOP_FUZZ_SEED` on (1):
//! `CMDOP_FUZZ_SECONDS=600 cargo test --test fuzz redaction::for_long -- --ignored --nocapture`.
//! A round that fails says its number, which is all that it takes to run it again.
#![cfg(unix)]
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::print_stderr,
    clippy::print_stdout,
    reason = "tests may fail loudly, make files of their own, and say what they did"
)]

mod bundles;
mod chance;
mod logs;
mod packed;
mod packs;
mod redaction;
mod reports;
mod rules;
mod tokens;
mod tree;
