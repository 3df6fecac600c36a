//! Logs as evidence: what a customer sent, read in one pass and bounded memory.

mod colours;
mod encoding;
mod entry;
mod fields;
mod json_line;
mod prefix;
mod stamp;
