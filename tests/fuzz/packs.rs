//! Packs of rules, damaged, and those that a stranger gave fitting hashes.

use std::path::Path;
use std::sync::LazyLock;

use cmdop_doctor::model::check::Trust;
use cmdop_doctor::rulebook::pack::{PackTrust, Whole, compile};
use cmdop_doctor::rulebook::{Source, base, load_with_packs};
use ring::digest::{SHA256, digest};

use crate::chance::{self, Chance};
use crate::rules;

/// Where the head says what (`src/rulebook/pack/header.rs`): how long the two parts are, what hash the texts
/// have, and who signed it, up to where the parts begin.
const LENGTHS: usize = 48;
const HASH_OF_TEXTS: usize = 96;
const SIGNED: usize = 128;
const PARTS: usize = 224;

/// Packs of a rule each.
static WHOLE: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let texts = rules::WRITTEN.iter().map(|(_, text)| rules::renamed(text, "own"));
    let packs = texts.filter_map(|text| compile(&base(false), &[("a.yaml".to_owned(), text)]).ok());
    packs.take(3).map(|pack| pack.bytes).collect()
});

/// Gives the head the lengths and the hash that the texts have, and takes the signature away.
fn fit(pack: &mut [u8]) {
    let Some(both) = pack.len().checked_sub(PARTS) else { return };
    let number = |at: usize| u64::from_le_bytes(*pack[at..].first_chunk().unwrap());
    let compiled = usize::try_from(number(LENGTHS)).unwrap_or(usize::MAX).min(both);
    let hash = digest(&SHA256, &pack[PARTS + compiled..]);
    pack[LENGTHS..LENGTHS + 8].copy_from_slice(&(compiled as u64).to_le_bytes());
    pack[LENGTHS + 8..LENGTHS + 16].copy_from_slice(&((both - compiled) as u64).to_le_bytes());
    pack[HASH_OF_TEXTS..SIGNED].copy_from_slice(hash.as_ref());
    pack[SIGNED..PARTS].fill(0);
}

fn round(chance: &mut Chance) {
    let mut pack = chance.of(&WHOLE).clone();
    chance.damage(&mut pack, 6, rules::ODD);
    if !chance.one_in(4) {
        fit(&mut pack);
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.pack");
    std::fs::write(&path, pack).unwrap();
    read(&path, chance.one_in(2));
}

fn read(path: &Path, builtin: bool) {
    let source = Source { path: path.to_owned(), trust: Trust::Named };
    if let Err(faults) = load_with_packs(base(builtin), &[source], &PackTrust::default()) {
        rules::told(&faults);
    }
    if let Ok(whole) = Whole::read(path) {
        let _whatever = whole.honesty(base);
    }
}

#[test]
fn a_pack_that_is_whole_is_read() {
    let folder = tempfile::tempdir().unwrap();
    for (number, bytes) in WHOLE.iter().enumerate() {
        let path = folder.path().join(format!("{number}.pack"));
        let mut pack = bytes.clone();
        fit(&mut pack);
        assert!(pack == *bytes, "the head has another layout");
        std::fs::write(&path, pack).unwrap();
        Whole::read(&path).unwrap();
    }
    assert_eq!(WHOLE.len(), 3);
}

chance::played!(10, round);
