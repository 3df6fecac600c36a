//! Logs as evidence: what a customer sent, read in one pass and bounded memory.

mod colours;
mod curl;
mod encoding;
mod entry;
mod fields;
mod json_line;
mod prefix;
mod prompt;
mod speech;
mod stamp;
mod wrapping;
