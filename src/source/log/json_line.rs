//! A line that is a JSON object: zerolog's, our own, and what docker wraps around a line.

use serde_json::Value;

use super::entry::{Entry, Form};

/// Wrappings of wrappings end somewhere.
const DEEPEST: usize = 4;

/// Reads `text`, a JSON object, as a line of which `bare` is known; a line that was cut off in the
/// middle is read as far as it goes.
pub(super) fn read(bare: &Entry, text: &str) -> Option<Entry> {
    read_within(bare, text, DEEPEST)
}

fn read_within(bare: &Entry, text: &str, deep: usize) -> Option<Entry> {
    let object = match serde_json::from_str::<Value>(text) {
        Ok(Value::Object(object)) => object,
        Ok(_) => return None,
        Err(_) => mended(text)?,
    };
    if let Some(Value::String(wrapped)) = object.get("log")
        && deep > 0
    {
        let mut entry = Entry::read(bare.line, wrapped.trim_end().as_bytes());
        if entry.time.is_none() {
            let time = object.get("time").and_then(Value::as_str);
            entry.time = time.and_then(super::stamp::whole).or(bare.time);
        }
        return Some(entry);
    }
    let mut entry = Entry { form: Form::Json, message: String::new(), ..bare.clone() };
    for (name, value) in object {
        let value = match value {
            Value::String(text) => text,
            Value::Null => continue,
            other => other.to_string(),
        };
        if !entry.take(&name, &value) {
            entry.fields.push((name, value));
        }
    }
    if entry.message.is_empty()
        && let Some(error) = entry.field("error").map(str::to_owned)
    {
        entry.message = error;
    }
    (!entry.message.is_empty()).then_some(entry)
}

/// What a JSON object that ends too early says before that.
fn mended(text: &str) -> Option<serde_json::Map<String, Value>> {
    // A member that is whole ends before a comma; the few last commas are tried.
    let commas = text.rmatch_indices(',').map(|(at, _)| at).take(8);
    let whole = [format!("{text}\"}}"), format!("{text}}}")];
    let shorter = commas.map(|at| format!("{}}}", &text[..at]));
    whole.into_iter().chain(shorter).find_map(|text| serde_json::from_str(&text).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_cut_off_is_read_as_far_as_it_goes() {
        let whole = r#"{"level":"error","message":"token expired","code":"unauthorized","n":[1,2]}"#;
        for length in 42..whole.len() {
            let entry = Entry::read(1, &whole.as_bytes()[..length]);
            assert_eq!((entry.form, entry.message.as_str()), (Form::Json, "token expired"), "{length}");
        }
    }

    #[test]
    fn an_object_without_words_is_none() {
        assert_eq!(Entry::read(1, br#"{"a":1}"#).form, Form::Plain);
        assert_eq!(Entry::read(1, b"{}").form, Form::Plain);
        let nested = format!("{}{}", r#"{"log":"#.repeat(50), "1");
        assert_eq!(Entry::read(1, nested.as_bytes()).form, Form::Plain);
    }
}
