//! Kinds of bytes.

const WORD: u8 = 1;
const TOKEN: u8 = 2;
const BASE64: u8 = 4;
const SAYS_BEFORE: u8 = 8;
const SAYS_BEHIND: u8 = 16;

/// The kinds of every byte: a table is quicker than comparisons.
const KINDS: [u8; 256] = {
    let mut kinds = [0; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        kinds[byte as usize] = match byte {
            b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'_' | b'-' => WORD | TOKEN | BASE64,
            b'+' | b'/' => TOKEN | BASE64 | SAYS_BEFORE | SAYS_BEHIND,
            b'.' | b'~' => TOKEN | SAYS_BEFORE | SAYS_BEHIND,
            b'=' => TOKEN | SAYS_BEHIND,
            b'\\' | b'%' | b'[' | b';' | b':' | b' ' => SAYS_BEFORE,
            _ => 0,
        };
        byte += 1;
    }
    kinds
};

/// What most tokens are made of (RFC 4648 section 5, base64url).
pub(super) fn is_word(byte: u8) -> bool {
    KINDS[usize::from(byte)] & WORD != 0
}

/// What any token may be made of (RFC 6750 section 2.1, b64token).
pub(super) fn is_token(byte: u8) -> bool {
    KINDS[usize::from(byte)] & TOKEN != 0
}

/// What base64 in any alphabet is made of, without padding.
pub(super) fn is_base64(byte: u8) -> bool {
    KINDS[usize::from(byte)] & BASE64 != 0
}

/// What may make a token of a run of word bytes right behind it: the rest of a longer one, the end of
/// an escape, the blank behind `Bearer`.
pub(super) fn says_before(byte: u8) -> bool {
    KINDS[usize::from(byte)] & SAYS_BEFORE != 0
}

/// What may make a token of a run of word bytes right before it: the rest of a longer one.
pub(super) fn says_behind(byte: u8) -> bool {
    KINDS[usize::from(byte)] & SAYS_BEHIND != 0
}

/// Where the run of bytes of a kind that begins at `from` ends.
pub(super) fn run(text: &[u8], from: usize, kind: impl Fn(u8) -> bool) -> usize {
    let mut at = from;
    // Eight at a time without a branch between them.
    while let Some(eight) = text.get(at..).and_then(|left| left.first_chunk::<8>()) {
        if !eight.iter().fold(true, |all, byte| all & kind(*byte)) {
            break;
        }
        at += 8;
    }
    text[at..].iter().position(|byte| !kind(*byte)).map_or(text.len(), |length| at + length)
}

/// Where the run of bytes of a kind that ends before `to` begins, going back `most` bytes at most.
pub(super) fn run_back(text: &[u8], to: usize, most: usize, kind: impl Fn(u8) -> bool) -> usize {
    let from = to.saturating_sub(most);
    let mut to = to;
    while let Some(eight) = text[from..to].last_chunk::<8>() {
        if !eight.iter().fold(true, |all, byte| all & kind(*byte)) {
            break;
        }
        to -= 8;
    }
    text[from..to].iter().rposition(|byte| !kind(*byte)).map_or(from, |at| from + at + 1)
}

/// Whether a text looks drawn by lot: words have neither digits nor capitals among small letters.
pub(super) fn is_random(text: &[u8]) -> bool {
    let has = |test: fn(&u8) -> bool| text.iter().any(test);
    has(u8::is_ascii_digit) && has(u8::is_ascii_alphabetic)
        || text.windows(2).any(|pair| pair[0].is_ascii_lowercase() && pair[1].is_ascii_uppercase())
}
