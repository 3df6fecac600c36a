//! Texts that nobody should have to see, and what no output may do with them.

use std::process::Output;

use serde_json::Value;

use crate::parity;
use crate::support::{Home, Run};

pub(crate) use crate::texts::TEXTS;

/// A text of a megabyte.
pub(crate) fn long() -> String {
    "long \u{1b}[31m\u{202e}".repeat(1 << 16)
}

/// Whether a terminal obeys `c`, or an eye does not see it.
fn is_wild(c: char) -> bool {
    c.is_control() && c != '\n'
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{115f}' | '\u{180e}' | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

/// Examines in every form of a report, with variables by `dress`.
#[track_caller]
pub(crate) fn examine(home: &Home, dress: impl Fn(Run) -> Run) {
    for line in ["doctor auth --all -v", "doctor auth --json -v --all --debug"] {
        run(line, dress(home.cmdop(&line.split(' ').collect::<Vec<_>>())));
    }
    let folder = tempfile::tempdir().unwrap();
    let (words, files) = parity::into_files(folder.path());
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let output = dress(home.cmdop(&words).argument("--format=ndjson")).output();
    tame("doctor auth", &output);
    if output.status.code() != Some(2) {
        parity::demand_parity(&parity::read_files(&files, |format, text| {
            assert_eq!(text.find(is_wild), None, "{format}");
        }));
    }
}

/// Runs, and demands what every run owes.
#[track_caller]
pub(crate) fn run(line: &str, run: Run) {
    let output = run.output();
    tame(line, &output);
    if line.contains("--json") && output.status.code() != Some(2) {
        commands_are_lines(&serde_json::from_slice(&output.stdout).unwrap());
    }
}

/// An exit code of ours, and nothing wild on either stream.
#[track_caller]
pub(crate) fn tame(line: &str, output: &Output) {
    let code = output.status.code();
    let (out, err) = (text(&output.stdout), text(&output.stderr));
    assert!(code.is_some_and(|code| code <= 3), "{line}: {:?}\n{err}", output.status);
    assert!(!err.contains("panicked") && !err.contains("internal error"), "{line}: {err}");
    for shown in [&out, &err] {
        if let Some(at) = shown.find(is_wild) {
            let end = shown.ceil_char_boundary(shown.len().min(at + 40));
            panic!("{line}: {:?}", &shown[shown.floor_char_boundary(at.saturating_sub(80))..end]);
        }
        let obeyed = |line: &&str| line.trim_start().starts_with("::") || line.trim_start().starts_with("##");
        assert_eq!(shown.lines().find(obeyed), None, "{line}: a build system obeys this");
    }
}

#[track_caller]
fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// Every command and every word of one is a single line that can be seen.
#[track_caller]
fn commands_are_lines(value: &Value) {
    match value {
        Value::Array(members) => members.iter().for_each(commands_are_lines),
        Value::Object(fields) => {
            for (name, value) in fields {
                match (name.as_str(), value) {
                    ("command", Value::String(command)) if fields.get("kind") != Some(&"manual".into()) => {
                        assert!(!command.contains(|c| is_wild(c) || c == '\n'), "{command:?}");
                    }
                    ("argv", Value::Array(words)) => {
                        let wild = words
                            .iter()
                            .find(|word| word.as_str().unwrap().contains(|c| is_wild(c) || c == '\n'));
                        assert_eq!(wild, None);
                    }
                    (_, value) => commands_are_lines(value),
                }
            }
        }
        _ => {}
    }
}
