//! Values that rules and cases spell out, read by the type of the fact that they stand for.

use super::node::Content;
use crate::model::condition::Literal;
use crate::model::fact::FactType;
use crate::model::list::keep_text;

/// Reads a value of the type `kind`. `None` when it is no such value; lists are none.
pub(super) fn read(kind: FactType, content: &Content<'_>) -> Option<Literal> {
    match (kind, content) {
        (FactType::Bool, Content::Bool(value)) => Some(Literal::Bool(*value)),
        (FactType::Int, Content::Int(value)) => Some(Literal::Int(*value)),
        (FactType::Text, Content::Text(text)) => Some(Literal::Text(keep_text(text))),
        (FactType::Time, Content::Text(text)) => time_ms(text).map(Literal::Time),
        (FactType::Duration, Content::Text(text)) => duration_ms(text).map(Literal::Duration),
        (FactType::Bytes, Content::Text(text)) => bytes(text).map(Literal::Bytes),
        (FactType::Bytes, Content::Int(value)) => u64::try_from(*value).ok().map(Literal::Bytes),
        (FactType::Mode, Content::Text(text)) => mode(text).map(Literal::Mode),
        (FactType::Uid, Content::Int(value)) => u32::try_from(*value).ok().map(Literal::Uid),
        _ => None,
    }
}

/// How a value of this type is written, for messages.
pub(super) fn form(kind: FactType) -> &'static str {
    match kind {
        FactType::Bool => "true or false",
        FactType::Int => "a whole number",
        FactType::Text => "a text (a number or truth value in quotes)",
        FactType::Time => "a time such as \"2026-01-02T08:00:00Z\"",
        FactType::Duration => "a duration such as 5m, 2h, 30s, 500ms or 7d",
        FactType::Bytes => "a size such as 64KiB, 8MiB or a number of bytes",
        FactType::Mode => "permission bits as an octal text such as \"0600\"",
        FactType::Uid => "a user id: a number",
        FactType::Texts | FactType::Maps(_) => "a list",
    }
}

/// Milliseconds since 1970 of an RFC 3339 time.
pub fn time_ms(text: &str) -> Option<i64> {
    text.parse::<jiff::Timestamp>().ok().map(jiff::Timestamp::as_millisecond)
}

/// Milliseconds of `500ms`, `30s`, `5m`, `2h`, `7d` or several of these in a row, with a sign or without.
pub fn duration_ms(text: &str) -> Option<i64> {
    let (sign, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text),
    };
    let mut total: i64 = 0;
    while !rest.is_empty() {
        let (number, after) = leading_number(rest)?;
        let letters = after.find(|c: char| !c.is_ascii_lowercase()).unwrap_or(after.len());
        let unit_ms = match &after[..letters] {
            "ms" => 1,
            "s" => 1_000,
            "m" => 60_000,
            "h" => 3_600_000,
            "d" => 86_400_000,
            _ => return None,
        };
        total = total.checked_add(number.checked_mul(unit_ms)?)?;
        rest = &after[letters..];
    }
    (!text.trim_start_matches('-').is_empty()).then_some(sign * total)
}

/// Bytes of `512`, `512B`, `64KiB`, `8MiB` or `1GiB`.
fn bytes(text: &str) -> Option<u64> {
    let (number, unit) = leading_number(text)?;
    let unit = match unit.trim_start() {
        "" | "B" => 1,
        "KiB" => 1 << 10,
        "MiB" => 1 << 20,
        "GiB" => 1 << 30,
        _ => return None,
    };
    u64::try_from(number).ok()?.checked_mul(unit)
}

/// Permission bits of `600`, `0600` or `1777`.
pub fn mode(text: &str) -> Option<u32> {
    let octal = (3..=4).contains(&text.len()) && text.bytes().all(|byte| (b'0'..=b'7').contains(&byte));
    octal.then(|| u32::from_str_radix(text, 8).ok()).flatten()
}

fn leading_number(text: &str) -> Option<(i64, &str)> {
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    Some((text[..digits].parse().ok()?, &text[digits..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_and_sizes_are_read_by_their_units() {
        assert_eq!(duration_ms("5m"), Some(300_000));
        assert_eq!(duration_ms("500ms"), Some(500));
        assert_eq!(duration_ms("1h30m"), Some(5_400_000));
        assert_eq!(duration_ms("-7d"), Some(-604_800_000));
        for bad in
            ["", "-", "5", "5 m", "m", "5M", "1.5h", "99999999999999999999d", "9223372036854775807d", "--5m"]
        {
            assert_eq!(duration_ms(bad), None, "{bad}");
        }
        assert_eq!(bytes("64KiB"), Some(65_536));
        assert_eq!(bytes("16 KiB"), Some(16_384));
        for bad in ["", "KiB", "64KB", "64K", "-1B", "18446744073709551615GiB"] {
            assert_eq!(bytes(bad), None, "{bad}");
        }
    }

    #[test]
    fn modes_are_octal_texts() {
        assert_eq!(mode("0600"), Some(0o600));
        assert_eq!(mode("1777"), Some(0o1777));
        for bad in ["", "60", "0o600", "0900", "00600", "+600"] {
            assert_eq!(mode(bad), None, "{bad}");
        }
        assert_eq!(read(FactType::Mode, &Content::Int(600)), None);
    }

    #[test]
    fn times_are_rfc_3339() {
        assert_eq!(time_ms("2026-01-02T08:00:00Z"), Some(1_767_340_800_000));
        assert_eq!(time_ms("2026-01-02T10:00:00+02:00"), Some(1_767_340_800_000));
        assert_eq!(time_ms("2026-01-02"), None);
        assert_eq!(time_ms("yesterday"), None);
    }
}
