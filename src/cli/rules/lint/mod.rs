//! `cmdop doctor rules lint`: faults of rules and cases, and what could be better; one file per format.

mod annotations;
mod json;
mod look;
mod run;
mod sarif;
mod text;

pub(super) use run::run;
