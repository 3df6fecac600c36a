//! When a stored credential ends: one instant, however a program wrote it down. Pure.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde_json::Value;

/// In what form a file states the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// A date and time in words (RFC 3339, or a looser form of it).
    Text,
    Seconds,
    Milliseconds,
}

impl Unit {
    /// The word that facts use.
    pub fn name(self) -> &'static str {
        match self {
            Unit::Text => "text",
            Unit::Seconds => "seconds",
            Unit::Milliseconds => "milliseconds",
        }
    }
}

/// What a file says about the end of its token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stated {
    /// Nothing, or that it never ends.
    Nothing,
    At {
        /// Milliseconds since 1970.
        millis: i64,
        unit: Unit,
    },
    /// Something that is no time; says what was found.
    Unreadable(&'static str),
}

/// Larger numbers are milliseconds: as seconds they would lie beyond the year 5138, and as
/// milliseconds smaller ones before 1973.
const MOST_SECONDS: f64 = 1e11;

/// Larger numbers are no time in either unit (as milliseconds beyond the year 5138).
const MOST_MILLISECONDS: f64 = 1e14;

/// Reads the value of `expires_at`.
pub(super) fn read(value: Option<&Value>) -> Stated {
    match value {
        None | Some(Value::Null) => Stated::Nothing,
        Some(Value::Number(number)) => {
            from_number(number.as_f64().unwrap_or(f64::NAN), "number that is no time")
        }
        Some(Value::String(text)) => from_text(text.trim()),
        Some(Value::Bool(_)) => Stated::Unreadable("true or false, which is no time"),
        Some(Value::Array(_)) => Stated::Unreadable("list that is no time"),
        Some(Value::Object(_)) => Stated::Unreadable("map that is no time"),
    }
}

/// The instant `seconds` after 1970, in milliseconds; `None` where no calendar reaches.
pub(super) fn millis(seconds: f64) -> Option<i64> {
    let millis = (seconds * 1000.0).round();
    #[expect(clippy::cast_possible_truncation, reason = "bounded just before")]
    (millis.is_finite() && millis.abs() < MOST_MILLISECONDS).then_some(millis as i64)
}

fn from_number(number: f64, fault: &'static str) -> Stated {
    // Zero is how the keyring's form of the store says "never" (facts: "zero = no expiry").
    if number == 0.0 {
        return Stated::Nothing;
    }
    let (seconds, unit) = match number.abs() > MOST_SECONDS {
        true => (number / 1000.0, Unit::Milliseconds),
        false => (number, Unit::Seconds),
    };
    millis(seconds).map_or(Stated::Unreadable(fault), |millis| Stated::At { millis, unit })
}

fn from_text(text: &str) -> Stated {
    const FAULT: &str = "text that is no time";
    if text.is_empty() {
        return Stated::Nothing;
    }
    if let Ok(number) = text.parse::<f64>() {
        return from_number(number, FAULT);
    }
    match instant(text) {
        // Go's zero time, which means "never" there.
        Some(at) if at == ZERO_OF_GO => Stated::Nothing,
        Some(millis) => Stated::At { millis, unit: Unit::Text },
        None => Stated::Unreadable(FAULT),
    }
}

/// 0001-01-01T00:00:00Z.
const ZERO_OF_GO: i64 = -62_135_596_800_000;

/// An RFC 3339 time; without an offset it is taken as UTC, and a date alone as its first instant.
fn instant(text: &str) -> Option<i64> {
    let text = text.strip_suffix(" UTC").unwrap_or(text);
    let zoned = text.parse::<Timestamp>().ok();
    let utc = |civil| TimeZone::UTC.to_timestamp(civil).ok();
    let local = || utc(text.parse::<DateTime>().ok()?);
    Some(zoned.or_else(local)?.as_millisecond())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const AT: i64 = 1_773_478_320_000; // 2026-03-14T08:52:00Z

    fn at(millis: i64, unit: Unit) -> Stated {
        Stated::At { millis, unit }
    }

    #[test]
    fn every_spelling_of_one_instant_is_that_instant() {
        for text in [
            "2026-03-14T08:52:00Z",
            "2026-03-14T10:52:00+02:00",
            "2026-03-14T08:52:00.000000+00:00",
            "2026-03-14 08:52:00Z",
            "2026-03-14T08:52:00",
            "2026-03-14 08:52:00 UTC",
            " 2026-03-14T08:52:00Z ",
        ] {
            assert_eq!(read(Some(&json!(text))), at(AT, Unit::Text), "{text}");
        }
        assert_eq!(read(Some(&json!(1_773_478_320))), at(AT, Unit::Seconds));
        assert_eq!(read(Some(&json!("1773478320"))), at(AT, Unit::Seconds));
        assert_eq!(read(Some(&json!(1_773_478_320.0))), at(AT, Unit::Seconds));
        assert_eq!(read(Some(&json!(AT))), at(AT, Unit::Milliseconds));
        assert_eq!(read(Some(&json!(AT.to_string()))), at(AT, Unit::Milliseconds));
        assert_eq!(read(Some(&json!("2026-03-14"))), at(1_773_446_400_000, Unit::Text));
    }

    #[test]
    fn never_is_nothing() {
        for value in [json!(null), json!(0), json!("0001-01-01T00:00:00Z"), json!("")] {
            assert_eq!(read(Some(&value)), Stated::Nothing, "{value}");
        }
        assert_eq!(read(None), Stated::Nothing);
    }

    #[test]
    fn what_is_no_time_is_said_to_be_none() {
        for value in [
            json!("tomorrow"),
            json!("2026-13-01"),
            json!(1e18),
            json!("NaN"),
            json!("inf"),
            json!(true),
            json!([1]),
        ] {
            assert!(matches!(read(Some(&value)), Stated::Unreadable(_)), "{value}");
        }
    }

    #[test]
    fn a_time_long_past_is_still_one() {
        assert_eq!(read(Some(&json!(-5))), at(-5000, Unit::Seconds));
    }
}
