//! Rules as data: YAML files read into the validated model, at build time and at run time alike.

mod embedded;
pub mod language;
mod load;

pub use embedded::built_in;
pub use language::{RuleFault, RuleFaults, RuleText, cases, extend, key, parse_all};
pub use load::{Source, load};
