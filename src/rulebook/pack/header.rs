//! The head of a pack: what is in it, and how one tells that it is whole.

use ring::digest::{SHA256, digest};

use crate::credential::signing::{PublicKey, SIGNATURE};

/// A SHA-256 hash.
pub type Hash = [u8; 32];

/// What every pack begins with.
const MAGIC: &[u8; 12] = b"cmdop-rules\0";

/// The number of this format. Another one is another layout.
const FORMAT: u16 = 1;

/// Bytes of the head that are hashed, and signed.
const HASHED: usize = 128;

/// Bytes of the head: those, a public key and a signature.
pub(super) const LENGTH: usize = HASHED + KEY + SIGNATURE;

/// Bytes of an Ed25519 public key (RFC 8032 section 5.1.5).
const KEY: usize = 32;

/// What a signature is of: these words, and the hash of the head. So it is of a pack and nothing else.
const PURPOSE: &[u8] = b"cmdop rules pack, signature 1\0";

/// The most bytes that a part may have.
pub(super) const MOST: u64 = 64 << 20;

/// Why a file is no pack that can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    #[error("it is no pack of rules")]
    Foreign,
    #[error("it is a pack of the format {0}, and this program reads the format {FORMAT}")]
    OtherFormat(u16),
    #[error("it is not as long as it says: it was cut off, or something was added")]
    Length,
    #[error("it is not what its hash says: it was damaged or changed")]
    Changed,
    #[error("its signature is not of these contents: they were changed, or the signature was")]
    BadSignature,
    #[error("it has more files than any set of rules")]
    TooMany,
}

/// A part of a pack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Part {
    /// In bytes.
    pub length: u64,
    pub hash: Hash,
}

impl Part {
    pub(super) fn of(bytes: &[u8]) -> Part {
        Part { length: bytes.len() as u64, hash: hash(bytes) }
    }

    /// Whether these are its bytes.
    pub(super) fn is(&self, bytes: &[u8]) -> Result<(), Broken> {
        match bytes.len() as u64 == self.length {
            false => Err(Broken::Length),
            true if hash(bytes) == self.hash => Ok(()),
            true => Err(Broken::Changed),
        }
    }
}

/// The head.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Header {
    /// The rules are complete without the built-in ones.
    pub alone: bool,
    /// Some of the rules have programs run.
    pub commands: bool,
    /// By which program the compiled part was made: see [`super::identity`].
    pub identity: Hash,
    pub compiled: Part,
    pub texts: Part,
    pub signature: Option<(PublicKey, [u8; SIGNATURE])>,
}

/// Bits of the flags.
const ALONE: u16 = 1;
const COMMANDS: u16 = 2;

impl Header {
    pub(super) fn write(&self) -> Vec<u8> {
        let mut bytes = self.hashed();
        let none = ([0; KEY], [0; SIGNATURE]);
        let (key, signature) =
            self.signature.as_ref().map_or(none, |(key, signature)| (key.bytes(), *signature));
        bytes.extend_from_slice(&key);
        bytes.extend_from_slice(&signature);
        bytes
    }

    fn hashed(&self) -> Vec<u8> {
        let flags = if self.alone { ALONE } else { 0 } | if self.commands { COMMANDS } else { 0 };
        let mut bytes = MAGIC.to_vec();
        bytes.extend_from_slice(&FORMAT.to_le_bytes());
        bytes.extend_from_slice(&flags.to_le_bytes());
        bytes.extend_from_slice(&self.identity);
        for part in [&self.compiled, &self.texts] {
            bytes.extend_from_slice(&part.length.to_le_bytes());
        }
        for part in [&self.compiled, &self.texts] {
            bytes.extend_from_slice(&part.hash);
        }
        bytes
    }

    /// Reads the head of a pack that has `length` bytes in all.
    ///
    /// # Errors
    /// When it is none, or one that does not fit together. The parts were not looked at.
    pub(super) fn read(bytes: &[u8], length: u64) -> Result<Header, Broken> {
        let mut left = Left(bytes);
        if left.take::<12>().map_err(|_| Broken::Foreign)? != *MAGIC {
            return Err(Broken::Foreign);
        }
        let format = u16::from_le_bytes(left.take()?);
        if format != FORMAT {
            return Err(Broken::OtherFormat(format));
        }
        let flags = u16::from_le_bytes(left.take()?);
        let identity = left.take()?;
        let lengths = [u64::from_le_bytes(left.take()?), u64::from_le_bytes(left.take()?)];
        let hashes: [Hash; 2] = [left.take()?, left.take()?];
        let [compiled, texts] = [0, 1].map(|at: usize| Part { length: lengths[at], hash: hashes[at] });
        let (key, signature) = (left.take::<KEY>()?, left.take::<SIGNATURE>()?);
        let whole =
            lengths.iter().all(|length| *length <= MOST) && length == LENGTH as u64 + lengths[0] + lengths[1];
        if !whole {
            return Err(Broken::Length);
        }
        if flags & !(ALONE | COMMANDS) != 0 {
            return Err(Broken::Changed);
        }
        let unsigned = key == [0; KEY] && signature == [0; SIGNATURE];
        let signature = (!unsigned).then(|| (PublicKey::new(key), signature));
        let (alone, commands) = (flags & ALONE != 0, flags & COMMANDS != 0);
        let header = Header { alone, commands, identity, compiled, texts, signature };
        match &header.signature {
            Some((key, signature)) if !key.has_signed(&header.to_sign(), signature) => {
                Err(Broken::BadSignature)
            }
            _ => Ok(header),
        }
    }

    /// What tells this pack from all others: all of its contents but who signed it.
    pub(super) fn hash(&self) -> Hash {
        hash(&self.hashed())
    }

    /// What a signature is of.
    pub(super) fn to_sign(&self) -> Vec<u8> {
        [PURPOSE, &self.hash()].concat()
    }
}

pub(super) fn hash(bytes: &[u8]) -> Hash {
    let mut hash = [0; 32];
    hash.copy_from_slice(digest(&SHA256, bytes).as_ref());
    hash
}

/// Bytes that are still to be read.
struct Left<'b>(&'b [u8]);

impl Left<'_> {
    fn take<const N: usize>(&mut self) -> Result<[u8; N], Broken> {
        let (taken, left) = self.0.split_first_chunk::<N>().ok_or(Broken::Length)?;
        self.0 = left;
        Ok(*taken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header() -> Header {
        let part = |bytes: &[u8]| Part::of(bytes);
        Header {
            alone: false,
            commands: true,
            identity: [7; 32],
            compiled: part(b"compiled"),
            texts: part(b"texts"),
            signature: None,
        }
    }

    const WHOLE: u64 = LENGTH as u64 + 13;

    #[test]
    fn a_head_reads_back_the_same() {
        let written = header().write();
        assert_eq!(written.len(), LENGTH);
        assert_eq!(Header::read(&written, WHOLE), Ok(header()));
        assert_eq!(Header::read(&written, WHOLE + 1), Err(Broken::Length));
        for cut in 0..LENGTH {
            assert!(Header::read(&written[..cut], WHOLE).is_err(), "{cut}");
        }
    }

    #[test]
    fn each_changed_bit_changes_the_hash_or_is_refused() {
        let written = header().write();
        for bit in 0..written.len() * 8 {
            let mut changed = written.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            let read = Header::read(&changed, WHOLE);
            assert!(read.as_ref().is_err() || read.is_ok_and(|read| read.hash() != header().hash()), "{bit}");
        }
    }

    #[test]
    fn lengths_that_do_not_fit_are_refused_before_anything_is_read() {
        for length in [u64::MAX, u64::MAX / 2, MOST + 1] {
            let mut head = header();
            head.compiled.length = length;
            assert_eq!(Header::read(&head.write(), WHOLE), Err(Broken::Length));
        }
    }
}
