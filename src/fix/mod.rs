//! Fixes as transactions: planned from a diagnosis, applied with the state before written down
//! first, verified by a second examination, and taken back on demand.

pub mod apply;
pub mod change;
pub mod journal;
pub mod plan;
mod seen;
pub mod undo;
pub mod verify;
