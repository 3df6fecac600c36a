//! UTF-16, as PowerShell redirects into files: turned into bytes that are looked at like any other
//! text, and back, unit by unit, so that nothing is lost (Unicode TR 26, CESU-8, without its ban on
//! lone surrogates).

/// The order of the bytes of a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Coding {
    Little,
    Big,
}

impl Coding {
    /// The coding of a text that begins with a byte-order mark.
    pub(super) fn of(text: &[u8]) -> Option<Coding> {
        match text {
            [0xff, 0xfe, ..] => Some(Coding::Little),
            [0xfe, 0xff, ..] => Some(Coding::Big),
            _ => None,
        }
    }

    /// The whole units of `text`.
    pub(super) fn decoded(self, text: &[u8]) -> Vec<u8> {
        let mut out = Vec::with_capacity(text.len() / 2);
        for pair in text.as_chunks().0 {
            let unit = match self {
                Coding::Little => u16::from_le_bytes(*pair),
                Coding::Big => u16::from_be_bytes(*pair),
            };
            push(unit, &mut out);
        }
        out
    }

    /// Back from `decoded`, with the half unit that `original` ended with, if it did.
    pub(super) fn encoded(self, text: &[u8], half: bool, original: &[u8]) -> Vec<u8> {
        let mut out = Vec::with_capacity(2 * text.len());
        let mut at = 0;
        while let Some(first) = text.get(at) {
            let next = |ahead: usize| u16::from(text.get(at + ahead).copied().unwrap_or(0) & 0x3f);
            let (unit, length) = match first {
                0..0x80 => (u16::from(*first), 1),
                0x80..0xe0 => (u16::from(first & 0x1f) << 6 | next(1), 2),
                _ => (u16::from(first & 0x0f) << 12 | next(1) << 6 | next(2), 3),
            };
            out.extend_from_slice(&match self {
                Coding::Little => unit.to_le_bytes(),
                Coding::Big => unit.to_be_bytes(),
            });
            at += length;
        }
        out.extend(original.last().filter(|_| half));
        out
    }
}

/// Adds a unit in one to three bytes.
fn push(unit: u16, out: &mut Vec<u8>) {
    let [high, low] = unit.to_be_bytes();
    match unit {
        0..0x80 => out.push(low),
        0x80..0x800 => out.extend_from_slice(&[0xc0 | high << 2 | low >> 6, 0x80 | low & 0x3f]),
        _ => out.extend_from_slice(&[
            0xe0 | high >> 4,
            0x80 | (high & 0x0f) << 2 | low >> 6,
            0x80 | low & 0x3f,
        ]),
    }
}

/// A stream whose first two bytes say whether it is UTF-16.
#[derive(Default)]
pub(super) struct Stream {
    started: bool,
    coding: Option<Coding>,
    /// What does not yet make a unit, or a beginning.
    held: Vec<u8>,
    encoded: Vec<u8>,
}

impl Stream {
    /// Adds `bytes`, decoded, to `text`; none are the end of the stream.
    pub(super) fn take(&mut self, bytes: &[u8], text: &mut Vec<u8>) {
        if !self.started {
            self.held.extend_from_slice(bytes);
            if self.held.len() < 2 && !bytes.is_empty() {
                return;
            }
            self.started = true;
            self.coding = Coding::of(&self.held);
            let held = std::mem::take(&mut self.held);
            return self.decode(&held, text);
        }
        self.decode(bytes, text);
    }

    fn decode(&mut self, bytes: &[u8], text: &mut Vec<u8>) {
        let Some(coding) = self.coding else { return text.extend_from_slice(bytes) };
        self.held.extend_from_slice(bytes);
        let whole = self.held.len() / 2 * 2;
        text.extend_from_slice(&coding.decoded(&self.held[..whole]));
        self.held.drain(..whole);
    }

    /// What to write of `out`; at the end with the half unit that was left.
    pub(super) fn give<'o>(&'o mut self, out: &'o [u8], ended: bool) -> &'o [u8] {
        match self.coding {
            None => out,
            Some(coding) => {
                self.encoded = coding.encoded(out, ended && !self.held.is_empty(), &self.held);
                &self.encoded
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_unit_survives() {
        let units: Vec<u8> = (0..=u16::MAX).flat_map(u16::to_le_bytes).collect();
        for coding in [Coding::Little, Coding::Big] {
            assert_eq!(coding.encoded(&coding.decoded(&units), false, &[]), units);
        }
    }
}
