//! What time it is.
#![expect(clippy::disallowed_methods, reason = "this is the door to the clock")]

use std::time::{Duration, SystemTime};

/// Milliseconds since 1970 by the machine's own clock, negative for a clock that stands before.
pub fn now_ms() -> i64 {
    since_1970(SystemTime::now())
}

/// Milliseconds since 1970 in RFC 3339, UTC; a number that is no date of the calendar stays one.
pub fn rfc3339(ms: i64) -> String {
    match jiff::Timestamp::from_millisecond(ms) {
        Ok(time) => time.to_string(),
        Err(_) => ms.to_string(),
    }
}

/// `moment` as milliseconds since 1970.
pub(super) fn since_1970(moment: SystemTime) -> i64 {
    match moment.duration_since(SystemTime::UNIX_EPOCH) {
        Ok(after) => whole_ms(after),
        Err(before) => -whole_ms(before.duration()),
    }
}

fn whole_ms(span: Duration) -> i64 {
    i64::try_from(span.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_may_stand_before_1970() {
        let before = SystemTime::UNIX_EPOCH - Duration::from_millis(1500);
        assert_eq!(since_1970(before), -1500);
        assert!(now_ms() > 1_700_000_000_000);
    }
}
