//! What may stand in a line, by its runs of four bytes: a quick no before an expression is asked.

use super::plan::Needle;
use super::rarity::place_of_quad;
use crate::model::list::List;

/// A set of runs, wrong now and then in one direction.
pub(super) struct Digest {
    bits: [u64; 64],
    made: bool,
}

impl Digest {
    pub(super) fn new() -> Digest {
        Digest { bits: [0; 64], made: false }
    }

    /// Forgets the line.
    pub(super) fn clear(&mut self) {
        self.made = false;
    }

    /// Whether `line` may contain one needle of each of `lists`. All calls until the next `clear`
    /// are about one line.
    pub(super) fn may_have(&mut self, line: &[u8], lists: List<List<Needle>>) -> bool {
        if !self.made {
            self.made = true;
            self.bits = [0; 64];
            for quad in line.array_windows() {
                let (word, bit) = split(place_of_quad(*quad));
                self.bits[word] |= bit;
            }
        }
        lists.iter().all(|list| list.iter().any(|needle| self.has_runs_of(&needle.bytes)))
    }

    fn has_runs_of(&self, needle: &[u8]) -> bool {
        needle.array_windows().all(|quad| {
            let (word, bit) = split(place_of_quad(*quad));
            self.bits[word] & bit != 0
        })
    }
}

/// The word and the bit for a number below 2¹⁶.
fn split(place: usize) -> (usize, u64) {
    (place >> 10, 1 << (place >> 4 & 63))
}
