//! Bundles: what a machine told, in one document that replaces the machine. Its `evidence` is the
//! map of a case; what else is in it lets the same report be made of it again.

mod anonymous;
mod logs;
mod read;
mod write;

pub use anonymous::Anonymizer;
pub use logs::{Excerpt, Recent, recent};
pub use read::{Broken, Bundle};
pub use write::{Captured, render};

/// The contract's name. Its number changes only when a reader of the old one would break.
pub const SCHEMA: &str = "cmdop.doctor.bundle/1";
