//! What may differ between the page and today's answer. The list is in `docs/contributing.md`, and is short.

use std::sync::LazyLock;

use regex::Regex;

/// What differs on every run, and what stands in its place when two answers are compared.
const DIFFERENT: &[(&str, &str)] = &[
    // How long it took: at the end of a report, and in JSON.
    (r"( · |\n  )\d+(\.\d+)? (ms|s)$", " · TIME"),
    (r#"("\w+_ms": )\d+(\.\d+)?"#, "${1}TIME"),
    // When; the ids of fixes are made of it.
    (r"\b20\d{6}-\d{6}\b", "STAMP"),
    (r"\b20\d\d-\d\d-\d\d", "DATE"),
    (r"\b\d\d:\d\d(:\d\d)?(\.\d+)?(Z| UTC)?", "CLOCK"),
    // Where a server listens.
    (r"127\.0\.0\.1:\d+", "127.0.0.1:PORT"),
    // A fingerprint is made with a key of each process.
    (r"\b[0-9a-f]{8}\b", "FINGERPRINT"),
    // A pack holds all rules, compiled; a key is made of chance.
    (r"\b[0-9a-f]{64}\b", "SHA256"),
    (r"\d+ bytes$", "N bytes"),
    (r"ed25519 [A-Za-z0-9+/]{43}=", "ed25519 KEY"),
    // The server's number of a request.
    (r"\breq_[0-9a-f]{8}\b", "REQUEST"),
    // Where in a log that was written just now: what is asked at once is answered in any order.
    (r"\.log:\d+( to \d+)?", ".log:LINE"),
    // How many checks there are.
    (r"\d+ (checks healthy|healthy|skipped)", "N $1"),
];

static EXPRESSIONS: LazyLock<Vec<(Regex, &str)>> = LazyLock::new(|| {
    let multiline = |(pattern, instead): &(&str, &'static str)| {
        (Regex::new(&format!("(?m){pattern}")).unwrap(), *instead)
    };
    DIFFERENT.iter().map(multiline).collect()
});

/// `answer` with what differs on every run replaced.
pub(crate) fn plain(answer: &str) -> String {
    EXPRESSIONS.iter().fold(answer.to_owned(), |text, (expression, instead)| {
        expression.replace_all(&text, *instead).into_owned()
    })
}

/// The lines in which two answers differ, or nothing.
pub(crate) fn difference(promised: &str, given: &str) -> Option<String> {
    let (was, is) = (plain(promised), plain(given));
    if was == is {
        return None;
    }
    let shown =
        |sign: &str, text: &str| text.lines().map(|line| format!("{sign} {line}\n")).collect::<String>();
    Some(shown("-", promised) + &shown("+", given))
}

#[test]
fn only_what_differs_on_every_run_may_differ() {
    for (one, other) in [
        ("1 root · 19 healthy · 11 ms\n", "1 root · 20 healthy · 0.4 s\n"),
        ("1 root · 19 healthy · 100 ms\n", "1 root · 20 healthy\n  9 ms\n"),
        ("3 h ago (2026-11-23 20:49 UTC)\n", "3 h ago (2027-01-01 08:00 UTC)\n"),
        ("\"started_at\": \"2026-11-24T22:47:55.125Z\",\n", "\"started_at\": \"2027-11-24T22:47:55Z\",\n"),
        ("http://127.0.0.1:8080 (0a1b2c3d)\n", "http://127.0.0.1:41234 (deadbeef)\n"),
    ] {
        assert_eq!(difference(one, other), None);
    }
    for (one, other) in [
        ("1 root · 19 healthy · 11 ms\n", "2 roots · 19 healthy · 11 ms\n"),
        ("expired 3 h ago\n", "expired 4 h ago\n"),
        ("mode 0644\n", "mode 0600\n"),
        ("1\n", "0\n"),
        ("a\n", "a\n\n"),
    ] {
        assert!(difference(one, other).is_some(), "{one}");
    }
}
