//! `cmdop doctor rules compile`, and what becomes of packs that are not as it made them.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use ring::digest::{SHA256, digest};

use crate::support::Home;
use crate::{RULES, told, with_pack};

/// Bytes of a pack's head, and where in it stand: who compiled it, the lengths, the hashes of its parts.
const HEAD: usize = 224;
const IDENTITY: usize = 16;
const LENGTHS: usize = 48;
const HASHES: usize = 64;

fn listed(home: &Home, rules: &str) -> (String, String, Option<i32>) {
    told(home.cmdop(&["doctor", "list", "--json", "--rules", rules]))
}

/// The remarks of an examination by these rules.
fn remarks(home: &Home, rules: &str) -> String {
    let report = home.cmdop(&["doctor", "auth", "--offline", "--json", "--rules", rules]).report();
    report.json["remarks"].to_string()
}

fn pack(home: &Home) -> Vec<u8> {
    std::fs::read(home.path().join("corp.pack")).unwrap()
}

/// A pack as somebody makes it who knows the format: these parts, with lengths and hashes that go with them.
fn forged(of: &[u8], compiled: &[u8], texts: &[u8]) -> Vec<u8> {
    let mut head = of[..HEAD].to_vec();
    for (at, part) in [compiled, texts].into_iter().enumerate() {
        head[LENGTHS + 8 * at..][..8].copy_from_slice(&(part.len() as u64).to_le_bytes());
        head[HASHES + 32 * at..][..32].copy_from_slice(digest(&SHA256, part).as_ref());
    }
    [&head, compiled, texts].concat()
}

fn parts(pack: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let length = u64::from_le_bytes(pack[LENGTHS..][..8].try_into().unwrap());
    let (compiled, texts) = pack[HEAD..].split_at(usize::try_from(length).unwrap());
    (compiled.to_vec(), texts.to_vec())
}

#[test]
fn a_pack_says_what_its_files_say() {
    let home = with_pack();
    let files = listed(&home, "corp.yaml");
    assert_eq!(files.2, Some(0));
    assert!(files.0.contains("\"corp.proxy\""));
    assert!(listed(&home, "corp.pack") == files);
    assert!(!remarks(&home, "corp.pack").contains("corp.pack"));
    // Read from its texts, as by whoever gets it from somebody else, it says the same.
    std::fs::remove_dir_all(home.path().join(".cmdop/packs")).unwrap();
    assert!(listed(&home, "corp.pack") == files);
    assert!(remarks(&home, "corp.pack").contains("it was not compiled here, and nobody signed it"));
}

#[test]
fn the_same_rules_make_the_same_pack_wherever_they_lie() {
    let (one, other) = (with_pack(), with_pack());
    assert_eq!(pack(&one), pack(&other));
    // A pack is compiled again from its texts.
    let words = ["doctor", "rules", "compile", "corp.pack", "--output", "again.pack"];
    assert_eq!(told(one.cmdop(&words)).2, Some(0));
    assert_eq!(std::fs::read(one.path().join("again.pack")).unwrap(), pack(&one));
}

#[test]
fn packs_in_the_config_folder_are_read_on_every_run() {
    let home = with_pack();
    home.folder_in(".cmdop/rules", 0o700);
    std::fs::rename(home.path().join("corp.pack"), home.path().join(".cmdop/rules/corp.pack")).unwrap();
    let (out, _, code) = told(home.cmdop(&["doctor", "list"]));
    assert_eq!(code, Some(0));
    assert!(out.contains("corp.proxy"), "{out}");
    // Rules in files can build on those of a pack, and cannot take their ids.
    let more = RULES.split("---").next().unwrap().replace("corp.proxy", "corp.next");
    home.file("more.yaml", more.replace("evidence:", "needs: [corp.proxy]\nevidence:"));
    assert_eq!(listed(&home, "more.yaml").2, Some(0));
    let (_, err, code) = listed(&home, "corp.yaml");
    assert_eq!(code, Some(2));
    assert!(err.contains("the check `corp.proxy` is there already"), "{err}");
    // Two packs are judged together.
    let words = ["doctor", "rules", "compile", "corp.yaml", "--output", "twice.pack"];
    assert_eq!(told(home.cmdop(&words)).2, Some(0));
    let (_, err, code) = listed(&home, "twice.pack");
    assert_eq!(code, Some(2));
    assert!(err.contains("the check `corp.proxy` is there already"), "{err}");
}

#[test]
fn faulty_rules_make_no_pack() {
    let home = Home::new();
    home.file("corp.yaml", RULES.replace("severity: error", "severity: eror"));
    let words = ["doctor", "rules", "compile", "corp.yaml", "--output", "corp.pack"];
    let (_, err, code) = told(home.cmdop(&words));
    assert_eq!(code, Some(2));
    assert!(err.contains("corp.yaml:7:15") && err.contains("did you mean `error`?"), "{err}");
    assert!(!home.path().join("corp.pack").exists());
    let (_, err, code) =
        told(home.cmdop(&["doctor", "rules", "compile", "corp.yaml", "--output", "corp.bin"]));
    assert_eq!(code, Some(2));
    assert!(err.contains("the name of a pack ends in .pack"), "{err}");
}

/// `whole` with one byte changed, at each of these places.
fn changed(whole: &[u8], places: impl Iterator<Item = usize>) -> Vec<Vec<u8>> {
    let at = |place: usize| {
        let mut changed = whole.to_vec();
        changed[place] ^= 0x41;
        changed
    };
    places.map(at).collect()
}

#[track_caller]
fn all_are_refused(home: &Home, wrong: &[Vec<u8>]) {
    for bytes in wrong {
        home.file("corp.pack", bytes);
        let (out, err, code) = listed(home, "corp.pack");
        assert!(out.is_empty() && code == Some(2), "{err}");
        assert!(err.contains("corp.pack") && err.contains("this pack is not read: it"), "{err}");
        assert!(!err.contains("panicked"), "{err}");
    }
}

#[test]
fn a_pack_that_was_cut_or_changed_is_refused() {
    let home = with_pack();
    let whole = pack(&home);
    let texts = whole.len() - parts(&whole).1.len();
    let cuts = [0, 1, 11, 12, 40, HEAD - 1, HEAD, HEAD + 1, whole.len() / 2, whole.len() - 1];
    let mut wrong: Vec<Vec<u8>> = cuts.iter().map(|cut| whole[..*cut].to_vec()).collect();
    wrong.push([whole.as_slice(), b"x"].concat());
    wrong.extend(changed(&whole, (0..IDENTITY).step_by(3).chain(LENGTHS..HASHES)));
    wrong.extend(changed(&whole, (HEAD..texts).step_by(texts / 20)));
    all_are_refused(&home, &wrong);
    // Whose hashes were changed was not compiled here: then the texts count, and theirs.
    let files = listed(&home, "corp.yaml");
    for bytes in changed(&whole, [HASHES, HASHES + 31].into_iter()) {
        home.file("corp.pack", &bytes);
        assert!(listed(&home, "corp.pack") == files);
    }
    std::fs::remove_dir_all(home.path().join(".cmdop/packs")).unwrap();
    all_are_refused(
        &home,
        &changed(&whole, [HASHES + 32, HEAD - 97].into_iter().chain((texts..whole.len()).step_by(99))),
    );
}

#[test]
fn what_a_stranger_compiled_is_not_decoded() {
    let home = with_pack();
    let files = listed(&home, "corp.yaml");
    let whole = pack(&home);
    let (compiled, texts) = parts(&whole);
    let at = compiled.windows(10).position(|part| part == b"corp.proxy").unwrap();
    let mut renamed = compiled.clone();
    renamed[at..at + 10].copy_from_slice(b"evil.proxy");
    for compiled in [renamed, vec![0xff; 4096], vec![0; 65_536], Vec::new()] {
        home.file("corp.pack", forged(&whole, &compiled, &texts));
        assert!(listed(&home, "corp.pack") == files);
    }
    // Where the texts are no texts, or no rules, that is told.
    for texts in [vec![0xff; 300], vec![0; 300_000], b"\x06a.yaml\x03a: ".to_vec()] {
        home.file("corp.pack", forged(&whole, &compiled, &texts));
        let (out, err, code) = listed(&home, "corp.pack");
        assert_eq!((out.as_str(), code), ("", Some(2)), "{err}");
        assert!(!err.contains("panicked"), "{err}");
    }
    // A pack cannot give its rules more trust than the place has that it lies in.
    let bold = RULES
        .replace("{ env: { name: HTTPS_PROXY } }", "{ http: { get: \"{api}/v1/machines\", auth: access } }");
    let text = [b"\x09corp.yaml".as_slice(), &varint(bold.len()), bold.as_bytes()].concat();
    home.file("corp.pack", forged(&whole, &compiled, &text));
    let (_, err, code) = listed(&home, "corp.pack");
    assert_eq!(code, Some(2));
    assert!(err.contains("a rule from outside the program sends no credential"), "{err}");
}

/// A length as `postcard` writes it.
fn varint(mut number: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    while number > 0x7f {
        bytes.push(u8::try_from(number & 0x7f).unwrap() | 0x80);
        number >>= 7;
    }
    bytes.push(u8::try_from(number).unwrap());
    bytes
}

#[test]
fn a_pack_of_another_version_is_read_from_its_texts() {
    let home = with_pack();
    let files = listed(&home, "corp.yaml");
    let mut other = pack(&home);
    other[IDENTITY] ^= 1;
    home.file("corp.pack", &other);
    assert!(listed(&home, "corp.pack") == files);
    let told = remarks(&home, "corp.pack");
    assert!(told.contains("another version of this program compiled it"), "{told}");
    assert!(told.contains("cmdop doctor rules compile PACK --output PACK"), "{told}");
    // Another format is none that can be read.
    other[12] = 9;
    home.file("corp.pack", &other);
    let (_, err, code) = listed(&home, "corp.pack");
    assert_eq!(code, Some(2));
    assert!(err.contains("a pack of the format 9"), "{err}");
}

#[test]
fn a_pack_that_others_can_write_is_refused() {
    let home = with_pack();
    let chmod =
        |path: &Path, mode| std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    home.folder_in("shared", 0o777);
    let shared = home.path().join("shared/corp.pack");
    std::fs::copy(home.path().join("corp.pack"), &shared).unwrap();
    chmod(&shared, 0o600);
    let (_, err, code) = listed(&home, "shared/corp.pack");
    assert_eq!(code, Some(2));
    assert!(err.contains("others can replace it"), "{err}");
    chmod(&home.path().join("corp.pack"), 0o622);
    let (_, err, code) = listed(&home, "corp.pack");
    assert_eq!(code, Some(2));
    assert!(err.contains("others can write it (mode 0622)"), "{err}");
}

#[test]
fn notes_that_others_can_write_say_nothing() {
    let home = with_pack();
    home.mode(".cmdop/packs", 0o777);
    assert!(remarks(&home, "corp.pack").contains("it was not compiled here"));
    home.mode(".cmdop/packs", 0o700);
    assert!(!remarks(&home, "corp.pack").contains("corp.pack"));
}

#[test]
fn without_the_built_in_rules_a_pack_stands_alone() {
    let home = Home::new();
    home.file("corp.yaml", RULES);
    let compile = ["doctor", "rules", "compile", "--no-builtin", "corp.yaml", "--output", "corp.pack"];
    assert_eq!(told(home.cmdop(&compile)).2, Some(0));
    let alone = |rules| told(home.cmdop(&["doctor", "list", "--json", "--no-builtin", "--rules", rules]));
    assert_eq!(alone("corp.pack"), alone("corp.yaml"));
    assert_eq!(listed(&home, "corp.pack"), listed(&home, "corp.yaml"));
}
