//! The result as GitHub Actions shows it: an annotation at each place.

use std::fmt::Write;

use super::run::Results;
use crate::cli::rules::count::counted;
use crate::report::github::{message, property};
use crate::report::hidden::visible;

pub(super) fn render(results: &Results) -> Vec<u8> {
    let mut lines = String::new();
    for finding in &results.findings {
        let fault = &finding.fault;
        let file = property(&visible(&fault.file));
        let place = match fault.line {
            0 => String::new(),
            line => format!(",line={line},col={}", fault.column),
        };
        let hint = fault.hint.as_ref().map(|hint| format!(" ({hint})")).unwrap_or_default();
        let told = message(&visible(&format!("{}{hint}", fault.words())));
        let (level, code) = (finding.level.name(), finding.code);
        let _infallible = writeln!(lines, "::{level} file={file}{place},title={code}::{told}");
    }
    let (found, files) = (counted(results.findings.len(), "finding"), counted(results.files, "file"));
    let _infallible = writeln!(lines, "{found} in {files}");
    lines.into_bytes()
}
