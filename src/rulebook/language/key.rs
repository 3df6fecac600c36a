//! Probe keys: `http GET {api}/v1/machines as access`. One function writes them and one reads them,
//! so that a case, a bundle, a report and the engine always mean the same probe by the same text.
//!
//! A key is the probe's name and then, in the order of its schema, each parameter that was given:
//! its lead word, if it has one, and its value. A value that is empty or has blanks, control
//! characters or double quotes in it stands in double quotes, with `\"`, `\\`, `\n`, `\t`, `\r` and
//! `\u{1b}` inside.

use std::borrow::Cow;
use std::fmt::{self, Write as _};

use crate::model::list::Str;
use crate::model::probe::{ParamSpec, ProbeKind};
use crate::model::template::{Filter, Hole, Piece, Template};

/// A probe key taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParsedKey {
    pub kind: ProbeKind,
    /// The parameters that were given, in the order of the probe's schema.
    pub args: Vec<(Str, String)>,
}

/// What is wrong with a probe key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyError {
    Empty,
    UnknownProbe(String),
    /// A required parameter was not given.
    Missing(Str),
    /// A lead word without a value after it.
    NoValue(Str),
    /// A value that is none of the parameter's choices.
    NotAChoice {
        param: Str,
        value: String,
        choices: &'static [&'static str],
    },
    /// Exactly one of these parameters must be given.
    OneOf(&'static [&'static str]),
    /// A word that belongs to no parameter.
    Surplus(String),
    /// A quoted value without its end, or with an escape that does not exist.
    BadQuotes,
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            KeyError::Empty => f.write_str("the key is empty"),
            KeyError::UnknownProbe(name) => write!(f, "there is no probe `{name}`"),
            KeyError::Missing(param) => write!(f, "the parameter `{param}` is missing"),
            KeyError::NoValue(lead) => write!(f, "nothing follows after `{lead}`"),
            KeyError::NotAChoice { param, value, choices } => {
                write!(f, "`{param}` is `{value}`, but it can only be {}", choices.join(", "))
            }
            KeyError::OneOf(params) => write!(f, "exactly one of {} must be given", params.join(", ")),
            KeyError::Surplus(word) => write!(f, "`{word}` belongs to no parameter"),
            KeyError::BadQuotes => f.write_str("a quoted value does not end, or has an unknown escape"),
        }
    }
}

impl std::error::Error for KeyError {}

/// Most keys are no longer than this many bytes.
const USUAL_LENGTH: usize = 64;

/// The key of a probe with `args`, whatever their order. Values are written as they are given:
/// the caller decides what of them is expanded, and escapes what is not a template ([`literal`]).
pub fn write<T: AsRef<str>>(kind: ProbeKind, args: &[(Str, T)]) -> String {
    let spec = kind.spec();
    let mut key = String::with_capacity(USUAL_LENGTH);
    key.push_str(spec.name);
    for param in spec.params {
        let values = args.iter().filter(|(name, _)| *name == param.name);
        for (_, value) in values.take(if param.many { usize::MAX } else { 1 }) {
            if !param.lead.is_empty() {
                key.push(' ');
                key.push_str(param.lead);
            }
            key.push(' ');
            push_value(&mut key, value.as_ref());
        }
    }
    key
}

/// A parameter as it stands in a key: words as they are, symbols as holes, and in place of every
/// other fact what `value_of` gives for it. `None` when one has no value.
pub fn parameter(written: &Template, mut value_of: impl FnMut(&Hole) -> Option<String>) -> Option<String> {
    let mut text = String::new();
    for piece in written.pieces {
        match piece {
            Piece::Words(words) => text.push_str(&literal(words)),
            Piece::Hole(hole) if hole.fact.evidence.is_empty() => text.push_str(&symbol(hole)),
            Piece::Hole(hole) => text.push_str(&literal(&value_of(hole)?)),
        }
    }
    Some(text)
}

/// A hole for a symbol, as it is written: `{store|folder}`.
fn symbol(hole: &Hole) -> String {
    let mut text = format!("{{{}", hole.fact.fact);
    for filter in hole.filters {
        // The filters with an argument take times, and no symbol is one.
        if let Some((name, _)) = Filter::PLAIN.iter().find(|(_, plain)| plain == filter) {
            text.push('|');
            text.push_str(name);
        }
    }
    text.push('}');
    text
}

/// `text` as it stands in a template or a key when every brace of it means itself.
pub fn literal(text: &str) -> Cow<'_, str> {
    if text.contains(['{', '}']) {
        Cow::Owned(text.replace('{', "{{").replace('}', "}}"))
    } else {
        Cow::Borrowed(text)
    }
}

/// Takes a key apart and checks it against the probe's schema.
///
/// # Errors
/// When the text is not a key that [`write()`] could have written for a complete call.
pub fn parse(text: &str) -> Result<ParsedKey, KeyError> {
    parse_as(text, Whole::Needed)
}

/// Takes a key apart of which parameters may be missing, or stand as [`ANYTHING`] or, optional ones,
/// as [`NOT_GIVEN`].
///
/// # Errors
/// When something else is wrong with it.
pub(super) fn parse_pattern(text: &str) -> Result<ParsedKey, KeyError> {
    parse_as(text, Whole::NotNeeded)
}

/// Stands in a pattern for a value that is not known.
pub(super) const ANYTHING: &str = "*";

/// Stands in a pattern for the value of a parameter that was not given.
pub(super) const NOT_GIVEN: &str = "none";

/// Whether all parameters must be there.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Whole {
    Needed,
    NotNeeded,
}

fn parse_as(text: &str, whole: Whole) -> Result<ParsedKey, KeyError> {
    let mut words = words(text)?.into_iter().peekable();
    let name = words.next().ok_or(KeyError::Empty)?.value;
    let kind = ProbeKind::named(&name).ok_or(KeyError::UnknownProbe(name))?;
    let spec = kind.spec();
    let mut args = Vec::new();
    for param in spec.params {
        let here = if param.lead.is_empty() {
            words.peek().is_some()
        } else {
            words.next_if(|word| word.is(param.lead)).is_some()
        };
        if here {
            let value = words.next().ok_or(KeyError::NoValue(param.lead))?.value;
            let is_open = value == ANYTHING || value == NOT_GIVEN && !param.required;
            let open = whole == Whole::NotNeeded && is_open;
            args.push((param.name, if open { value } else { chosen(param, value)? }));
            if param.many {
                args.extend(words.by_ref().map(|word| (param.name, word.value)));
            }
        } else if param.required && whole == Whole::Needed {
            return Err(KeyError::Missing(param.name));
        }
    }
    if let Some(surplus) = words.next() {
        return Err(KeyError::Surplus(surplus.value));
    }
    let given = args.iter().filter(|(name, _)| spec.one_of.contains(name)).count();
    if !spec.one_of.is_empty() && given != 1 && (whole == Whole::Needed || given > 1) {
        return Err(KeyError::OneOf(spec.one_of));
    }
    Ok(ParsedKey { kind, args })
}

/// `value`, if `param` can have it. A value with a hole is known only when it is filled in.
fn chosen(param: &ParamSpec, value: String) -> Result<String, KeyError> {
    let fits = param.choices.is_empty() || param.choices.contains(&value.as_str());
    if fits || value.contains('{') {
        Ok(value)
    } else {
        Err(KeyError::NotAChoice { param: param.name, value, choices: param.choices })
    }
}

/// One word of a key, without its quotes.
struct Word {
    value: String,
    quoted: bool,
}

impl Word {
    /// Whether this is the bare word `lead`; a quoted one is always a value.
    fn is(&self, lead: &str) -> bool {
        !self.quoted && self.value == lead
    }
}

fn words(text: &str) -> Result<Vec<Word>, KeyError> {
    let mut words = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let (word, after) = match rest.strip_prefix('"') {
            Some(inside) => quoted(inside)?,
            None => {
                let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
                (Word { value: rest[..end].to_owned(), quoted: false }, &rest[end..])
            }
        };
        words.push(word);
        rest = after.trim_start();
    }
    Ok(words)
}

/// Reads up to the closing quote, and gives back what follows it.
fn quoted(inside: &str) -> Result<(Word, &str), KeyError> {
    let mut value = String::new();
    let mut chars = inside.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => {
                let after = &inside[at + 1..];
                let separate = after.is_empty() || after.starts_with(char::is_whitespace);
                return if separate {
                    Ok((Word { value, quoted: true }, after))
                } else {
                    Err(KeyError::BadQuotes)
                };
            }
            '\\' => value.push(unescaped(&mut chars).ok_or(KeyError::BadQuotes)?),
            _ => value.push(c),
        }
    }
    Err(KeyError::BadQuotes)
}

fn unescaped(chars: &mut std::str::CharIndices<'_>) -> Option<char> {
    match chars.next()?.1 {
        c @ ('"' | '\\') => Some(c),
        'n' => Some('\n'),
        't' => Some('\t'),
        'r' => Some('\r'),
        'u' => {
            let rest = chars.as_str().strip_prefix('{')?;
            let digits = &rest[..rest.find('}')?];
            chars.nth(digits.chars().count() + 1)?;
            char::from_u32(u32::from_str_radix(digits, 16).ok()?)
        }
        _ => None,
    }
}

fn push_value(key: &mut String, value: &str) {
    let special = |c: char| c.is_whitespace() || c.is_control() || c == '"';
    let plain = |byte: u8| byte.is_ascii_graphic() && byte != b'"';
    if !value.is_empty() && (value.bytes().all(plain) || !value.contains(special)) {
        key.push_str(value);
        return;
    }
    key.push('"');
    for c in value.chars() {
        match c {
            '"' => key.push_str("\\\""),
            '\\' => key.push_str("\\\\"),
            '\n' => key.push_str("\\n"),
            '\t' => key.push_str("\\t"),
            '\r' => key.push_str("\\r"),
            _ if c.is_control() => {
                // Writing to a `String` cannot fail.
                let _ = write!(key, "\\u{{{:x}}}", u32::from(c));
            }
            _ => key.push(c),
        }
    }
    key.push('"');
}

#[cfg(test)]
mod tests;
