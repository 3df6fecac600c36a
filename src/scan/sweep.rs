//! The pass over a block: a probe every few bytes, and a closer look where one answers. This is
//! where a scan's time goes: an even number of probes is made between two branches, and the table's
//! size is a constant of the loop, so that no index needs a check.

use super::lane::{Hunt, Lane, Quarry, word};

/// So many bytes are probed between two branches.
const GROUP: usize = 32;

/// A probe reads a word, so that a group's last one reads beyond it.
const VIEW: usize = GROUP + 8;

/// Where a needle stands in a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Sighting {
    pub(super) start: u32,
    /// Its number in [`Hunt::quarry`].
    pub(super) needle: u32,
}

/// Puts where the needles of `hunt` stand in `block` into `found`, in order.
pub(super) fn sweep(hunt: &Hunt, block: &[u8], found: &mut Vec<Sighting>) {
    found.clear();
    for lane in &hunt.lanes {
        match lane.stride {
            8 => by_size::<8>(lane, &hunt.quarry, block, found),
            4 => by_size::<4>(lane, &hunt.quarry, block, found),
            _ => by_size::<2>(lane, &hunt.quarry, block, found),
        }
    }
    found.sort_unstable();
}

fn by_size<const STRIDE: usize>(lane: &Lane, quarry: &[Quarry], block: &[u8], found: &mut Vec<Sighting>) {
    let mut look = |at: usize| look::<STRIDE>(lane, quarry, block, at, found);
    if let Ok(bits) = <&[u64; 1 << 9]>::try_from(lane.bits.as_slice()) {
        probe::<STRIDE, { 1 << 9 }>(lane, bits, block, &mut look);
    } else if let Ok(bits) = <&[u64; 1 << 12]>::try_from(lane.bits.as_slice()) {
        probe::<STRIDE, { 1 << 12 }>(lane, bits, block, &mut look);
    } else if let Ok(bits) = <&[u64; 1 << 15]>::try_from(lane.bits.as_slice()) {
        probe::<STRIDE, { 1 << 15 }>(lane, bits, block, &mut look);
    }
}

/// Calls `look` with the start of every group in which a probe answers.
fn probe<const STRIDE: usize, const WORDS: usize>(
    lane: &Lane,
    bits: &[u64; WORDS],
    block: &[u8],
    look: &mut impl FnMut(usize),
) {
    let mut at = 0;
    while let Some(view) = block.get(at..at + VIEW).and_then(|view| <&[u8; VIEW]>::try_from(view).ok()) {
        if answers::<STRIDE, WORDS>(lane, bits, view) {
            look(at);
        }
        at += GROUP;
    }
    while at < block.len() {
        let mut view = [0; VIEW];
        let left = &block[at..block.len().min(at + VIEW)];
        view[..left.len()].copy_from_slice(left);
        if answers::<STRIDE, WORDS>(lane, bits, &view) {
            look(at);
        }
        at += GROUP;
    }
}

#[inline(always)]
fn answers<const STRIDE: usize, const WORDS: usize>(
    lane: &Lane,
    bits: &[u64; WORDS],
    view: &[u8; VIEW],
) -> bool {
    let mut any = 0;
    let mut at = 0;
    while at < GROUP {
        any |= bit(bits, lane.hash(at_word(view, at)));
        at += STRIDE;
    }
    any & 1 == 1
}

/// The lowest bit tells whether there may be a piece with this hash.
#[inline(always)]
fn bit<const WORDS: usize>(bits: &[u64; WORDS], hash: u64) -> u64 {
    let place = hash >> (64 - 6 - WORDS.ilog2());
    bits[(place >> 6) as usize % WORDS] >> (place % 64)
}

#[inline(always)]
fn at_word(view: &[u8; VIEW], at: usize) -> u64 {
    let mut bytes = [0; 8];
    bytes.copy_from_slice(&view[at..at + 8]);
    u64::from_le_bytes(bytes)
}

/// Looks at every probe of the group at `at` for what it answers to.
#[cold]
fn look<const STRIDE: usize>(
    lane: &Lane,
    quarry: &[Quarry],
    block: &[u8],
    at: usize,
    found: &mut Vec<Sighting>,
) {
    for probe in (at..block.len().min(at + GROUP)).step_by(STRIDE) {
        for place in lane.places(word(&block[probe..])) {
            let needle = quarry[place.needle as usize].needle;
            let Some(start) = probe.checked_sub(place.at.into()) else { continue };
            let Some(there) = block.get(start..start + needle.bytes.len()) else { continue };
            if *there == *needle.bytes || needle.any_case && there.eq_ignore_ascii_case(&needle.bytes) {
                let start = u32::try_from(start).unwrap_or(u32::MAX);
                found.push(Sighting { start, needle: place.needle });
            }
        }
    }
}
