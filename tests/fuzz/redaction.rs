//! Texts full of what looks like a secret: none survives, nothing changes a second time, and it does not
//! matter how a stream is read.

use std::cell::RefCell;
use std::io::{self, Read};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use cmdop_doctor::redact::{Redactor, Style};
use cmdop_doctor::rulebook::built_in;
use memchr::memmem;

use crate::chance::{self, Chance};

/// What stands around secrets, and what looks like them.
const PARTS: &[&str] = &[
    "password",
    "token",
    "access_token",
    "refreshToken",
    "CMDOP_API_KEY",
    "X-Api-Key",
    "client_secret",
    "db-pass",
    "code",
    "state",
    "_auth",
    "jwt",
    "Authorization",
    "Proxy-Authorization",
    "Set-Cookie",
    "cookie",
    "otp",
    "pw",
    "session_id",
    "Bearer",
    "Basic",
    "Digest",
    "AWS4-HMAC-SHA256",
    "=",
    ":",
    ": ",
    " = ",
    "=>",
    "%3D",
    "%3a",
    "%22",
    "%26",
    "&",
    "?",
    ";",
    ",",
    "\"",
    "'",
    "`",
    "\\\"",
    "\\\\\"",
    "\\",
    "\\n",
    "\\u003d",
    "{",
    "}",
    "[",
    "]",
    "<",
    ">",
    "(",
    ")",
    "|",
    " ",
    "  ",
    "\t",
    "\n",
    "\r\n",
    "\r",
    "\n\n",
    " --password ",
    " --token=",
    " -u ada:",
    "-",
    "--",
    "-----",
    "-----BEGIN PRIVATE KEY-----\n",
    "-----BEGIN RSA PRIVATE KEY-----\\n",
    "-----END PRIVATE KEY-----",
    "-----END ",
    "-----BEGIN CERTIFICATE-----\n",
    "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC\n",
    "eyJ",
    "eyJhbGciOiJIUzI1NiJ9",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhZGEifQ.AAECAwQFBgcICQ",
    "eyJhbGciOiJIUzI1NiJ9.\n",
    "eyJzdWIiOiJhZGEifQ\n.AAECAwQ\r\nFBgcICQ",
    ".",
    "%2E",
    "cmd_acme_a1b2c3d4e5f6g7h8i9j0",
    "cmd_",
    "cmdop_live_a1b2c3d4e5f6g7h8",
    "clit_A1b2C3d4E5f6G7h8",
    "clitr_",
    "ya29.",
    "1//",
    "sha256-",
    "https://",
    "http://ada:",
    "://",
    "@",
    "proxy.corp:3128",
    "api.cmdop.com",
    "ada@example.com",
    "host.example.org",
    "hunter2",
    "secret",
    "null",
    "***",
    "[secret, 20 characters, fingerprint ",
    "0123abcd]",
    "[JWT]",
    "[API_KEY]",
    ", fingerprint ",
    "a1B2c3D4",
    "0123456789abcdef0123456789abcdef",
    "550e8400-e29b-41d4-a716-446655440000",
    "QUJD",
    "QUJDRA==",
    "Y21kX2FjbWVfYTFiMmMzZDRlNWY2ZzdoOGk5ajA=",
    "+",
    "/",
    "~",
    "$HOME",
    "${TOKEN}",
    "<key>",
    "\u{1b}[36m",
    "\u{1b}[0m",
    "\u{fc}",
    "\u{4e2d}",
    "\u{1f511}",
    "\u{feff}",
    "\0",
];

/// Lines whose secret nobody could mistake; `@` is its place, which anything printable fills.
const PASSWORDS: &[&str] = &[
    "password=@",
    "password: \"@\"",
    "{\"password\": \"@\"}",
    "{\\\"client_secret\\\":\\\"@\\\"}",
    "PGPASSWORD='@'",
    "export CMDOP_TOKEN=@",
    "GET /?refresh_token=@&a=b",
    "> authorization: Bearer @",
    "Cookie: theme=dark; sid=@; Path=/",
    "x --password @ y",
    "curl -u ada:@ https://api.cmdop.com",
    "https://ada:@@proxy.corp:3128/",
    "password%3D@",
];
/// The same of keys, which need no name.
const KEYS: &[&str] = &["@", "key @.", "(@), next", "\u{1b}[36m@\u{1b}[0m", "a=@", "/x/@/y", "\u{fc}@"];

/// The same of web tokens, wherever lines are broken in them.
const TOKENS: &[&str] = &["@", "> authorization: Bearer @", "\"@\""];

/// Yields at most so many bytes at once, of these numbers one after the other.
struct Drops<'t> {
    left: &'t [u8],
    sizes: &'t [usize],
    next: usize,
}

impl Read for Drops<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let size = self.sizes[self.next % self.sizes.len()].min(into.len()).min(self.left.len());
        self.next += 1;
        let (now, later) = self.left.split_at(size);
        into[..size].copy_from_slice(now);
        self.left = later;
        Ok(size)
    }
}

fn jumble(chance: &mut Chance) -> Vec<u8> {
    // Now and then more than a region, and a line that is one.
    let many = if chance.one_in(12) { 6_000 } else { 120 };
    let mut text = Vec::new();
    for _ in 0..chance.below(many) {
        match chance.below(40) {
            0 => text.extend_from_slice(chance.word(40).as_bytes()),
            1 => text.extend(chance.of(PARTS).repeat(chance.below(12)).bytes()),
            2 if chance.one_in(many) => text.extend_from_slice(chance.word(70_000).as_bytes()),
            3 if chance.one_in(many) => {
                text.extend_from_slice(&b"MIIEvQIBADANBgkqhkiG9w0BAQEFAASC\n".repeat(700))
            }
            4 => text.extend_from_slice(STANDARD.encode(chance.of(PARTS)).as_bytes()),
            _ => {
                let part = chance.of(PARTS);
                // Of more keys than fill a region, each going on into the next, one has to be cut.
                if many == 120 || !part.starts_with("-----") || chance.one_in(20) {
                    text.extend_from_slice(part.as_bytes());
                }
            }
        }
    }
    chance.damage(&mut text, 20, PARTS);
    text
}

/// A line with a secret that nobody knows, or several, and the secret.
fn planted(chance: &mut Chance) -> (String, String) {
    let random = chance.word(20);
    match chance.below(4) {
        0 => (chance.of(TOKENS).replacen('@', &broken_token(chance, &random), 1), random),
        1 => (chance.of(KEYS).replacen('@', &format!("cmd_acme_{random}"), 1), random),
        2 => (chance.of(PASSWORDS).replacen('@', &format!("cmd_acme_{random}"), 1), random),
        _ => (chance.of(PASSWORDS).replacen('@', &random, 1), random),
    }
}

/// A web token with this in its second part, as a terminal or an editor breaks lines.
fn broken_token(chance: &mut Chance, random: &str) -> String {
    let whole = format!("eyJhbGciOiJIUzI1NiJ9.eyJ{random}{}.{}aB3", chance.word(20), chance.word(40));
    let (width, end) = (20 + chance.below(100), *chance.of(&["\n", "\r\n"]));
    let lines: Vec<&str> = whole.as_bytes().chunks(width).map(|line| str::from_utf8(line).unwrap()).collect();
    lines.join(end)
}

/// Lines as programs write them.
fn lines(chance: &mut Chance) -> Vec<u8> {
    (0..chance.below(60)).map(|_| planted(chance).0 + "\n").collect::<String>().into_bytes()
}

fn utf_16(text: &[u8], big: bool) -> Vec<u8> {
    let bytes = |unit: u16| if big { unit.to_be_bytes() } else { unit.to_le_bytes() };
    format!("\u{feff}{}", String::from_utf8_lossy(text)).encode_utf16().flat_map(bytes).collect()
}

/// What is wrong with how `text` is redacted and read by `sizes`, and where that is seen.
fn fault(
    redactor: &mut Redactor,
    text: &[u8],
    sizes: &[usize],
    orderly: bool,
) -> Option<(&'static str, String)> {
    let mut streamed = |text: &[u8], sizes: &[usize]| {
        let mut out = Vec::new();
        redactor.stream(Drops { left: text, sizes, next: 0 }, &mut out).unwrap();
        out
    };
    let whole = streamed(text, &[usize::MAX]);
    // In a jumble, what is left of one thing may make a secret of another: better that it is concealed.
    let again = if orderly { streamed(&whole, &[usize::MAX]) } else { whole.clone() };
    let cut = streamed(text, sizes);
    let others = [
        ("it matters how it is read", cut),
        ("it changes a second time", again),
        ("as a text it becomes another one", redactor.text(text)),
    ];
    let (what, other) = others.into_iter().find(|(_, other)| *other != whole)?;
    let at = whole.iter().zip(&other).take_while(|(one, other)| one == other).count();
    let from = |text: &[u8]| String::from_utf8_lossy(&text[at..text.len().min(at + 100)]).into_owned();
    Some((what, format!("{:?} instead of {:?}", from(&other), from(&whole))))
}

fn round(chance: &mut Chance) {
    thread_local! {
        // Their patterns are compiled once.
        static REDACTORS: RefCell<Vec<Redactor>> = RefCell::new(
            [(false, false), (true, false), (false, true), (true, true)]
                .map(|(anonymize, plain)| Redactor::new(built_in().shapes, Style { anonymize, plain }))
                .into(),
        );
    }
    let (line, secret) = planted(chance);
    let orderly = chance.one_in(4);
    let some_text = |chance: &mut Chance| if orderly { lines(chance) } else { jumble(chance) };
    // Now and then in the middle of a line that is longer than what is looked at together.
    let (before, after) = match chance.one_in(16) && !line.contains('\n') {
        true => (
            "\n".to_owned() + &" a, b;c".repeat(7_130 + chance.below(60)) + " ",
            " and more".repeat(4_000) + "\n",
        ),
        false => ("\n".to_owned(), "\n".to_owned()),
    };
    let around = [before.as_bytes(), line.as_bytes(), after.as_bytes()].concat();
    let mut text = [&some_text(chance)[..], &around, &some_text(chance)].concat();
    // What looks like UTF-16 is read as such, and has no line like that.
    if text.starts_with(b"\xff\xfe") || text.starts_with(b"\xfe\xff") {
        text.insert(0, b' ');
    }
    let wide = chance.one_in(8);
    if wide {
        text = utf_16(&text, chance.one_in(2));
    }
    // Not so many reads that nothing else is done.
    let least = text.len() / 500;
    let sizes: Vec<usize> = (0..=chance.below(4)).map(|_| least + chance.size()).collect();
    REDACTORS.with_borrow_mut(|redactors| {
        let redactor = &mut redactors[chance.below(4)];
        if let Some((what, _)) = fault(redactor, &text, &sizes, orderly) {
            let fails =
                |less: &[u8]| fault(redactor, less, &sizes, orderly).is_some_and(|(again, _)| again == what);
            let least = chance::least(&text, fails);
            let (_, seen) = fault(redactor, &least, &sizes, orderly).unwrap();
            panic!("{what}: {redactor:?}, {sizes:?}, {:?}: {seen}", String::from_utf8_lossy(&least));
        }
        let survives = |text: &[u8], redactor: &mut Redactor| {
            let mut out = redactor.text(text);
            out.retain(|byte| !wide || *byte != 0);
            memmem::find(&out, secret.as_bytes()).is_some()
        };
        if survives(&text, redactor) {
            let planted = |less: &[u8]| memmem::find(less, &around).is_some();
            let least = chance::least(&text, |less| planted(less) && survives(less, redactor));
            panic!("{line} survives in {:?}", String::from_utf8_lossy(&least));
        }
    });
}

chance::played!(40, round);
