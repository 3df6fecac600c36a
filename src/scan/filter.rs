//! The table of bits that says quickly of nearly every probe that there is no such piece.

/// There are so many bits for each piece at least, where the larger table allows it: what is looked
/// up in vain costs more than the larger table.
const BITS_PER_PIECE: usize = 256;

/// The sizes of the tables of bits, in words: 32 KiB (the first-level cache), and 256 KiB, well
/// within the second level.
const SMALL: usize = 1 << 12;
const LARGE: usize = 1 << 15;

/// Whether there may be a piece with some hash, by the hash's highest bits.
pub(super) enum Filter {
    Small(Box<[u64; SMALL]>),
    Large(Box<[u64; LARGE]>),
}

impl Filter {
    pub(super) fn for_pieces(count: usize) -> Filter {
        if count * BITS_PER_PIECE <= SMALL * 64 { Filter::Small(zeros()) } else { Filter::Large(zeros()) }
    }

    /// Whether there may be a piece with this hash.
    pub(super) fn may_have(&self, hash: u64) -> bool {
        let bits: &[u64] = match self {
            Filter::Small(bits) => bits.as_slice(),
            Filter::Large(bits) => bits.as_slice(),
        };
        let bit = hash >> (64 - 6 - bits.len().ilog2());
        bits[(bit / 64) as usize] >> (bit % 64) & 1 == 1
    }

    pub(super) fn add(&mut self, hash: u64) {
        let bits: &mut [u64] = match self {
            Filter::Small(bits) => bits.as_mut_slice(),
            Filter::Large(bits) => bits.as_mut_slice(),
        };
        let bit = hash >> (64 - 6 - bits.len().ilog2());
        bits[(bit / 64) as usize] |= 1 << (bit % 64);
    }
}

/// Memory as the system gives it is zero already; an array would be made elsewhere and copied.
fn zeros<const WORDS: usize>() -> Box<[u64; WORDS]> {
    vec![0; WORDS].into_boxed_slice().try_into().unwrap_or_else(|_| Box::new([0; WORDS]))
}
