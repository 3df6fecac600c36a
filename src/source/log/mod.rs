//! Logs as evidence: what a customer sent, read in one pass and in bounded memory.
//!
//! Bytes become text (`encoding`, `colours`); a paste is put in order (`beginning`, `wrapping`); one
//! scan finds the lines that rules or marks ask for. Only those are taken apart (`entry`), given to the
//! run they belong to (`book`, `run`), and heard (`listen`): a line may testify facts of probes
//! (`witness`), and may suggest outcomes, if it has the shape of an accusation (`speech`).

mod again;
mod beginning;
mod book;
mod colours;
mod curl;
mod encoding;
mod entry;
mod fields;
mod json_line;
mod listen;
mod marks;
mod prefix;
mod prompt;
mod reading;
mod run;
mod speech;
mod stamp;
mod tail;
mod told;
mod witness;
mod wrapping;

pub(super) use reading::read_named;
pub use reading::{Log, read};

#[cfg(test)]
mod tests;
