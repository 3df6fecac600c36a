//! From rules and evidence to a diagnosis. Pure: nothing here can fail, wait, or look anywhere;
//! a missing answer is a value.

mod cite;
mod diagnose;
mod differential;
mod evaluate;
mod matcher;
mod mutants;
mod next_step;
mod plan;
mod prescribe;
mod prospects;
mod shell;
mod symbols;
mod verdict;
mod view;
mod waive;
mod wanted;
mod words;

pub use diagnose::diagnose;
pub use evaluate::{Judge, evaluate, evaluate_waiving};
pub use mutants::{Mutant, mutants};
pub use plan::{Ask, Pick, Plan, Selection, Standing, plan};
pub use shell::quote;
pub use symbols::Symbols;
pub use verdict::{leaves_open, verdict};
pub use waive::settle_waivers;
pub use words::{span, stamp};
