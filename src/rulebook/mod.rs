//! Rules as data: YAML files read into the validated model, at build time and at run time alike.

mod embedded;
mod identity;
pub mod language;
mod load;

pub use embedded::built_in;
pub use identity::identity;
pub use language::{RuleFault, RuleFaults, RuleText, cases, extend, key, parse_all, recorded};
pub use load::{Source, load};
