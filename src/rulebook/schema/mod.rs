//! The language of rules as JSON Schema (draft 2020-12), for editors: made of the tables that the
//! parser reads by. A schema sees one document at a time, so it cannot see what only several rules,
//! or a rule and its evidence, show together; `rules lint` does.

mod case;
mod condition;
mod document;
mod evidence;
mod forms;
mod log_line;
mod step;
mod text;
mod write;

pub use document::{names, of, whole};
