//! Facts as sentences say them.

use jiff::Timestamp;

pub use crate::source::spelling::{duration, line, mode, rfc3339};

/// Milliseconds since 1970 to the minute, as sentences say it: `2026-03-14 08:52 UTC`.
pub fn minute(ms: i64) -> String {
    match Timestamp::from_millisecond(ms) {
        Ok(time) => time.strftime("%Y-%m-%d %H:%M UTC").to_string(),
        Err(_) => ms.to_string(),
    }
}
