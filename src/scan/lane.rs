//! A lane: needles of about the same length, and the table of the pieces by which they are found.
//!
//! A stream is probed every `stride` bytes. Whoever contains a needle's window of `stride + gram - 1`
//! bytes has one of the window's `stride` pieces of `gram` bytes under a probe. Which window of a
//! needle is taken is free, so the rarest is: what the stream's beginning shows often is avoided.

use std::ops::Range;

use memchr::memmem::Finder;

use super::choice::{Choice, MIDDLE, STRIDES, WORD, least_window, measures, quickest, reach, shortest};
use super::filter::Filter;
use super::plan::{Needle, Plan, Planned};
use super::rarity::Rarity;

/// Fixed-point 2⁶⁴ / φ (Knuth, volume 3, section 6.4).
const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;

/// Needles, and how to find them.
pub(super) struct Lane {
    pub(super) stride: usize,
    /// Makes letters small, or is 0.
    pub(super) fold: u64,
    /// Hashes a piece; it shifts the bytes beyond the piece out.
    pub(super) factor: u64,
    /// Keeps the bytes of a piece.
    mask: u64,
    pub(super) filter: Filter,
    /// Pieces and where their places begin, by open addressing.
    slots: Vec<Slot>,
    places: Vec<Place>,
}

#[derive(Clone, Copy)]
struct Slot {
    piece: u64,
    first: u32,
    /// 0 in an empty slot.
    count: u32,
}

/// Where a piece stands in a needle.
#[derive(Clone, Copy)]
pub(super) struct Place {
    /// Its number in [`Hunt::quarry`].
    pub(super) needle: u32,
    pub(super) at: u8,
}

/// So many short needles are looked for one by one: for a few the last lane is not worth its probes.
const SINGLES: usize = 2;

/// A needle that is looked for by itself.
pub(super) struct Single {
    /// Its number in [`Hunt::quarry`].
    pub(super) needle: u32,
    pub(super) finder: Finder<'static>,
}

/// What is looked for in one stream, and how.
pub(super) struct Hunt {
    pub(super) lanes: Vec<Lane>,
    pub(super) singles: Vec<Single>,
    /// The needles, each once.
    pub(super) quarry: Vec<Quarry>,
    /// The signatures that demand the first needle, those that demand the second, …
    signatures: Vec<u32>,
}

/// A needle, and the signatures that demand it.
pub(super) struct Quarry {
    pub(super) needle: &'static Needle,
    /// Their places in [`Hunt::signatures`].
    signatures: Range<usize>,
}

impl Hunt {
    /// The hunt for `plan`: of every signature one list of needles, and of every needle one window,
    /// that are rare in `sample`.
    pub(super) fn new(plan: &Plan, sample: &[u8]) -> Hunt {
        let alone = singles(plan);
        let others =
            plan.signatures.iter().filter(|planned| single(planned).is_none_or(|it| !alone.contains(&it)));
        // A needle of this length is looked for in any case; shorter ones would cost all of the stream.
        let longest = |planned: &Planned| planned.needles.iter().map(|list| shortest(list)).max();
        let least = others.filter_map(longest).min().unwrap_or(usize::MAX);
        let last = quickest(least);
        let mut choice = Choice { least, last, rarity: Rarity::of(sample), counts: Vec::new() };
        let mut demanded: Vec<Demand> = Vec::with_capacity(plan.signatures.len());
        for (signature, planned) in (0_u32..).zip(plan.signatures) {
            demanded
                .extend(choice.list(planned.needles).into_iter().map(|needle| Demand::of(needle, signature)));
        }
        // Should different needles have one hash, some stand there twice, which only costs time.
        demanded.sort_unstable_by_key(|demand| (demand.hash, demand.signature));
        let mut seats: [Vec<Seat>; STRIDES.len()] = Default::default();
        let (mut quarry, mut singles): (Vec<Quarry>, _) = (Vec::new(), Vec::new());
        let mut first = 0;
        for (number, same) in (0_u32..).zip(demanded.chunk_by(|a, b| a.needle == b.needle)) {
            let needle = same[0].needle;
            quarry.push(Quarry { needle, signatures: first..first + same.len() });
            first += same.len();
            if alone.contains(&needle) {
                singles.push(Single { needle: number, finder: Finder::new(needle.bytes.members()) });
            } else {
                seats[choice.seat(needle).1].push((number, needle));
            }
        }
        let taken = seats.iter().enumerate().filter(|(_, seats)| !seats.is_empty());
        let lanes = taken.map(|(lane, seats)| Lane::build(lane, seats, &choice.rarity)).collect();
        let signatures = demanded.iter().map(|demand| demand.signature).collect();
        Hunt { lanes, singles, quarry, signatures }
    }

    /// The signatures that demand the needle with this number.
    pub(super) fn signatures_with(&self, needle: u32) -> &[u32] {
        &self.signatures[self.quarry[needle as usize].signatures.clone()]
    }
}

/// A needle that a signature demands.
struct Demand {
    /// Of the needle.
    hash: u64,
    signature: u32,
    needle: &'static Needle,
}

impl Demand {
    fn of(needle: &'static Needle, signature: u32) -> Demand {
        let words = needle.bytes.chunks(WORD).map(word);
        let hash = words
            .fold(u64::from(needle.any_case), |hash, word| (hash.rotate_left(5) ^ word).wrapping_mul(FACTOR));
        Demand { hash, signature, needle }
    }
}

/// The needle of a signature that demands one alone, which is too short for the quicker lanes.
fn single(planned: &Planned) -> Option<&'static Needle> {
    let [only] = planned.needles.members() else { return None };
    let [needle] = only.members() else { return None };
    (!needle.any_case && needle.bytes.len() < MIDDLE).then_some(needle)
}

/// The needles to be looked for one by one: all that are too short, if they are few.
fn singles(plan: &Plan) -> Vec<&'static Needle> {
    let mut short: Vec<&Needle> = plan.signatures.iter().filter_map(single).collect();
    short.sort_unstable_by_key(|needle| needle.bytes.members());
    short.dedup();
    if short.len() > SINGLES { Vec::new() } else { short }
}

/// A needle with its number, on its way into a lane.
type Seat = (u32, &'static Needle);

impl Lane {
    fn build(lane: usize, seats: &[Seat], rarity: &Rarity) -> Lane {
        let any_case = seats.iter().any(|(_, needle)| needle.any_case);
        let least = seats.iter().map(|(_, needle)| needle.bytes.len()).min().unwrap_or(STRIDES[lane].1);
        let (stride, gram) = measures(lane, least);
        let shift = u32::try_from(8 * (WORD - gram)).unwrap_or(0);
        let mut lane = Lane {
            stride,
            fold: if any_case { 0x2020_2020_2020_2020 } else { 0 },
            factor: FACTOR << shift,
            mask: u64::MAX >> shift,
            filter: Filter::for_pieces(seats.len() * stride),
            slots: Vec::new(),
            places: Vec::new(),
        };
        let pieces = lane.choose(seats, gram, rarity);
        lane.fill(&pieces);
        lane
    }

    pub(super) fn hash(&self, word: u64) -> u64 {
        (word | self.fold).wrapping_mul(self.factor)
    }

    fn piece(&self, word: u64) -> u64 {
        (word | self.fold) & self.mask
    }

    /// The pieces of the window of each needle that costs least: how often its pieces stand in the
    /// sample counts most, then how many needles have chosen them before.
    fn choose(&self, seats: &[Seat], gram: usize, rarity: &Rarity) -> Vec<(u64, Place)> {
        const SEEN: u64 = 1 << 20;
        let count = seats.len() * self.stride;
        let bits = (4 * count).next_power_of_two().ilog2().clamp(8, 16);
        let mut shared = vec![0_u32; 1 << bits];
        let mut pieces = Vec::with_capacity(count);
        let mut costs = Vec::new();
        for (needle, Needle { bytes, .. }) in seats {
            let bytes = reach(bytes);
            let slot = |at: usize| index(self.hash(word(&bytes[at..at + gram])) >> (64 - bits));
            rarity.counts(bytes, gram, &mut costs);
            for (at, cost) in costs.iter_mut().enumerate() {
                *cost = *cost * SEEN + u64::from(shared[slot(at)]);
            }
            let (window, _) = least_window(&costs, self.stride);
            for at in window..window + self.stride {
                shared[slot(at)] += 1;
                let place = Place { needle: *needle, at: u8::try_from(at).unwrap_or(u8::MAX) };
                pieces.push((self.piece(word(&bytes[at..at + gram])), place));
            }
        }
        pieces
    }

    /// Fills the tables from `pieces`.
    fn fill(&mut self, pieces: &[(u64, Place)]) {
        let room = (2 * pieces.len()).next_power_of_two().max(2);
        self.slots = vec![Slot { piece: 0, first: 0, count: 0 }; room];
        let mut taken = Vec::with_capacity(pieces.len());
        for (piece, _) in pieces {
            let hash = self.hash(*piece);
            self.filter.add(hash);
            let mut at = self.slot(hash);
            while self.slots[at].count > 0 && self.slots[at].piece != *piece {
                at = (at + 1) % room;
            }
            self.slots[at].piece = *piece;
            self.slots[at].count += 1;
            taken.push(at);
        }
        // Equal pieces' places are side by side, and each slot's first is found from their end.
        let mut end = 0;
        for slot in &mut self.slots {
            end += slot.count;
            slot.first = end;
        }
        self.places = vec![Place { needle: 0, at: 0 }; pieces.len()];
        for (at, (_, place)) in taken.iter().zip(pieces) {
            self.slots[*at].first -= 1;
            self.places[self.slots[*at].first as usize] = *place;
        }
    }

    /// Where to begin looking for the piece with this hash. Only the upper bits mix well.
    fn slot(&self, hash: u64) -> usize {
        index(hash >> (64 - self.slots.len().ilog2()))
    }

    /// The places of the piece that `word` begins with.
    pub(super) fn places(&self, word: u64) -> &[Place] {
        let piece = self.piece(word);
        let mut at = self.slot(self.hash(word));
        loop {
            let slot = self.slots[at];
            if slot.count == 0 {
                return &[];
            }
            if slot.piece == piece {
                return &self.places[index(slot.first.into())..][..index(slot.count.into())];
            }
            at = (at + 1) % self.slots.len();
        }
    }
}

/// The first eight of `bytes` as a number, the first one lowest; zeros where there are fewer.
pub(super) fn word(bytes: &[u8]) -> u64 {
    if let Some(first) = bytes.first_chunk() {
        return u64::from_le_bytes(*first);
    }
    let mut all = [0; WORD];
    let there = bytes.len().min(WORD);
    all[..there].copy_from_slice(&bytes[..there]);
    u64::from_le_bytes(all)
}

fn index(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::super::plan::Signature;
    use super::*;

    #[test]
    fn a_short_needle_slows_one_lane_no_more_than_it_must() {
        let hunt = |signatures: &[Signature<'_>]| Hunt::new(&Plan::of(signatures).unwrap(), b"");
        let strides = |texts: &[&str]| {
            let signatures: Vec<_> = texts.iter().map(|text| Signature::AnyCase(text)).collect();
            hunt(&signatures).lanes.iter().map(|lane| lane.stride).collect::<Vec<_>>()
        };
        assert_eq!(strides(&["identity of nobody"]), [8]);
        assert_eq!(strides(&["identity of nobody", "revoked"]), [8, 4]);
        assert_eq!(strides(&["identity of nobody", "revoked", "eproto"]), [8, 3]);
        assert_eq!(strides(&["identity of nobody", "revoked", "eof!"]), [8, 4, 2]);
        let choosy = hunt(&[Signature::AnyCase("revoked"), Signature::Regex("eproto[0-9]+ by nobody")]);
        let needles: Vec<&[u8]> = choosy.quarry.iter().map(|quarry| quarry.needle.bytes.members()).collect();
        assert!(needles.contains(&b" by nobody".as_slice()) && needles.len() == 2);
    }
}
