//! Logs as customers send them: by the real program, by other programs, by hand, and by nobody's
//! friend.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod hostile;
mod live;
mod stories;
#[path = "../support/mod.rs"]
mod support;

use support::{Home, Told};

/// What the doctor says of a log.
pub(crate) fn examined(log: impl AsRef<[u8]>) -> Told {
    let home = Home::new();
    let file = home.file("auth-debug.log", log);
    home.cmdop(&["doctor", "auth", "--format", "json", "--from", &file.to_string_lossy()]).report()
}

/// The same in words.
pub(crate) fn in_words(log: impl AsRef<[u8]>) -> String {
    let home = Home::new();
    let file = home.file("auth-debug.log", log);
    let output = home.cmdop(&["doctor", "auth", "--from", &file.to_string_lossy()]).output();
    String::from_utf8(output.stdout).unwrap()
}

/// Everything that a report accuses somebody of: its roots, and their candidates.
pub(crate) fn accused(told: &Told) -> Vec<String> {
    let mut all = Vec::new();
    for root in told.json["roots"].as_array().unwrap() {
        all.push(root["id"].as_str().unwrap().to_owned());
        for candidate in root["candidates"].as_array().unwrap() {
            let word = |name: &str| candidate[name].as_str().unwrap_or_default().to_owned();
            all.push(format!("{}/{}", word("check"), word("outcome")));
        }
    }
    all
}
