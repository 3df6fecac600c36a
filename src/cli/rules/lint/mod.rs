//! `cmdop doctor rules lint`: faults of rules, cases and waivers, and what could be better; one file per format.

mod annotations;
mod json;
mod look;
mod run;
mod sarif;
mod text;
mod waivers;

pub(super) use run::run;
