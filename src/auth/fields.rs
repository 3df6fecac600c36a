//! Reading the API's objects tolerantly: a field that is lacking, or is of another type, is none.

use jiff::Timestamp;
use serde_json::Value as Json;

/// The most of a text that is kept, in characters.
const LONGEST: usize = 300;

/// The text at `pointer` (RFC 6901); a number is taken as one, since servers number things.
pub(super) fn text(object: &Json, pointer: &str) -> Option<String> {
    match object.pointer(pointer)? {
        Json::String(text) if !text.trim().is_empty() => Some(text.chars().take(LONGEST).collect()),
        Json::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// The texts in the list at `pointer`.
pub(super) fn texts(object: &Json, pointer: &str) -> Option<Vec<String>> {
    let list = object.pointer(pointer)?.as_array()?;
    Some(list.iter().filter_map(|element| text(element, "")).collect())
}

/// The count at `pointer`.
pub(super) fn count(object: &Json, pointer: &str) -> Option<u64> {
    object.pointer(pointer)?.as_u64()
}

/// `true` or `false` at `pointer`.
pub(super) fn flag(object: &Json, pointer: &str) -> Option<bool> {
    object.pointer(pointer)?.as_bool()
}

/// The time at `pointer` (RFC 3339), in milliseconds since 1970.
pub(super) fn time(object: &Json, pointer: &str) -> Option<i64> {
    let text = object.pointer(pointer)?.as_str()?;
    text.parse::<Timestamp>().ok().map(|time| time.as_millisecond())
}

/// `text` as one segment of a path (RFC 3986 section 3.3): nothing in it leads elsewhere.
pub(super) fn segment(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_~".contains(&byte);
    text.bytes()
        .map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn another_type_is_none() {
        let object = json!({"id": 7, "name": " ", "at": "soon", "n": -1, "list": ["a", 1, null, {}]});
        assert_eq!(text(&object, "/id").as_deref(), Some("7"));
        assert_eq!((text(&object, "/name"), time(&object, "/at"), count(&object, "/n")), (None, None, None));
        assert_eq!(texts(&object, "/list"), Some(vec!["a".to_owned(), "1".to_owned()]));
        assert_eq!(texts(&object, "/name"), None);
    }

    #[test]
    fn a_segment_stays_one() {
        assert_eq!(segment("key_ab-c"), "key_ab-c");
        assert_eq!(segment("../x?y#z%2F é"), "%2E%2E%2Fx%3Fy%23z%252F%20%C3%A9");
    }
}
