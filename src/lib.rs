//! `cmdop doctor auth`: why a CMDOP user cannot authenticate, and what to type.

pub mod credential;
pub mod model;
pub mod probe;
pub mod report;
pub mod world;
