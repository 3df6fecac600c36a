//! The project's own sources have no secret in them, so that they must come out as they went in.
#![expect(clippy::disallowed_methods, reason = "a test of the source tree reads the source tree")]

use std::path::Path;

use crate::streamed;

fn walk(folder: &Path, changed: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            walk(&path, changed);
            continue;
        }
        let text = std::fs::read(&path).unwrap();
        let out = streamed(&text, usize::MAX);
        let lines = text.split(|byte| *byte == b'\n').zip(out.split(|byte| *byte == b'\n'));
        for (number, (before, after)) in lines.enumerate().filter(|(_, (before, after))| before != after) {
            let shown = |line: &[u8]| String::from_utf8_lossy(line).into_owned();
            changed.push(format!("{}:{}: {} -> {}", path.display(), number + 1, shown(before), shown(after)));
        }
    }
}

#[test]
fn rules_and_engine_come_out_as_they_went_in() {
    let mut changed = Vec::new();
    for folder in ["src/engine", "src/report", "src/rulebook", "src/scan", "src/world", "rules/causes"] {
        walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), &mut changed);
    }
    // `password` and the like are names of things in a program that reads passwords.
    changed.retain(|line| !line.contains("***"));
    assert!(changed.is_empty(), "{}", changed.join("\n"));
}
