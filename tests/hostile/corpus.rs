//! Texts that nobody should have to see, and what no output may do with them.

use std::process::Output;

use serde_json::Value;

use crate::support::{Home, Run};

/// One of each kind.
pub(crate) const TEXTS: [&str; 17] = [
    "\u{1b}[31mred\u{1b}[2J\u{1b}]0;title\u{7}\u{1b}c\u{1b}P1$r\u{1b}\\",
    "\u{1b}]8;;http://evil.test\u{1b}\\link\u{1b}]8;;\u{1b}\\",
    "\u{1}\u{2}\u{3}\u{4}\u{5}\u{6}\u{7}\u{8}\u{b}\u{c}\u{e}\u{f}\u{10}\u{16}\u{1a}\u{1c}\u{1f}\u{7f}",
    "\u{80}\u{85}\u{8d}\u{90}\u{9b}2J\u{9c}\u{9d}0;x\u{9f}",
    "safe\u{202e}gnp.exe\u{202c}\u{2066}x\u{2069}\u{200f}\u{61c}\u{200e}",
    "a\u{200b}b\u{200c}c\u{200d}d\u{2060}e\u{feff}f\u{ad}g\u{180e}h\u{3164}i\u{115f}j\u{fe0f}k\u{e0041}",
    "one\ntwo\r\nthree\rfour\tfive\u{2028}six\u{2029}seven\u{b}eight\u{c}nine",
    "::error file=app.js,line=1::boom ::add-mask::x\n::stop-commands::y ##[error]z ##vso[task.complete]q",
    "$(touch owned) `touch owned` ; touch owned && touch owned | touch owned > owned & $IFS ${x}",
    "-rf",
    "--help=x -y",
    "<script>alert(1)</script> **bold** [a](javascript:alert(1)) | # `x` &amp; ]]>",
    "{{ {} {token.prefix} {api} }} %s %n {0} ${store}",
    "\u{430}\u{440}\u{440}\u{4cf}e \u{ff21}\u{ff30}\u{ff29} \u{212a} \u{1d41a}",
    "' \" \\ ' \"\" \\\\",
    " ",
    "\u{fffd}\u{ffff}\u{10ffff}\u{e000}\u{301}\u{301}\u{301}",
];

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
    for line in ["doctor auth --all -v", "doctor auth --json -v --all --debug", "doctor auth"] {
        run(line, dress(home.cmdop(&line.split(' ').collect::<Vec<_>>())));
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
