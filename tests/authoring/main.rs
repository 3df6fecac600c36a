//! `cmdop doctor rules` for who writes rules: begun, looked at, mended, described.
#![cfg(unix)]
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "tests may fail loudly, and make files of their own"
)]

#[path = "../support/mod.rs"]
mod support;

mod book;
mod house;
mod lint;
mod scaffold;

use support::Home;

/// What a run printed, and how it ended.
fn run(home: &Home, words: &[&str]) -> (String, Option<i32>) {
    let words: Vec<&str> = ["doctor", "rules"].iter().chain(words).copied().collect();
    let output = home.cmdop(&words).output();
    let told = [output.stdout, output.stderr].concat();
    (String::from_utf8(told).unwrap(), output.status.code())
}
