//! Walks over a text once and stops at the few places worth a look.

use fearless_simd::Level;
use memchr::memchr;

use super::mask::{BATCH, CHUNK, Masks, end_of_word, look};

/// Who looks at the places worth it.
pub(super) trait Stop {
    /// A run of at least `RUN` word bytes: its start and end, and whether it has a hyphen.
    fn run(&mut self, start: usize, end: usize, hyphen: bool);
    /// A byte that a secret may follow or surround.
    fn sign(&mut self, at: usize);
    /// A dot within a name.
    fn dot(&mut self, at: usize);
    /// Several hyphens, as lines around keys have them (RFC 7468).
    fn rule(&mut self);
}

/// Calls `stop` for every cue of `text`, in no strict order; for dots only if `with_dots`.
pub(super) fn walk(text: &[u8], with_dots: bool, stop: &mut impl Stop) {
    let mut masks = [Masks::default(); BATCH];
    let mut from = 0;
    while from < text.len() {
        let chunks = look(Level::new(), text, from, &mut masks);
        // What follows the last chunk is not known yet: the next batch begins with it.
        let last = from + chunks * CHUNK >= text.len();
        let done = if last { chunks } else { chunks - 1 };
        for number in 0..done {
            let next = if number + 1 < chunks { masks[number + 1] } else { Masks::default() };
            walk_chunk(text, from + number * CHUNK, (&masks[number], &next), with_dots, stop);
        }
        from += done * CHUNK;
    }
}

/// Stops in the chunk at `from`, of which and of the next one the masks are known.
#[inline(always)]
fn walk_chunk(
    text: &[u8],
    from: usize,
    (here, next): (&Masks, &Masks),
    with_dots: bool,
    stop: &mut impl Stop,
) {
    // Of five hyphens three at least are in one chunk.
    if here.hyphens & here.hyphens >> 1 & here.hyphens >> 2 != 0 {
        stop.rule();
    }
    let dots = if with_dots { here.dots } else { 0 };
    let mut left = here.runs | here.signs | dots;
    while left != 0 {
        let bit = left.trailing_zeros();
        let at = from + bit as usize;
        left &= left - 1;
        if here.runs >> bit & 1 == 1 {
            let length = from_bit(here.words, next.words, bit).trailing_ones();
            let hyphens = from_bit(here.hyphens, next.hyphens, bit);
            match 1_u64.checked_shl(length) {
                Some(end) => stop.run(at, at + length as usize, hyphens & (end - 1) != 0),
                None => long_run(text, at, stop),
            }
        }
        if here.signs >> bit & 1 == 1 {
            stop.sign(at);
        }
        if dots >> bit & 1 == 1 {
            stop.dot(at);
        }
    }
}

/// Sixty-four bits from `bit` of `here` on, which go on in `next`.
#[inline(always)]
fn from_bit(here: u64, next: u64, bit: u32) -> u64 {
    here >> bit | next << 1 << (63 - bit)
}

/// A run that is longer than a chunk.
#[cold]
fn long_run(text: &[u8], start: usize, stop: &mut impl Stop) {
    let end = end_of_word(text, start);
    stop.run(start, end, memchr(b'-', &text[start..end]).is_some());
}

#[cfg(test)]
mod tests {
    use super::super::mask::RUN;
    use super::super::{names, value};
    use super::*;

    /// What was stopped for.
    #[derive(Default)]
    struct Stops {
        runs: Vec<(usize, usize, bool)>,
        signs: Vec<usize>,
        rules: usize,
    }

    impl Stop for Stops {
        fn run(&mut self, start: usize, end: usize, hyphen: bool) {
            self.runs.push((start, end, hyphen));
        }

        fn sign(&mut self, at: usize) {
            self.signs.push(at);
        }

        fn dot(&mut self, _: usize) {}

        fn rule(&mut self) {
            self.rules += 1;
        }
    }

    fn stops(text: &[u8]) -> Stops {
        let mut stops = Stops::default();
        walk(text, true, &mut stops);
        stops
    }

    /// Places around the edges of chunks and batches.
    fn places() -> impl Iterator<Item = usize> {
        (0..200).chain(CHUNK * BATCH - 70..CHUNK * BATCH + 70)
    }

    #[test]
    fn runs_are_found_wherever_they_begin() {
        for before in places() {
            for length in [RUN - 1, RUN, 40, 63, 64, 65, 100, 200] {
                for (run, hyphen) in [(vec![b'a'; length], false), ([&[b'a'; 12][..], b"-"].concat(), true)] {
                    let text = [vec![b' '; before], run.clone(), vec![b' '; 3]].concat();
                    let long = run.len() >= RUN;
                    let expected = if long { vec![(before, before + run.len(), hyphen)] } else { vec![] };
                    assert_eq!(stops(&text).runs, expected, "{before} {length}");
                }
            }
            let text = [vec![b' '; before], vec![b'a'; 70], b"-".to_vec()].concat();
            assert_eq!(stops(&text).runs, [(before, before + 71, true)]);
        }
    }

    #[test]
    fn rules_are_found_wherever_they_begin() {
        for before in places() {
            assert!(stops(&[vec![b' '; before], b"-----BEGIN".to_vec()].concat()).rules > 0, "{before}");
            assert_eq!(stops(&[vec![b' '; before], b"--a--b".to_vec()].concat()).rules, 0, "{before}");
        }
    }

    #[test]
    fn signs_behind_every_name_are_found_wherever_they_stand() {
        for name in names::all() {
            for (open, close) in
                [("", "="), ("\"", "\": "), ("\\\"", "\\\" : "), ("%22", "%22%3A"), ("", "%3d")]
            {
                for before in (0..20).chain(places().step_by(7)) {
                    let text = format!("{}{open}{name}{close}", " ".repeat(before));
                    let sign = text.rfind([':', '=', '%']).unwrap();
                    assert!(stops(text.as_bytes()).signs.contains(&sign), "{text}");
                }
            }
        }
    }

    #[test]
    fn no_sign_is_passed_that_the_closer_look_would_take() {
        let parts =
            ["key", "token", "_id", "auth", "pw", "x", "=", ":", "%3D", "\"", " ", "\\", "]", "%22", "\n"];
        let mut state = 7_usize;
        for _ in 0..400 {
            let mut text = String::new();
            for _ in 0..60 {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                text += parts[(state >> 33) % parts.len()];
            }
            let text = text.as_bytes();
            let found = stops(text).signs;
            let colon = |at: usize| {
                let digit = at.checked_sub(1).is_some_and(|before| text[before].is_ascii_digit());
                text[at] == b':' && text.get(at + 1) != Some(&b':') && !digit && !text[..at].ends_with(b":")
            };
            let encoded = |at: usize| text[at..].starts_with(b"%3");
            let signs = (0..text.len()).filter(|at| text[*at] == b'=' || colon(*at) || encoded(*at));
            for at in signs.filter(|at| value::name_before(text, *at).is_some()) {
                assert!(found.contains(&at), "{at} in {}", text.escape_ascii());
            }
        }
    }
}
