//! What there is to say of a rule, in any format: what it asks and why, what it looks at, what it can
//! find, what to do then. `explain` shows one rule, `rules doc` all of them.

pub mod json;
pub mod markdown;
mod steps;
pub mod text;
mod told;

pub use steps::step_outline;
pub use told::{Answer, Rest, Told};
