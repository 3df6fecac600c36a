//! User codes typed in vain: they are short, so nobody may try many of them (RFC 8628, section 5.1).

use jiff::Timestamp;

/// So many wrong codes a minute are mistakes. In the 15 minutes that a code is good, somebody who goes on
/// like that tries 150 of 26⁶.
const PER_MINUTE: u32 = 10;

/// The wrong codes of one minute of the clock.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Guesses {
    minute: i64,
    wrong: u32,
}

impl Guesses {
    /// For how many seconds from `now` on no code is looked at, be it right or wrong.
    pub(super) fn wait(&self, now: Timestamp) -> Option<i64> {
        let used_up = self.minute == minute(now) && self.wrong >= PER_MINUTE;
        used_up.then(|| 60 - now.as_second().rem_euclid(60))
    }

    /// Notes one that was wrong.
    pub(super) fn note(&mut self, now: Timestamp) {
        let before = if self.minute == minute(now) { self.wrong } else { 0 };
        *self = Guesses { minute: minute(now), wrong: before.saturating_add(1) };
    }
}

fn minute(time: Timestamp) -> i64 {
    time.as_second().div_euclid(60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_a_minute_are_enough() {
        let at = |second: i64| Timestamp::from_second(second).unwrap();
        let mut guesses = Guesses::default();
        for _ in 0..PER_MINUTE {
            assert_eq!(guesses.wait(at(70)), None);
            guesses.note(at(70));
        }
        assert_eq!((guesses.wait(at(70)), guesses.wait(at(119))), (Some(50), Some(1)));
        assert_eq!(guesses.wait(at(120)), None);
        guesses.note(at(120));
        assert_eq!(guesses.wait(at(120)), None);
    }
}
