//! Sentences for people: templates filled in from evidence.

use super::view::{Seen, View};
use crate::model::fact::Value;
use crate::model::template::{Filter, Hole, Piece, Template};

/// Fills in `template`. A hole whose fact is none or unknown reads "?".
pub(super) fn fill(template: &Template, view: &View<'_>) -> String {
    fill_with(template, view, "?")
}

/// Fills in `template` as far as anything is known: what is not reads "…".
pub(super) fn fill_openly(template: &Template, view: &View<'_>) -> String {
    fill_with(template, view, "…").replace("……", "…")
}

fn fill_with(template: &Template, view: &View<'_>, blank: &str) -> String {
    let mut text = String::with_capacity(template.written.len() + 32);
    for piece in template.pieces {
        match piece {
            Piece::Words(words) => text.push_str(words),
            Piece::Hole(hole) => text.push_str(fill_hole(hole, view).as_deref().unwrap_or(blank)),
        }
    }
    text
}

/// Fills in `template` where every hole must be known; used for commands and probe parameters.
/// The error names the first hole that is not.
pub(super) fn fill_strictly(template: &Template, view: &View<'_>) -> Result<String, String> {
    let mut text = String::with_capacity(template.written.len() + 32);
    for piece in template.pieces {
        match piece {
            Piece::Words(words) => text.push_str(words),
            Piece::Hole(hole) => {
                let name = || match hole.fact.evidence {
                    "" => hole.fact.fact.to_owned(),
                    evidence => format!("{evidence}.{}", hole.fact.fact),
                };
                text.push_str(&fill_hole(hole, view).ok_or_else(name)?);
            }
        }
    }
    Ok(text)
}

/// Fills in the references of a probe parameter and leaves its symbols as they are written, which
/// gives the parameter's part of a probe key. The error names the first reference that is not known.
pub(super) fn fill_references(template: &Template, view: &View<'_>) -> Result<String, String> {
    let mut text = String::with_capacity(template.written.len() + 32);
    for piece in template.pieces {
        match piece {
            Piece::Words(words) => text.push_str(words),
            Piece::Hole(hole) if hole.fact.evidence.is_empty() => {
                text.push('{');
                text.push_str(hole.fact.fact);
                text.push('}');
            }
            Piece::Hole(hole) => {
                let name = || format!("{}.{}", hole.fact.evidence, hole.fact.fact);
                text.push_str(&fill_hole(hole, view).ok_or_else(name)?);
            }
        }
    }
    Ok(text)
}

fn fill_hole(hole: &Hole, view: &View<'_>) -> Option<String> {
    let Seen::Known(value) = view.fact(&hole.fact) else { return None };
    let mut value = value.into_owned();
    for filter in hole.filters {
        value = apply(filter, value, view)?;
    }
    Some(show(&value))
}

fn apply(filter: &Filter, value: Value, view: &View<'_>) -> Option<Value> {
    Some(match (filter, value) {
        (Filter::Since(other), Value::Time(earlier)) => {
            Value::Duration(time(other, view)?.saturating_sub(earlier))
        }
        (Filter::Until(other), Value::Time(later)) => {
            Value::Duration(later.saturating_sub(time(other, view)?))
        }
        (Filter::Date, Value::Time(ms)) => Value::Text(stamp(ms, "%Y-%m-%d")),
        (Filter::Count, Value::Texts(words)) => Value::Int(i64::try_from(words.len()).ok()?),
        (Filter::Count, Value::Maps(maps)) => Value::Int(i64::try_from(maps.len()).ok()?),
        (Filter::Join, Value::Texts(words)) => Value::Text(words.join(", ")),
        (Filter::First, Value::Texts(words)) => Value::Text(words.into_iter().next()?),
        (Filter::Name, Value::Text(path)) => Value::Text(path.rsplit('/').next()?.to_owned()),
        (Filter::Folder, Value::Text(path)) => Value::Text(folder(&path)),
        (Filter::Abs, Value::Duration(ms)) => Value::Duration(ms.saturating_abs()),
        (Filter::Abs, Value::Int(number)) => Value::Int(number.saturating_abs()),
        (_, other) => other,
    })
}

fn time(reference: &crate::model::condition::FactRef, view: &View<'_>) -> Option<i64> {
    match view.fact(reference) {
        Seen::Known(value) => match value.as_ref() {
            Value::Time(ms) => Some(*ms),
            _ => None,
        },
        _ => None,
    }
}

fn folder(path: &str) -> String {
    match path.rfind('/') {
        Some(0) => "/".to_owned(),
        Some(at) => path.get(..at).unwrap_or_default().to_owned(),
        None => ".".to_owned(),
    }
}

/// A value as people read it.
pub(super) fn show(value: &Value) -> String {
    match value {
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        Value::Int(number) => number.to_string(),
        Value::Text(text) => text.clone(),
        Value::Time(ms) => stamp(*ms, "%Y-%m-%d %H:%M UTC"),
        Value::Duration(ms) => span(*ms),
        Value::Bytes(bytes) => size(*bytes),
        Value::Mode(bits) => format!("{bits:04o}"),
        Value::Uid(uid) => uid.to_string(),
        Value::Texts(words) => words.join(", "),
        Value::Maps(maps) => maps.len().to_string(),
    }
}

/// A time in UTC, as `format` says (strftime).
pub fn stamp(ms: i64, format: &str) -> String {
    jiff::Timestamp::from_millisecond(ms)
        .map_or_else(|_| "a time out of range".to_owned(), |time| time.strftime(format).to_string())
}

/// A duration in its largest whole unit, from seconds to days; shorter ones in milliseconds.
pub fn span(ms: i64) -> String {
    let ms = ms.saturating_abs();
    let units = [(86_400_000, "d"), (3_600_000, "h"), (60_000, "min"), (1_000, "s")];
    for (length, unit) in units {
        // Two of the smaller unit read better than one of the larger: 90 min, 36 h, but 1 h.
        if ms >= 2 * length || (ms >= length && ms % length < length / 10) {
            return format!("{} {unit}", ms / length);
        }
    }
    if ms >= 1_000 { format!("{} s", ms / 1_000) } else { format!("{ms} ms") }
}

fn size(bytes: u64) -> String {
    match bytes {
        0..1_024 => format!("{bytes} B"),
        1_024..1_048_576 => format!("{} KiB", bytes / 1_024),
        1_048_576..1_073_741_824 => format!("{} MiB", bytes / 1_048_576),
        _ => format!("{} GiB", bytes / 1_073_741_824),
    }
}

#[cfg(test)]
mod tests {
    use super::{size, span};

    #[test]
    fn spans_read_like_speech() {
        let said: Vec<String> = [
            0,
            900,
            1_500,
            59_000,
            61_000,
            90 * 60_000,
            3 * 3_600_000,
            25 * 3_600_000,
            4 * 86_400_000,
            -5_000,
        ]
        .into_iter()
        .map(span)
        .collect();
        assert_eq!(said, ["0 ms", "900 ms", "1 s", "59 s", "1 min", "90 min", "3 h", "1 d", "4 d", "5 s"]);
    }

    #[test]
    fn sizes_keep_their_unit() {
        assert_eq!([size(0), size(2048), size(5 << 20)], ["0 B", "2 KiB", "5 MiB"]);
    }
}
