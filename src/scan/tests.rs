//! Every way of scanning against the plainest one: each line, each signature, one after another.

use std::io::{self, Read};

use proptest::prelude::*;
use regex::bytes::{Regex, RegexBuilder};

use super::*;

/// Signature, line, offset, text, match.
type Told = (usize, u64, u64, Vec<u8>, Vec<u8>);

/// Yields at most so many bytes at once, as pipes and slow writers do.
struct Drops<'t> {
    left: &'t [u8],
    sizes: std::iter::Cycle<std::vec::IntoIter<usize>>,
}

impl Read for Drops<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let size = self.sizes.next().unwrap_or(1);
        let (now, later) = self.left.split_at(size.min(into.len()).min(self.left.len()));
        into[..now.len()].copy_from_slice(now);
        self.left = later;
        Ok(now.len())
    }
}

fn told(hit: Hit<'_>) -> Told {
    (hit.signature, hit.line, hit.offset, hit.text.to_vec(), hit.group(0).unwrap().to_vec())
}

fn plainly(signatures: &[Signature<'_>], text: &[u8]) -> (Vec<Told>, Scanned) {
    let build = |pattern: &str, any_case| {
        RegexBuilder::new(pattern).unicode(false).case_insensitive(any_case).build().unwrap()
    };
    let regexes: Vec<Regex> = signatures
        .iter()
        .map(|signature| match signature {
            Signature::Literal(text) => build(&regex::escape(text), false),
            Signature::AnyCase(text) => build(&regex::escape(text), true),
            Signature::Regex(pattern) => build(pattern, false),
        })
        .collect();
    let (mut hits, mut offset, mut lines) = (Vec::new(), 0_u64, 0);
    for line in text.split_inclusive(|byte| *byte == b'\n') {
        lines += 1;
        let bare = line.strip_suffix(b"\n").unwrap_or(line);
        let count = bare.len().div_ceil(PIECE).max(1);
        for number in 0..count {
            let mut piece = &bare[number * PIECE..bare.len().min((number + 1) * PIECE)];
            let at = offset + (number * PIECE) as u64;
            if number + 1 == count && line.len() > bare.len() {
                piece = piece.strip_suffix(b"\r").unwrap_or(piece);
            }
            for (signature, regex) in regexes.iter().enumerate() {
                if let Some(found) = regex.find(piece) {
                    hits.push((signature, lines, at, piece.to_vec(), found.as_bytes().to_vec()));
                }
            }
        }
        offset += line.len() as u64;
    }
    (hits, Scanned { bytes: text.len() as u64, lines })
}

fn scanned(
    scanner: &Scanner,
    text: &[u8],
    sizes: Vec<usize>,
    block: usize,
    threads: usize,
) -> (Vec<Told>, Scanned) {
    let mut hits = Vec::new();
    let reader = Drops { left: text, sizes: sizes.into_iter().cycle() };
    let scanned = scanner.scan_in_blocks(reader, threads, block, |hit| hits.push(told(hit))).unwrap();
    (hits, scanned)
}

/// Words of a small alphabet, so that needles overlap, nearly match and match.
fn words() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        "[abAB]{1,9}",
        Just("token expired".to_owned()),
        Just("Error: permission denied".to_owned()),
        Just("TOKEN expir".to_owned()),
        Just("aaaaaaaaaaaaaaaaaaaaaaaa".to_owned()),
        "[0-9]{1,4}",
    ];
    proptest::collection::vec(word, 1..4).prop_map(|words| words.join(" "))
}

#[derive(Debug, Clone)]
enum Made {
    Literal(String),
    AnyCase(String),
    Regex(String),
}

impl Made {
    fn signature(&self) -> Signature<'_> {
        match self {
            Made::Literal(text) => Signature::Literal(text),
            Made::AnyCase(text) => Signature::AnyCase(text),
            Made::Regex(text) => Signature::Regex(text),
        }
    }
}

fn signature() -> impl Strategy<Value = Made> {
    let pattern = prop_oneof![
        words().prop_map(|words| regex::escape(&words)),
        words().prop_map(|words| words.replace(' ', "[ \t]+")),
        words().prop_map(|words| format!("(?i){words}")),
        (words(), words()).prop_map(|(a, b)| format!("{a}(?<x>[a-z ]*){b}")),
        (words(), words()).prop_map(|(a, b)| format!("(?:{a}|{b})s? [0-9]+")),
        (words(), 0_u8..3, 0_u8..3).prop_map(|(a, n, m)| format!("(?:{a}){{{n},{}}}b", n + m)),
        words().prop_map(|words| format!(r"^{words}\b")),
        words().prop_map(|words| format!("{words}$")),
        Just(r"^\d*$".to_owned()),
    ];
    prop_oneof![
        words().prop_map(Made::Literal),
        words().prop_map(Made::AnyCase),
        pattern.prop_map(Made::Regex)
    ]
}

fn stream() -> impl Strategy<Value = Vec<u8>> {
    let line = prop_oneof![
        8 => words().prop_map(String::into_bytes),
        1 => proptest::collection::vec(any::<u8>(), 0..40),
        1 => Just(b"token \0expired\xff".to_vec()),
    ];
    let end = prop_oneof![4 => Just("\n"), 1 => Just("\r\n"), 1 => Just(" "), 1 => Just("\r")];
    proptest::collection::vec((line, end), 0..60)
        .prop_map(|lines| lines.into_iter().flat_map(|(line, end)| [line, end.into()].concat()).collect())
}

// A failure shows its smallest input; it is not written into the source tree.
proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) })]

    #[test]
    fn every_way_tells_the_same(
        made in proptest::collection::vec(signature(), 1..12),
        text in stream(),
        sizes in proptest::collection::vec(1_usize..300, 1..5),
        block in 1_usize..700,
    ) {
        let signatures: Vec<Signature<'_>> = made.iter().map(Made::signature).collect();
        let scanner = Scanner::compile(&signatures).unwrap();
        let expected = plainly(&signatures, &text);
        for threads in [1, 3] {
            prop_assert_eq!(&scanned(&scanner, &text, sizes.clone(), block, threads), &expected);
        }
        prop_assert_eq!(&scanned(&scanner, &text, vec![usize::MAX], blocks::BLOCK, 1), &expected);
    }

    #[test]
    fn long_lines_are_several_however_they_are_read(
        before in 0_usize..5,
        lengths in proptest::collection::vec(0_usize..3 * PIECE, 1..4),
        places in proptest::collection::vec(0.0_f64..1.0, 1..6),
        block in 1_usize..300_000,
        size in 1_usize..300_000,
    ) {
        let needle = b"Error: token expired";
        let mut text = b"short\n".repeat(before);
        for length in lengths {
            let start = text.len();
            text.resize(start + length, b'.');
            for place in &places {
                let at = start + (place * length as f64) as usize;
                if at + needle.len() <= text.len() {
                    text[at..at + needle.len()].copy_from_slice(needle);
                }
            }
            text.extend_from_slice(b"\r\n");
        }
        let signatures = [Signature::Literal("token expired"), Signature::Regex("^.?$|Error: (?:token)")];
        let scanner = Scanner::compile(&signatures).unwrap();
        let expected = plainly(&signatures, &text);
        prop_assert_eq!(&scanned(&scanner, &text, vec![size], block, 1), &expected);
        prop_assert_eq!(&scanned(&scanner, &text, vec![size], block, 2), &expected);
    }
}

#[test]
fn groups_are_told_by_number() {
    let pattern = r"UID mismatch \(agent UID: (?<a>\d+), caller UID: (\d+)(;)?\)";
    let scanner = Scanner::compile(&[Signature::Regex(pattern)]).unwrap();
    let mut groups = Vec::new();
    let text = b"x\nerror: UID mismatch (agent UID: 1000, caller UID: 1001)\n";
    let scanned = scanner.scan(&text[..], 1, |hit| {
        groups = (1..5).map(|number| hit.group(number).map(<[u8]>::to_vec)).collect();
        assert_eq!((hit.line, hit.offset), (2, 2));
    });
    assert_eq!(groups, [Some(b"1000".to_vec()), Some(b"1001".to_vec()), None, None]);
    assert_eq!(scanned.unwrap(), Scanned { bytes: text.len() as u64, lines: 2 });
}

/// Yields a text, then fails.
struct Breaks<'t>(&'t [u8]);

impl Read for Breaks<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.0.is_empty() { Err(io::ErrorKind::TimedOut.into()) } else { self.0.read(into) }
    }
}

#[test]
fn what_was_read_before_a_failure_is_told() {
    let scanner = Scanner::compile(&[Signature::Literal("needle")]).unwrap();
    let text = b"a needle\n".repeat(1000);
    for threads in [1, 2] {
        let mut hits = 0;
        let failed = scanner.scan_in_blocks(Breaks(&text), threads, 64, |_| hits += 1);
        assert_eq!(failed.unwrap_err().kind(), io::ErrorKind::TimedOut);
        assert_eq!(hits, 1000);
    }
}

#[test]
fn faulty_signatures_are_named() {
    let fault = |signature| {
        let faulty = Scanner::compile(&[Signature::Literal("x"), signature]).unwrap_err();
        assert_eq!(faulty.index, 1);
        faulty.fault
    };
    assert!(fault(Signature::Regex("a(b")).contains("unclosed group"));
    assert!(fault(Signature::Regex("(?:a{99}){999}")).contains("too large"));
    assert!(fault(Signature::Regex("(?:(?:(?:a{0,99}){99}){99}){99}")).contains("too large"));
    assert_eq!(fault(Signature::Literal("")), "a text within one line is expected");
    assert_eq!(fault(Signature::AnyCase("a\nb")), "a text within one line is expected");
}

#[test]
fn what_passes_the_check_compiles() {
    let largest = "(?:[a-z]{99}|[0-9a-f_]{66}){60}";
    let scanner = Scanner::compile(&[Signature::Regex(largest)]).unwrap();
    assert!(scanner.regex(0).is_some());
}
