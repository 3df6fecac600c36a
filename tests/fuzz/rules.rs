//! Files of rules, damaged: a rulebook, or faults with their places.

use std::sync::LazyLock;

use cmdop_doctor::model::check::Trust;
use cmdop_doctor::rulebook::{self, RuleFaults, RuleText, Source, base, case_files, cases, lint};
use tempfile::NamedTempFile;

use crate::chance::{self, Chance};
use crate::reports::{examined, written};
use crate::{bundles, tree};

/// What the language and YAML are made of.
pub(crate) const ODD: &[&str] = &[
    "\n",
    "\n---\n",
    "  ",
    "\t",
    ": ",
    "- ",
    "{ ",
    " }",
    "[",
    "]",
    ", ",
    "\"",
    "'",
    "#",
    "|",
    ">-\n",
    "&a ",
    "*a",
    "<<: *a\n",
    "!!str ",
    "? ",
    "%YAML 1.2\n",
    "\u{feff}",
    "\u{85}",
    "\u{2028}",
    "\0",
    "\u{1b}[2J",
    "\\x",
    "null",
    "true",
    "0600",
    "1e999",
    "-1",
    "99999999999999999999",
    "2026-01-02T03:04:05Z",
    "id: ",
    "when: ",
    "all: ",
    "any: ",
    "not: ",
    "none_of: ",
    "ref: ",
    "plus: ",
    "needs: ",
    "evidence:\n",
    "outcomes:\n",
    "otherwise: unknown\n",
    "each: ",
    "it.",
    "applies: ",
    "fix: ",
    "severity: error\n",
    "extends: token.accepted\n",
    "overrides: true\n",
    "disable: [key.present]\n",
    "match: ",
    "(?<a>",
    ")*",
    "(a{1000}){1000}",
    "suggests: ",
    "witness: ",
    "explains: ",
    "corrects: ",
    "hosts: ",
    "command: ",
    "profile: ",
    "{token.present}",
    "{x|",
    "{{",
    "}}",
    "${",
    "%{",
    "\u{4e2d}",
];

/// A text of the tree whose first rule has another id.
pub(crate) fn renamed(text: &str, ending: &str) -> String {
    let Some((before, rest)) = text.split_once("id: ") else { return text.to_owned() };
    let id = rest.split(|c: char| !c.is_alphanumeric() && !"._".contains(c)).next().unwrap_or_default();
    format!("{before}id: {id}_{ending}{}", &rest[id.len()..])
}

/// Some files of the tree in one, with words of others.
fn some_rules(chance: &mut Chance) -> Vec<u8> {
    let texts: Vec<String> =
        (0..=chance.below(3)).map(|at| renamed(&chance.of(&WRITTEN).1, &format!("of_mine_{at}"))).collect();
    let mut text = texts.join("\n---\n");
    for _ in 0..chance.below(6) {
        let word = |chance: &mut Chance, text: &str| {
            let start = text.floor_char_boundary(chance.below(text.len()));
            let in_word = |c: char| c.is_alphanumeric() || "._-".contains(c);
            let start = text[..start].rfind(|c| !in_word(c)).map_or(0, |at| text.ceil_char_boundary(at + 1));
            start..text[start..].find(|c| !in_word(c)).map_or(text.len(), |length| start + length)
        };
        let other = &chance.of(&WRITTEN).1;
        let new = if chance.one_in(3) { *chance.of(ODD) } else { &other[word(chance, other)] };
        let old = word(chance, &text);
        text.replace_range(old, new);
    }
    let mut text = text.into_bytes();
    if chance.one_in(3) {
        chance.damage(&mut text, 4, ODD);
    }
    text
}

/// The rule files of the tree, small ones: what stands in the large ones stands in these too.
pub(crate) static WRITTEN: LazyLock<Vec<(String, String)>> = LazyLock::new(|| {
    let mut files = [tree::files("checks", ".yaml"), tree::files("rules", ".yaml")].concat();
    files.retain(|(name, text)| !name.ends_with(".cases.yaml") && text.len() < 6_000);
    files
});

static CASES: LazyLock<Vec<(String, String)>> = LazyLock::new(|| tree::files("checks", ".cases.yaml"));

/// Faults say where they are, and are shown to a person.
pub(crate) fn told(faults: &RuleFaults) {
    assert!(!faults.0.is_empty());
    for fault in &faults.0 {
        assert_eq!(fault.line == 0, fault.column == 0, "{fault}");
        assert!(!fault.to_string().contains(['\u{1b}', '\0']), "{fault}");
    }
}

fn round(chance: &mut Chance) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.yaml");
    let text = some_rules(chance);
    std::fs::write(&path, &text).unwrap();
    let source = Source { path: path.clone(), trust: *chance.of(&[Trust::Named, Trust::Config]) };
    match rulebook::load(base(chance.one_in(2)), &[source]) {
        Err(faults) => told(&faults),
        Ok(rulebook) => {
            let file = NamedTempFile::new().unwrap();
            let report = examined(&file, &bundles::damaged(chance), rulebook);
            report.iter().for_each(|report| drop(written(report, report)));
        }
    }
    if let Ok(text) = String::from_utf8(text) {
        let file = RuleText { name: "a.yaml", text: &text, trust: Trust::Named };
        let _whatever = lint::remarks(file);
        let (mended, _) = lint::mend(file);
        let (again, _) = lint::mend(RuleText { text: &mended, ..file });
        assert_eq!(again, mended, "mended twice: {text:?}");
    }
    let mut text = chance.of(&CASES).1.clone().into_bytes();
    chance.damage(&mut text, 8, ODD);
    std::fs::write(folder.path().join("a.cases.yaml"), text).unwrap();
    for (name, text) in case_files(&path).into_iter().flatten() {
        if let Err(faults) = cases::read_file(&name, &text, &[], &base(true)) {
            told(&faults);
        }
    }
}

chance::played!(4, round);
