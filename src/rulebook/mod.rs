//! Rules as data: YAML files read into the validated model, at build time and at run time alike.

pub mod key;
