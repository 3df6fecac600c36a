//! Chance that comes out the same again, and the rounds in which it is taken.

use std::time::{Duration, Instant};

/// KiB by which a round may raise what the process has held at once, whatever it is given to read.
const MEMORY: u64 = 512 << 10;

/// Numbers drawn by lot, which the number of the round decides.
pub(crate) struct Chance {
    state: u64,
}

impl Chance {
    pub(crate) fn of_round(number: u64) -> Chance {
        Chance { state: number }
    }

    /// splitmix64, which needs no more than a seed.
    fn draw(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`, or 0.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.draw() % u64::try_from(end.max(1)).unwrap()).unwrap()
    }

    /// A number from 1 on, small ones as often as large ones.
    pub(crate) fn size(&mut self) -> usize {
        let most = 1 << self.below(18);
        1 + self.below(most)
    }

    pub(crate) fn one_in(&mut self, many: usize) -> bool {
        self.below(many) == 0
    }

    pub(crate) fn byte(&mut self) -> u8 {
        self.draw().to_le_bytes()[0]
    }

    pub(crate) fn of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }

    /// `many` letters and digits.
    pub(crate) fn word(&mut self, many: usize) -> String {
        const ALL: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
        (0..many).map(|_| char::from(*self.of(ALL))).collect()
    }

    /// Damages `text` in less than `most` places; what is put in is a byte, a part of it, or one of `odd`.
    pub(crate) fn damage(&mut self, text: &mut Vec<u8>, most: usize, odd: &[&str]) {
        for _ in 0..self.below(most) {
            let at = self.below(text.len() + 1);
            let end = at + self.below(64.min(text.len() - at) + 1);
            match self.below(24) {
                0..4 if at < text.len() => text[at] = self.byte(),
                0..4 => text.push(self.byte()),
                4..6 => text.insert(at, self.byte()),
                6..9 => drop(text.drain(at..end)),
                9..13 => {
                    let part = text[at..end].to_vec();
                    let to = self.below(text.len() + 1);
                    text.splice(to..to, part);
                }
                13..23 => drop(text.splice(at..at, self.of(odd).bytes())),
                _ => text.truncate(at),
            }
        }
    }
}

/// Says which round it was that failed.
struct Round(u64);

impl Drop for Round {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("the round can be had again: CMDOP_FUZZ_SEED={} CMDOP_FUZZ_SECONDS=0", self.0);
        }
    }
}

fn play(number: u64, round: fn(&mut Chance)) {
    let _told = Round(number);
    let before = most_memory();
    round(&mut Chance::of_round(number));
    // The kernel's counters are a little behind one another.
    let more = most_memory().saturating_sub(before);
    assert!(more < MEMORY, "{more} KiB more were held at once");
}

/// The largest memory that this process has had, in KiB; 0 where the system does not tell (proc(5)).
fn most_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.map_or(0, |line| line.trim().trim_end_matches(" kB").parse().unwrap())
}

/// The two tests of a reader: so many rounds each time, and as many as one wants.
macro_rules! played {
    ($rounds:expr, $round:path) => {
        #[test]
        fn briefly() {
            $crate::chance::briefly($rounds, $round);
        }

        #[test]
        #[ignore = "it takes as long as one wants"]
        fn for_long() {
            $crate::chance::for_long($round);
        }
    };
}

pub(crate) use played;

/// Plays so many rounds.
pub(crate) fn briefly(rounds: u64, round: fn(&mut Chance)) {
    (1..=rounds).for_each(|number| play(number, round));
}

/// Plays as long as `CMDOP_FUZZ_SECONDS` says, one round at least, and tells which took the longest.
pub(crate) fn for_long(round: fn(&mut Chance)) {
    let number = |name, usual| std::env::var(name).map_or(usual, |text| text.parse().unwrap());
    let (seconds, first) = (number("CMDOP_FUZZ_SECONDS", 60), number("CMDOP_FUZZ_SEED", 1));
    let end = Instant::now() + Duration::from_secs(seconds);
    let (mut next, mut longest) = (first, (Duration::ZERO, first));
    while next == first || Instant::now() < end {
        let begun = Instant::now();
        play(next, round);
        longest = longest.max((begun.elapsed(), next));
        next += 1;
    }
    let (took, which) = longest;
    let held = most_memory();
    println!("{} rounds; the longest was {which}, with {took:?}; {held} KiB were held at most", next - first);
}

/// Takes away from `text` what can be, so that it still `fails`; tries that so many times.
pub(crate) fn least(text: &[u8], mut fails: impl FnMut(&[u8]) -> bool) -> Vec<u8> {
    const TRIES: usize = 1_000;
    let mut least = text.to_vec();
    let (mut size, mut at) = (text.len() / 2, 0);
    for _ in 0..TRIES {
        if at >= least.len() {
            (size, at) = (size / 2, 0);
        }
        if size == 0 {
            break;
        }
        let less = [&least[..at], &least[least.len().min(at + size)..]].concat();
        if fails(&less) {
            least = less;
        } else {
            at += size;
        }
    }
    least
}
