//! The rate limit: how many requests per minute, shown in every answer and enforced.

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use jiff::Timestamp;

/// Requests per minute: far above what a doctor or a test suite asks, so that only the fault
/// `rate_limited` and a client gone wild ever meet it.
const PER_MINUTE: u32 = 60_000;

/// A count of requests within one minute of the clock.
#[derive(Debug)]
pub(super) struct Quota {
    limit: u32,
    used: u32,
    minute: i64,
}

/// What is left of the quota after a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Left {
    limit: u32,
    remaining: u32,
    /// Seconds since 1970 at which counting starts anew.
    reset: i64,
    /// Seconds until then, at least 1.
    pub(super) wait: i64,
    /// The request was one too many.
    pub(super) exceeded: bool,
}

impl Quota {
    /// The quota of a server that works.
    pub(super) fn ample() -> Quota {
        Quota { limit: PER_MINUTE, used: 0, minute: 0 }
    }

    /// The quota of a caller who has used it up, now and for ever.
    pub(super) fn used_up() -> Quota {
        Quota { limit: 0, used: 0, minute: 0 }
    }

    /// Counts one request at `now`.
    pub(super) fn count(&mut self, now: Timestamp) -> Left {
        let second = now.as_second();
        let minute = second.div_euclid(60);
        if self.minute != minute {
            self.minute = minute;
            self.used = 0;
        }
        self.used = self.used.saturating_add(1);
        let reset = minute.saturating_add(1).saturating_mul(60);
        Left {
            limit: self.limit,
            remaining: self.limit.saturating_sub(self.used),
            reset,
            wait: (reset - second).max(1),
            exceeded: self.used > self.limit,
        }
    }
}

impl Left {
    /// Writes the documented rate-limit headers.
    pub(super) fn write(self, headers: &mut HeaderMap) {
        let mut put = |name, value: i64| {
            headers.insert(HeaderName::from_static(name), HeaderValue::from(value));
        };
        put("x-ratelimit-limit", i64::from(self.limit));
        put("x-ratelimit-remaining", i64::from(self.remaining));
        put("x-ratelimit-reset", self.reset);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn the_count_starts_anew_every_minute() {
        let mut quota = Quota { limit: 2, used: 0, minute: 0 };
        assert_eq!(quota.count(at(60)).remaining, 1);
        assert!(!quota.count(at(61)).exceeded);
        let over = quota.count(at(90));
        assert!(over.exceeded);
        assert_eq!((over.reset, over.wait), (120, 30));
        assert!(!quota.count(at(120)).exceeded);
    }

    #[test]
    fn a_quota_that_is_used_up_allows_nothing() {
        let left = Quota::used_up().count(at(119));
        assert!(left.exceeded);
        assert_eq!(left.wait, 1);
    }
}
