//! Zstandard files: one frame after another (RFC 8878 section 3.1).

use std::io::{self, BufRead, BufReader, Read};

use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};

/// Unpacks frames until the input ends. A window of more than 100 MB is refused (the decoder's own
/// bound).
pub(super) struct Frames<R> {
    source: BufReader<R>,
    decoder: FrameDecoder,
    begun: bool,
}

impl<R: Read> Frames<R> {
    pub(super) fn new(source: R) -> Frames<R> {
        Frames { source: BufReader::new(source), decoder: FrameDecoder::new(), begun: false }
    }

    /// Begins the next frame; `false` where the input ends before it.
    fn begin(&mut self) -> io::Result<bool> {
        if self.source.fill_buf()?.is_empty() {
            return Ok(false);
        }
        match self.decoder.reset(&mut self.source) {
            Ok(()) => self.begun = true,
            Err(error) => match skippable(&error) {
                Some(length) => {
                    io::copy(&mut self.source.by_ref().take(length), &mut io::sink())?;
                }
                None => return Err(io::Error::other(error)),
            },
        }
        Ok(true)
    }
}

/// How long a frame is that carries nothing.
fn skippable(error: &FrameDecoderError) -> Option<u64> {
    match error {
        FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame { length, .. }) => {
            Some(u64::from(*length))
        }
        _ => None,
    }
}

impl<R: Read> Read for Frames<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            if self.begun && self.decoder.can_collect() > 0 {
                return self.decoder.read(into);
            }
            if self.begun && !self.decoder.is_finished() {
                let one = BlockDecodingStrategy::UptoBlocks(1);
                self.decoder.decode_blocks(&mut self.source, one).map_err(io::Error::other)?;
            } else if !self.begin()? {
                return Ok(0);
            }
        }
    }
}
