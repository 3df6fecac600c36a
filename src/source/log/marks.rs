//! What a log is searched for beside what rules ask for: where runs begin and end, what succeeds, and
//! what curl says of a request.

use crate::model::list::List;
use crate::scan::{Faulty, Plan, Signature};

/// Lines that tell of the run itself, in the words of our own log (ARCHITECTURE.md, "The log") and of
/// what commands print.
const OF_RUNS: [&str; 14] = [
    "SESSION START ===",
    "SESSION END ===",
    "setting in force",
    "credential in force",
    "request answered",
    "request failed",
    "request refused",
    "probe read",
    "tokens renewed",
    "has renewed the tokens",
    "the tokens were not renewed",
    "the new login is kept",
    "Authenticated as: ",
    "cmdop ",
];

/// Lines of `curl -v`.
const OF_CURL: [&str; 8] = [
    "> GET /",
    "> POST /",
    "> HEAD /",
    "> Host: ",
    "> host: ",
    "> Authorization: ",
    "> authorization: ",
    "< HTTP/",
];

/// A prompt before a command of ours, which a paste of any size may have.
const PROMPT: &str = "cmdop ";

/// Which kind of mark a signature is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    Run,
    Prompt,
    Curl,
}

/// `rules`, and after them the marks.
pub(super) fn with(rules: Plan) -> Result<Plan, Faulty> {
    let texts = OF_RUNS.iter().chain(&OF_CURL).map(|text| Signature::Literal(text));
    let marks = Plan::of(&texts.collect::<Vec<_>>())?;
    let all = rules.signatures.iter().chain(marks.signatures.iter()).copied();
    Ok(Plan { signatures: List::keep(all.collect()) })
}

/// The mark that stands in place `at` after the rules.
pub(super) fn at(at: usize) -> Mark {
    match OF_RUNS.get(at) {
        Some(text) if *text == PROMPT => Mark::Prompt,
        Some(_) => Mark::Run,
        None => Mark::Curl,
    }
}
