//! Reads a stream in blocks that end where a line or a piece of one ends.

use std::io::{ErrorKind, Read};

use memchr::memrchr;

use super::pieces::PIECE;

/// So much is read at once. Larger blocks leave the caches, smaller ones cost more calls.
pub(super) const BLOCK: usize = 256 * 1024;

/// A stream and what was read of it beyond the last block.
pub(super) struct Blocks<R> {
    reader: R,
    /// The beginning of a line or a piece that is not complete yet.
    rest: Vec<u8>,
    /// Where the next block begins.
    offset: u64,
    size: usize,
    ended: bool,
    /// How many blocks were given.
    number: usize,
}

/// Some lines.
#[derive(Default)]
pub(super) struct Block {
    bytes: Vec<u8>,
    length: usize,
    /// Of the first byte, in the stream.
    pub(super) offset: u64,
    /// Counted from 0.
    pub(super) number: usize,
}

impl Block {
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes[..self.length]
    }
}

impl<R: Read> Blocks<R> {
    /// Blocks of about `size` bytes.
    pub(super) fn new(reader: R, size: usize) -> Blocks<R> {
        Blocks { reader, rest: Vec::new(), offset: 0, size: size.max(1), ended: false, number: 0 }
    }

    /// Puts the next lines into `block`, as soon as there are some; `false` at the end.
    pub(super) fn next(&mut self, block: &mut Block) -> std::io::Result<bool> {
        // Also what cannot be read has its number.
        block.number = self.number;
        self.number += 1;
        let mut filled = self.rest.len();
        block.bytes.resize((filled + self.size).max(block.bytes.len()), 0);
        block.bytes[..filled].copy_from_slice(&self.rest);
        self.rest.clear();
        let mut searched = 0;
        while !self.ended {
            if block.bytes.len() < filled + self.size {
                block.bytes.resize(filled + self.size, 0);
            }
            let read = self.read(&mut block.bytes[filled..])?;
            filled += read;
            self.ended = read == 0;
            if let Some(cut) = cut(&block.bytes[..filled], searched) {
                self.rest.extend_from_slice(&block.bytes[cut..filled]);
                filled = cut;
                break;
            }
            searched = filled;
        }
        block.length = filled;
        block.offset = self.offset;
        self.offset += filled as u64;
        Ok(filled > 0)
    }

    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        loop {
            match self.reader.read(into) {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                other => return other,
            }
        }
    }
}

/// Where the last complete line or piece in `bytes` ends; no line ends before `searched`.
fn cut(bytes: &[u8], searched: usize) -> Option<usize> {
    let line = memrchr(b'\n', &bytes[searched..]).map_or(0, |feed| searched + feed + 1);
    // One byte at least is left for the last piece, so that none is empty.
    let cut = line + bytes.len().saturating_sub(line + 1) / PIECE * PIECE;
    (cut > 0).then_some(cut)
}
