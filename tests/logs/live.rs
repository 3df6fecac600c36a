//! A log that is still being written: it is read as it comes.

use std::io::Write;
use std::process::Stdio;

use crate::support::Home;

#[test]
fn standard_input_is_read_to_its_end() {
    let home = Home::new();
    let run = home.cmdop(&["doctor", "auth", "--format", "json", "--from", "-"]);
    let mut child = run
        .into_command()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    for piece in ["Error: perm", "ission den", "ied\n", "more\n"] {
        input.write_all(piece.as_bytes()).unwrap();
        input.flush().unwrap();
    }
    drop(input);
    let output = child.wait_with_output().unwrap();
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(json["source"]["kind"], "log");
    assert_ne!(json["roots"].as_array().unwrap().len(), 0, "{json}");
    assert_eq!(json["roots"][0]["lines"][0]["line"], 1);
}
