//! The machine's clock.
#![expect(clippy::disallowed_methods, reason = "this is the door to the clock")]

use std::time::{SystemTime, UNIX_EPOCH};

/// Milliseconds since 1970-01-01T00:00:00Z by this machine's clock; negative before that.
pub fn now_ms() -> i64 {
    let signed = |duration: std::time::Duration| i64::try_from(duration.as_millis()).unwrap_or(i64::MAX);
    match SystemTime::now().duration_since(UNIX_EPOCH) {
        Ok(since) => signed(since),
        Err(before) => -signed(before.duration()),
    }
}
