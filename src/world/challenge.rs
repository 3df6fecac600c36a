//! The error that a `WWW-Authenticate` header names, and its words (RFC 6750 section 3).

use reqwest::header::HeaderValue;

/// The value of the parameter `error`.
pub fn error(header: &HeaderValue) -> Option<String> {
    parameter(header, "error")
}

/// The value of the parameter `error_description`.
pub fn description(header: &HeaderValue) -> Option<String> {
    parameter(header, "error_description")
}

fn parameter(header: &HeaderValue, wanted: &str) -> Option<String> {
    let text = header.to_str().ok()?;
    parameters(text).into_iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted)).map(|(_, value)| value)
}

/// All parameters of all challenges, with their quotes undone (RFC 9110 section 11.6.1).
fn parameters(text: &str) -> Vec<(String, String)> {
    pieces(text)
        .iter()
        .filter_map(|piece| {
            let (before, value) = piece.split_once('=')?;
            // The first parameter of a challenge stands behind the scheme's name.
            let name = before.split_whitespace().last()?;
            Some((name.to_owned(), unquoted(value.trim())))
        })
        .collect()
}

/// The parts between the commas that stand in no quotes.
fn pieces(text: &str) -> Vec<String> {
    let mut pieces = vec![String::new()];
    let (mut quoted, mut escaped) = (false, false);
    for char in text.chars() {
        if char == ',' && !quoted {
            pieces.push(String::new());
            continue;
        }
        quoted ^= char == '"' && !escaped;
        escaped = char == '\\' && quoted && !escaped;
        if let Some(piece) = pieces.last_mut() {
            piece.push(char);
        }
    }
    pieces
}

fn unquoted(value: &str) -> String {
    match value.strip_prefix('"').and_then(|inner| inner.strip_suffix('"')) {
        Some(inner) => inner.replace("\\\"", "\"").replace("\\\\", "\\"),
        None => value.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error_of(text: &str) -> Option<String> {
        error(&HeaderValue::from_str(text).unwrap())
    }

    #[test]
    fn finds_the_error_wherever_it_stands() {
        let invalid = Some("invalid_token".to_owned());
        assert_eq!(error_of(r#"Bearer realm="a, error=\"x\"", error="invalid_token""#), invalid);
        assert_eq!(error_of("Bearer error=invalid_token"), invalid);
        assert_eq!(
            error_of(r#"Basic realm="x", Bearer error = "invalid_token", error_description="no""#),
            invalid
        );
    }

    #[test]
    fn no_error_is_none() {
        for text in
            ["Bearer", "", "Bearer realm=\"error=x", r#"Bearer error_description="expired""#, "=", ",,,"]
        {
            assert_eq!(error_of(text), None, "{text}");
        }
    }
}
