//! SARIF 2.1.0 (OASIS, 2020), as code scanning services read it. A result is a root, or a waived
//! finding with its suppression: those services show every result as a problem, whatever its kind.
//! All findings are in the run's `properties`, and what could not be looked at is a notification.

mod results;
mod rules;

use std::fmt::Write;

use super::entry::{Entry, Standing, entries};
use super::json::counts;
use super::json::writer::Writer;
use crate::model::report::{Report, Summary};
use rules::Rules;

/// Where the schema of such logs is.
const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// Writes a log of one run, whose keys `run` writes.
pub fn log(run: impl Fn(&mut Writer)) -> Vec<u8> {
    Writer::document(|json| {
        json.break_lines(3);
        json.text_at("$schema", SCHEMA);
        json.text_at("version", "2.1.0");
        json.key("runs");
        json.list([()], |json, ()| json.object(&run));
    })
}

/// Writes the log of an examination.
pub fn render(report: &Report) -> Vec<u8> {
    let entries = entries(report);
    let rules = Rules::of(&entries);
    log(|json| {
        tool(json, &rules);
        invocation(json, report, &entries, &rules);
        json.key("results");
        json.list(entries.iter().filter(|entry| results::is_result(entry)), |json, entry| {
            results::write(json, entry, &rules);
        });
        properties(json, report, &entries);
    })
}

fn tool(json: &mut Writer, rules: &Rules<'_>) {
    json.key("tool");
    json.object(|json| {
        json.key("driver");
        json.object(|json| {
            json.text_at("name", env!("CARGO_PKG_NAME"));
            json.text_at("version", env!("CARGO_PKG_VERSION"));
            json.text_at("semanticVersion", env!("CARGO_PKG_VERSION"));
            rules.write(json);
        });
    });
}

fn invocation(json: &mut Writer, report: &Report, entries: &[Entry<'_>], rules: &Rules<'_>) {
    json.key("invocations");
    json.list([()], |json, ()| {
        json.object(|json| {
            json.flag_at("executionSuccessful", true);
            json.number_at("exitCode", report.exit_code);
            json.time_at("startTimeUtc", report.started_at);
            notifications(json, report, entries, rules);
        });
    });
}

/// What could not be looked at, and remarks on the run.
fn notifications(json: &mut Writer, report: &Report, entries: &[Entry<'_>], rules: &Rules<'_>) {
    let open = entries.iter().filter_map(|entry| match entry.standing(report.fail_on) {
        Standing::Open { fails } => {
            Some((Some(entry), entry.reason(), if fails { "warning" } else { "note" }))
        }
        _ => None,
    });
    let remarks = report.remarks.iter().map(|remark| (None, remark.clone(), "note"));
    json.key("toolExecutionNotifications");
    json.list(open.chain(remarks), |json, (entry, text, level)| {
        json.object(|json| {
            json.text_at("level", level);
            match entry {
                Some(entry) => {
                    message(json, &format!("{}: {text}", entry.id()));
                    json.key("associatedRule");
                    rules.refer(json, entry.rule());
                }
                None => message(json, &text),
            }
        });
    });
}

fn properties(json: &mut Writer, report: &Report, entries: &[Entry<'_>]) {
    json.key("properties");
    json.object(|json| {
        json.text_at("verdict", report.verdict.name());
        json.key("summary");
        json.object(|json| {
            for (name, many) in counts(&Summary::of(&report.diagnosis)) {
                json.number_at(name, many);
            }
        });
        json.key("findings");
        json.list(entries.iter().filter(|entry| entry.finding.is_some()), |json, entry| {
            json.object(|json| {
                json.text_at("id", &entry.id());
                json.text_at("verdict", entry.verdict());
            });
        });
    });
}

/// A member `message`. In a message string brackets before a parenthesis are a link (section 3.11.6),
/// braces a placeholder (section 3.11.5), unless they are escaped.
pub fn message(json: &mut Writer, text: &str) {
    json.key("message");
    json.object(|json| json.text_at("text", &escaped(text)));
}

fn escaped(text: &str) -> String {
    text.replace("](", "\\](").replace('{', "{{").replace('}', "}}")
}

/// An `artifactLocation`: an absolute path as a `file:` URI, another one relative to the repository.
fn artifact(json: &mut Writer, path: &str) {
    let uri = if path.starts_with('/') { uri(path) } else { super::gitlab::NOWHERE.to_owned() };
    json.key("artifactLocation");
    json.object(|json| json.text_at("uri", &uri));
}

/// The `file:` URI (RFC 8089) of an absolute path, or another path as a relative reference (RFC 3986
/// section 4.2); what is not unreserved (section 2.3 there) is encoded.
pub fn uri(path: &str) -> String {
    let start = if path.starts_with('/') { "file://" } else { "" };
    path.bytes().fold(start.to_owned(), |mut uri, byte| {
        if byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            let _infallible = write!(uri, "%{byte:02X}");
        }
        uri
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_path_has_a_uri() {
        assert_eq!(uri("/home/ada/a|b ö"), "file:///home/ada/a%7Cb%20%C3%B6");
    }

    #[test]
    fn no_text_is_a_link_or_a_placeholder() {
        assert_eq!(escaped("see [a](javascript:x) and {0}"), "see [a\\](javascript:x) and {{0}}");
    }
}
