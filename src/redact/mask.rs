//! Which bytes of a text are of a kind, as the bits of numbers: sixty-four bytes at a time, by the
//! widest vectors that the machine has.

use fearless_simd::{Level, Simd, dispatch, mask8x64, prelude::*, u8x64};

use super::bytes::is_word;
use super::names::{ENDING, ENDINGS};

/// So many bytes share a number.
pub(super) const CHUNK: usize = 64;

/// So many chunks are looked at together: what is found out about them stays in the nearest cache.
pub(super) const BATCH: usize = 32;

/// Runs of word bytes from this length on may be credentials: the shortest key known has 14.
pub(super) const RUN: usize = 14;

/// The bytes of names before a chunk that are looked at with it.
const BEFORE: usize = ENDING - 1;

/// A chunk with bytes before and behind it.
type View = [u8; VIEW];

const VIEW: usize = BEFORE + CHUNK + 1;

/// A bit for each byte of a chunk.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Masks {
    /// What tokens are made of (`bytes::is_word`).
    pub(super) words: u64,
    pub(super) hyphens: u64,
    /// Where at least `RUN` of `words` begin; not known of the last chunk if the text goes on.
    pub(super) runs: u64,
    /// What a secret may follow or surround: `=`, `:` and their encoded forms behind what may end a
    /// name of interest, `@`, and the hyphen of a flag. Times of day, paths of modules and the like
    /// are left out.
    pub(super) signs: u64,
    /// A dot between the labels of a name.
    pub(super) dots: u64,
}

/// What the sign behind a name depends on, of one chunk.
#[derive(Clone, Copy, Default)]
struct Names {
    /// The last byte of what may be a name of interest.
    ends: u64,
    /// What may stand between a name and its sign: blanks, quotes, `%22`.
    between: u64,
}

/// Puts the masks of the chunks of `text` from `at` on into `masks`, and says how many there are.
pub(super) fn look(level: Level, text: &[u8], at: usize, masks: &mut [Masks; BATCH]) -> usize {
    let chunks = (text.len() - at).div_ceil(CHUNK).min(BATCH);
    dispatch!(level, simd => look_with(simd, text, at, &mut masks[..chunks]));
    chunks
}

#[inline(always)]
fn look_with<S: Simd>(simd: S, text: &[u8], at: usize, masks: &mut [Masks]) {
    let mut room = [0; VIEW];
    let mut last = Names::default();
    if let Some(before) = at.checked_sub(CHUNK) {
        last = names(simd, view(text, before, &mut room));
    }
    for (chunk, masks) in masks.iter_mut().enumerate() {
        let view = view(text, at + chunk * CHUNK, &mut room);
        let names = names(simd, view);
        *masks = of(simd, view, behind_names(names, last));
        last = names;
    }
    let mut carry = at.checked_sub(1).is_some_and(|before| is_word(text[before])).into();
    for chunk in 0..masks.len() {
        let next = masks.get(chunk + 1).map_or(0, |next| next.words);
        let here = &mut masks[chunk];
        here.runs = starts_of_runs(here.words, next, carry);
        carry = here.words >> (CHUNK - 1);
    }
}

/// Where runs of at least `RUN` bits begin in `here`, which go on in `next`; `carry` is the bit before.
#[inline(always)]
fn starts_of_runs(here: u64, next: u64, carry: u64) -> u64 {
    let all = u128::from(here) | u128::from(next) << CHUNK;
    let two = all & all >> 1;
    let four = two & two >> 2;
    let eight = four & four >> 4;
    let long = eight & eight >> (RUN - 8);
    u64::try_from(long & u128::from(u64::MAX)).unwrap_or(0) & !(here << 1 | carry)
}

/// The chunk at `at` with its neighbours, in `room` if there is no text on either side.
#[inline(always)]
fn view<'t>(text: &'t [u8], at: usize, room: &'t mut View) -> &'t View {
    let whole = at.checked_sub(BEFORE).and_then(|from| text.get(from..)?.first_chunk());
    whole.unwrap_or_else(|| edge(text, at, room))
}

/// Zeros stand where there is no text.
#[cold]
fn edge<'t>(text: &[u8], at: usize, room: &'t mut View) -> &'t View {
    room.fill(0);
    let from = at.saturating_sub(BEFORE);
    let there = &text[from..text.len().min(at + CHUNK + 1)];
    let shift = BEFORE - (at - from);
    room[shift..shift + there.len()].copy_from_slice(there);
    room
}

#[inline(always)]
fn of<S: Simd>(simd: S, view: &View, behind_names: u64) -> Masks {
    let all = |byte: u8| u8x64::splat(simd, byte);
    let before = u8x64::from_slice(simd, &view[BEFORE - 1..][..CHUNK]);
    let byte = u8x64::from_slice(simd, &view[BEFORE..][..CHUNK]);
    let after = u8x64::from_slice(simd, &view[BEFORE + 1..]);
    let hyphen = byte.simd_eq(all(b'-'));
    let in_time = (before - all(b'0')).simd_lt(all(11));
    let colon = byte.simd_eq(all(b':')) & !in_time & !after.simd_eq(all(b':'));
    let encoded = byte.simd_eq(all(b'%')) & after.simd_eq(all(b'3'));
    let named = byte.simd_eq(all(b'=')) | colon | encoded;
    let other = byte.simd_eq(all(b'@')) | hyphen & before.simd_eq(all(b' '));
    Masks {
        words: in_words(simd, byte).to_bitmask(),
        hyphens: hyphen.to_bitmask(),
        runs: 0,
        signs: named.to_bitmask() & behind_names | other.to_bitmask(),
        dots: (byte.simd_eq(all(b'.')) & letters(simd, after)).to_bitmask(),
    }
}

/// For each half of the bytes of an ending: the groups of endings that have it there, four times
/// over, as vectors have blocks of sixteen.
const HALVES: [[[u8; CHUNK]; 2]; ENDING] = {
    let mut halves = [[[0; CHUNK]; 2]; ENDING];
    let mut group = 0;
    while group < ENDINGS.len() {
        let mut ending = 0;
        while ending < ENDINGS[group].len() {
            let mut at = 0;
            while at < ENDING {
                let byte = ENDINGS[group][ending][at];
                let mut half = 0;
                while half < CHUNK {
                    let (low, high) = (byte as usize & 15, byte as usize >> 4);
                    if byte == 0 || half % 16 == low {
                        halves[at][0][half] |= 1 << group;
                    }
                    if byte == 0 || half % 16 == high {
                        halves[at][1][half] |= 1 << group;
                    }
                    half += 1;
                }
                at += 1;
            }
            ending += 1;
        }
        group += 1;
    }
    halves
};

/// A quick no for every byte at once: each byte's halves say which groups of endings it may be in.
#[inline(always)]
fn names<S: Simd>(simd: S, view: &View) -> Names {
    let all = |byte: u8| u8x64::splat(simd, byte);
    let mut groups = all(0xff);
    for (at, [low, high]) in HALVES.iter().enumerate() {
        let small = u8x64::from_slice(simd, &view[at..][..CHUNK]) | all(0x20);
        let low = u8x64::from_slice(simd, low).swizzle_dyn_within_blocks(small & all(15));
        let high = u8x64::from_slice(simd, high).swizzle_dyn_within_blocks(small >> 4);
        groups = groups & low & high;
    }
    let byte = u8x64::from_slice(simd, &view[BEFORE..][..CHUNK]);
    let is = |wanted: u8| byte.simd_eq(all(wanted));
    let quote = is(b'"') | is(b'\'') | is(b'`') | is(b'\\');
    let between = quote | is(b' ') | is(b']') | is(b'2');
    Names { ends: (!groups.simd_eq(all(0))).to_bitmask(), between: between.to_bitmask() }
}

/// A bit for each byte that stands right behind a name, or with a few of `between` between them.
fn behind_names(here: Names, last: Names) -> u64 {
    let ends = u128::from(here.ends) << CHUNK | u128::from(last.ends);
    let between = u128::from(here.between) << CHUNK | u128::from(last.between);
    let two = ends | ends << 1;
    let four = two | two << 2;
    let eight = four | four << 4;
    let behind = ends << 1 | between << 1 & eight << 2;
    u64::try_from(behind >> CHUNK).unwrap_or(u64::MAX)
}

/// Where the run of bytes that most tokens are made of (`bytes::is_word`) ends that begins at `from`.
pub(super) fn end_of_word(text: &[u8], from: usize) -> usize {
    dispatch!(Level::new(), simd => end(simd, text, from, false))
}

/// Where the run of bytes that any token may be made of (`bytes::is_token`) ends that begins at `from`.
pub(super) fn end_of_token(text: &[u8], from: usize) -> usize {
    dispatch!(Level::new(), simd => end(simd, text, from, true))
}

/// Where the run of word bytes ends, or, with `more`, that of bytes of any token.
#[inline(always)]
fn end<S: Simd>(simd: S, text: &[u8], from: usize, more: bool) -> usize {
    let mut at = from;
    while let Some(chunk) = text.get(at..).and_then(|left| left.first_chunk()) {
        let here = kind(simd, chunk, more);
        if here != u64::MAX {
            return at + here.trailing_ones() as usize;
        }
        at += CHUNK;
    }
    let mut chunk = [0; CHUNK];
    chunk[..text.len() - at].copy_from_slice(&text[at..]);
    at + kind(simd, &chunk, more).trailing_ones() as usize
}

#[inline(always)]
fn kind<S: Simd>(simd: S, chunk: &[u8; CHUNK], more: bool) -> u64 {
    let bytes = u8x64::from_slice(simd, chunk);
    if more { in_tokens(simd, bytes).to_bitmask() } else { in_words(simd, bytes).to_bitmask() }
}

#[inline(always)]
fn letters<S: Simd>(simd: S, bytes: u8x64<S>) -> mask8x64<S> {
    let all = |byte: u8| u8x64::splat(simd, byte);
    ((bytes | all(0x20)) - all(b'a')).simd_lt(all(26))
}

#[inline(always)]
fn in_words<S: Simd>(simd: S, bytes: u8x64<S>) -> mask8x64<S> {
    let all = |byte: u8| u8x64::splat(simd, byte);
    let digit = (bytes - all(b'0')).simd_lt(all(10));
    letters(simd, bytes) | digit | bytes.simd_eq(all(b'_')) | bytes.simd_eq(all(b'-'))
}

#[inline(always)]
fn in_tokens<S: Simd>(simd: S, bytes: u8x64<S>) -> mask8x64<S> {
    let is = |byte: u8| bytes.simd_eq(u8x64::splat(simd, byte));
    in_words(simd, bytes) | is(b'+') | is(b'/') | is(b'.') | is(b'~') | is(b'=')
}

#[cfg(test)]
mod tests {
    use super::super::bytes::is_token;
    use super::*;

    fn masks(level: Level, text: &[u8]) -> Vec<Masks> {
        let mut masks = [Masks::default(); BATCH];
        let chunks = look(level, text, 0, &mut masks);
        masks[..chunks].to_vec()
    }

    #[test]
    fn every_byte_has_its_bit() {
        for byte in 0..=u8::MAX {
            for at in 0..CHUNK {
                let text = [vec![0; at], vec![byte]].concat();
                let found = masks(Level::new(), &text)[0];
                assert_eq!(found.words >> at & 1 == 1, is_word(byte), "{byte}");
                assert_eq!(found.words & !(1 << at), 0, "{byte}");
            }
            let text = [byte; 3 * CHUNK];
            for length in [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK] {
                let text = &text[..length];
                assert_eq!(end_of_word(text, 0), if is_word(byte) { length } else { 0 }, "{byte}");
                assert_eq!(end_of_token(text, 0), if is_token(byte) { length } else { 0 }, "{byte}");
            }
        }
    }

    #[test]
    fn every_machine_sees_the_same() {
        const SIGNS: &[u8] = b"keyn_id-=:%3@. \"AZ09\x80\xff";
        let mut state = 1_usize;
        for length in (0..300).chain([BATCH * CHUNK - 1, BATCH * CHUNK]) {
            let text = std::iter::repeat_with(|| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                SIGNS[(state >> 33) % SIGNS.len()]
            });
            let text: Vec<u8> = text.take(length).collect();
            assert_eq!(masks(Level::new(), &text), masks(Level::baseline(), &text));
        }
    }

    #[test]
    fn cues_are_told_from_what_looks_like_them() {
        let found = |text: &[u8]| {
            let bits = masks(Level::new(), text).first().map_or(0, |masks| masks.signs);
            (0..CHUNK).filter(|at| bits >> at & 1 == 1).collect::<Vec<_>>()
        };
        assert_eq!(found(b"token=b key: d x=1"), [5, 11]);
        assert_eq!(found(b"12:34 token::b: a@b"), [17]);
        assert_eq!(found(b"token%3Dv x -p a-b"), [5, 12]);
        let dotted = masks(Level::new(), b"a.b 1.5 .c d. e")[0].dots;
        assert_eq!(dotted, 1 << 1 | 1 << 8);
    }
}
