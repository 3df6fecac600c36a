//! The built-in rules: bytes that the build script wrote, decoded when somebody first asks for them.
//! Constants in Rust would need no decoding, but the system's loader would have to fill in thousands
//! of addresses at every start, `cmdop --version` included.

use std::sync::OnceLock;

use serde::Deserialize;

use super::packed::Packed;
use crate::model::rulebook::Rulebook;

/// The rules in `checks/` and `rules/`, but for those in `PHRASES`, as `postcard` writes them.
static RULEBOOK: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/rulebook.bin"));

/// The rules in `rules/logs/` and `rules/symptoms/`.
static PHRASES: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/phrases.bin"));

/// The rulebook that is compiled into this binary; its log rules and symptoms are still packed.
pub fn built_in() -> Rulebook {
    static DECODED: OnceLock<Rulebook> = OnceLock::new();
    *DECODED.get_or_init(|| decode(RULEBOOK))
}

/// The built-in log rules and symptoms.
pub(super) fn phrases() -> &'static Packed {
    static DECODED: OnceLock<Packed> = OnceLock::new();
    DECODED.get_or_init(|| decode(PHRASES))
}

fn decode<T: Deserialize<'static>>(bytes: &'static [u8]) -> T {
    match postcard::from_bytes(bytes) {
        Ok(decoded) => decoded,
        Err(error) => unreachable!("the build script has read these bytes: {error}"),
    }
}
