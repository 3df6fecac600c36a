//! The redactor: no secret survives, nothing else changes, however a text is read.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod binary;
mod lines;
mod matrix;
mod plain_text;
mod samples;

use std::cell::RefCell;
use std::io::{self, Read};

use cmdop_doctor::redact::{Redactor, Style};
use cmdop_doctor::rulebook::built_in;

/// Yields at most so many bytes at once.
pub(crate) struct Drops<'t> {
    pub(crate) left: &'t [u8],
    pub(crate) size: usize,
}

impl Read for Drops<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let (now, later) = self.left.split_at(self.size.min(into.len()).min(self.left.len()));
        into[..now.len()].copy_from_slice(now);
        self.left = later;
        Ok(now.len())
    }
}

pub(crate) fn redactor(anonymize: bool) -> Redactor {
    Redactor::new(built_in().shapes, Style { anonymize, plain: false })
}

/// `text` redacted as a stream that is read in pieces of `size` bytes.
pub(crate) fn streamed(text: &[u8], size: usize) -> Vec<u8> {
    thread_local! {
        // Its patterns are compiled once.
        static REDACTOR: RefCell<Redactor> = RefCell::new(redactor(false));
    }
    let mut out = Vec::new();
    REDACTOR.with_borrow_mut(|redactor| redactor.stream(Drops { left: text, size }, &mut out).unwrap());
    out
}

/// `text` redacted, with `#` in place of the digits of fingerprints.
pub(crate) fn clean(text: &str) -> String {
    without_prints(&String::from_utf8(redactor(false).text(text.as_bytes())).unwrap())
}

pub(crate) fn without_prints(text: &str) -> String {
    let mut parts = text.split("fingerprint ");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        out.push_str("fingerprint #");
        out.push_str(part.get(8..).unwrap_or_default());
    }
    out
}
