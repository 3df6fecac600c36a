//! The time that a line begins with, in the spellings that logs have.

use std::sync::LazyLock;

use jiff::civil::{Date, Time};
use jiff::tz::Offset;
use regex::{Captures, Regex};

/// When a line was written, as far as it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stamp {
    /// Milliseconds since 1970; of a time without a zone as if it were UTC, of a time without a date
    /// as if it were the first of January 1970.
    pub(super) ms: i64,
    /// It has a zone or an offset: it is a moment.
    pub(super) zoned: bool,
    /// It has a date with a year.
    pub(super) dated: bool,
}

/// `2026-11-23T09:12:00.123Z`, `2026-11-23 09:12:00,123 +0100`, `2026/11/23 09:12:00`.
static FULL: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(concat!(
        r"^(\d{4})[-/](\d\d)[-/](\d\d)[T _](\d\d):(\d\d):(\d\d)(?:[.,](\d{1,9}))?",
        r"(?: ?(Z\b|UTC\b|GMT\b|[+-]\d\d:?\d\d))?",
    ))
    .ok()
});

/// `Nov 23 09:12:00` as syslog has it, and `23/Nov/2026:09:12:00 +0000` as web servers do.
static NAMED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(concat!(
        r"^(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? )?",
        r"(?:([A-Z][a-z]{2}) {1,2}(\d{1,2})|(\d{1,2})[ /-]([A-Z][a-z]{2})[ /-](\d{4}))",
        r"[ :](\d\d):(\d\d):(\d\d)(?:[.,](\d{1,9}))?",
        r"(?: (Z\b|UTC\b|GMT\b|[+-]\d\d:?\d\d))?(?: (\d{4})\b)?",
    ))
    .ok()
});

/// `09:12:00.123`, and `9:12AM` as zerolog's console has it.
static CLOCK: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"^(\d{1,2}):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?(?: ?([AP]M))?(?:\s|$|\])").ok()
});

/// Months as logs name them.
const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// The time at the beginning of `text`, with how many bytes it takes.
pub(super) fn at_start(text: &str) -> Option<(Stamp, usize)> {
    // Each spelling begins with a digit, or with the name of a day or a month.
    match text.as_bytes().first()? {
        b'0'..=b'9' => full(text).or_else(|| named(text)).or_else(|| clock(text)),
        b'A'..=b'Z' => named(text),
        _ => None,
    }
}

/// The time at the beginning of `text` if it is spelled as in most logs, `2026-11-23T09:12:00.123Z`, with
/// how many bytes it takes: found without a regular expression.
pub(super) fn usual(text: &[u8]) -> Option<(Stamp, usize)> {
    let (&[a, b, c, d, b'-', e, f, b'-', g, h, b'T', i, j, b':', k, l, b':', m, n], rest) =
        text.split_first_chunk()?
    else {
        return None;
    };
    let two = |tens: u8, ones: u8| {
        (tens.is_ascii_digit() && ones.is_ascii_digit())
            .then(|| ((tens - b'0') * 10 + ones - b'0').cast_signed())
    };
    let year = i16::from(two(a, b)?) * 100 + i16::from(two(c, d)?);
    let date = Date::new(year, two(e, f)?, two(g, h)?).ok()?;
    let fraction = match rest {
        [b'.', digits @ ..] => digits.iter().take_while(|digit| digit.is_ascii_digit()).count() + 1,
        _ => 0,
    };
    let digits = rest[..fraction].get(1..).unwrap_or_default();
    let after = rest.get(fraction + 1).copied().unwrap_or(b' ');
    let ends = after.is_ascii() && !after.is_ascii_alphanumeric() && after != b'_';
    if !(rest.get(fraction) == Some(&b'Z') && ends && fraction != 1 && digits.len() <= 9) {
        return None;
    }
    let nanoseconds =
        (0..9).fold(0, |sum, at| sum * 10 + i32::from(digits.get(at).map_or(0, |digit| digit - b'0')));
    let time = Time::new(two(i, j)?, two(k, l)?, two(m, n)?.min(59), nanoseconds).ok()?;
    Some((stamp(date, time, Some(Offset::UTC), true), 20 + fraction))
}

/// The time that `text` is, or a number of seconds, milliseconds or more since 1970.
pub(super) fn whole(text: &str) -> Option<Stamp> {
    if let Some((stamp, length)) = at_start(text) {
        return (length == text.len()).then_some(stamp);
    }
    epoch(text.parse().ok()?)
}

/// A number of seconds, milliseconds, microseconds or nanoseconds since 1970, told by its size.
pub(super) fn epoch(number: f64) -> Option<Stamp> {
    // From 2001 to 2286 seconds have ten digits, milliseconds thirteen, and so on.
    const UNITS: [(f64, f64); 4] = [(1e9, 1e3), (1e12, 1.0), (1e15, 1e-3), (1e18, 1e-6)];
    let (_, factor) = UNITS.iter().find(|(least, _)| (*least..*least * 10.0).contains(&number))?;
    #[expect(clippy::cast_possible_truncation, reason = "it is below 1e13")]
    let ms = (number * factor) as i64;
    Some(Stamp { ms, zoned: true, dated: true })
}

fn full(text: &str) -> Option<(Stamp, usize)> {
    if let Some(usual) = usual(text.as_bytes()) {
        return Some(usual);
    }
    by_expression(text)
}

fn by_expression(text: &str) -> Option<(Stamp, usize)> {
    let found = FULL.as_ref()?.captures(text)?;
    let date = Date::new(number(&found, 1)?, number(&found, 2)?, number(&found, 3)?).ok()?;
    let time = time_of(&found, [4, 5, 6, 7])?;
    let zone = zone_of(&found, 8)?;
    Some((stamp(date, time, zone, true), found.get(0)?.end()))
}

fn named(text: &str) -> Option<(Stamp, usize)> {
    let found = NAMED.as_ref()?.captures(text)?;
    let month = found.get(1).or(found.get(4))?.as_str();
    let month = MONTHS.iter().position(|known| *known == month)? + 1;
    let day = found.get(2).or(found.get(3))?.as_str().parse().ok()?;
    let year = found.get(5).or(found.get(11)).and_then(|year| year.as_str().parse().ok());
    // 2000 has a 29th of February.
    let date = Date::new(year.unwrap_or(2000), i8::try_from(month).ok()?, day).ok()?;
    let time = time_of(&found, [6, 7, 8, 9])?;
    let zone = zone_of(&found, 10)?;
    Some((stamp(date, time, zone, year.is_some()), found.get(0)?.end()))
}

fn clock(text: &str) -> Option<(Stamp, usize)> {
    let found = CLOCK.as_ref()?.captures(text)?;
    let half = found.get(5).map(|half| half.as_str());
    // `9:12` alone may be anything.
    if half.is_none() && found.get(3).is_none() {
        return None;
    }
    let hour: i8 = number(&found, 1)?;
    let hour = match half {
        Some("PM") => hour % 12 + 12,
        Some(_) => hour % 12,
        None => hour,
    };
    let second = found.get(3).map_or(Some(0), |second| second.as_str().parse().ok())?;
    let time = Time::new(hour, number(&found, 2)?, second, nanoseconds(&found, 4)).ok()?;
    let end = found.get(5).or(found.get(4)).or(found.get(3))?.end();
    Some((stamp(Date::ZERO.with().year(1970).build().ok()?, time, None, false), end))
}

fn stamp(date: Date, time: Time, zone: Option<Offset>, dated: bool) -> Stamp {
    let moment = zone.unwrap_or(Offset::UTC).to_timestamp(date.to_datetime(time));
    let ms = moment.map_or(0, |moment| moment.as_millisecond());
    Stamp { ms, zoned: zone.is_some(), dated }
}

fn time_of(found: &Captures<'_>, [hour, minute, second, fraction]: [usize; 4]) -> Option<Time> {
    // A leap second is the last moment of its minute.
    let second = number::<i8>(found, second)?.min(59);
    Time::new(number(found, hour)?, number(found, minute)?, second, nanoseconds(found, fraction)).ok()
}

fn nanoseconds(found: &Captures<'_>, at: usize) -> i32 {
    let digits = found.get(at).map_or("", |digits| digits.as_str());
    format!("{digits:0<9}").parse().unwrap_or(0)
}

/// The offset, if there is one; none at all where it cannot be.
#[expect(clippy::option_option, reason = "no zone and a wrong one are not the same")]
fn zone_of(found: &Captures<'_>, at: usize) -> Option<Option<Offset>> {
    let Some(zone) = found.get(at).map(|zone| zone.as_str()) else { return Some(None) };
    let Some(digits) = zone.strip_prefix(['+', '-']) else { return Some(Some(Offset::UTC)) };
    let (hours, minutes) = (digits.get(..2)?.parse::<i32>().ok()?, digits.get(digits.len() - 2..)?);
    let seconds = hours * 3600 + minutes.parse::<i32>().ok()? * 60;
    Offset::from_seconds(if zone.starts_with('-') { -seconds } else { seconds }).ok().map(Some)
}

fn number<N: std::str::FromStr>(found: &Captures<'_>, at: usize) -> Option<N> {
    found.get(at)?.as_str().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// 2026-11-23T09:12:00Z.
    const MOMENT: i64 = 1_795_425_120_000;

    #[test]
    fn every_spelling_is_read() {
        let zoned = [
            ("2026-11-23T09:12:00Z", 0),
            ("2026-11-23T09:12:00.250Z INF x", 250),
            ("2026-11-23 10:12:00,250 +0100 x", 250),
            ("2026-11-23T04:12:00-05:00", 0),
            ("2026/11/23 09:12:00 UTC x", 0),
            ("23/Nov/2026:09:12:00 +0000", 0),
            ("Mon, 23 Nov 2026 09:12:00 GMT", 0),
        ];
        for (text, more) in zoned {
            let (stamp, _) = at_start(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(stamp, Stamp { ms: MOMENT + more, zoned: true, dated: true }, "{text}");
        }
        let (local, length) = at_start("2026-11-23 09:12:00 | ERROR").unwrap();
        assert_eq!((local, length), (Stamp { ms: MOMENT, zoned: false, dated: true }, 19));
        let (syslog, length) = at_start("Nov 23 09:12:00 host cmdop[1]: x").unwrap();
        assert_eq!((syslog.dated, syslog.zoned, length), (false, false, 15));
        let (kitchen, length) = at_start("9:12AM WRN x").unwrap();
        assert_eq!((kitchen, length), (Stamp { ms: 33_120_000, zoned: false, dated: false }, 6));
        assert_eq!(at_start("09:12:00.5 x").unwrap().0.ms, 33_120_500);
    }

    #[test]
    fn what_is_no_time_is_none() {
        for text in [
            "",
            "2026-13-23T09:12:00Z",
            "2026-02-30T09:12:00Z",
            "25:00:00 x",
            "9:12 x",
            "Foo 23 09:12:00",
            "12",
        ] {
            assert_eq!(at_start(text), None, "{text}");
        }
        assert_eq!(whole("2026-11-23T09:12:00Z x"), None);
    }

    #[test]
    fn numbers_are_seconds_or_less() {
        for text in ["1795425120", "1795425120000", "1795425120000000", "1795425120.0"] {
            assert_eq!(whole(text).unwrap().ms, MOMENT, "{text}");
        }
        assert_eq!(whole("42"), None);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn the_usual_spelling_is_what_the_expression_finds(
            text in "[0-2][0-9]{3}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-6][0-9]:[0-6][0-9](\\.[0-9]{0,10})?Z?[ _xé]?"
        ) {
            if let Some(usual) = usual(text.as_bytes()) {
                prop_assert_eq!(Some(usual), by_expression(&text));
            }
        }

        #[test]
        fn no_text_makes_it_panic(text in "[0-9A-Za-z:/ .,+-]{0,40}") {
            if let Some((_, length)) = at_start(&text) {
                prop_assert!(length <= text.len());
            }
        }
    }
}
