//! Secrets in base64: `Authorization: Basic`, Kubernetes secrets, whole files.

use base64::Engine;
use base64::alphabet::{STANDARD, URL_SAFE};
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use super::find::Finder;

/// So much of a token is decoded; images are longer.
const MOST: usize = 8 * 1024;

/// Whether `token` is base64 of a text with a secret in it.
pub(super) fn has_secret(token: &[u8], finder: &Finder<'_>) -> bool {
    decoded(token).is_some_and(|text| finder.has_secret(&text))
}

/// Whether the first three bytes of what is base64 may be the start of a text: of other data few are.
pub(super) fn looks_like_text(token: &[u8]) -> bool {
    let Some(first) = token.first_chunk::<4>() else { return false };
    let values = first.map(|byte| VALUES[usize::from(byte)]);
    let bits = values.iter().fold(0_u32, |bits, value| bits << 6 | u32::from(*value & 63));
    let [_, bytes @ ..] = bits.to_be_bytes();
    values.iter().all(|value| *value < 64) && bytes.iter().all(|byte| (b' '..=b'~').contains(byte))
}

/// What each byte stands for in base64, in either alphabet; 64 if it is not in it.
const VALUES: [u8; 256] = {
    let mut values = [64; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        values[byte as usize] = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => 64,
        };
        byte += 1;
    }
    values
};

fn decoded(token: &[u8]) -> Option<Vec<u8>> {
    let end = token.iter().rposition(|byte| *byte != b'=').map_or(0, |at| at + 1).min(MOST);
    // A single character beyond the quartets holds no byte.
    let end = if end % 4 == 1 { end - 1 } else { end };
    let lenient = GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true);
    let alphabet = if token.iter().any(|byte| b"-_".contains(byte)) { &URL_SAFE } else { &STANDARD };
    GeneralPurpose::new(alphabet, lenient).decode(&token[..end]).ok()
}
