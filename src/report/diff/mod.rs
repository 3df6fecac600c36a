//! What changed between two examinations: for people, and as one JSON document.

mod compare;
mod json;
mod text;

pub use compare::Difference;

use super::theme::Style;
use crate::model::report::Report;

/// The contract's name of the JSON form.
pub const SCHEMA: &str = "cmdop.doctor.diff/1";

/// Writes for people what changed from `before` to `after`.
pub fn render(before: &Report, after: &Report, style: &Style) -> String {
    text::write(&Difference::between(before, after), before, after, style)
}

/// Writes the JSON document.
pub fn render_json(before: &Report, after: &Report) -> Vec<u8> {
    json::write(&Difference::between(before, after), before, after)
}
