//! Values that a name before them makes secrets.

use memchr::{memchr, memchr3, memmem};

use super::bytes::{is_random, is_token, is_word, run, run_back};
use super::mask::end_of_token;
use super::names::{LONGEST, Named, may_end, named};
use super::residue;
use super::span::{Span, What};

/// Shorter tokens are concealed as a whole: a length would tell too much of them.
const TOKEN: usize = 16;

/// Values that say what is the matter with a secret, and are none.
const WORDS: &[&str] = &[
    "absent",
    "changed",
    "declined",
    "denied",
    "empty",
    "expired",
    "false",
    "incorrect",
    "invalid",
    "missing",
    "mismatch",
    "nil",
    "no",
    "none",
    "null",
    "ok",
    "optional",
    "redacted",
    "required",
    "revoked",
    "set",
    "true",
    "undefined",
    "unknown",
    "unset",
    "wrong",
    "yes",
];

/// Attributes of cookies (RFC 6265 section 4.1.1), which are no pairs with secrets.
const ATTRIBUTES: [&str; 6] = ["expires", "max-age", "domain", "path", "samesite", "priority"];

/// Where a value stands.
struct Place {
    start: usize,
    end: usize,
    quoted: bool,
}

/// Adds what stands behind the name that ends before the sign at `at`: `=`, `:`, or either encoded.
pub(super) fn behind_name(text: &[u8], at: usize, spans: &mut Vec<Span>) {
    let Some((start, named)) = name_before(text, at) else { return };
    let line = memchr(b'\n', &text[at..]).map_or(text.len(), |length| at + length);
    let sign = if text[at] == b'%' { 3 } else { 1 };
    let first = run(&text[..line], (at + sign).min(line), |byte| b" \t=>".contains(&byte));
    let place = place(&text[..line], first, named, || starts_line(text, start));
    judge(text, start, &place, named, spans);
}

/// Where the name before the sign at `at` begins, and what stands behind it.
pub(super) fn name_before(text: &[u8], at: usize) -> Option<(usize, Named)> {
    let end = end_of_name(text, at)?;
    let start = run_back(text, end, LONGEST, |byte| is_word(byte) || byte == b'.');
    let start = start + super::shapes::lead(text, start).min(end - start);
    Some((start, named(&text[start..end])?))
}

/// Where the name before the sign at `at` ends, if the name may be one of interest.
fn end_of_name(text: &[u8], at: usize) -> Option<usize> {
    if text[at] == b'%' && !text.get(at + 2).is_some_and(|digit| b"DdAa".contains(digit)) {
        return None;
    }
    let mut end = at;
    // Most names end right before their sign.
    while end > 0 && b" \"'\\`]".contains(&text[end - 1]) && at - end < 4 {
        end -= 1;
    }
    if text[..end].ends_with(b"%22") {
        end -= 3;
    }
    let last = text[..end].last_chunk().copied().unwrap_or_else(|| {
        let mut last = [b' '; 5];
        last[5 - end..].copy_from_slice(&text[..end]);
        last
    });
    may_end(last).then_some(end)
}

/// Whether nothing but a shell's words for setting a variable stands before `start` in its line.
fn starts_line(text: &[u8], start: usize) -> bool {
    let line = run_back(text, start, LONGEST, |byte| byte != b'\n');
    let before = text[line..start].trim_ascii();
    [&b""[..], b"export", b"set", b"setenv", b"declare -x", b"-", b"env"].contains(&before)
}

/// Where the value that begins at `first` stands; `text` ends with the line.
fn place(text: &[u8], first: usize, named: Named, starts_line: impl Fn() -> bool) -> Place {
    let escapes = run(text, first, |byte| byte == b'\\');
    let quote = text.get(escapes).copied().unwrap_or(b' ');
    if b"\"'`".contains(&quote) {
        let start = escapes + 1;
        let end = closing(text, start, quote, escapes - first);
        return Place { start, end, quoted: true };
    }
    if text[first..].starts_with(b"%22") {
        let start = first + 3;
        let end = memmem::find(&text[start..], b"%22").map_or(text.len(), |length| start + length);
        return Place { start, end, quoted: true };
    }
    let start = first.min(text.len());
    let whole_line = matches!(named, Named::Authorization | Named::Cookies);
    let starts_line = starts_line();
    let stops = |byte: u8| match byte {
        b'"' | b'\'' | b'`' | b'\r' | b' ' | b'\t' => true,
        b',' | b';' | b'&' | b')' | b']' | b'}' | b'<' | b'>' | b'|' | b'\\' => !starts_line,
        _ => false,
    };
    let end = if whole_line {
        let quote = memchr3(b'"', b'\'', b'`', &text[start..]).map_or(text.len(), |length| start + length);
        memchr(b'\r', &text[start..quote]).map_or(quote, |length| start + length)
    } else {
        run(text, start, |byte| !stops(byte))
    };
    let encoded = memchr(b'%', &text[start..end]).and_then(|_| memmem::find(&text[start..end], b"%26"));
    let end = encoded.map_or(end, |length| start + length);
    let sentence = text[start..end].ends_with(b".") && text.get(end).is_none_or(u8::is_ascii_whitespace);
    Place { start, end: end - usize::from(sentence && !whole_line), quoted: false }
}

/// Where the quotation that `escapes` backslashes and `quote` opened before `start` ends.
fn closing(text: &[u8], start: usize, quote: u8, escapes: usize) -> usize {
    let mut from = start;
    while let Some(length) = memchr(quote, &text[from..]) {
        let at = from + length;
        let slashes = at - run_back(text, at, at - start, |byte| byte == b'\\');
        if slashes <= escapes || escapes == 0 && slashes.is_multiple_of(2) {
            return at - slashes.min(escapes);
        }
        from = at + 1;
    }
    text.len()
}

fn judge(text: &[u8], name: usize, place: &Place, named: Named, spans: &mut Vec<Span>) {
    let value = &text[place.start..place.end];
    if value.is_empty() || residue::length(value).is_some() || residue::length(&text[place.start..]).is_some()
    {
        return;
    }
    let whole = |what| Span { start: place.start, end: place.end, what };
    match named {
        Named::Authorization => spans.extend(authorization(text, place)),
        Named::Cookies => cookies(text, place, spans),
        _ if is_harmless(value) => {}
        Named::Password => spans.push(whole(What::Concealed)),
        Named::Token => spans.extend(token(value).map(whole)),
        Named::Code => {
            let query = name.checked_sub(1).is_some_and(|before| b"?&".contains(&text[before]));
            if is_code(value) || query && is_answer(text, name, place) {
                spans.push(whole(What::Concealed));
            }
        }
    }
}

/// Whether a value only says what is the matter, or where the secret comes from.
fn is_harmless(value: &[u8]) -> bool {
    let bare = value.trim_ascii_end();
    let bare = bare.strip_suffix(b".").unwrap_or(bare);
    let word = WORDS.iter().any(|word| bare.eq_ignore_ascii_case(word.as_bytes()));
    let reference = [&b"$"[..], b"<", b"{{", b"%("].iter().any(|start| value.starts_with(start));
    let masked = value.iter().all(|byte| b"*.xX\xe2\x80\xa2\xa6".contains(byte));
    word || masked || reference && !value.iter().all(u8::is_ascii_alphanumeric) && is_reference(value)
}

/// Whether a value names a variable or a place to fill in: `$NAME`, `${NAME}`, `$(command)`, `<key>`.
fn is_reference(value: &[u8]) -> bool {
    match value {
        [b'$', b'{' | b'(', ..] | [b'{', b'{', ..] | [b'<', .., b'>'] | [b'%', b'(', ..] => true,
        [b'$', name @ ..] => {
            name.iter().all(|byte| byte.is_ascii_uppercase() || *byte == b'_' || byte.is_ascii_digit())
        }
        _ => false,
    }
}

/// What a value behind the name of a token is.
fn token(value: &[u8]) -> Option<What> {
    let blanks = value.contains(&b' ');
    let number = value.iter().all(u8::is_ascii_digit) && value.len() < TOKEN;
    let word = value.iter().all(|byte| byte.is_ascii_lowercase() || b"_-./:".contains(byte))
        && value.len() < 2 * TOKEN;
    let constant =
        value.iter().all(|byte| byte.is_ascii_uppercase() || b"_-".contains(byte)) && value.len() < 2 * TOKEN;
    let short = value.len() < 4;
    // What is not drawn by lot may be a token all the same if it is long; an expression is none.
    let plain = !is_random(value) && (value.len() < TOKEN || !value.iter().all(|byte| is_token(*byte)));
    if blanks || number || word || constant || short || plain {
        return None;
    }
    Some(if value.len() < TOKEN { What::Concealed } else { What::Opaque })
}

/// Whether a value looks like an authorization code, a state or a one-time code, not like the name
/// or the number of an error.
fn is_code(value: &[u8]) -> bool {
    let digits = value.iter().filter(|byte| byte.is_ascii_digit()).count();
    if digits == value.len() {
        return (6..=8).contains(&digits);
    }
    let small = value.iter().any(u8::is_ascii_lowercase);
    let mixed = value.iter().any(u8::is_ascii_uppercase) && small;
    let in_token = value.iter().all(|byte| is_token(*byte) || *byte == b'%');
    in_token && small && (digits >= 2 && value.len() >= 8 || mixed && value.len() >= 2 * TOKEN)
}

/// Whether a query with this parameter is an authorization server's answer, in which a code and a
/// state stand together (RFC 6749 section 4.1.2).
fn is_answer(text: &[u8], name: usize, place: &Place) -> bool {
    let part = |byte: u8| !byte.is_ascii_whitespace() && byte != b'"';
    let start = run_back(text, name, 2048, part);
    let query = &text[start..run(text, place.end, part).min(place.end + 2048)];
    [&b"code="[..], b"state="].iter().all(|name| memmem::find(query, name).is_some())
}

/// The secret of an `Authorization` header.
fn authorization(text: &[u8], place: &Place) -> Option<Span> {
    let value = &text[place.start..place.end];
    let Some(blank) = value.iter().position(|byte| *byte == b' ') else {
        let found = token(value).filter(|_| value.iter().all(|byte| is_token(*byte)));
        return found.map(|what| Span { start: place.start, end: place.end, what });
    };
    let scheme = &value[..blank];
    let start = run(&text[..place.end], place.start + blank, |byte| byte == b' ');
    if residue::length(&text[start..]).is_some() || !scheme.iter().all(|byte| is_word(*byte)) {
        return None;
    }
    let bearer = scheme.eq_ignore_ascii_case(b"bearer");
    let known = [&b"bearer"[..], b"basic", b"token", b"apikey", b"digest", b"negotiate", b"ntlm", b"dpop"];
    let one = bearer || scheme.eq_ignore_ascii_case(b"basic");
    let end = if one { end_of_token(text, start).min(place.end) } else { place.end };
    let secret = text[start..end].trim_ascii_end();
    let sure = known.iter().any(|known| scheme.eq_ignore_ascii_case(known)) || scheme.starts_with(b"AWS4");
    let words = secret.iter().all(|byte| byte.is_ascii_lowercase() || *byte == b' ');
    if secret.is_empty() || is_harmless(secret) || !sure && !is_random(secret) || words && !bearer {
        return None;
    }
    let what = if bearer { What::Bearer } else { What::Opaque };
    Some(Span { start, end: start + secret.len(), what })
}

/// The values of cookies.
fn cookies(text: &[u8], place: &Place, spans: &mut Vec<Span>) {
    let mut at = place.start;
    for pair in text[place.start..place.end].split(|byte| *byte == b';') {
        let start = at;
        at += pair.len() + 1;
        let Some(sign) = memchr(b'=', pair) else { continue };
        let name = pair[..sign].trim_ascii();
        let attribute = ATTRIBUTES.iter().any(|known| name.eq_ignore_ascii_case(known.as_bytes()));
        let (from, to) = (start + sign + 1, start + pair.trim_ascii_end().len());
        if attribute || to <= from || residue::length(&text[from..]).is_some() {
            continue;
        }
        let what = if to - from < TOKEN { What::Concealed } else { What::Opaque };
        spans.push(Span { start: from, end: to, what });
    }
}

/// Adds what stands behind a flag that begins at `at`: `--password hunter2`, `-u ada:hunter2`.
pub(super) fn behind_flag(text: &[u8], at: usize, spans: &mut Vec<Span>) {
    let start = run(text, at, |byte| byte == b'-');
    let end = run(text, start, |byte| is_word(byte) || byte == b'.').min(start + LONGEST);
    let first = run(text, end, |byte| byte == b' ');
    if first == end || text.get(first).is_none_or(|byte| b"-\n\r".contains(byte)) {
        return;
    }
    let line = memchr(b'\n', &text[first..]).map_or(text.len(), |length| first + length);
    let name = &text[start..end];
    let login = name == b"u" || name == b"user" || name == b"proxy-user" || name == b"U";
    let what = if login { Some(Named::Password) } else { named(name) };
    let Some(what @ (Named::Password | Named::Token)) = what.filter(|_| start - at < 3) else { return };
    let mut place = place(&text[..line], first, what, || true);
    if login {
        let Some(colon) = memchr(b':', &text[place.start..place.end]) else { return };
        place.start += colon + 1;
    }
    if !place.quoted || place.end > place.start {
        judge(text, start, &place, what, spans);
    }
}
