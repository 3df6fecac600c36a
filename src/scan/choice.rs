//! What is chosen for a stream: which of the lists that a signature demands is looked for, and in which lane
//! each needle of it.

use super::plan::Needle;
use super::rarity::Rarity;
use crate::model::list::List;

/// The shortest needle that a lane takes.
pub(super) const SHORTEST: usize = 3;

/// The strides, and the shortest needles for them. The pieces are 5 to 8, 4, 2 to 3 bytes; of the second
/// lane the stride is 2 to 8, as far as its shortest needle goes.
pub(super) const STRIDES: [(usize, usize); 3] = [(8, 12), (4, 5), (2, SHORTEST)];

/// Shorter needles make the second lane slow; where there is a third, it takes them.
pub(super) const MIDDLE: usize = 7;

/// The pieces of the second lane have so many bytes.
const SHORT_PIECE: usize = 4;

/// Pieces are compared as one machine word.
pub(super) const WORD: usize = 8;

/// Windows are chosen among so many of a needle's first bytes: places count in one byte.
const REACH: usize = 200;

/// What is chosen for one stream.
pub(super) struct Choice {
    /// The shortest needle that must be looked for.
    pub(super) least: usize,
    /// The lane for it, which is the last.
    pub(super) last: usize,
    pub(super) rarity: Rarity,
    /// Memory to count in.
    pub(super) counts: Vec<u64>,
}

impl Choice {
    /// The list that is least trouble, of those that make no lane slower.
    pub(super) fn list(&mut self, lists: List<List<Needle>>) -> List<Needle> {
        if let [only] = lists.members() {
            return *only;
        }
        let least = self.least;
        let quick = lists.iter().filter(|list| shortest(list) >= least);
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
    pub(super) fn seat(&mut self, needle: &Needle) -> (u64, usize) {
        let mut best = None;
        let takes = |lane: &usize| needle.bytes.len() >= shortest_in(*lane, self.last);
        for lane in (0..=self.last).filter(takes) {
            let (stride, gram) = measures(lane, shortest_in(lane, self.last).max(self.least));
            self.rarity.counts(reach(&needle.bytes), gram, &mut self.counts);
            let looked_up = least_window(&self.counts, stride).1 / stride as u64;
            if best.is_none_or(|(least, _)| looked_up < least) {
                best = Some((looked_up, lane));
            }
            if looked_up == 0 {
                break;
            }
        }
        best.unwrap_or((0, quickest(needle.bytes.len())))
    }
}

/// The first lane that takes needles of this length.
pub(super) fn quickest(length: usize) -> usize {
    STRIDES.iter().position(|(_, least)| length >= *least).unwrap_or(STRIDES.len() - 1)
}

pub(super) fn shortest(list: &[Needle]) -> usize {
    list.iter().map(|needle| needle.bytes.len()).min().unwrap_or(0)
}

/// The shortest needle for a lane. Where there is a second lane, the first takes only those that
/// have pieces of a whole word.
fn shortest_in(lane: usize, last: usize) -> usize {
    match lane {
        0 if last > 0 => STRIDES[0].0 + WORD - 1,
        1 if last > 1 => MIDDLE,
        lane => STRIDES[lane].1,
    }
}

/// The stride of a lane, and the length of its pieces, if its shortest needle has `least` bytes.
pub(super) fn measures(lane: usize, least: usize) -> (usize, usize) {
    // Pieces of four bytes are telling enough; longer needles are better probed less often.
    let stride = if lane == 1 { (least + 1 - SHORT_PIECE).min(WORD) } else { STRIDES[lane].0 };
    (stride, (least + 1 - stride).min(WORD))
}

/// The part of a needle in which windows are chosen.
pub(super) fn reach(bytes: &[u8]) -> &[u8] {
    &bytes[..bytes.len().min(REACH)]
}

/// Where in `costs` the `width` successive ones stand that are least together, and their sum.
pub(super) fn least_window(costs: &[u64], width: usize) -> (usize, u64) {
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
