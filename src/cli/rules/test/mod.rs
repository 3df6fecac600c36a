//! `cmdop doctor rules test`: the cases of rules, tried; one file per format.

mod json;
mod junit;
mod run;
mod text;

pub(super) use run::run;
