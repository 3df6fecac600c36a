//! Scanning with several threads: they take turns at reading, scan apart, and what they find is
//! put in order again.

use std::collections::BTreeMap;
use std::io::{self, Read};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::thread;

use super::blocks::{Block, Blocks};
use super::hit::Found;
use super::lane::Hunt;
use super::scanner::{Pass, Scanner};

/// Scans the rest of `blocks` with `threads` threads and gives what is found to `give`, block by
/// block in the stream's order.
pub(super) fn scan(
    scanner: &Scanner,
    hunt: &Hunt,
    threads: usize,
    blocks: Blocks<impl Read + Send>,
    mut give: impl FnMut(&Found),
) -> io::Result<()> {
    let mut next = 1;
    let blocks = Mutex::new(blocks);
    thread::scope(|scope| {
        // One waiting result per thread bounds the memory.
        let (sender, receiver) = sync_channel(threads);
        for _ in 0..threads {
            let (sender, blocks) = (sender.clone(), &blocks);
            scope.spawn(move || work(scanner, hunt, blocks, &sender));
        }
        drop(sender);
        let mut early = BTreeMap::new();
        for result in receiver {
            let (number, found) = result;
            early.insert(number, found);
            while let Some(found) = early.remove(&next) {
                next += 1;
                give(&found?);
            }
        }
        Ok(())
    })
}

/// A block's number, and what was found in it, or why there was none.
type Result = (usize, io::Result<Found>);

fn work(scanner: &Scanner, hunt: &Hunt, blocks: &Mutex<Blocks<impl Read>>, sender: &SyncSender<Result>) {
    let mut pass = Pass::new(scanner, hunt);
    let mut block = Block::default();
    loop {
        let read = blocks.lock().unwrap_or_else(PoisonError::into_inner).next(&mut block);
        let result = match read {
            Ok(false) => return,
            Ok(true) => (block.number, Ok(pass.taken_over(&block))),
            Err(error) => (block.number, Err(error)),
        };
        let failed = result.1.is_err();
        // Nobody listens any more once a block before this one failed.
        if sender.send(result).is_err() || failed {
            return;
        }
    }
}
