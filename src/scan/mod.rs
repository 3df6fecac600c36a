//! The scanner: which of many signatures stand in which lines of a stream, in one pass and bounded
//! memory. Pure: it is given a reader and knows no files.
//!
//! A signature is a literal or a regular expression. Each demands certain bytes (`required`); of
//! those a window is chosen that the stream hardly ever shows (`lane`), and the stream is probed
//! once every few bytes for the pieces that such a window must put under one of the probes
//! (`sweep`). Only lines where a probe answers are looked at as lines (`judge`).
//!
//! A line ends with a line feed; a carriage return before it does not belong to it. A line longer
//! than [`PIECE`] is taken as several lines of that length with one number. Expressions see bytes:
//! `\w`, `\d`, `\s` and `(?i)` are about ASCII, and `.` is any byte.

mod blocks;
mod choice;
mod crew;
mod digest;
mod filter;
mod hit;
mod judge;
mod lane;
mod pieces;
mod plan;
mod rarity;
mod required;
mod scanner;
mod sweep;
mod telling;

pub use hit::Hit;
pub use pieces::PIECE;
pub use plan::{Faulty, Needle, Plan, Planned, Signature, Test, demanded, parsed};
pub use scanner::{Scanned, Scanner};

#[cfg(test)]
mod tests;
