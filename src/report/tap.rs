//! TAP version 14 with YAML diagnostics: a test point for each root and each other finding. A warning
//! that does not fail the run is one that is left to do, which consumers do not count as a failure.

use std::fmt::Write;

use super::entry::{Entry, Standing, cause, entries, remedy};
use super::hidden::visible;
use crate::model::report::Report;

/// The directive of a point that fails and is known to (TAP 14, "Directives").
const LEFT_TO_DO: &str = concat!("TO", "DO");

/// Writes the stream.
pub fn render(report: &Report) -> Vec<u8> {
    let entries = entries(report);
    let mut stream = format!("TAP version 14\n1..{}\n", entries.len());
    for (number, entry) in entries.iter().enumerate() {
        point(&mut stream, number + 1, entry, report);
    }
    for remark in &report.remarks {
        let _infallible = writeln!(stream, "# note: {}", visible(remark));
    }
    stream.into_bytes()
}

fn point(stream: &mut String, number: usize, entry: &Entry<'_>, report: &Report) {
    let standing = entry.standing(report.fail_on);
    let (sign, directive) = match standing {
        Standing::Well => ("ok", String::new()),
        Standing::Sick { fails: true, .. } | Standing::Open { fails: true } => ("not ok", String::new()),
        Standing::Sick { fails: false, severity } => {
            ("not ok", format!(" # {LEFT_TO_DO} {}", severity.name()))
        }
        Standing::Open { fails: false } | Standing::Aside => {
            ("ok", format!(" # SKIP {}", plain(&entry.reason())))
        }
    };
    let _infallible = writeln!(stream, "{sign} {number} - {}{directive}", plain(&entry.id()));
    if standing == Standing::Well {
        return;
    }
    stream.push_str("  ---\n");
    for (name, text) in details(entry) {
        let _infallible = writeln!(stream, "  {name}: {}", quoted(&text));
    }
    stream.push_str("  ...\n");
}

/// The diagnostic block: a mapping of texts.
fn details(entry: &Entry<'_>) -> Vec<(&'static str, String)> {
    let mut details = vec![("verdict", entry.verdict().to_owned()), ("title", entry.title().to_owned())];
    match entry.root {
        Some(root) => {
            details.push(("root", root.id.clone()));
            details.push(("severity", root.severity.name().to_owned()));
            details.push(("symptom", root.symptom.clone()));
            details.push(("cause", cause(root).into_owned()));
            details.extend(remedy(root).map(|command| ("fix", command)));
            details.extend((!root.explains.is_empty()).then(|| ("explains", root.explains.join(", "))));
        }
        None => details.push(("reason", entry.reason())),
    }
    details.retain(|(_, text)| !text.is_empty());
    details
}

/// A description: a number sign would begin a directive there.
fn plain(text: &str) -> String {
    visible(text).replace('\\', "\\\\").replace('#', "\\#")
}

/// A YAML scalar in double quotes (YAML 1.2 section 5.7: JSON's escapes are among its own).
fn quoted(text: &str) -> String {
    format!("\"{}\"", visible(text).replace('\\', "\\\\").replace('"', "\\\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn descriptions_hold_no_directive_and_scalars_end_where_they_should() {
        assert_eq!(plain("a # TODO \\ b\nc"), "a \\# TODO \\\\ b\\\\nc");
        assert_eq!(quoted("say \"x\" \\\u{1b}"), "\"say \\\"x\\\" \\\\\\\\x1b\"");
    }
}
