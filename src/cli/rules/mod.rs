//! The rules of a run, and `cmdop doctor rules`: help for who writes them, one file per verb.

mod case;
mod compile;
mod count;
mod doc;
mod keygen;
mod lint;
mod load;
mod probes;
mod scaffold;
mod schema;
mod sign;
mod test;
mod verb;
mod verify;

pub(super) use load::{Loaded, PATIENCE, load};
pub(super) use verb::run;
