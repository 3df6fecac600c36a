//! Logs that mean harm, or are broken: they are read as far as they go, in bounded memory.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::support::Home;
use crate::{accused, examined};

const DENIED: &[u8] = b"Error: permission denied\n";

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}

fn utf16(text: &[u8], mark: bool) -> Vec<u8> {
    let text = std::str::from_utf8(text).unwrap();
    let mark = if mark { "\u{feff}" } else { "" };
    format!("{mark}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect()
}

#[test]
fn it_is_heard_in_every_wrapping() {
    let noise = b"\0\xff\xfe binary \x1b[".to_vec();
    let zst = ruzstd::encoding::compress_to_vec(DENIED, ruzstd::encoding::CompressionLevel::Fastest);
    let mut long = vec![b'x'; 3 << 20];
    long.push(b'\n');
    for log in [
        DENIED.to_vec(),
        gzip(DENIED),
        zst,
        utf16(DENIED, true),
        utf16(DENIED, false),
        [noise.clone(), b"\n".to_vec(), DENIED.to_vec()].concat(),
        [long.clone(), DENIED.to_vec(), long].concat(),
        [gzip(b"first\n"), gzip(DENIED)].concat(),
    ] {
        let told = examined(&log);
        assert_ne!(accused(&told), [""; 0], "{:?} {}", &log[..log.len().min(20)], told.json);
    }
}

#[test]
fn what_is_cut_off_is_read_as_far_as_it_goes() {
    // Noise does not pack, so that the cut is behind the words.
    let noise: Vec<u8> =
        (0..200_000_u32).map(|at| at.wrapping_mul(2_654_435_761).to_le_bytes()[3] | 1).collect();
    let mut whole = gzip(&[DENIED, &noise].concat());
    whole.truncate(whole.len() / 2);
    let told = examined(&whole);
    assert_ne!(accused(&told), [""; 0], "{}", told.json);
    assert!(told.json["remarks"].to_string().contains("cut off"), "{}", told.json["remarks"]);
}

#[test]
fn what_tells_nothing_is_inconclusive() {
    let bomb = gzip(&vec![0; 80 << 20]);
    for log in [vec![0; 4096], bomb, b"\x1f\x8b\x08".to_vec(), b"\xfd7zXZ\0".to_vec(), vec![0xff; 999]] {
        assert_eq!(examined(&log).code, Some(3), "{:?}", &log[..3]);
    }
}

#[test]
fn what_is_no_file_is_refused() {
    let home = Home::new();
    for name in ["/dev/zero", "/dev/null", "/nonexistent"] {
        let output = home.cmdop(&["doctor", "auth", "--from", name]).output();
        assert_eq!(output.status.code(), Some(2), "{name}");
    }
}

#[test]
fn a_folder_is_read_the_oldest_first() {
    let home = Home::new();
    home.folder_in("logs", 0o700);
    let run = |pid: u32, code: u32, words: &str| {
        format!(
            "2026-11-23T09:12:00Z INF === CMDOP SESSION START === component=cli pid={pid}\n{words}2026-11-23T09:12:01Z INF === CMDOP SESSION END === component=cli pid={pid} exit_code={code}\n"
        )
    };
    home.file("logs/cmdop.log.1", run(1, 0, ""));
    home.file(
        "logs/cmdop.log",
        run(2, 1, "2026-11-23T09:12:00Z ERR Error: permission denied component=cli\n"),
    );
    let folder = home.path().join("logs").to_string_lossy().into_owned();
    let told = home.cmdop(&["doctor", "auth", "--format", "json", "--from", &folder]).report();
    assert_ne!(accused(&told), [""; 0], "{}", told.json);
    assert_eq!(told.json["history"]["runs"], 2);
    assert_eq!(told.json["history"]["run"]["exit_code"], 1);
}
