//! What happens to a key between the page that showed it and the variable that holds it: told by
//! name, and undone where it can be. Pure. `rules/shapes/README.md` says each name in words.

mod examine;
mod invisible;
mod lost;
mod spelling;
mod wrapping;

pub use examine::{Examination, SLIPS, Slip, examine};
