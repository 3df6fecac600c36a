//! The language of rules: YAML texts read into the validated model. Pure, so that the build
//! script compiles the built-in rules with the very code that reads a user's rules at run time.
//!
//! A file is taken apart into documents (`document`), each of which becomes a tree that knows its
//! places (`node`), is read as a rule of some kind (`reader` and the files that are named like the
//! kinds), and is then linked with all others (`link`). Faults are collected throughout (`fault`).

mod assemble;
mod body;
mod body_fact;
pub mod cases;
mod cause;
mod check;
mod comparison;
mod compose;
mod condition;
mod disabling;
mod document;
mod evidence;
mod extension;
mod fault;
mod filling;
mod fix;
mod formula;
mod id;
pub mod key;
mod keys;
mod link;
pub mod lint;
mod literal;
mod log_rule;
mod node;
mod order;
mod outcome;
mod outside;
mod pattern;
mod profile;
mod reader;
pub mod recorded;
mod rule;
mod scope;
mod shape;
pub mod sieve;
pub mod spell;
mod symptom;
mod template;
pub mod vocabulary;
mod witness;
mod worlds;

pub use assemble::{extend, parse_all};
pub use document::RuleText;
pub use fault::{RuleFault, RuleFaults, Snippet};
pub use literal::{duration_ms, mode, time_ms};
