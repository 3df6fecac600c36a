//! Kinds of bytes.

const WORD: u8 = 1;
const TOKEN: u8 = 2;
const BASE64: u8 = 4;

/// The kinds of every byte: a table is quicker than comparisons.
const KINDS: [u8; 256] = {
    let mut kinds = [0; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        kinds[byte as usize] = match byte {
            b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'_' | b'-' => WORD | TOKEN | BASE64,
            b'+' | b'/' => TOKEN | BASE64,
            b'.' | b'~' | b'=' => TOKEN,
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

/// Where the run of bytes of a kind that begins at `from` ends.
pub(super) fn run(text: &[u8], from: usize, kind: impl Fn(u8) -> bool) -> usize {
    text[from..].iter().position(|byte| !kind(*byte)).map_or(text.len(), |length| from + length)
}

/// Where the run of bytes of a kind that ends before `to` begins, going back `most` bytes at most.
pub(super) fn run_back(text: &[u8], to: usize, most: usize, kind: impl Fn(u8) -> bool) -> usize {
    let from = to.saturating_sub(most);
    text[from..to].iter().rposition(|byte| !kind(*byte)).map_or(from, |at| from + at + 1)
}

/// Whether a text looks drawn by lot: words have neither digits nor capitals among small letters.
pub(super) fn is_random(text: &[u8]) -> bool {
    let has = |test: fn(&u8) -> bool| text.iter().any(test);
    has(u8::is_ascii_digit) && has(u8::is_ascii_alphabetic)
        || text.windows(2).any(|pair| pair[0].is_ascii_lowercase() && pair[1].is_ascii_uppercase())
}
