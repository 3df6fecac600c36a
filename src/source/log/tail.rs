//! The end of a stream, kept while the stream goes by: its last lines tell when the log ends, be
//! there anything to find in them or not.

use std::io::{self, Read};

/// So much of the end is kept, in bytes.
const KEPT: usize = 16 * 1024;

/// A stream whose end is kept.
pub(super) struct Tail<R> {
    reader: R,
    end: Vec<u8>,
}

impl<R: Read> Tail<R> {
    pub(super) fn new(reader: R) -> Tail<R> {
        Tail { reader, end: Vec::with_capacity(2 * KEPT) }
    }

    /// The last lines, the last first; the first of what was kept may be half a line.
    pub(super) fn lines(&self) -> impl Iterator<Item = &[u8]> {
        let end = self.end.strip_suffix(b"\n").unwrap_or(&self.end);
        end.rsplit(|byte| *byte == b'\n')
    }
}

impl<R: Read> Read for Tail<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(into)?;
        let fresh = &into[read.saturating_sub(KEPT)..read];
        let old = KEPT.saturating_sub(fresh.len());
        self.end.drain(..self.end.len().saturating_sub(old));
        self.end.extend_from_slice(fresh);
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_lines_are_kept_however_they_came() {
        let text = (0..9000).map(|number| format!("line {number}\n")).collect::<String>();
        for size in [1, 7, 4096, 1 << 20] {
            let mut tail = Tail::new(text.as_bytes());
            let mut block = vec![0; size];
            while tail.read(&mut block).unwrap() > 0 {}
            let last: Vec<&[u8]> = tail.lines().take(2).collect();
            assert_eq!(last, [b"line 8999", b"line 8998"], "{size}");
            assert!(tail.end.len() <= KEPT);
        }
    }
}
