//! The table of log lines in ARCHITECTURE.md is a contract: every event in the source has its row there,
//! with its level, component and fields, and every row its event.
#![expect(clippy::disallowed_methods, reason = "a test of the source tree reads the source tree")]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The macros, with the letters that the console form has for their levels.
const LEVELS: [(&str, &str); 5] =
    [("error", "ERR"), ("warn", "WRN"), ("info", "INF"), ("debug", "DBG"), ("trace", "TRC")];

/// A line that a run can log, or a row of the table.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Line {
    component: String,
    level: String,
    message: String,
    fields: BTreeSet<String>,
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
}

/// The arguments of a macro whose opening parenthesis was just before `text`, each by itself.
fn arguments(text: &str) -> Vec<String> {
    let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
    let mut all = vec![String::new()];
    for sign in text.chars() {
        match sign {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            '(' | '[' | '{' if !quoted => depth += 1,
            ')' if !quoted && depth == 0 => break,
            ')' | ']' | '}' if !quoted => depth -= 1,
            ',' if !quoted && depth == 0 => {
                all.push(String::new());
                continue;
            }
            _ => {}
        }
        all.last_mut().unwrap().push(sign);
    }
    all.into_iter()
        .map(|argument| argument.trim().to_owned())
        .filter(|argument| !argument.is_empty())
        .collect()
}

/// The text of a literal, with the constants of its file filled in and `…` for what varies.
fn spoken(literal: &str, file: &str) -> String {
    let text = literal.trim_matches('"').replace("{}", "…");
    let Some((before, rest)) = text.split_once('{') else { return text };
    let (name, after) = rest.split_once('}').unwrap();
    let declaration = format!("const {name}: &str = \"");
    let declared = file.split(declaration.as_str()).nth(1).unwrap();
    format!("{before}{}{after}", declared.split('"').next().unwrap())
}

/// The event in the arguments of a macro in a file of `room`.
fn event(level: &str, arguments: &[String], room: &str, file: &str) -> Line {
    let at = arguments.iter().position(|argument| argument.starts_with('"')).unwrap();
    let mut component = room.to_owned();
    let mut fields = BTreeSet::new();
    for argument in &arguments[..at] {
        let (name, value) = argument.split_once('=').unwrap_or((argument, ""));
        match name.trim().trim_start_matches(['?', '%']) {
            "component" => component = value.trim().trim_matches('"').to_owned(),
            name => drop(fields.insert(name.to_owned())),
        }
    }
    Line { component, level: level.to_owned(), message: spoken(&arguments[at], file), fields }
}

/// Every event in the source.
fn events() -> Vec<Line> {
    let mut files = Vec::new();
    sources(&root().join("src"), &mut files);
    let mut all = Vec::new();
    for path in files {
        let text = fs::read_to_string(&path).unwrap();
        let below = path.strip_prefix(root().join("src")).unwrap().to_string_lossy().into_owned();
        let room = below.split(['/', '.']).next().unwrap();
        for (name, level) in LEVELS {
            let call = format!("tracing::{name}!(");
            let begun = text.split(call.as_str()).skip(1);
            all.extend(begun.map(|rest| event(level, &arguments(rest), room, &text)));
        }
    }
    assert!(all.len() > 50, "the walk finds the events");
    all
}

/// What stands between back quotes in `cell`.
fn quoted(cell: &str) -> impl Iterator<Item = &str> {
    cell.split('`').skip(1).step_by(2)
}

/// The rows of the table.
fn rows() -> Vec<Line> {
    let page = fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let section = page.split("\n## The log\n").nth(1).unwrap().split("\n## ").next().unwrap();
    let rows = section.lines().filter(|line| line.starts_with("| `"));
    rows.map(|row| {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        Line {
            component: quoted(cells[1]).next().unwrap().to_owned(),
            level: cells[2].to_owned(),
            message: quoted(cells[3]).next().unwrap().to_owned(),
            fields: quoted(cells[4]).flat_map(str::split_whitespace).map(str::to_owned).collect(),
        }
    })
    .collect()
}

#[test]
fn every_event_has_a_row_and_every_row_an_event() {
    let (events, rows) = (events(), rows());
    let same = |one: &Line, other: &Line| {
        (&one.component, &one.level, &one.message) == (&other.component, &other.level, &other.message)
    };
    let mut faults = Vec::new();
    for event in &events {
        match rows.iter().find(|row| same(event, row)) {
            None => faults.push(format!("no row: {} {} {}", event.component, event.level, event.message)),
            Some(row) => faults.extend(
                event.fields.difference(&row.fields).map(|field| format!("{}: no {field}", row.message)),
            ),
        }
    }
    for row in &rows {
        let told: BTreeSet<&String> =
            events.iter().filter(|event| same(event, row)).flat_map(|event| &event.fields).collect();
        if !events.iter().any(|event| same(event, row)) {
            faults.push(format!("no event: {} {} {}", row.component, row.level, row.message));
        }
        let unheard = row.fields.iter().filter(|field| !told.contains(field));
        faults.extend(unheard.map(|field| format!("{}: nobody says {field}", row.message)));
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn a_row_is_said_once() {
    let rows = rows();
    let mut names: Vec<_> = rows.iter().map(|row| (&row.component, &row.level, &row.message)).collect();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), rows.len());
}
