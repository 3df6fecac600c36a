//! Private keys in PEM (RFC 7468): blocks of lines, or one line with `\n` in it.

use memchr::{memchr, memmem};

use super::bytes::is_base64;
use super::span::{Span, What};

/// The longest block that is taken as a whole.
const LONGEST: usize = 16 * 1024;

const BEGIN: &[u8] = b"-----BEGIN ";
const KIND: &[u8] = b"PRIVATE KEY";
const END: &[u8] = b"-----END ";

/// The longest first line.
const HEADER: usize = 64;

/// Adds every private key in `text`. One without an end reaches as far as its lines look like base64.
pub(super) fn find(text: &[u8], spans: &mut Vec<Span>) {
    let mut from = 0;
    while let Some(start) = begin(text, from) {
        let reach = &text[start..text.len().min(start + LONGEST)];
        let end = match end(reach) {
            Some(end) => start + end,
            None => start + unfinished(reach),
        };
        spans.push(Span { start, end, what: What::PrivateKey });
        from = end;
    }
}

/// Where the first block begins that `text` does not have the end of, and may have.
pub(super) fn open(text: &[u8]) -> Option<usize> {
    let mut from = text.len().saturating_sub(LONGEST - 1);
    loop {
        let start = begin(text, from)?;
        match end(&text[start..]) {
            Some(length) => from = start + length,
            None => return Some(start),
        }
    }
}

fn begin(text: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    while let Some(found) = memmem::find(&text[at..], BEGIN) {
        let start = at + found;
        if memmem::find(line(text, start), KIND).is_some() {
            return Some(start);
        }
        at = start + BEGIN.len();
    }
    None
}

/// What may be the rest of a first or last line, from `start` on.
fn line(text: &[u8], start: usize) -> &[u8] {
    let line = &text[start..text.len().min(start + HEADER)];
    &line[..memchr(b'\n', line).unwrap_or(line.len())]
}

/// The length of the block that `text` begins with, up to the end of its last line.
fn end(text: &[u8]) -> Option<usize> {
    let last = memmem::find(text, END)? + END.len();
    let dashes = memmem::find(line(text, last), b"-----")?;
    Some(last + dashes + 5)
}

/// The length of a block that was cut off.
fn unfinished(text: &[u8]) -> usize {
    let mut end = 0;
    for (number, line) in text.split_inclusive(|byte| *byte == b'\n').enumerate() {
        let bare = line.trim_ascii();
        let in_block = |byte: &u8| is_base64(*byte) || b"=\\".contains(byte);
        if number > 0 && (bare.is_empty() || !bare.iter().all(in_block)) {
            break;
        }
        end += line.len();
    }
    text[..end].trim_ascii_end().len()
}
