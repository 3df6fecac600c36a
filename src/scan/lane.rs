//! A lane: needles of about the same length, and the table of the pieces by which they are found.
//!
//! A stream is probed every `stride` bytes. Whoever contains a needle's window of `stride + gram - 1`
//! bytes has one of the window's `stride` pieces of `gram` bytes under a probe. Which window of a
//! needle is taken is free, so the rarest is: what the stream's beginning shows often is avoided.

use std::ops::Range;

use memchr::memmem::Finder;

use super::filter::Filter;
use super::plan::{Needle, Plan, Planned};
use super::rarity::Rarity;
use crate::model::list::List;

/// The shortest needle that a lane takes.
pub(super) const SHORTEST: usize = 3;

/// The strides, and the shortest needles for them. The pieces are 5 to 8, 4 to 8, 2 to 5 bytes.
const STRIDES: [(usize, usize); 3] = [(8, 12), (4, 7), (2, SHORTEST)];

/// The pieces of the second lane have so many bytes.
const SHORT_PIECE: usize = 4;

/// Pieces are compared as one machine word.
const WORD: usize = 8;

/// Windows are chosen among so many of a needle's first bytes: places count in one byte.
const REACH: usize = 200;

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
        let best = |lists: List<List<Needle>>| lists.iter().map(|list| slowest(list)).min();
        let alone = singles(plan);
        let others =
            plan.signatures.iter().filter(|planned| single(planned).is_none_or(|it| !alone.contains(&it)));
        // The lanes up to this one are there in any case.
        let last = others.filter_map(|planned| best(planned.needles)).max().unwrap_or(0);
        let mut choice = Choice { last, rarity: Rarity::of(sample), counts: Vec::new() };
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
        let taken = STRIDES.iter().zip(&seats).filter(|(_, seats)| !seats.is_empty());
        let lanes = taken.map(|((stride, _), seats)| Lane::build(*stride, seats, &choice.rarity)).collect();
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

/// The needle of a signature that demands one alone, which is too short for all lanes but the last.
fn single(planned: &Planned) -> Option<&'static Needle> {
    let [only] = planned.needles.members() else { return None };
    let [needle] = only.members() else { return None };
    (!needle.any_case && needle.bytes.len() < STRIDES[1].1).then_some(needle)
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

/// The first lane that takes needles as long as this one.
fn quickest(needle: &Needle) -> usize {
    STRIDES.iter().position(|(_, least)| needle.bytes.len() >= *least).unwrap_or(STRIDES.len() - 1)
}

fn slowest(list: &[Needle]) -> usize {
    list.iter().map(quickest).max().unwrap_or(0)
}

/// What is chosen for one stream.
struct Choice {
    /// The last lane.
    last: usize,
    rarity: Rarity,
    /// Memory to count in.
    counts: Vec<u64>,
}

impl Choice {
    /// The list that is least trouble, of those that need no lane beyond the last.
    fn list(&mut self, lists: List<List<Needle>>) -> List<Needle> {
        if let [only] = lists.members() {
            return *only;
        }
        let last = self.last;
        let quick = lists.iter().filter(|list| slowest(list) <= last);
        let costs = quick.map(|list| (list.iter().map(|needle| self.trouble(needle)).sum::<u64>(), list));
        costs.min_by_key(|(cost, _)| *cost).map_or(List::EMPTY, |(_, list)| *list)
    }

    /// What a needle costs: pieces of its window are looked up in vain, and where the needle stands, its
    /// signature is asked, which takes many times as long.
    fn trouble(&mut self, needle: &Needle) -> u64 {
        const ASKED: u64 = 8;
        self.seat(needle).0 + ASKED * self.rarity.count(&needle.bytes)
    }

    /// The lane in which a needle's pieces are looked up least, after how often that is.
    fn seat(&mut self, needle: &Needle) -> (u64, usize) {
        let mut best = None;
        let takes = |lane: &usize| needle.bytes.len() >= shortest_in(*lane, self.last);
        for lane in (0..=self.last).filter(takes) {
            let stride = STRIDES[lane].0;
            let gram = shortest_in(lane, self.last) + 1 - stride;
            self.rarity.counts(reach(&needle.bytes), gram, &mut self.counts);
            let looked_up = least_window(&self.counts, stride).1 / stride as u64;
            if best.is_none_or(|(least, _)| looked_up < least) {
                best = Some((looked_up, lane));
            }
            if looked_up == 0 {
                break;
            }
        }
        best.unwrap_or((0, quickest(needle)))
    }
}

/// Where in `costs` the `width` successive ones stand that are least together, and their sum.
fn least_window(costs: &[u64], width: usize) -> (usize, u64) {
    let mut sum = costs.iter().take(width).sum::<u64>();
    let mut least = (0, sum);
    for (at, (gone, new)) in costs.iter().zip(costs.iter().skip(width)).enumerate() {
        sum = sum + new - gone;
        if sum < least.1 {
            least = (at + 1, sum);
        }
    }
    least
}

/// The shortest needle for a lane. Where there is a second lane, the first takes only those that
/// have pieces of a whole word.
fn shortest_in(lane: usize, last: usize) -> usize {
    if lane == 0 && last > 0 { STRIDES[0].0 + WORD - 1 } else { STRIDES[lane].1 }
}

/// The part of a needle in which windows are chosen.
fn reach(bytes: &[u8]) -> &[u8] {
    &bytes[..bytes.len().min(REACH)]
}

impl Lane {
    fn build(stride: usize, seats: &[Seat], rarity: &Rarity) -> Lane {
        let any_case = seats.iter().any(|(_, needle)| needle.any_case);
        let least = seats.iter().map(|(_, needle)| needle.bytes.len()).min().unwrap_or(stride);
        // Pieces of four bytes are telling enough; longer needles are better probed less often.
        let stride = if stride == STRIDES[1].0 { (least + 1 - SHORT_PIECE).min(WORD) } else { stride };
        let gram = (least + 1 - stride).min(WORD);
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
