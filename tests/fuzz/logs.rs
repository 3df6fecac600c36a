//! Logs, which tell the same however they are read, and no secret.

use std::io::Write;

use cmdop_doctor::rulebook::built_in;
use cmdop_doctor::source::given::{Given, Stop};
use cmdop_doctor::source::recording::Recording;
use flate2::Compression;
use flate2::write::GzEncoder;
use tempfile::NamedTempFile;

use crate::chance::{self, Chance};

const LINES: &[&str] = &[
    "2026-11-23T09:12:00Z DBG probe read component=doctor probe=\"token active\" facts=\"{\\\"origin\\\":\\\"file\\\"}\"\n",
    "2026-11-23T09:12:00Z INF === CMDOP SESSION START === component=cli pid=12 argv=\"cmdop login\"\n",
    "2026-11-23T09:12:03Z INF === CMDOP SESSION END === component=cli pid=12 exit_code=1\n",
    "2026-11-23T09:12:01Z DBG request answered component=http method=GET url=https://api.cmdop.com/v1/machines status=401 credential=true\n",
    "{\"level\":\"error\",\"time\":1795425120,\"component\":\"api\",\"message\":\"Error: permission denied\"}\n",
    "PS C:\\> cmdop login\r\nError: permission denied\r\n",
    "ada@box:~$ cmdop workspace list\nError: token expired\n",
    "Nov 23 09:12:00 box cmdop[12]: UID mismatch (agent UID: 1000, caller UID: 1001)\n",
    "> GET /v1/machines HTTP/2\n> Host: api.cmdop.com\n< HTTP/2 401\n",
    "2026-11-23 09:12:00 | ERROR    | cmdop.client:12 - permission denied\n",
    "time=2026-11-23T09:12:00Z level=error msg=\"permission denied\" component=api\n",
    "\u{1b}[31m\u{feff}=== DAEMON SESSION START ===\r10%\r\0\n",
];

/// A log that was damaged.
pub(crate) fn damaged(chance: &mut Chance) -> Vec<u8> {
    let lines: Vec<&str> = (0..chance.below(30)).map(|_| *chance.of(LINES)).collect();
    let mut text = lines.concat().into_bytes();
    chance.damage(&mut text, 30, LINES);
    text
}

/// `text` packed in members of `size` bytes, of which each is read on its own.
fn in_pieces(text: &[u8], size: usize) -> Vec<u8> {
    let mut members = Vec::new();
    for piece in text.chunks(size) {
        let mut packer = GzEncoder::new(&mut members, Compression::fast());
        packer.write_all(piece).unwrap();
        packer.finish().unwrap();
    }
    members
}

fn round(chance: &mut Chance) {
    let file = NamedTempFile::new().unwrap();
    let secret = chance.word(20);
    let line = format!(
        "\n2026-11-23T09:12:09Z ERR Error: permission denied component=cli token=cmd_acme_{secret}\n"
    );
    let text = [&damaged(chance)[..], line.as_bytes(), &damaged(chance)].concat();
    let told = |bytes: &[u8]| {
        std::fs::write(&file, bytes).unwrap();
        format!("{:?}", Recording::open(&[Given::named(file.path())], &built_in(), &Stop::default()))
    };
    let (size, whole) = (1 + chance.below(300), told(&text));
    assert_eq!(told(&in_pieces(&text, size)), whole, "{size}: {:?}", String::from_utf8_lossy(&text));
    assert!(!whole.contains(&secret), "{:?}", String::from_utf8_lossy(&text));
}

chance::played!(1, round);
