//! Facts taken from the lines that a command says.

use regex::Regex;
use serde_json::Value as Json;

use crate::model::fact::{FactType, Value};
use crate::probe::pointer;

/// All of `text` without the blanks around it; as a list, its lines that are not blank.
pub(super) fn whole(text: &str, kind: FactType) -> Option<Value> {
    match kind {
        FactType::Texts => {
            let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
            Some(Value::Texts(lines.map(str::to_owned).collect()))
        }
        plain => value(text.trim(), plain),
    }
}

/// What the one group of `pattern` matches: in the first line that it fits, or as a list in each.
pub(super) fn matched(text: &str, pattern: &str, kind: FactType) -> Option<Value> {
    // It was compiled when the rule was read.
    let expression = Regex::new(pattern).ok()?;
    let mut found =
        text.lines().filter_map(|line| Some(expression.captures(line)?.get(1)?.as_str().to_owned()));
    match kind {
        FactType::Texts => Some(Value::Texts(found.collect())),
        plain => value(&found.next()?, plain),
    }
}

/// A word as a value of this type: a number where JSON would have one.
fn value(word: &str, kind: FactType) -> Option<Value> {
    let text = || Json::String(word.to_owned());
    let read = || serde_json::from_str(word).ok();
    let node = match kind {
        FactType::Text => (!word.is_empty()).then(text)?,
        FactType::Time => read().filter(Json::is_number).unwrap_or_else(text),
        _ => read()?,
    };
    pointer::scalar(kind, &node)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_become_values_of_their_type() {
        assert_eq!(whole(" 6.1.0 \n", FactType::Text), Some(Value::Text("6.1.0".to_owned())));
        assert_eq!(whole("42\n", FactType::Int), Some(Value::Int(42)));
        assert_eq!(whole("1.5", FactType::Duration), Some(Value::Duration(1500)));
        assert_eq!(whole("true", FactType::Bool), Some(Value::Bool(true)));
        let time = Some(Value::Time(1_767_312_000_000));
        assert_eq!(whole("2026-01-02T00:00:00Z", FactType::Time), time);
        assert_eq!(whole("1767312000", FactType::Time), time);
        assert_eq!(whole(" a \n\n b\n", FactType::Texts), Some(Value::Texts(vec!["a".into(), "b".into()])));
        for kind in [FactType::Int, FactType::Bool, FactType::Time, FactType::Bytes] {
            assert_eq!(whole("no such thing", kind), None);
        }
        assert_eq!(whole(" \n", FactType::Text), None);
    }

    #[test]
    fn the_first_line_that_fits_answers_and_a_list_has_all() {
        let text = "a=1\nb=2\na=3\n";
        assert_eq!(matched(text, r"^a=(\d)$", FactType::Int), Some(Value::Int(1)));
        assert_eq!(
            matched(text, r"^a=(\d)$", FactType::Texts),
            Some(Value::Texts(vec!["1".into(), "3".into()]))
        );
        assert_eq!(matched(text, r"^c=(\d)$", FactType::Int), None);
    }
}
