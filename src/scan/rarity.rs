//! How often short runs of bytes stand in a stream's beginning.

/// Counts of all runs of two and of four bytes, whatever their letters' case. Runs share counts, and so
/// seem more frequent than they are, where there are more of them than counts.
pub(super) struct Rarity {
    pairs: Vec<u16>,
    quads: Vec<u16>,
    /// There are 2 to the power of this many counts of either kind.
    bits: u32,
}

/// What makes letters small, and conflates a few other signs.
const FOLD: u32 = 0x2020_2020;

/// What is multiplied with to spread numbers (Knuth, volume 3, section 6.4).
const FACTOR: u32 = 0x9e37_79b1;

impl Rarity {
    pub(super) fn of(sample: &[u8]) -> Rarity {
        // Most logs that are read are short, and tables for a large one would cost more than all of it.
        let bits = (64 * sample.len()).next_power_of_two().ilog2().clamp(8, 16);
        let mut rarity = Rarity { pairs: vec![0; 1 << bits], quads: vec![0; 1 << bits], bits };
        for pair in sample.array_windows() {
            let count = &mut rarity.pairs[place_of_pair(*pair) >> (16 - bits)];
            *count = count.saturating_add(1);
        }
        for quad in sample.array_windows() {
            let count = &mut rarity.quads[place_of_quad(*quad) >> (16 - bits)];
            *count = count.saturating_add(1);
        }
        rarity
    }

    fn pair(&self, pair: [u8; 2]) -> u64 {
        self.pairs[place_of_pair(pair) >> (16 - self.bits)].into()
    }

    fn quad(&self, quad: [u8; 4]) -> u64 {
        self.quads[place_of_quad(quad) >> (16 - self.bits)].into()
    }

    /// How often at most the sample shows `text`, which has four bytes or more.
    pub(super) fn count(&self, text: &[u8]) -> u64 {
        text.array_windows().map(|quad| self.quad(*quad)).min().unwrap_or(0)
    }

    /// For each run of `length` bytes in `text`: how often at most the sample shows it.
    pub(super) fn counts(&self, text: &[u8], length: usize, counts: &mut Vec<u64>) {
        counts.clear();
        let short = if length < 4 {
            counts.extend(text.array_windows().map(|pair| self.pair(*pair)));
            2
        } else {
            counts.extend(text.array_windows().map(|quad| self.quad(*quad)));
            4
        };
        let width = length.max(short) + 1 - short;
        // Of most texts a log shows nothing.
        if counts.iter().any(|count| *count > 0) {
            least_of_each(width, counts);
        }
        counts.truncate((counts.len() + 1).saturating_sub(width));
    }
}

/// Puts the least of `width` successive `counts` in the place of the first of them, where there are so many:
/// the least of two, of two such twos, …
fn least_of_each(width: usize, counts: &mut [u64]) {
    let mut covered = 1;
    while covered < width {
        let step = covered.min(width - covered);
        for at in step..counts.len() {
            counts[at - step] = counts[at - step].min(counts[at]);
        }
        covered += step;
    }
}

/// A number below 2¹⁶ for two bytes in any case.
fn place_of_pair(pair: [u8; 2]) -> usize {
    (u32::from(u16::from_le_bytes(pair) | 0x2020).wrapping_mul(FACTOR) & 0xffff) as usize
}

/// A number below 2¹⁶ for four bytes in any case.
pub(super) fn place_of_quad(quad: [u8; 4]) -> usize {
    (((u32::from_le_bytes(quad) | FOLD).wrapping_mul(FACTOR)) >> 16) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_count_as_their_rarest_part() {
        for width in 1..9 {
            let all = [5, 3, 9, 9, 0, 7, 7, 2, 8, 8, 8, 8, 1];
            let mut counts = all;
            least_of_each(width, &mut counts);
            let least = all.windows(width).map(|run| run.iter().copied().min().unwrap());
            assert!(least.eq(counts[..=all.len() - width].iter().copied()), "{width}");
        }
    }

    #[test]
    fn what_stands_in_the_sample_is_counted() {
        for long in [0, 60_000] {
            let sample = ["token expired token \n", &".".repeat(long)].concat();
            let rarity = Rarity::of(sample.as_bytes());
            let mut counts = Vec::new();
            rarity.counts(b"a TOKEN!", 5, &mut counts);
            assert_eq!(counts, [0, 1, 2, 0], "{long}");
            rarity.counts(b"ok", 2, &mut counts);
            assert_eq!(counts, [2], "{long}");
            assert_eq!((rarity.count(b"token"), rarity.count(b"tokem")), (2, 0), "{long}");
        }
    }
}
