//! How often short runs of bytes stand in a stream's beginning.

/// Counts of all runs of two and of four bytes, whatever their letters' case.
pub(super) struct Rarity {
    pairs: Vec<u32>,
    quads: Vec<u32>,
}

/// What makes letters small, and conflates a few other signs.
const FOLD: u32 = 0x2020_2020;

impl Rarity {
    pub(super) fn of(sample: &[u8]) -> Rarity {
        let mut rarity = Rarity { pairs: vec![0; 1 << 16], quads: vec![0; 1 << 16] };
        for pair in sample.array_windows() {
            rarity.pairs[place_of_pair(*pair)] += 1;
        }
        for quad in sample.array_windows() {
            rarity.quads[place_of_quad(*quad)] += 1;
        }
        rarity
    }

    /// How often at most the sample shows `text`, which has four bytes or more.
    pub(super) fn count(&self, text: &[u8]) -> u64 {
        let counts = text.array_windows().map(|quad| self.quads[place_of_quad(*quad)]);
        counts.min().unwrap_or(0).into()
    }

    /// For each run of `length` bytes in `text`: how often at most the sample shows it.
    pub(super) fn counts(&self, text: &[u8], length: usize, counts: &mut Vec<u64>) {
        counts.clear();
        let short = if length < 4 {
            counts.extend(text.array_windows().map(|pair| u64::from(self.pairs[place_of_pair(*pair)])));
            2
        } else {
            counts.extend(text.array_windows().map(|quad| u64::from(self.quads[place_of_quad(*quad)])));
            4
        };
        let width = length.max(short) + 1 - short;
        for at in 0..(counts.len() + 1).saturating_sub(width) {
            counts[at] = counts[at..at + width].iter().copied().min().unwrap_or(0);
        }
        counts.truncate((counts.len() + 1).saturating_sub(width));
    }
}

fn place_of_pair(pair: [u8; 2]) -> usize {
    usize::from(u16::from_le_bytes(pair) | 0x2020)
}

/// A number below 2¹⁶ for four bytes in any case, by multiplication (Knuth, volume 3, section 6.4).
pub(super) fn place_of_quad(quad: [u8; 4]) -> usize {
    (((u32::from_le_bytes(quad) | FOLD).wrapping_mul(0x9e37_79b1)) >> 16) as usize
}
