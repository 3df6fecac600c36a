//! `cmdop doctor auth`: why a CMDOP user cannot authenticate, and what to type.

pub mod credential;
pub mod doctor;
pub mod engine;
pub mod model;
pub mod probe;
pub mod rulebook;
pub mod source;
pub mod world;
