//! The pass over a block: a probe every few bytes, and a closer look where one answers. This is
//! where a scan's time goes: an even number of probes is made between two branches, and the table's
//! size is a constant of the loop, so that no index needs a check.

use super::filter::Filter;
use super::lane::{Hunt, Lane, Quarry, Single, word};

/// So many probes are made between two branches.
const PROBES: usize = 8;

/// What the probes of a group read: a word at every stride of at most eight bytes.
const VIEW: usize = PROBES * 8;

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
            7 => by_size::<7>(lane, &hunt.quarry, block, found),
            6 => by_size::<6>(lane, &hunt.quarry, block, found),
            5 => by_size::<5>(lane, &hunt.quarry, block, found),
            4 => by_size::<4>(lane, &hunt.quarry, block, found),
            3 => by_size::<3>(lane, &hunt.quarry, block, found),
            _ => by_size::<2>(lane, &hunt.quarry, block, found),
        }
    }
    for Single { needle, finder } in &hunt.singles {
        let starts = finder.find_iter(block).filter_map(|start| u32::try_from(start).ok());
        found.extend(starts.map(|start| Sighting { start, needle: *needle }));
    }
    found.sort_unstable();
}

fn by_size<const STRIDE: usize>(lane: &Lane, quarry: &[Quarry], block: &[u8], found: &mut Vec<Sighting>) {
    let mut look = |at: usize| look::<STRIDE>(lane, quarry, block, at, found);
    match &lane.filter {
        Filter::Small(table) => probe::<STRIDE>(lane, block, |hash| bit(table, hash), &mut look),
        Filter::Large(table) => probe::<STRIDE>(lane, block, |hash| bit(table, hash), &mut look),
    }
}

/// Calls `look` with the start of every group in which a probe answers: the lowest bit of what
/// `answer` gives is set.
#[inline(always)]
fn probe<const STRIDE: usize>(
    lane: &Lane,
    block: &[u8],
    answer: impl Fn(u64) -> u64,
    look: &mut impl FnMut(usize),
) {
    let answers = |view: &[u8; VIEW]| {
        let mut any = 0;
        for probe in 0..PROBES {
            any |= answer(lane.hash(at_word(view, probe * STRIDE)));
        }
        any & 1 == 1
    };
    let mut at = 0;
    while let Some(view) = block.get(at..at + VIEW).and_then(|view| <&[u8; VIEW]>::try_from(view).ok()) {
        if answers(view) {
            look(at);
        }
        at += PROBES * STRIDE;
    }
    while at < block.len() {
        let mut view = [0; VIEW];
        let left = &block[at..block.len().min(at + VIEW)];
        view[..left.len()].copy_from_slice(left);
        if answers(&view) {
            look(at);
        }
        at += PROBES * STRIDE;
    }
}

#[inline(always)]
fn bit<const WORDS: usize>(table: &[u64; WORDS], hash: u64) -> u64 {
    let place = hash >> (64 - 6 - WORDS.ilog2());
    table[(place >> 6) as usize % WORDS] >> (place % 64)
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
    for probe in (at..block.len().min(at + PROBES * STRIDE)).step_by(STRIDE) {
        let word = word(&block[probe..]);
        // One of eight answered, and which is found out sooner here than in the table.
        if !lane.filter.may_have(lane.hash(word)) {
            continue;
        }
        for place in lane.places(word) {
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
