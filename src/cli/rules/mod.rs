//! The rules of a run, and `cmdop doctor rules`: help for who writes them, one file per verb.

mod case;
mod lint;
mod load;
mod probes;
mod schema;
mod test;
mod verb;

pub(super) use load::{Loaded, PATIENCE, load};
pub(super) use verb::run;
