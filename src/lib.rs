//! `cmdop doctor auth`: why a CMDOP user cannot authenticate, and what to type.

pub mod credential;
pub mod model;
pub mod probe;
pub mod rulebook;
pub mod world;
pub mod engine;
pub mod doctor;
pub mod source;
