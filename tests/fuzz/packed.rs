//! Packed logs and bundles, damaged: what there is of them is read.

use std::io::Write;

use cmdop_doctor::rulebook::built_in;
use flate2::Compression;
use flate2::write::GzEncoder;
use ruzstd::encoding::{CompressionLevel, compress_to_vec};
use tempfile::NamedTempFile;

use crate::chance::{self, Chance};
use crate::reports::{examined, written};
use crate::{bundles, logs};

/// `xz` of a line of a log, 3,000 times: nothing here packs so.
const XZ: &[u8] = include_bytes!("line.log.xz");

fn packed(chance: &mut Chance, bytes: &[u8]) -> Vec<u8> {
    match chance.below(3) {
        0 => {
            let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
            packer.write_all(bytes).unwrap();
            packer.finish().unwrap()
        }
        1 => compress_to_vec(bytes, CompressionLevel::Fastest),
        _ => XZ.to_vec(),
    }
}

fn round(chance: &mut Chance) {
    let file = NamedTempFile::new().unwrap();
    let text = if chance.one_in(3) {
        bundles::damaged(chance)
    } else {
        logs::damaged(chance).repeat(1 + (chance.size() >> 10))
    };
    let mut bytes = packed(chance, &text);
    if chance.one_in(3) {
        let more = logs::damaged(chance);
        bytes.extend(packed(chance, &more));
    }
    chance.damage(&mut bytes, 6, bundles::ODD);
    if let Some(report) = examined(&file, &bytes, built_in()) {
        written(&report, &report);
    }
}

chance::played!(3, round);
