//! Tokens in running text: what a long run of word bytes belongs to.

use memchr::memchr;

use super::bytes::{is_base64, is_random, is_token, is_word, run, run_back, says_before, says_behind};
use super::find::Finder;
use super::mask::{end_of_token, end_of_word};
use super::mention;
use super::shapes::{lead, places};
use super::span::{Span, What};
use super::wrapped;

/// The longest JSON Web Token, over all lines of it.
pub(super) const LONGEST_JWT: usize = 16 * 1024;

/// A token that was cut off in its second part counts from this length on.
const LONG_ENOUGH: usize = 120;

/// So much of a signature stands alone in a line at least.
const LINE_OF_SIGNATURE: usize = 16;

/// The longest fixed beginning that ends in a dot or a colon.
const TELLING: usize = 10;

/// The last part of a webhook's address has so many bytes (Slack).
const WEBHOOK: usize = 24;

/// What begins before the run and ends in it has so many bytes before it at most.
const REACH: usize = 48;

impl Finder<'_> {
    /// A quick no for the run of word bytes from `start` to `end`: most are identifiers, and most of
    /// those stand between signs that say nothing.
    #[inline(always)]
    pub(super) fn may_be_token(&self, text: &[u8], start: usize, end: usize, hyphen: bool) -> bool {
        let before = start.checked_sub(1).map_or(b' ', |before| text[before]);
        let after = text.get(end).copied().unwrap_or(b' ');
        let run = &text[start..];
        hyphen | says_before(before) | says_behind(after) | self.table.may_begin(run)
            || wrapped::looks_like_text(run)
    }

    /// What the run of word bytes from `start` to `end` belongs to; whether there is a hyphen in it.
    pub(super) fn token(&self, text: &[u8], start: usize, end: usize, hyphen: bool) -> Option<Span> {
        let first = start + lead(text, start).min(end - start);
        let hyphen = hyphen && (first == start || memchr(b'-', &text[first..end]).is_some());
        let before = first.checked_sub(1).map_or(b' ', |before| text[before]);
        let after = text.get(end).copied().unwrap_or(b' ');
        let begun = hyphen || self.table.may_begin(&text[first..]);
        // Identifiers in paths are in one case, base64 is not.
        let in_base64 = || b"+/".contains(&before) || b"+/".contains(&after);
        let capital = || text[first..end].iter().any(u8::is_ascii_uppercase);
        let joined =
            hyphen || b".:~".contains(&before) || b".~=".contains(&after) || in_base64() && capital();
        begun
            .then(|| self.shaped(text, first, end))
            .flatten()
            .or_else(|| b".:/".contains(&before).then(|| self.begun_before(text, first, end)).flatten())
            .or_else(|| joined.then(|| self.whole(text, first, end)).flatten())
            .or_else(|| (before == b' ').then(|| behind_bearer(text, first)).flatten())
            .or_else(|| self.base64(text, first))
    }

    /// A credential that begins in the run.
    fn shaped(&self, text: &[u8], first: usize, end: usize) -> Option<Span> {
        let starts = places(&text[first..end]).map(|place| first + place);
        starts.filter(|start| self.table.may_begin(&text[*start..])).find_map(|start| {
            let rest = &text[start..];
            if rest.starts_with(b"eyJ") {
                let end = start + jwt(rest)?;
                return Some(Span { start, end, what: What::Jwt });
            }
            if let Some(length) = mention::credential_at(rest) {
                let end = run(text, start + length, is_word);
                let what = if rest.starts_with(b"cmd_") {
                    What::Key
                } else {
                    What::Shaped(mention::constant(rest), "a credential of another CMDOP generation")
                };
                return Some(Span { start, end, what });
            }
            let found = self.table.at_start_of(rest)?;
            Some(Span { start, end: start + found.length, what: What::Shaped(found.beginning, found.says) })
        })
    }

    /// A credential whose fixed beginning has bytes in it that runs have not (`ya29.`, `1//`, the
    /// address of a webhook).
    fn begun_before(&self, text: &[u8], first: usize, end: usize) -> Option<Span> {
        let reach = match text[..first] {
            [.., b'/', b'/'] => 3,
            [.., b'/'] if end - first == WEBHOOK => REACH,
            [.., b'.' | b':'] => TELLING,
            _ => return None,
        };
        let from = run_back(text, first, reach, |byte| is_token(byte) || byte == b':');
        (from..first).filter(|at| *at == from || !is_word(text[at - 1])).find_map(|start| {
            let found =
                self.table.at_start_of(&text[start..]).filter(|found| start + found.length > first)?;
            Some(Span { start, end: start + found.length, what: What::Shaped(found.beginning, found.says) })
        })
    }

    /// A credential without a fixed beginning.
    fn whole(&self, text: &[u8], first: usize, end: usize) -> Option<Span> {
        let part = |byte: u8| is_token(byte) || byte == b':';
        let start = run_back(text, first, 2 * REACH, part);
        let end = run(text, end, part).min(start + 256);
        let hashed = text[..start].ends_with(b"-") || text[start..end].starts_with(b"sha");
        let found = self.table.whole(&text[start..end]).filter(|_| !hashed)?;
        Some(Span { start, end, what: What::Shaped(0, found.says) })
    }

    /// A token that has a secret in it once it is decoded.
    fn base64(&self, text: &[u8], first: usize) -> Option<Span> {
        if !self.decodes {
            return None;
        }
        // `+` and `/` end a run and are part of it all the same.
        let joined = first.checked_sub(1).is_some_and(|before| b"+/".contains(&text[before]));
        let start = if joined { run_back(text, first, LONGEST_JWT, is_base64) } else { first };
        if !wrapped::looks_like_text(&text[start..]) {
            return None;
        }
        let end = run(text, first, is_base64);
        let end = run(text, end, |byte| byte == b'=').min(end + 2);
        wrapped::has_secret(&text[start..end], self).then_some(Span { start, end, what: What::Base64 })
    }
}

/// What stands behind `Bearer` in running text, if it looks like a token.
fn behind_bearer(text: &[u8], first: usize) -> Option<Span> {
    let blank = run_back(text, first, REACH, |byte| byte == b' ');
    let word = blank.checked_sub(6).map_or(&b""[..], |from| &text[from..blank]);
    if blank == first || !word.eq_ignore_ascii_case(b"bearer") {
        return None;
    }
    let end = end_of_token(text, first);
    is_random(&text[first..end]).then_some(Span { start: first, end, what: What::Bearer })
}

/// The length of the JSON Web Token (RFC 7519 section 3: two dots at least, RFC 7516: four) that
/// `text` begins with, wherever lines were broken in it and however its dots are encoded.
fn jwt(text: &[u8]) -> Option<usize> {
    let (at, end, dots) = parts(text);
    // A part may be missing at the end where the line was cut.
    let enough = dots >= 2 || dots == 1 && end >= LONG_ENOUGH;
    enough.then_some(if dots >= 2 { at.max(end) } else { end })
}

/// How far a web token that `text` begins with would reach, be it whole or not.
pub(super) fn reach(text: &[u8]) -> usize {
    parts(text).0
}

/// Where the parts that `text` begins with end, where the last of them that has any byte ends, and how
/// many dots they have between them.
fn parts(text: &[u8]) -> (usize, usize, usize) {
    let text = &text[..text.len().min(LONGEST_JWT)];
    let (mut at, mut end, mut dots) = (0, 0, 0);
    loop {
        let part = end_of_word(text, at);
        if part > at {
            end = part;
        }
        at = part;
        let rest = &text[at..];
        if dots < 4 && rest.starts_with(b".") {
            (at, dots) = (at + 1, dots + 1);
        } else if dots < 4 && (rest.starts_with(b"%2E") || rest.starts_with(b"%2e")) {
            (at, dots) = (at + 3, dots + 1);
        } else if let Some(next) = next_line(text, at, dots) {
            at = next;
        } else {
            return (at, end, dots);
        }
    }
}

/// Where the token goes on if the line that ends at `at` was broken in it.
fn next_line(text: &[u8], at: usize, dots: usize) -> Option<usize> {
    let feed = at + usize::from(text[at..].starts_with(b"\r"));
    if text.get(feed) != Some(&b'\n') {
        return None;
    }
    let start = feed + 1;
    let end = run(text, start, |byte| is_word(byte) || byte == b'.');
    let part = &text[start..end];
    let has = |test: fn(&u8) -> bool| part.iter().any(test);
    let mixed = has(u8::is_ascii_uppercase) && has(u8::is_ascii_lowercase) && has(u8::is_ascii_digit);
    let after = text.get(end).copied().unwrap_or(b'\n');
    let goes_on = match after {
        b'\n' | b'\r' => dots < 2 || part.len() >= LINE_OF_SIGNATURE || mixed,
        b' ' => dots < 2 && mixed,
        _ => mixed && b"\"'`,;)}]&<".contains(&after),
    };
    // What is whole is not gone on with by the next one.
    let begins = dots >= 2 && part.starts_with(b"eyJ");
    (!part.is_empty() && goes_on && !begins).then_some(start)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn web_tokens_end_where_they_end() {
        let token = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhZGEifQ.AAECAwQFBgcICQ";
        assert_eq!(jwt(format!("{token}, and").as_bytes()), Some(token.len()));
        let encoded = token.replace('.', "%2E");
        assert_eq!(jwt(format!("{encoded}&x").as_bytes()), Some(encoded.len()));
        assert_eq!(jwt(b"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhZGEifQ."), Some(40));
        assert_eq!(jwt(b"eyJustAWord.png"), None);
    }

    #[test]
    fn broken_lines_are_joined_and_whole_ones_are_not() {
        let token = format!("eyJhbGciOiJIUzI1NiJ9.eyJ{}.{}", "aB3_".repeat(30), "xY-7".repeat(20));
        for width in [60, 80, 100] {
            for end in ["\n", "\r\n"] {
                let lines: Vec<&str> =
                    token.as_bytes().chunks(width).map(|line| std::str::from_utf8(line).unwrap()).collect();
                let broken = lines.join(end);
                let text = format!("{broken}\"\n");
                assert_eq!(jwt(text.as_bytes()), Some(broken.len()), "{width}");
            }
        }
        let text = format!("{token}\n2026-11-01T00:00:00.022Z DEBUG x");
        assert_eq!(jwt(text.as_bytes()), Some(token.len()));
    }
}
