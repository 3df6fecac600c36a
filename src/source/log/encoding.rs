//! Bytes as they lie in a file → the same text in UTF-8 and without colours: what a redirection of
//! PowerShell writes is UTF-16. What is not valid UTF-8 is dealt with line by line.

use std::io::{self, ErrorKind, Read};

use memchr::memmem;

use super::colours::Colours;

/// So much of a stream's beginning tells its encoding.
const SAMPLE: usize = 4 * 1024;

/// So much is read at once of a stream that has to be decoded.
const BLOCK: usize = 64 * 1024;

/// How a stream is encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Coding {
    /// UTF-8, ASCII or anything else that keeps ASCII as it is.
    Plain,
    Utf16 {
        big_endian: bool,
    },
}

impl Coding {
    /// Tells by the byte-order mark, or else by where the zero bytes of ASCII letters are, and how
    /// many bytes the mark takes.
    fn of(sample: &[u8]) -> (Coding, usize) {
        match sample {
            [0xFF, 0xFE, ..] => return (Coding::Utf16 { big_endian: false }, 2),
            [0xFE, 0xFF, ..] => return (Coding::Utf16 { big_endian: true }, 2),
            [0xEF, 0xBB, 0xBF, ..] => return (Coding::Plain, 3),
            _ => {}
        }
        let pairs = sample.len() / 2;
        let zeros = |odd: usize| sample.iter().skip(odd).step_by(2).filter(|byte| **byte == 0).count();
        let (even, odd) = (zeros(0), zeros(1));
        // Text of the Latin script has a zero in most pairs, always on the same side; in binary data
        // and in text with stray NULs they are on both, or few.
        let mostly = |many: usize, few: usize| pairs >= 4 && many * 10 >= pairs * 6 && few * 10 <= pairs;
        if mostly(odd, even) {
            (Coding::Utf16 { big_endian: false }, 0)
        } else if mostly(even, odd) {
            (Coding::Utf16 { big_endian: true }, 0)
        } else {
            (Coding::Plain, 0)
        }
    }
}

/// A stream as UTF-8.
pub(super) struct Decoded<R> {
    reader: R,
    coding: Option<Coding>,
    /// What was read ahead, or decoded, and is not given yet; from `given` on.
    ready: Vec<u8>,
    given: usize,
    /// Bytes that are not a whole pair, or pairs that are not a whole character, yet.
    odd: Vec<u8>,
    colours: Colours,
    /// A byte for which there was no room.
    spare: Option<u8>,
    ended: bool,
}

impl<R: Read> Decoded<R> {
    pub(super) fn new(reader: R) -> Decoded<R> {
        Decoded {
            reader,
            coding: None,
            ready: Vec::new(),
            given: 0,
            odd: Vec::new(),
            colours: Colours::default(),
            spare: None,
            ended: false,
        }
    }

    /// Reads enough to tell the encoding, or to the end.
    fn begin(&mut self) -> io::Result<Coding> {
        let mut sample = vec![0; SAMPLE];
        let mut filled = 0;
        // A live stream gives a line at a time; four bytes tell a mark, and more tell more.
        while filled < 4 {
            match self.reader.read(&mut sample[filled..]) {
                Ok(0) => break,
                Ok(read) => filled += read,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        sample.truncate(filled);
        let (coding, mark) = Coding::of(&sample);
        sample.drain(..mark);
        match coding {
            Coding::Plain => self.ready = sample,
            Coding::Utf16 { big_endian } => self.decode(&sample, big_endian, filled < 4),
        }
        self.colours.with_carets = memmem::find(&self.ready, b"^[[").is_some();
        self.coding = Some(coding);
        Ok(coding)
    }

    /// Decodes `bytes`, which follow what is left over, into `ready`.
    fn decode(&mut self, bytes: &[u8], big_endian: bool, ended: bool) {
        self.odd.extend_from_slice(bytes);
        let mut whole = self.odd.len() / 2 * 2;
        let unit = |pair: &[u8]| match (pair, big_endian) {
            ([a, b], true) => u16::from_be_bytes([*a, *b]),
            ([a, b], false) => u16::from_le_bytes([*a, *b]),
            _ => 0,
        };
        let is_first_half = |unit: u16| (0xD800..0xDC00).contains(&unit);
        if !ended && whole >= 2 && is_first_half(unit(&self.odd[whole - 2..whole])) {
            whole -= 2;
        }
        let units = self.odd[..whole].chunks_exact(2).map(unit);
        let mut text = String::with_capacity(whole);
        text.extend(char::decode_utf16(units).map(|decoded| decoded.unwrap_or(char::REPLACEMENT_CHARACTER)));
        self.odd.drain(..whole);
        if ended {
            self.odd.clear();
        }
        self.ready.drain(..self.given);
        self.given = 0;
        self.ready.extend_from_slice(text.as_bytes());
    }

    fn give(&mut self, into: &mut [u8]) -> usize {
        let left = &self.ready[self.given..];
        let length = left.len().min(into.len());
        into[..length].copy_from_slice(&left[..length]);
        self.given += length;
        length
    }
}

impl<R: Read> Decoded<R> {
    /// Reads what comes next, decoded.
    fn fill(&mut self, into: &mut [u8], coding: Coding) -> io::Result<usize> {
        loop {
            if self.given < self.ready.len() {
                return Ok(self.give(into));
            }
            let Coding::Utf16 { big_endian } = coding else { return self.reader.read(into) };
            let mut block = vec![0; BLOCK];
            let read = self.reader.read(&mut block)?;
            self.decode(&block[..read], big_endian, read == 0);
            if read == 0 && self.ready.is_empty() {
                return Ok(0);
            }
        }
    }
}

impl<R: Read> Read for Decoded<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let coding = match self.coding {
            Some(coding) => coding,
            None => self.begin()?,
        };
        if let (Some(byte), [first, ..]) = (self.spare, &mut *into) {
            (*first, self.spare) = (byte, None);
            return Ok(1);
        }
        match into {
            [] => return Ok(0),
            [only] => {
                let mut pair = [0; 2];
                let read = self.read(&mut pair)?;
                (*only, self.spare) = (pair[0], (read == 2).then_some(pair[1]));
                return Ok(read.min(1));
            }
            _ => {}
        }
        while !self.ended {
            // The first byte is kept for a caret.
            let read = self.fill(&mut into[1..], coding)?;
            self.ended = read == 0;
            let left = match self.ended {
                false => self.colours.take_out(into, read),
                true => self.colours.rest().map_or(0, |byte| {
                    into[0] = byte;
                    1
                }),
            };
            if left > 0 {
                return Ok(left);
            }
        }
        Ok(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Yields its bytes in pieces of these sizes.
    struct Pieces<'t>(&'t [u8], usize);

    impl Read for Pieces<'_> {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            let length = self.0.len().min(self.1).min(into.len());
            into[..length].copy_from_slice(&self.0[..length]);
            self.0 = &self.0[length..];
            Ok(length)
        }
    }

    fn decoded(bytes: &[u8], piece: usize) -> String {
        let mut text = Vec::new();
        Decoded::new(Pieces(bytes, piece)).read_to_end(&mut text).unwrap();
        String::from_utf8_lossy(&text).into_owned()
    }

    fn utf16(text: &str, big_endian: bool) -> Vec<u8> {
        let bytes = |unit: u16| if big_endian { unit.to_be_bytes() } else { unit.to_le_bytes() };
        text.encode_utf16().flat_map(bytes).collect()
    }

    const LINES: &str = "PS C:\\> cmdop login\r\nError: token expired ✗ 🔑\r\n";

    #[test]
    fn utf16_is_told_by_its_mark_and_by_its_zeros() {
        for big_endian in [false, true] {
            for piece in [1, 2, 3, 5, 4096] {
                let marked = utf16(&format!("\u{feff}{LINES}"), big_endian);
                assert_eq!(decoded(&marked, piece), LINES, "{big_endian} {piece}");
            }
            let plain = utf16(LINES, big_endian);
            assert_eq!(decoded(&plain, 4096), LINES, "{big_endian}");
        }
    }

    #[test]
    fn half_a_character_at_the_end_is_one_that_cannot_be_shown() {
        let mut cut = utf16("\u{feff}key 🔑", false);
        cut.truncate(cut.len() - 1);
        assert_eq!(decoded(&cut, 3), "key \u{fffd}");
    }

    #[test]
    fn nuls_in_plain_text_are_not_utf16() {
        assert_eq!(decoded(b"a\0b\0\0\0Error: token expired\n", 99), "a\0b\0\0\0Error: token expired\n");
        assert_eq!(decoded(b"\xef\xbb\xbfplain", 99), "plain");
        assert_eq!(decoded(b"", 99), "");
        assert_eq!(decoded(b"\xff", 99), "\u{fffd}");
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn whatever_is_read_in_whatever_pieces_is_the_same(
            bytes in proptest::collection::vec(any::<u8>(), 4..400),
            piece in 4_usize..50,
        ) {
            let marked = [&[0xFF, 0xFE][..], &bytes].concat();
            prop_assert_eq!(decoded(&marked, piece), decoded(&marked, usize::MAX));
        }
    }
}
