//! Rules as data: YAML files read into the validated model, at build time and at run time alike.

mod embedded;
pub mod language;

pub use embedded::built_in;
pub use language::{RuleFault, RuleFaults, RuleText, extend, key, parse_all};
