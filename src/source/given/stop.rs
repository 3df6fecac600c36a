//! Being told that it is enough, while something is read that may never end.

use std::io::{self, Cursor, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::time::Duration;

/// Says to whoever reads that it is enough. Clones are the same one.
#[derive(Debug, Clone, Default)]
pub struct Stop(Arc<AtomicBool>);

impl Stop {
    /// Says it.
    pub fn say(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether it was said.
    pub fn is_said(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// So much is taken from standard input at once, and so many of these wait to be read.
const BLOCK: usize = 256 << 10;
const WAITING: usize = 4;
/// How often a reader that waits looks whether it is told to stop.
const ROUND: Duration = Duration::from_millis(50);

/// Standard input, which ends where it is told to stop: whoever writes there may be in no hurry.
pub(super) struct Feed {
    blocks: Receiver<io::Result<Vec<u8>>>,
    block: Cursor<Vec<u8>>,
    stop: Stop,
}

impl Feed {
    /// Begins to read, on a thread that nobody waits for.
    pub(super) fn start(stop: Stop) -> io::Result<Feed> {
        let (give, blocks) = sync_channel(WAITING);
        let read = move || {
            let mut input = io::stdin().lock();
            let mut block = vec![0; BLOCK];
            loop {
                let read = input.read(&mut block).map(|read| block[..read].to_vec());
                let ended = read
                    .as_ref()
                    .map_or_else(|error| error.kind() != io::ErrorKind::Interrupted, Vec::is_empty);
                if give.send(read).is_err() || ended {
                    return;
                }
            }
        };
        std::thread::Builder::new().name("input".to_owned()).spawn(read)?;
        Ok(Feed { blocks, block: Cursor::default(), stop })
    }
}

impl Read for Feed {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            let read = self.block.read(into)?;
            if read > 0 || into.is_empty() || self.stop.is_said() {
                return Ok(read);
            }
            match self.blocks.recv_timeout(ROUND) {
                Ok(Ok(block)) if block.is_empty() => return Ok(0),
                Ok(block) => self.block = Cursor::new(block?),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return Ok(0),
            }
        }
    }
}
