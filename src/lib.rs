//! `cmdop doctor auth`: why a CMDOP user cannot authenticate, and what to type.
//!
//! The flow is in [`doctor`]: a rulebook is planned, evidence gathered, judged, and diagnosed; a
//! report renders the diagnosis. ARCHITECTURE.md names the floors.

pub mod auth;
pub mod cli;
pub mod credential;
pub mod doctor;
pub mod engine;
pub mod fix;
pub mod model;
pub mod probe;
pub mod redact;
pub mod report;
pub mod rulebook;
#[cfg(feature = "sandbox")]
pub mod sandbox;
pub mod scan;
pub mod source;
pub mod world;
