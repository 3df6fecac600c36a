//! The nouns of the program. Imports nothing else of the crate.

pub mod address;
pub mod cause;
pub mod check;
pub mod condition;
pub mod diagnosis;
pub mod evidence;
pub mod fact;
pub mod finding;
pub mod fix;
pub mod hidden;
pub mod history;
pub mod line;
pub mod list;
pub mod log_rule;
pub mod operation;
pub mod probe;
pub mod provider;
pub mod report;
pub mod rulebook;
pub mod secret;
pub mod settings;
pub mod severity;
pub mod symptom;
pub mod template;
pub mod treatment;
pub mod truth;
