//! `cmdop doctor auth`: why a CMDOP user cannot authenticate, and what to type.

pub mod credential;
pub mod model;
pub mod probe;
#[cfg(feature = "sandbox")]
pub mod sandbox;
pub mod world;
