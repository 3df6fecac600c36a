//! Sixty-four bytes at a time: which of them are of a kind, as the bits of a number. Written so that
//! compilers turn the loops into vector instructions.

/// So many bytes are looked at together.
pub(super) const CHUNK: usize = 64;

/// A chunk with a byte of either neighbour.
pub(super) type View = [u8; CHUNK + 2];

/// A bit for each byte of the chunk that tokens are made of (`bytes::is_word`).
pub(super) fn words(view: &View) -> u64 {
    let mut flags = [0; CHUNK];
    for (flag, byte) in flags.iter_mut().zip(&view[1..]) {
        let letter = (byte | 0x20).wrapping_sub(b'a') < 26;
        let digit = byte.wrapping_sub(b'0') < 10;
        *flag = u8::from(letter | digit | (*byte == b'_') | (*byte == b'-'));
    }
    packed(&flags)
}

/// A bit for each byte that a secret may follow or surround: `=`, `:`, their encoded forms, `@`, and
/// the hyphen of a flag. Times of day, paths of modules and the like are left out.
pub(super) fn cues(view: &View) -> u64 {
    let mut flags = [0; CHUNK];
    for (at, flag) in flags.iter_mut().enumerate() {
        let (before, byte, after) = (view[at], view[at + 1], view[at + 2]);
        let colon = (byte == b':') & (before.wrapping_sub(b'0') >= 11) & (after != b':');
        let encoded = (byte == b'%') & (after == b'3');
        let flagged = (byte == b'-') & (before == b' ');
        *flag = u8::from((byte == b'=') | colon | (byte == b'@') | encoded | flagged);
    }
    packed(&flags)
}

/// A bit for each dot between the labels of a name.
pub(super) fn dots(view: &View) -> u64 {
    let mut flags = [0; CHUNK];
    for (at, flag) in flags.iter_mut().enumerate() {
        let after = (view[at + 2] | 0x20).wrapping_sub(b'a') < 26;
        *flag = u8::from((view[at + 1] == b'.') & after);
    }
    packed(&flags)
}

/// One bit for each byte of 0 or 1: a multiplication moves eight of them into the highest byte.
fn packed(flags: &[u8; CHUNK]) -> u64 {
    const GATHER: u64 = 0x0102_0408_1020_4080;
    let (eights, _) = flags.as_chunks::<8>();
    let bits = eights.iter().map(|eight| u64::from_le_bytes(*eight).wrapping_mul(GATHER) >> 56);
    bits.enumerate().fold(0, |all, (at, bits)| all | bits << (8 * at))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn view(text: &[u8], from: usize) -> View {
        let mut view = [0; CHUNK + 2];
        view[from..from + text.len()].copy_from_slice(text);
        view
    }

    #[test]
    fn every_byte_has_its_bit() {
        for byte in 0..=u8::MAX {
            for at in 0..CHUNK {
                let bit = 1_u64 << at;
                assert_eq!(
                    words(&view(&[byte], at + 1)),
                    if super::super::bytes::is_word(byte) { bit } else { 0 }
                );
            }
        }
    }

    #[test]
    fn cues_are_told_from_what_looks_like_them() {
        let found = |text: &[u8]| {
            let bits = cues(&view(text, 1));
            (0..CHUNK).filter(|at| bits >> at & 1 == 1).collect::<Vec<_>>()
        };
        assert_eq!(found(b"a=b c: d"), [1, 5]);
        assert_eq!(found(b"12:34 a::b: a@b"), [10, 13]);
        assert_eq!(found(b"k%3Dv x -p a-b"), [1, 8]);
        let dotted = dots(&view(b"a.b 1.5 .c d. e", 1));
        assert_eq!(dotted, 1 << 1 | 1 << 8);
    }
}
