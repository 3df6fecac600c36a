//! The result for people, as compilers tell theirs.

use std::fmt::Write;

use super::look::Finding;
use super::run::Results;
use crate::cli::rules::count::counted;
use crate::report::hidden::visible;

pub(super) fn render(results: &Results) -> Vec<u8> {
    let mut text = String::new();
    for (file, mended) in &results.mended {
        let place = format!("{file}:{}", mended.line);
        let _infallible = writeln!(text, "mended {}: {} [{}]", visible(&place), mended.what, mended.code);
    }
    if !results.mended.is_empty() {
        text.push('\n');
    }
    for finding in &results.findings {
        let _infallible = writeln!(text, "{}\n", told(finding));
    }
    let _infallible = writeln!(text, "{}", closing(results));
    text.into_bytes()
}

/// The fault, with its level and its code in front.
fn told(finding: &Finding) -> String {
    let shown = finding.fault.to_string();
    let rest = shown.strip_prefix("error").unwrap_or(&shown);
    format!("{}[{}]{rest}", finding.level.name(), finding.code)
}

fn closing(results: &Results) -> String {
    let files = counted(results.files, "file");
    let mendable = results.findings.iter().filter(|finding| finding.mendable).count();
    match (results.findings.len(), if results.fixed { 0 } else { mendable }) {
        (0, _) => format!("nothing to say of {files}"),
        (all, 0) => format!("{} in {files}", counted(all, "finding")),
        (all, some) => format!("{} in {files}; `--fix` can mend {some}", counted(all, "finding")),
    }
}
