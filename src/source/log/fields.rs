//! `key=value key="a value"`: fields at the end of a line, or all of it.

/// The words before the fields at the end of `text`, and the fields. `words a=1 b="x y"`.
pub(super) fn split(text: &str) -> (&str, Vec<(String, String)>) {
    // The fields begin at the first key from which there is nothing but fields to the end.
    for (at, _) in text.match_indices('=').filter(|(at, _)| *at > 0) {
        let start = text[..at].rfind(' ').map_or(0, |blank| blank + 1);
        if let Some(pairs) = all(&text[start..]) {
            return (text[..start].trim_end(), pairs);
        }
    }
    (text, Vec::new())
}

/// The fields of `text`, if it is made of fields alone.
pub(super) fn all(text: &str) -> Option<Vec<(String, String)>> {
    let mut pairs = Vec::new();
    let mut rest = text.trim_end();
    while !rest.is_empty() {
        let (name, after) = rest.split_once('=')?;
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '@' | '/');
        if name.is_empty() || !name.chars().all(plain) {
            return None;
        }
        let (value, next) = value(after)?;
        pairs.push((name.to_owned(), value));
        rest = next.trim_start_matches(' ');
    }
    (!pairs.is_empty()).then_some(pairs)
}

/// A value, bare or quoted, and what follows it. A quoted one that does not end was cut off there.
fn value(text: &str) -> Option<(String, &str)> {
    let Some(inside) = text.strip_prefix('"') else {
        let end = text.find(' ').unwrap_or(text.len());
        return Some((text[..end].to_owned(), &text[end..]));
    };
    let mut value = String::new();
    let mut chars = inside.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => {
                let after = &inside[at + 1..];
                return (after.is_empty() || after.starts_with(' ')).then_some((value, after));
            }
            '\\' => match chars.next() {
                Some((_, 'n')) => value.push('\n'),
                Some((_, 't')) => value.push('\t'),
                Some((_, 'r')) => value.push('\r'),
                Some((_, other)) => value.push(other),
                None => {}
            },
            c => value.push(c),
        }
    }
    Some((value, ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(text: &str) -> (String, String) {
        let (words, pairs) = split(text);
        let pairs: Vec<String> = pairs.iter().map(|(name, value)| format!("{name}:{value}")).collect();
        (words.to_owned(), pairs.join("|"))
    }

    #[test]
    fn fields_stand_at_the_end() {
        let told = |words: &str, fields: &str| (words.to_owned(), fields.to_owned());
        assert_eq!(
            pairs("request failed status=401 why=\"a b\""),
            told("request failed", "status:401|why:a b")
        );
        assert_eq!(pairs("Error: a=b is wrong"), told("Error: a=b is wrong", ""));
        assert_eq!(pairs("x=1 then words y=2"), told("x=1 then words", "y:2"));
        assert_eq!(pairs("cut off why=\"never en"), told("cut off", "why:never en"));
        assert_eq!(pairs("url url=http://h/?a=b"), told("url", "url:http://h/?a=b"));
        assert_eq!(pairs("empty why=\"\""), told("empty", "why:"));
        assert_eq!(pairs("no fields"), told("no fields", ""));
        assert_eq!(pairs("="), told("=", ""));
    }
}
