//! GitHub Actions' workflow commands: an annotation for each root, and every finding in a group of
//! the job's log. The job's summary page is the Markdown report.

use std::fmt::Write;

use super::entry::{Entry, Standing, cause, entries, remedy};
use super::hidden::visible;
use super::text::closing_line;
use crate::model::finding::Verdict;
use crate::model::report::Report;
use crate::model::severity::Severity;

/// Writes the lines.
pub fn render(report: &Report) -> Vec<u8> {
    let entries = entries(report);
    let mut lines = String::new();
    for entry in &entries {
        annotate(&mut lines, entry, report.fail_on);
    }
    for remark in &report.remarks {
        let _infallible =
            writeln!(lines, "::notice title=cmdop doctor%3A note::{}", message(&visible(remark)));
    }
    let _infallible = writeln!(lines, "::group::cmdop doctor: {} findings", entries.len());
    for entry in &entries {
        let word = entry.root.map_or(entry.verdict(), |root| root.severity.name());
        let _infallible = writeln!(lines, "{word} {}", visible(&entry.id()));
    }
    lines.push_str("::endgroup::\n");
    let closing = closing_line(report);
    let _infallible =
        writeln!(lines, "{}: {}; exit code {}", report.verdict.name(), visible(&closing), report.exit_code);
    lines.into_bytes()
}

fn annotate(lines: &mut String, entry: &Entry<'_>, fail_on: Severity) {
    let waived = entry.finding.is_some_and(|finding| finding.verdict == Verdict::Waived);
    let (command, told) = match (entry.standing(fail_on), entry.root) {
        (Standing::Sick { severity, .. }, Some(root)) => {
            let fix = remedy(root).map(|command| format!("\nfix: {}", visible(&command)));
            (severity.name(), format!("{}{}", visible(&cause(root)), fix.unwrap_or_default()))
        }
        (Standing::Open { fails: true }, _) => ("error", visible(&entry.reason()).into_owned()),
        (Standing::Aside, _) if waived => ("notice", visible(&entry.reason()).into_owned()),
        _ => return,
    };
    let title = property(&visible(&format!("{}: {}", entry.id(), entry.title())));
    let _infallible = writeln!(lines, "::{command} title={title}::{}", message(&told));
}

/// What stands behind the second pair of colons (`escapeData` of GitHub's own toolkit).
pub fn message(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a property (`escapeProperty` of GitHub's own toolkit).
pub fn property(text: &str) -> String {
    message(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_ends_its_command() {
        assert_eq!(message("50%\r\n::error::x"), "50%25%0D%0A::error::x");
        assert_eq!(property("a,b: c::d"), "a%2Cb%3A c%3A%3Ad");
    }
}
