//! The table as a whole: no cell of it is empty.

use std::collections::BTreeSet;
use std::path::Path;

use cmdop_doctor::rulebook;
use regex::Regex;

use crate::row::Row;

/// Every class that a failed sign-in is told apart by, in the words of the design.
const CLASSES: &[&str] = &[
    "no DNS: no server",
    "no DNS: NXDOMAIN",
    "no DNS: SERVFAIL",
    "no DNS: timeout",
    "no DNS: wrong address",
    "no DNS: pinned in the hosts file",
    "refused",
    "timed out",
    "no route",
    "TLS untrusted",
    "TLS expired",
    "TLS not yet valid",
    "TLS wrong host",
    "TLS too old",
    "intercepting proxy",
    "proxy dead",
    "proxy wants authentication",
    "captive portal",
    "rate limited",
    "server fault",
    "broken answer: cut",
    "broken answer: not JSON",
    "broken answer: too large",
    "clock skew",
    "expired",
    "not yet valid",
    "revoked",
    "malformed",
    "foreign vendor",
    "other generation",
    "wrong environment",
    "lacks a permission",
    "not a member",
    "role too low",
    "machine not in the workspace",
    "workspace unknown",
    "workspace not selected",
    "SSO re-authentication due",
    "second factor due",
    "machine password due",
    "wrong credential source",
];

/// A table of rows, and a test for each of them.
macro_rules! rows {
    ($($name:ident $class:literal $outcome:literal $(=> $root:literal)? exits $code:literal
        $fix:literal $make:expr;)*) => {
        pub(crate) const ROWS: &[crate::row::Row] = &[$(crate::row::Row {
            name: stringify!($name),
            class: $class,
            outcome: $outcome,
            root: crate::table::last(&[$outcome, $($root)?]),
            fix: $fix,
            code: $code,
            make: $make,
        }),*];

        mod shown {
            $(#[test]
            fn $name() {
                crate::row::prove_named(super::ROWS, stringify!($name));
            })*
        }
    };
}
pub(crate) use rows;

pub(crate) const fn last(names: &[&'static str]) -> &'static str {
    names[names.len() - 1]
}

fn all() -> impl Iterator<Item = &'static Row> {
    let tables = [crate::network::ROWS, crate::credentials::ROWS, crate::workspaces::ROWS];
    tables.into_iter().flatten()
}

#[test]
fn every_class_is_shown_on_a_machine() {
    let classes: BTreeSet<_> = CLASSES.iter().copied().collect();
    let known: BTreeSet<_> = all().map(|row| row.class).collect();
    assert_eq!(known, classes);
}

#[test]
fn every_outcome_is_there_and_says_what_to_do() {
    let checks = rulebook::built_in().checks;
    for row in all() {
        let (id, outcome) = row.outcome.split_once('/').unwrap();
        let check = checks.iter().find(|check| check.id == id).unwrap_or_else(|| panic!("no check {id}"));
        let outcome = check.outcomes.iter().find(|known| known.id == outcome);
        let outcome = outcome.unwrap_or_else(|| panic!("no outcome {}", row.outcome));
        assert!(outcome.severity.is_some(), "{}: sick", row.outcome);
        assert!(!outcome.fix.is_empty(), "{}: fix", row.outcome);
        assert!(!row.fix.is_empty(), "{}: fix", row.name);
    }
}

#[test]
fn every_outcome_and_every_cause_has_a_case() {
    for row in all() {
        let (check, outcome) = row.outcome.split_once('/').unwrap();
        assert!(has_case(&format!("checks/{}", check.replace('.', "/")), outcome), "{}", row.outcome);
        if let Some(cause) = row.root.strip_prefix("cause.") {
            assert!(has_case(&format!("rules/causes/{cause}"), row.root), "{}", row.root);
        }
    }
}

/// Whether a case beside the rule expects this.
fn has_case(rule: &str, expected: &str) -> bool {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("{rule}.cases.yaml"));
    let cases = std::fs::read_to_string(&path).unwrap_or_else(|fault| panic!("{}: {fault}", path.display()));
    let expects = format!(r"(?m)^\s+(expect|outcome|elements|one_of):.*\b{}\b", regex::escape(expected));
    Regex::new(&expects).unwrap().is_match(&cases)
}
