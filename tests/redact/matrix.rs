//! Canaries × encodings × places in a line × ways of reading.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use proptest::prelude::*;

use crate::{redactor, streamed};

/// The random part of every canary, by which a survivor is known.
const CANARY: &str = "Zq7Rk2Wp9Xt4Lx8Vb3Nm6";

/// Secrets of every kind, and the shortest part that must not survive.
fn canaries() -> Vec<String> {
    let jwt = format!(
        "eyJhbGciOiJIUzI1NiJ9.{}.{CANARY}",
        URL_SAFE_NO_PAD.encode(format!("{{\"sub\":\"{CANARY}\"}}"))
    );
    vec![
        format!("cmd_acme_{CANARY}"),
        format!("cmdop_live_{CANARY}"),
        format!("clit_{CANARY}"),
        format!("clitr_{CANARY}"),
        format!("gh{}_{CANARY}", "p"),
        format!("s{}-{CANARY}", "k"),
        format!("gl{}-{CANARY}", "pat"),
        format!("xox{}-{CANARY}", "b"),
        jwt,
    ]
}

/// How a secret that has a shape is written down.
fn encodings(secret: &str) -> Vec<String> {
    let url: String = url::form_urlencoded::byte_serialize(secret.as_bytes()).collect();
    vec![
        secret.to_owned(),
        url,
        secret.replace('.', "%2E"),
        STANDARD.encode(format!("key: {secret}\n")),
        URL_SAFE_NO_PAD.encode(format!("{{\"a\":\"{secret}\"}}")),
        format!("\\\"{secret}\\\""),
    ]
}

/// Where in a line it stands; `@` is its place.
const LINES: [&str; 14] = [
    "@",
    "  @  ",
    "2026-11-01T00:00:00.022Z DEBUG cmdop::auth: > authorization: Bearer @",
    "{\"access_token\":\"@\",\"expires_in\":3600}",
    "{\"level\":\"debug\",\"body\":\"{\\\"raw_key\\\":\\\"@\\\"}\"}",
    "CMDOP_API_KEY=@",
    "export TOKEN='@'; cmdop login",
    "curl -H 'X-Api-Key: @' https://api.cmdop.com/v1/machines",
    "GET /x?token=@&page=2 HTTP/1.1",
    "Cookie: theme=dark; session=@; Path=/",
    "https://ada:@@proxy.corp:3128/",
    "\u{1b}[36m@\u{1b}[0m",
    "(@), next",
    "\u{fc}\u{4e2d} @\r",
];

/// Fragments by which any survivor is known: raw, and in each base64 alignment of the middle.
fn survivors() -> Vec<Vec<u8>> {
    let middle = &CANARY[3..15];
    let mut all = vec![middle.as_bytes().to_vec()];
    for shift in 0..3 {
        let text = STANDARD.encode([&vec![b'x'; shift][..], CANARY.as_bytes()].concat());
        all.push(text.as_bytes()[8..20].to_vec());
    }
    all
}

#[track_caller]
fn none_left(text: &[u8], case: &str) {
    for survivor in survivors() {
        let left = text.windows(survivor.len()).any(|window| window == survivor);
        assert!(!left, "{case}\nbecame\n{}", String::from_utf8_lossy(text));
    }
}

#[test]
fn no_canary_survives() {
    for secret in canaries() {
        for written in encodings(&secret) {
            for line in LINES {
                let text = format!("first line\n{}\nlast line\n", line.replacen('@', &written, 1));
                let whole = streamed(text.as_bytes(), usize::MAX);
                none_left(&whole, &text);
                for size in [1, 7, 61] {
                    assert_eq!(streamed(text.as_bytes(), size), whole, "{size}: {text}");
                }
            }
        }
    }
}

#[test]
fn no_canary_survives_in_utf_16() {
    for secret in canaries() {
        for big in [false, true] {
            let text = format!("\u{feff}first\r\nkey {secret} \u{1f511}\r\n");
            let bytes = |unit: u16| if big { unit.to_be_bytes() } else { unit.to_le_bytes() };
            let text: Vec<u8> = text.encode_utf16().flat_map(bytes).chain([7]).collect();
            let out = streamed(&text, 5);
            assert_eq!(out, streamed(&text, usize::MAX));
            assert_eq!(out, redactor(false).text(&text));
            assert!(out.starts_with(&text[..20]) && out.ends_with(&text[text.len() - 11..]));
            let narrow: Vec<u8> = out.iter().copied().filter(|byte| *byte != 0).collect();
            none_left(&narrow, &secret);
        }
    }
}

#[test]
fn no_canary_survives_at_the_edge_of_a_region() {
    // Of lines, and within a line.
    const ENDS: [usize; 2] = [64 * 1024, 56 * 1024];
    for secret in canaries().into_iter().step_by(4) {
        for before in ENDS.into_iter().flat_map(|end| (end - secret.len() - 2..end + 2).step_by(9)) {
            for filling in ["word ", "x,", "a\n"] {
                let mut text = filling.repeat(before / filling.len() + 1).into_bytes();
                text.truncate(before);
                text.push(b' ');
                text.extend_from_slice(secret.as_bytes());
                text.extend_from_slice(&b" and more".repeat(9000));
                let whole = streamed(&text, usize::MAX);
                none_left(&whole, &format!("{before} {filling:?} {secret}"));
                assert_eq!(streamed(&text, 4096), whole, "{before} {filling:?}");
            }
        }
    }
}

#[test]
fn what_has_no_end_is_bounded_and_survives() {
    let text = vec![b'a'; 1 << 20];
    assert_eq!(streamed(&text, 9000), text);
    let text = b"QUJD".repeat(1 << 18);
    assert_eq!(streamed(&text, 9000), text);
    let noise: Vec<u8> = (0..1_u32 << 18).map(|at| (at.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    assert_eq!(streamed(&noise, 777).len(), streamed(&noise, 99_999).len());
}

/// Text of words, numbers and signs without any secret in it.
fn harmless() -> impl Strategy<Value = Vec<u8>> {
    let part = prop_oneof![
        "[a-z]{1,12}",
        "[0-9]{1,5}",
        "[ ,.;:(){}\\[\\]\"'\n\t]{1,3}",
        Just("\r\n".to_owned()),
        Just("\u{4e2d}\u{fc}".to_owned()),
    ];
    proptest::collection::vec(part, 0..80).prop_map(|parts| parts.concat().into_bytes())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) })]

    #[test]
    fn a_canary_anywhere_is_the_only_change(
        before in harmless(),
        after in harmless(),
        canary in 0_usize..9,
        size in 1_usize..200,
    ) {
        let secret = &canaries()[canary];
        let text = [before.as_slice(), b"\n<", secret.as_bytes(), b">\n", after.as_slice()].concat();
        let out = streamed(&text, size);
        prop_assert_eq!(&out, &streamed(&text, usize::MAX));
        for survivor in survivors() {
            prop_assert!(!out.windows(survivor.len()).any(|window| window == survivor));
        }
        let plain = streamed(&[before.as_slice(), b"\n<>\n", after.as_slice()].concat(), usize::MAX);
        let at = plain.windows(4).position(|window| window == b"\n<>\n").unwrap() + 2;
        prop_assert!(out.starts_with(&plain[..at]) && out.ends_with(&plain[at..]));
        prop_assert_eq!(&streamed(&out, size), &out);
    }

    #[test]
    fn any_bytes_are_redacted_once(
        text in proptest::collection::vec(prop_oneof![any::<u8>(), Just(b'='), Just(b':'), Just(b'@'), Just(b'"')], 0..400),
        names in proptest::collection::vec(prop_oneof![
            Just("password"), Just("token="), Just("Authorization: Bearer "), Just("cookie:"), Just("eyJ"),
            Just("-----BEGIN PRIVATE KEY-----"), Just("http://a:"), Just(" --secret "), Just("%3D"), Just("\n"),
        ], 0..12),
        at in 0_usize..400,
        size in 1_usize..64,
    ) {
        let at = at.min(text.len());
        let text = [&text[..at], names.concat().as_bytes(), &text[at..]].concat();
        let once = streamed(&text, size);
        prop_assert_eq!(&once, &streamed(&text, usize::MAX));
        prop_assert_eq!(&streamed(&once, usize::MAX), &once);
    }
}
