//! Walks over a text once and stops at the few places worth a look.

use super::bytes::{is_word, run};
use super::mask::{CHUNK, View, cues, dots, words};

/// Runs of word bytes from this length on may be credentials: the shortest key known has 14.
pub(super) const RUN: usize = 14;

/// A place worth a look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cue {
    /// A run of at least `RUN` word bytes: its start and end.
    Run(usize, usize),
    /// A byte that a secret may follow or surround.
    Sign(usize),
    /// A dot within a name.
    Dot(usize),
}

/// Calls `stop` for every cue of `text`, in no strict order; for dots only if `with_dots`.
pub(super) fn walk(text: &[u8], with_dots: bool, mut stop: impl FnMut(Cue)) {
    let mut carry = 0;
    let mut here = words(&view(text, 0));
    let mut at = 0;
    while at < text.len() {
        let seen = view(text, at);
        let next = if at + CHUNK < text.len() { words(&view(text, at + CHUNK)) } else { 0 };
        let all = u128::from(here) | u128::from(next) << CHUNK;
        let mut starts = starts_of_runs(all, carry);
        carry = here >> (CHUNK - 1);
        here = next;
        drain(&mut starts, |bit| {
            let seen = at + bit + (all >> bit).trailing_ones() as usize;
            let end = if seen < at + 2 * CHUNK { seen } else { run(text, seen.min(text.len()), is_word) };
            stop(Cue::Run(at + bit, end));
        });
        drain(&mut cues(&seen), |bit| stop(Cue::Sign(at + bit)));
        if with_dots {
            drain(&mut dots(&seen), |bit| stop(Cue::Dot(at + bit)));
        }
        at += CHUNK;
    }
}

/// The chunk at `at` with its neighbours; zeros where there is no text.
fn view(text: &[u8], at: usize) -> View {
    let whole = at.checked_sub(1).and_then(|from| text.get(from..at + CHUNK + 1));
    if let Some(view) = whole.and_then(|whole| View::try_from(whole).ok()) {
        return view;
    }
    let mut view = [0; CHUNK + 2];
    let from = at.saturating_sub(1);
    let there = &text[from..text.len().min(at + CHUNK + 1)];
    let shift = 1 - (at - from);
    view[shift..shift + there.len()].copy_from_slice(there);
    view
}

/// Where runs of at least `RUN` bits begin among the lower half of `all`; `carry` is the bit before.
fn starts_of_runs(all: u128, carry: u64) -> u64 {
    let two = all & all >> 1;
    let four = two & two >> 2;
    let eight = four & four >> 4;
    let long = eight & eight >> (RUN - 8);
    let first = !(all << 1 | u128::from(carry));
    u64::try_from((long & first) & u128::from(u64::MAX)).unwrap_or(0)
}

fn drain(bits: &mut u64, mut each: impl FnMut(usize)) {
    while *bits != 0 {
        each(bits.trailing_zeros() as usize);
        *bits &= *bits - 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_are_found_wherever_they_begin() {
        for before in 0..200 {
            for length in [RUN - 1, RUN, 40, 100, 200] {
                let text = [vec![b' '; before], vec![b'a'; length], vec![b' '; 3]].concat();
                let mut found = Vec::new();
                walk(&text, true, |cue| found.push(cue));
                let expected = if length >= RUN { vec![Cue::Run(before, before + length)] } else { vec![] };
                assert_eq!(found, expected, "{before} {length}");
            }
        }
    }

    #[test]
    fn signs_are_found_wherever_they_stand() {
        for before in 0..150 {
            let text = [vec![b'a'; before], b"=".to_vec()].concat();
            let mut found = Vec::new();
            walk(&text, true, |cue| found.extend((cue == Cue::Sign(before)).then_some(cue)));
            assert_eq!(found.len(), 1, "{before}");
        }
    }
}
