//! Slips in the characters themselves: encoded, swapped, doubled, left out.

use base64::Engine;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

/// The beginning pasted in front of a key that has one.
pub(super) fn prefix_twice(text: &str) -> Option<String> {
    let rest = text.strip_prefix("cmd_")?;
    (rest.starts_with("cmd_") && rest.matches('_').count() > 1).then(|| rest.to_owned())
}

/// Pasted twice, run together or with something between.
pub(super) fn doubled(text: &str) -> Option<String> {
    let second = text.strip_prefix("cmd_")?.find("cmd_")? + "cmd_".len();
    let once = &text[second..];
    let separator = text[..second].strip_prefix(once)?;
    separator.chars().all(|c| c.is_whitespace() || matches!(c, ',' | ';' | ':')).then(|| once.to_owned())
}

/// Wide characters of an East Asian keyboard (Unicode: fullwidth forms).
pub(super) fn full_width(text: &str) -> Option<String> {
    replaced(text, |c| match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xff01 + u32::from('!')),
        _ => None,
    })
}

/// Encoded once more, as Kubernetes secrets are kept (RFC 4648, either alphabet).
pub(super) fn base64_wrapped(text: &str) -> Option<String> {
    /// How base64 of `cmd_` begins, whatever follows.
    const BEGINNING: &str = "Y21kX";
    if !text.starts_with(BEGINNING) {
        return None;
    }
    let lenient = GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true);
    let joined: String = text.chars().filter(|c| !c.is_ascii_whitespace()).collect();
    let plain = joined.replace('-', "+").replace('_', "/");
    let bytes = GeneralPurpose::new(&base64::alphabet::STANDARD, lenient).decode(plain).ok()?;
    String::from_utf8(bytes).ok()
}

/// Encoded for an address (RFC 3986): `cmd%5Facme%5F…`.
pub(super) fn url_encoded(text: &str) -> Option<String> {
    unescaped_bytes(text, b'%')
}

/// Encoded for a mail (RFC 2045 section 6.7): `cmd=5Facme=5F…`, with lines cut at `=`.
pub(super) fn quoted_printable(text: &str) -> Option<String> {
    unescaped_bytes(&text.replace("=\r\n", "").replace("=\n", ""), b'=')
}

/// `text` with what `mark` and two hexadecimal digits stand for.
fn unescaped_bytes(text: &str, mark: u8) -> Option<String> {
    let mut decoded = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        match escaped_byte(rest, mark) {
            Some(byte) => {
                decoded.push(byte);
                rest = &rest[3..];
            }
            None => {
                decoded.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8(decoded).ok()
}

/// The byte that `%5F` stands for.
fn escaped_byte(text: &[u8], mark: u8) -> Option<u8> {
    let [first, high, low, ..] = text else { return None };
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let byte = u8::try_from(digit(*high)? * 16 + digit(*low)?).ok()?;
    (*first == mark).then_some(byte)
}

/// Escapes that were not undone: `\n` in two characters, `\"`, `\_` of Markdown.
pub(super) fn backslash_escaped(text: &str) -> Option<String> {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        match c {
            '\\' => plain.extend(unescaped(rest.next())?),
            other => plain.push(other),
        }
    }
    Some(plain)
}

/// What `\` and `letter` stand for: line ends and tabs for nothing that a key has. `None` where
/// they are no escape, so that the backslash is something else.
fn unescaped(letter: Option<char>) -> Option<Option<char>> {
    match letter? {
        'n' | 'r' | 't' | '0' => Some(None),
        mark if mark.is_ascii_punctuation() => Some(Some(mark)),
        _ => None,
    }
}

/// Wrapped by a terminal, a mail or a page: a line end inside.
pub(super) fn inner_newline(text: &str) -> Option<String> {
    text.contains(['\r', '\n']).then(|| text.lines().map(str::trim).collect())
}

/// A blank inside.
pub(super) fn inner_blank(text: &str) -> Option<String> {
    text.starts_with("cmd_").then(|| text.replace(' ', ""))
}

/// Letters of another alphabet that look the same.
pub(super) fn homoglyph(text: &str) -> Option<String> {
    const LOOKS_LIKE: &[(char, &str)] = &[
        ('a', "аαɑ"),
        ('b', "Ьƅ"),
        ('c', "сϲⅽ"),
        ('d', "ԁⅾ"),
        ('e', "еҽ"),
        ('g', "ɡ"),
        ('h', "һ"),
        ('i', "іıι"),
        ('j', "ј"),
        ('k', "кκ"),
        ('l', "ӏⅼ"),
        ('m', "мⅿ"),
        ('n', "ո"),
        ('o', "оοօ"),
        ('p', "рρ"),
        ('q', "ԛ"),
        ('r', "гⲅ"),
        ('s', "ѕ"),
        ('t', "т"),
        ('u', "υս"),
        ('v', "ѵν"),
        ('w', "ԝѡ"),
        ('x', "хχ"),
        ('y', "уγ"),
        ('z', "ᴢ"),
        ('A', "АΑ"),
        ('B', "ВΒ"),
        ('C', "СϹ"),
        ('E', "ЕΕ"),
        ('H', "НΗ"),
        ('I', "ІΙ"),
        ('J', "Ј"),
        ('K', "КΚK"),
        ('M', "МΜ"),
        ('N', "Ν"),
        ('O', "ОΟ"),
        ('P', "РΡ"),
        ('S', "Ѕ"),
        ('T', "ТΤ"),
        ('X', "ХΧ"),
        ('Y', "ҮΥ"),
        ('Z', "Ζ"),
        ('_', "ˍ‗⎯"),
        ('3', "З"),
        ('6', "б"),
    ];
    replaced(text, |c| {
        let latin = |(_, twins): &&(char, &str)| !c.is_ascii() && twins.contains(c);
        LOOKS_LIKE.iter().find(latin).map(|(latin, _)| *latin)
    })
}

/// A typographic dash where a hyphen was.
pub(super) fn non_ascii_dash(text: &str) -> Option<String> {
    replaced(text, |c| {
        matches!(c, '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}').then_some('-')
    })
}

/// `CMD_` or `Cmd_`, as keyboards of telephones and upper-casing forms write it.
pub(super) fn wrong_case(text: &str) -> Option<String> {
    let (prefix, rest) = text.split_at_checked("cmd_".len())?;
    if prefix == "cmd_" || !(prefix.eq_ignore_ascii_case("cmd_") || prefix.eq_ignore_ascii_case("cmd-")) {
        return None;
    }
    let shouted = !rest.contains(|c: char| c.is_ascii_lowercase());
    let rest = if shouted { rest.to_ascii_lowercase() } else { rest.to_owned() };
    let lowered = prefix.to_ascii_lowercase() + &rest;
    (lowered != text).then_some(lowered)
}

/// `cmd-acme-…`: hyphens where the two underscores were.
pub(super) fn hyphen_for_underscore(text: &str) -> Option<String> {
    let rest = text.strip_prefix("cmd-").or_else(|| {
        let unfinished = text.strip_prefix("cmd_")?;
        (!unfinished.contains('_') && unfinished.contains('-')).then_some(unfinished)
    })?;
    let rest = if rest.contains('_') { rest.to_owned() } else { with_last_hyphen_raised(rest)? };
    Some(format!("cmd_{rest}"))
}

/// A workspace's name may have hyphens, so the last one is the separator.
fn with_last_hyphen_raised(rest: &str) -> Option<String> {
    let (workspace, random) = rest.rsplit_once('-')?;
    Some(format!("{workspace}_{random}"))
}

/// The first characters were not selected: `md_acme_…`, `_acme_…`.
pub(super) fn missing_prefix(text: &str) -> Option<String> {
    let rest = ["md_", "d_", "_"].iter().find_map(|left| text.strip_prefix(left))?;
    let (workspace, random) = rest.split_once('_')?;
    let whole =
        !workspace.is_empty() && random.len() >= 16 && random.bytes().all(|b| b.is_ascii_alphanumeric());
    whole.then(|| format!("cmd_{rest}"))
}

/// `text` with characters replaced, if any is.
fn replaced(text: &str, by: impl Fn(char) -> Option<char>) -> Option<String> {
    let touched = text.chars().any(|c| by(c).is_some());
    touched.then(|| text.chars().map(|c| by(c).unwrap_or(c)).collect())
}
