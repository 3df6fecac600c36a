//! How a text is written within other texts.

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::general_purpose::{GeneralPurpose, NO_PAD};

/// Percent-encoded but for what never needs it (RFC 3986 section 2.3).
pub fn percent(bytes: &[u8], escape: fn(u8) -> String) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    bytes
        .iter()
        .map(|byte| if plain(*byte) { char::from(*byte).to_string() } else { escape(*byte) })
        .collect()
}

/// As it stands within the quotes of a JSON text.
pub fn json(text: &str) -> String {
    let quoted = serde_json::to_string(text).unwrap_or_default();
    quoted.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or_default().to_owned()
}

/// The characters of Base64 that depend on `bytes` alone, where `shift` bytes stand before them.
pub fn base64(bytes: &[u8], shift: usize) -> String {
    let whole = [vec![0; shift], bytes.to_vec()].concat();
    let encoded = GeneralPurpose::new(&STANDARD, NO_PAD).encode(&whole);
    let from = (shift * 8).div_ceil(6);
    encoded.get(from..whole.len() * 8 / 6).unwrap_or_default().to_owned()
}

/// Small hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
