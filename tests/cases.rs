//! Every built-in rule against its cases, as `cmdop doctor rules test --coverage` tries rules: each case
//! ends as it should, each answer is reached, and no comparison of a check can be broken without a case
//! that notices.
//!
//! `CMDOP_CASES=token cargo test --test cases` tries one area, or one check, alone.
#![expect(clippy::disallowed_methods, reason = "cases are read from the source tree")]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::Path;
use std::sync::LazyLock;

use cmdop_doctor::rulebook::built_in;
use cmdop_doctor::source::trial::{CaseFile, Covered, Tried, cover, try_all};

/// What came of all cases of the chosen rules.
static TRIED: LazyLock<Vec<Tried>> = LazyLock::new(|| {
    let mut files = Vec::new();
    for folder in ["checks", "rules"] {
        collect(Path::new(env!("CARGO_MANIFEST_DIR")).join(folder).as_path(), &mut files);
    }
    files.retain(|file| !is_only() || is_chosen(&id_of(&file.name)));
    try_all(&built_in(), &files).unwrap_or_else(|faults| panic!("{faults}"))
});

/// How far the cases of each chosen rule go.
static COVERED: LazyLock<Vec<Covered>> =
    LazyLock::new(|| cover(&built_in(), &|id, _| is_chosen(id), &TRIED, true));

fn only() -> String {
    std::env::var("CMDOP_CASES").unwrap_or_default()
}

fn is_only() -> bool {
    !only().is_empty()
}

/// The id of the check whose cases stand in the file `name`.
fn id_of(name: &str) -> String {
    let below = ["checks/", "rules/generations/"].iter().find_map(|folder| name.strip_prefix(folder));
    below.unwrap_or(name).replace('/', ".")
}

fn is_chosen(id: &str) -> bool {
    id.starts_with(&only())
}

/// The files of cases below `folder`, named like the rules in the binary.
fn collect(folder: &Path, files: &mut Vec<CaseFile>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.to_string_lossy().ends_with(".cases.yaml") {
            let name = path.strip_prefix(env!("CARGO_MANIFEST_DIR")).unwrap().to_string_lossy().into_owned();
            files.push(CaseFile { name, text: std::fs::read_to_string(&path).unwrap() });
        }
    }
}

/// Shows all that is wrong at once.
#[track_caller]
fn none(faults: Vec<String>) {
    assert!(faults.is_empty(), "{} faults\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn every_case_ends_as_it_should() {
    let told = |tried: &Tried| {
        let differences: Vec<String> = tried.misses.iter().map(ToString::to_string).collect();
        format!("{}:{}: {}: {}", tried.file, tried.line, tried.name, differences.join("; "))
    };
    none(TRIED.iter().filter(|tried| !tried.misses.is_empty()).map(told).collect());
}

#[test]
fn every_rule_has_cases_for_each_of_its_answers() {
    assert!(!COVERED.is_empty());
    let missing = |rule: &Covered| {
        rule.unreached().map(|answer| format!("{}: no case for {answer}", rule.id)).collect::<Vec<_>>()
    };
    none(COVERED.iter().flat_map(missing).collect());
}

#[test]
fn every_comparison_matters_to_some_case() {
    let unseen = |rule: &Covered| {
        let of = rule.id;
        rule.unnoticed.iter().map(|what| format!("{of}: nobody notices {what}")).collect::<Vec<_>>()
    };
    none(COVERED.iter().flat_map(unseen).collect());
}
