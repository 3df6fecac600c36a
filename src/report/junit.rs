//! JUnit XML, as GitLab, Jenkins and GitHub's readers take it: a test suite for each area, a test case
//! for each root and each other finding. A run that exits with 0 has neither failures nor errors.

use std::time::Duration;

use quick_junit::{NonSuccessKind, Property, Report as Document, TestCase, TestCaseStatus, TestSuite};

use super::entry::{Entry, Standing, cause, entries, remedy};
use super::hidden::visible;
use crate::model::diagnosis::Root;
use crate::model::report::Report;

/// Writes the document.
pub fn render(report: &Report) -> Vec<u8> {
    let mut document = Document::new(env!("CARGO_PKG_NAME"));
    document.set_time(Duration::from_millis(report.duration_ms));
    let entries = entries(report);
    let mut areas: Vec<&str> = Vec::new();
    for entry in &entries {
        if !areas.contains(&entry.area()) {
            areas.push(entry.area());
        }
    }
    for area in areas {
        let mut suite = TestSuite::new(shown(area));
        let members = entries.iter().filter(|entry| entry.area() == area);
        suite.add_test_cases(members.map(|entry| case(entry, report)));
        document.add_test_suite(suite);
    }
    // Writing into memory does not fail; a document that did would be an empty one.
    document.to_string().unwrap_or_default().into_bytes()
}

fn shown(text: &str) -> String {
    visible(text).into_owned()
}

fn case(entry: &Entry<'_>, report: &Report) -> TestCase {
    let mut case = TestCase::new(shown(&entry.id()), status(entry, report));
    case.set_classname(format!("cmdop.{}", shown(entry.area())));
    case.set_time(Duration::from_millis(entry.finding.map_or(0, |finding| finding.duration_ms)));
    case.add_property(Property::new("verdict", entry.verdict()));
    if let Some(root) = entry.root {
        case.add_property(Property::new("root", shown(&root.id)));
        case.add_property(Property::new("severity", root.severity.name()));
        if !matches!(entry.standing(report.fail_on), Standing::Sick { fails: true, .. }) {
            case.set_system_out(format!("{}: {}", root.severity.name(), told(root)));
        }
    }
    case
}

fn status(entry: &Entry<'_>, report: &Report) -> TestCaseStatus {
    match (entry.standing(report.fail_on), entry.root) {
        (Standing::Sick { fails: true, .. }, Some(root)) => {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            status.set_message(shown(&cause(root))).set_type(shown(root.outcome.unwrap_or(&root.id)));
            status.set_description(told(root));
            status
        }
        (Standing::Open { fails: true }, _) => {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
            status.set_message(shown(&entry.reason())).set_type("inconclusive");
            status
        }
        (Standing::Open { fails: false } | Standing::Aside, _) => {
            let mut status = TestCaseStatus::skipped();
            status.set_message(shown(&entry.reason()));
            status
        }
        (Standing::Well | Standing::Sick { .. }, _) => TestCaseStatus::success(),
    }
}

/// Symptom, cause and fix, each in a line.
fn told(root: &Root) -> String {
    let fix = remedy(root).unwrap_or_default();
    let lines = [("symptom", root.symptom.as_str()), ("cause", &cause(root)), ("fix", &fix)];
    let lines = lines.iter().filter(|(_, text)| !text.is_empty());
    lines.map(|(label, text)| format!("{label}: {}\n", visible(text))).collect()
}
