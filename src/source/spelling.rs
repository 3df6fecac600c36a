//! Facts as text: the spelling that rule files and cases use, so that what a report shows can be
//! pasted into a case.

use std::borrow::Cow;

use crate::model::fact::Value;
pub use crate::world::clock::rfc3339;

/// Milliseconds in the largest unit that divides them: `5m`, `90s`, `250ms`.
pub fn duration(ms: i64) -> String {
    const UNITS: [(i64, &str); 4] = [(86_400_000, "d"), (3_600_000, "h"), (60_000, "m"), (1_000, "s")];
    match UNITS.iter().find(|(size, _)| ms != 0 && ms % size == 0) {
        Some((size, unit)) => format!("{}{unit}", ms / size),
        None => format!("{ms}ms"),
    }
}

/// Permission bits in octal: `0600`.
pub fn mode(bits: u32) -> String {
    format!("{bits:04o}")
}

/// A value on one line. Texts stand as they are: whoever shows them encodes them.
pub fn line(value: &Value) -> Cow<'_, str> {
    match value {
        Value::Bool(plain) => Cow::Borrowed(if *plain { "true" } else { "false" }),
        Value::Int(number) => Cow::Owned(number.to_string()),
        Value::Text(text) => Cow::Borrowed(text),
        Value::Time(ms) => Cow::Owned(rfc3339(*ms)),
        Value::Duration(ms) => Cow::Owned(duration(*ms)),
        Value::Bytes(bytes) => Cow::Owned(bytes.to_string()),
        Value::Mode(bits) => Cow::Owned(mode(*bits)),
        Value::Uid(uid) => Cow::Owned(uid.to_string()),
        Value::Texts(texts) => Cow::Owned(format!("[{}]", texts.join(", "))),
        Value::Maps(maps) => Cow::Owned(match maps.len() {
            1 => "1 element".to_owned(),
            many => format!("{many} elements"),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_spelled_as_in_rule_files() {
        assert_eq!(rfc3339(1_767_312_000_000), "2026-01-02T00:00:00Z");
        assert_eq!(rfc3339(1_767_312_000_250), "2026-01-02T00:00:00.25Z");
        assert_eq!(rfc3339(i64::MAX), i64::MAX.to_string());
        assert_eq!(duration(0), "0ms");
        assert_eq!(duration(-90_000), "-90s");
        assert_eq!(duration(3_600_000), "1h");
        assert_eq!(duration(1_500), "1500ms");
        assert_eq!(mode(0o600), "0600");
        assert_eq!(mode(0o1777), "1777");
        assert_eq!(line(&Value::Texts(vec!["a".into(), "b".into()])), "[a, b]");
    }
}
