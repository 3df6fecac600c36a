//! Every way of reading a log tells the same, and no bytes bring the reader down.

use std::io::{self, Read, Write};
use std::sync::Arc;

use proptest::prelude::*;

use super::beginning;
use super::encoding::Decoded;
use super::listen::Listener;
use super::marks;
use super::reading::{Log, closed, note_the_end, read_named};
use super::tail::Tail;
use crate::rulebook::{Phrases, built_in};
use crate::scan::Planned;

/// Yields a text in pieces of these sizes.
struct Pieces<'t> {
    left: &'t [u8],
    sizes: Vec<usize>,
    next: usize,
}

impl Read for Pieces<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let size = self.sizes[self.next % self.sizes.len()];
        self.next += 1;
        let length = self.left.len().min(size).min(into.len());
        into[..length].copy_from_slice(&self.left[..length]);
        self.left = &self.left[length..];
        Ok(length)
    }
}

fn read(text: &[u8], sizes: &[usize]) -> Log {
    let pieces = Pieces { left: text, sizes: sizes.to_vec(), next: 0 };
    read_named(std::iter::once((Arc::from("x.log"), pieces)), &built_in())
}

/// All that a log tells, to be compared.
fn told(log: &Log) -> String {
    format!("{log:?}")
}

/// Whether a line has a text that a signature demands, found out letter by letter.
fn has(line: &[u8], signature: &Planned) -> bool {
    let needles = signature.needles.iter().flat_map(|list| *list);
    needles.into_iter().any(|needle| {
        line.windows(needle.bytes.len()).any(|part| match needle.any_case {
            true => part.eq_ignore_ascii_case(&needle.bytes),
            false => part == &needle.bytes[..],
        })
    })
}

/// The oracle: every line is asked about every text.
fn plainly(text: &[u8]) -> Log {
    let rulebook = built_in();
    let phrases = Phrases::of(&rulebook);
    let rules = phrases.signatures().signatures.len();
    let all = marks::with(phrases.signatures()).unwrap().signatures;
    let mut listener = Listener::new(&phrases, rules, &rulebook);
    listener.again = None;
    let mut begun = beginning::of(Decoded::new(text)).unwrap();
    let mut plain = Vec::new();
    begun.reader.read_to_end(&mut plain).unwrap();
    listener.turn_to(&Arc::from("x.log"), begun.numbers, begun.prompts);
    let whole = plain.strip_suffix(b"\n").unwrap_or(&plain);
    for (number, line) in (1_u64..).zip(whole.split(|byte| *byte == b'\n')) {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let there = all.iter().enumerate().filter(|(_, signature)| has(line, signature));
        let there: Vec<usize> = there.map(|(at, _)| at).collect();
        if !there.is_empty() {
            listener.hear(number, line, &there);
        }
    }
    listener.prompts_before(u64::MAX);
    let mut tail = Tail::new(plain.as_slice());
    io::copy(&mut tail, &mut io::sink()).unwrap();
    let lines = plain.iter().filter(|byte| **byte == b'\n').count() + usize::from(!plain.ends_with(b"\n"));
    note_the_end(&tail, &Arc::from("x.log"), lines as u64, &mut listener.book);
    closed(listener)
}

fn line() -> impl Strategy<Value = String> {
    let time = prop_oneof![
        4 => (0..60_u8, 0..60_u8).prop_map(|(m, s)| format!("2026-11-23T09:{m:02}:{s:02}Z ")),
        1 => Just(String::new()),
        1 => Just("Nov 23 09:12:00 box cmdop[12]: ".to_owned()),
        1 => Just("\u{1b}[31m".to_owned()),
    ];
    let words = prop_oneof![
        Just("INF === CMDOP SESSION START === component=cli pid=12 argv=\"cmdop login\"".to_owned()),
        Just("INF === CMDOP SESSION END === component=cli pid=12 exit_code=0".to_owned()),
        (200..600_u16).prop_map(|status| format!(
            "DBG request answered component=http method=GET url=https://api.cmdop.com/v1/machines status={status} credential=true"
        )),
        Just("ERR Error: permission denied component=cli".to_owned()),
        Just("ERR Error: permission denied".to_owned()),
        Just("ERROR cmdop::auth: Error: token expired".to_owned()),
        Just("Error: permission denied".to_owned()),
        Just("{\"level\":\"error\",\"component\":\"api\",\"message\":\"Error: permission denied\"}".to_owned()),
        Just("UID mismatch (agent UID: 1000, caller UID: 1001)".to_owned()),
        Just("$ cmdop workspace list".to_owned()),
        Just("ada@box:~$ kubectl get pods".to_owned()),
        Just("INF tokens renewed component=auth".to_owned()),
        Just("> GET /v1/machines HTTP/2".to_owned()),
        Just("> Host: api.cmdop.com".to_owned()),
        Just("< HTTP/2 403".to_owned()),
        "[ -~]{0,60}",
    ];
    let end = prop_oneof![6 => Just("\n"), 1 => Just("\r\n"), 1 => Just("\r")];
    (time, words, end).prop_map(|(time, words, end)| format!("{time}{words}{end}"))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(40) })]

    #[test]
    fn every_way_tells_the_same(
        lines in proptest::collection::vec(line(), 0..40),
        sizes in proptest::collection::vec(1_usize..200, 1..4),
    ) {
        let text = lines.concat();
        let expected = told(&plainly(text.as_bytes()));
        prop_assert_eq!(&told(&read(text.as_bytes(), &[usize::MAX])), &expected);
        prop_assert_eq!(&told(&read(text.as_bytes(), &sizes)), &expected);
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packed.write_all(text.as_bytes()).unwrap();
        let packed = packed.finish().unwrap();
        let unpacked = flate2::read::GzDecoder::new(packed.as_slice());
        let of_packed = read_named(std::iter::once((Arc::from("x.log"), unpacked)), &built_in());
        prop_assert_eq!(&told(&of_packed), &expected);
    }

    #[test]
    fn no_bytes_bring_it_down(
        bytes in proptest::collection::vec(any::<u8>(), 0..2000),
        lines in proptest::collection::vec(line(), 0..4),
        at in any::<proptest::sample::Index>(),
    ) {
        let at = at.index(bytes.len() + 1);
        let text = [&bytes[..at], lines.concat().as_bytes(), &bytes[at..]].concat();
        let log = read(&text, &[77]);
        prop_assert!(log.history().runs <= 2000);
    }
}
