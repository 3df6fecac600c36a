//! Every built-in check against its cases: each case ends as it should, each outcome is reached, and
//! no comparison of a check can be broken without a case that notices.
//!
//! `CMDOP_CASES=token cargo test --test cases` tries one area, or one check, alone.
#![expect(clippy::disallowed_methods, reason = "cases are read from the source tree")]

use std::path::Path;

use cmdop_doctor::model::check::Check;
use cmdop_doctor::rulebook::{self, cases};
use cmdop_doctor::source::case::{Trial, try_cases, try_machines};

fn chosen() -> impl Iterator<Item = &'static Check> {
    let only = std::env::var("CMDOP_CASES").unwrap_or_default();
    rulebook::built_in().checks.into_iter().filter(move |check| check.id.starts_with(&only))
}

fn trial(check: &'static Check) -> (String, Trial) {
    let file = check.source.file.replace(".yaml", ".cases.yaml");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(&file);
    let text = std::fs::read_to_string(&path).unwrap_or_else(|fault| panic!("{file}: {fault}"));
    let cases =
        cases::read(&file, &text, check, &rulebook::built_in()).unwrap_or_else(|faults| panic!("{faults}"));
    assert!(!cases.is_empty(), "{file}: no case");
    (file, try_cases(check, &cases))
}

/// Collects what is wrong with every check, so that one run shows all.
fn all(fault_of: impl Fn(&str, &Trial) -> Vec<String>) {
    let mut faults = Vec::new();
    for check in chosen() {
        match std::panic::catch_unwind(|| trial(check)) {
            Ok((file, trial)) => faults.extend(fault_of(&file, &trial)),
            Err(_) => faults.push(format!("{}: see above", check.id)),
        }
    }
    assert!(faults.is_empty(), "{} faults\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn every_case_ends_as_it_should() {
    all(|file, trial| trial.wrong.iter().map(|wrong| format!("{file}: {wrong}")).collect());
}

#[test]
fn every_outcome_is_reached() {
    all(|file, trial| trial.unreached.iter().map(|id| format!("{file}: no case for {id}")).collect());
}

#[test]
fn every_comparison_matters_to_some_case() {
    all(|file, trial| trial.unnoticed.iter().map(|what| format!("{file}: nobody notices {what}")).collect());
}

#[test]
fn every_cause_finds_its_roots() {
    let book = rulebook::built_in();
    let mut faults = Vec::new();
    for cause in book.causes {
        let file = cause.source.file.replace(".yaml", ".cases.yaml");
        let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(&file))
            .unwrap_or_else(|fault| panic!("{file}: {fault}"));
        let cases = cases::read_roots(&file, &text, &book).unwrap_or_else(|faults| panic!("{faults}"));
        let shown = |case: &cases::Case| match &case.expect.answer {
            cases::Answer::Roots(ids) => ids.iter().any(|id| id == cause.id),
            _ => false,
        };
        assert!(
            cases.iter().any(shown) && !cases.iter().all(shown),
            "{file}: a case with and one without it"
        );
        faults.extend(try_machines(&book, &cases).into_iter().map(|wrong| format!("{file}: {wrong}")));
    }
    assert!(faults.is_empty(), "{} faults\n{}", faults.len(), faults.join("\n"));
}
