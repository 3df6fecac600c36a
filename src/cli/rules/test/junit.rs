//! The result as JUnit XML: a test suite for each file of cases, and with coverage one for the rules.

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use super::run::Results;
use crate::report::hidden::visible;
use crate::source::trial::{Covered, Tried};

/// The suite of what the cases leave open.
const COVERAGE: &str = "coverage";

pub(super) fn render(results: &Results) -> Vec<u8> {
    let mut report = Report::new("cmdop doctor rules test");
    for of_file in results.tried.chunk_by(|one, next| one.file == next.file) {
        let name = of_file.first().map_or("", |tried| tried.file.as_str());
        let mut suite = TestSuite::new(visible(name).into_owned());
        suite.add_test_cases(of_file.iter().map(case));
        report.add_test_suite(suite);
    }
    if results.thorough {
        let mut suite = TestSuite::new(COVERAGE);
        suite.add_test_cases(results.rules.iter().map(rule));
        report.add_test_suite(suite);
    }
    // Writing into memory does not fail; a document that did would be an empty one.
    report.to_string().unwrap_or_default().into_bytes()
}

fn case(tried: &Tried) -> TestCase {
    let differences = tried.misses.iter().map(ToString::to_string);
    let told: Vec<String> =
        differences.map(|told| format!("{}:{}: {told}", tried.file, tried.line)).collect();
    named(&format!("line {}: {}", tried.line, tried.name), &tried.file, &told)
}

fn rule(rule: &Covered) -> TestCase {
    let unreached = rule.unreached().map(|answer| format!("no case expects {answer}"));
    let unseen = rule.unnoticed.iter().map(|what| format!("no case notices {what}"));
    named(rule.id, COVERAGE, &unreached.chain(unseen).collect::<Vec<_>>())
}

/// A test that failed for the reasons in `told`, if there are any.
fn named(name: &str, class: &str, told: &[String]) -> TestCase {
    let status = match told {
        [] => TestCaseStatus::success(),
        [first, ..] => {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            status.set_message(visible(first).into_owned());
            status
                .set_description(told.iter().map(|line| format!("{}\n", visible(line))).collect::<String>());
            status
        }
    };
    let mut case = TestCase::new(visible(name).into_owned(), status);
    case.set_classname(visible(class).into_owned());
    case
}
