//! A stream of bytes with a name: a plain file, an unpacked one, standard input.

use std::io::{self, BufReader, Cursor, ErrorKind, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use flate2::bufread::MultiGzDecoder;
use lzma_rust2::XzReader;

use super::frames::Frames;
use super::stop::Stop;

/// What is unpacked at most: logs of more are cut before they are sent.
const MOST: u64 = 4 << 30;
/// Beyond so many bytes unpacked...
const FREE: u64 = 64 << 20;
/// ...one packed byte may stand for so many: logs pack by 10 to 100.
const RATIO: u64 = 1_000;
/// Memory that unpacking may take, in KiB: `xz -9` needs 65 MiB.
const XZ_MEMORY: u32 = 100 << 10;

/// How a file is packed, by its first bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Packing {
    Gzip,
    Zstandard,
    Xz,
}

impl Packing {
    /// By the magic numbers of RFC 1952, RFC 8878 and the .xz format 1.2.1.
    pub(super) fn of(beginning: &[u8]) -> Option<Packing> {
        match beginning {
            [0x1f, 0x8b, ..] => Some(Packing::Gzip),
            [0x28, 0xb5, 0x2f, 0xfd, ..] => Some(Packing::Zstandard),
            [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => Some(Packing::Xz),
            _ => None,
        }
    }
}

/// Bytes to read, with the name that the user gave them. What cannot be read or is too much ends
/// it early, and [`Stream::told`] says why.
pub struct Stream {
    pub name: Arc<str>,
    /// What was read already and put back.
    ahead: Cursor<Vec<u8>>,
    inner: Box<dyn Read + Send>,
    /// How many packed bytes were taken, where the stream unpacks.
    packed: Option<Arc<AtomicU64>>,
    given: u64,
    told: Option<String>,
    stop: Stop,
}

impl Stream {
    /// What `inner` yields, as it is.
    pub(super) fn plain(name: Arc<str>, inner: Box<dyn Read + Send>, stop: &Stop) -> Stream {
        let (ahead, stop) = (Cursor::default(), stop.clone());
        Stream { name, ahead, inner, packed: None, given: 0, told: None, stop }
    }

    /// The same, unpacked.
    pub(super) fn unpacked(self, packing: Packing) -> Stream {
        let taken = Arc::new(AtomicU64::new(0));
        let packed = self.ahead.chain(self.inner);
        let counted = BufReader::new(Counted { inner: packed, taken: Arc::clone(&taken) });
        let inner: Box<dyn Read + Send> = match packing {
            Packing::Gzip => Box::new(MultiGzDecoder::new(counted)),
            Packing::Zstandard => Box::new(Frames::new(counted)),
            Packing::Xz => Box::new(XzReader::new_mem_limit(counted, true, XZ_MEMORY)),
        };
        Stream { packed: Some(taken), ..Stream::plain(self.name, inner, &self.stop) }
    }

    /// Puts back what was read so far: it comes again.
    pub(super) fn put_back(&mut self, beginning: Vec<u8>) {
        self.ahead = Cursor::new(beginning);
    }

    /// Why it ended before its end, if it did.
    pub fn told(&self) -> Option<&str> {
        self.told.as_deref()
    }

    fn is_too_much(&self) -> bool {
        let Some(packed) = &self.packed else { return false };
        let allowed = FREE.max(packed.load(Ordering::Relaxed).saturating_mul(RATIO));
        self.given >= MOST.min(allowed)
    }

    fn end(&mut self, why: String) -> usize {
        self.told = Some(why);
        0
    }
}

impl Read for Stream {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let again = self.ahead.read(into)?;
        if again > 0 {
            return Ok(again);
        }
        if self.told.is_some() || into.is_empty() {
            return Ok(0);
        }
        if self.stop.is_said() {
            return Ok(self.end("interrupted: the rest was not read".to_owned()));
        }
        if self.is_too_much() {
            let why = format!("only the first {} MiB are read: it unpacks to too much", self.given >> 20);
            return Ok(self.end(why));
        }
        loop {
            match self.inner.read(into) {
                Ok(read) => {
                    self.given += read as u64;
                    return Ok(read);
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(_) if self.packed.is_some() => {
                    let why = format!("the packed data is damaged or cut off after {} bytes", self.given);
                    return Ok(self.end(why));
                }
                Err(error) => {
                    let why = format!("it cannot be read to its end: {}", crate::world::files::words(&error));
                    return Ok(self.end(why));
                }
            }
        }
    }
}

impl std::fmt::Debug for Stream {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Stream").field("name", &self.name).field("given", &self.given).finish_non_exhaustive()
    }
}

/// Counts what is taken.
struct Counted<R> {
    inner: R,
    taken: Arc<AtomicU64>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(into)?;
        self.taken.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn stream(bytes: Vec<u8>) -> Stream {
        let packing = Packing::of(&bytes);
        let plain = Stream::plain("x".into(), Box::new(Cursor::new(bytes)), &Stop::default());
        match packing {
            Some(packing) => plain.unpacked(packing),
            None => plain,
        }
    }

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packer.write_all(bytes).unwrap();
        packer.finish().unwrap()
    }

    fn read(mut stream: Stream) -> (Vec<u8>, Option<String>) {
        let mut all = Vec::new();
        stream.read_to_end(&mut all).unwrap();
        (all, stream.told)
    }

    #[test]
    fn several_members_are_one_stream() {
        assert_eq!(read(stream([gzip(b"one\n"), gzip(b"two\n")].concat())), (b"one\ntwo\n".to_vec(), None));
        let frame = |text: &[u8]| {
            ruzstd::encoding::compress_to_vec(text, ruzstd::encoding::CompressionLevel::Fastest)
        };
        let skipped = [0x50, 0x2a, 0x4d, 0x18, 2, 0, 0, 0, b'x', b'y'];
        let both = [frame(b"one\n"), skipped.to_vec(), frame(b"two\n")].concat();
        assert_eq!(read(stream(both)), (b"one\ntwo\n".to_vec(), None));
    }

    #[test]
    fn what_is_cut_off_gives_what_there_is_and_says_so() {
        let whole = gzip(&b"a line of a log\n".repeat(10_000));
        let (read, told) = read(stream(whole[..whole.len() / 2].to_vec()));
        assert!(read.starts_with(b"a line of a log\n"));
        assert!(told.unwrap().starts_with("the packed data is damaged or cut off after "));
    }

    #[test]
    fn a_bomb_is_cut() {
        let zeros = vec![0; 1 << 20];
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        (0..80).for_each(|_| packer.write_all(&zeros).unwrap());
        let (read, told) = read(stream(packer.finish().unwrap()));
        assert!((FREE as usize..80 << 20).contains(&read.len()), "{}", read.len());
        assert!(told.unwrap().ends_with("it unpacks to too much"));
    }
}
