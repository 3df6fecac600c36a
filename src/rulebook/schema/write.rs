//! Pieces of schemas.

use serde_json::{Map, Value, json};

/// What stands under this name in `$defs`.
pub(super) fn at(name: &str) -> Value {
    json!({ "$ref": format!("#/$defs/{name}") })
}

/// `schema` with words about it.
pub(super) fn about(mut schema: Value, words: &str) -> Value {
    if let Value::Object(members) = &mut schema
        && !words.is_empty()
    {
        members.insert("description".to_owned(), json!(words));
    }
    schema
}

/// A map of these properties and no others.
pub(super) fn map(properties: Map<String, Value>, required: &[&str]) -> Value {
    let mut schema = json!({ "type": "object", "properties": properties, "additionalProperties": false });
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
    schema
}

/// A list of at least one of `items`.
pub(super) fn list(items: &Value) -> Value {
    json!({ "type": "array", "items": items, "minItems": 1 })
}

/// One of these words.
pub(super) fn word<'w>(words: impl IntoIterator<Item = &'w str>) -> Value {
    json!({ "enum": words.into_iter().collect::<Vec<_>>() })
}

/// A text that fits this regular expression (ECMA-262, with anchors).
pub(super) fn pattern(expression: &str) -> Value {
    json!({ "type": "string", "pattern": expression })
}

/// `text` as a regular expression for itself.
pub(super) fn escaped(text: &str) -> String {
    let special = |c: char| if "\\^$.|?*+()[]{}/".contains(c) { format!("\\{c}") } else { c.to_string() };
    text.chars().map(special).collect()
}
