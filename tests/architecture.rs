//! The house rules of ARCHITECTURE.md, held by tests: floors, room sizes, documentation, bans.
#![expect(clippy::disallowed_methods, reason = "a test of the source tree reads the source tree")]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::{Path, PathBuf};

/// The floors from the top; a room may import lower floors only, never a neighbour.
const FLOORS: &[&[&str]] = &[
    &["cli"],
    &["doctor", "sandbox"],
    &["fix", "report"],
    &["source"],
    &["engine"],
    &["rulebook"],
    &["probe", "auth"],
    &["credential"],
    &["world"],
    &["redact", "scan"],
    &["model"],
];
const FILE_LINES_MAX: usize = 400;
const FUNCTION_LINES_MAX: usize = 70;
const SNAPSHOT_LINES_MAX: usize = 60;

struct Source {
    path: String,
    text: String,
}

impl Source {
    /// The text without the tests at its end.
    fn code(&self) -> &str {
        self.text.split("\n#[cfg(test)]\nmod tests").next().unwrap_or_default()
    }

    fn room(&self) -> &str {
        let below = self.path.trim_start_matches("src/");
        below.split(['/', '.']).next().unwrap_or_default()
    }
}

fn tree(folder: &str, ending: &str) -> Vec<Source> {
    fn walk(folder: &Path, ending: &str, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                walk(&path, ending, found);
            } else if path.to_string_lossy().ends_with(ending) {
                found.push(path);
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut paths = Vec::new();
    walk(&root.join(folder), ending, &mut paths);
    paths.sort();
    let read = |path: PathBuf| Source {
        path: path.strip_prefix(root).unwrap().to_string_lossy().into_owned(),
        text: fs::read_to_string(&path).unwrap(),
    };
    paths.into_iter().map(read).collect()
}

fn rust() -> Vec<Source> {
    let found = tree("src", ".rs");
    assert!(found.len() > 30, "the walk finds the sources");
    found
}

#[track_caller]
fn none(faults: Vec<String>) {
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn imports_go_down() {
    let floor = |room: &str| FLOORS.iter().position(|rooms| rooms.contains(&room));
    let mut faults = Vec::new();
    for source in rust() {
        let Some(here) = floor(source.room()) else { continue };
        for (number, line) in source.code().lines().enumerate() {
            if line.trim_start().starts_with("//") {
                continue;
            }
            for (at, _) in line.match_indices("crate::") {
                let room: String =
                    line[at + 7..].chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                let below = floor(&room).is_some_and(|there| there <= here && room != source.room());
                if below {
                    faults.push(format!("{}:{}: {} imports {room}", source.path, number + 1, source.room()));
                }
            }
        }
    }
    none(faults);
}

#[test]
fn every_room_has_a_floor() {
    let named = |room: &str| FLOORS.iter().any(|rooms| rooms.contains(&room));
    let strays = rust()
        .into_iter()
        .filter(|source| !named(source.room()) && !["main", "lib"].contains(&source.room()));
    none(strays.map(|source| format!("{}: on no floor", source.path)).collect());
}

#[test]
fn rooms_stay_small() {
    let large = rust().into_iter().filter(|source| source.code().lines().count() > FILE_LINES_MAX);
    none(large.map(|source| format!("{}: {} lines", source.path, source.code().lines().count())).collect());
}

#[test]
fn functions_stay_small() {
    let mut faults = Vec::new();
    for source in rust() {
        let mut begun: Option<(usize, usize, String)> = None;
        for (number, line) in source.code().lines().enumerate() {
            let indent = line.len() - line.trim_start().len();
            let trimmed = line.trim_start();
            let opens = [
                "fn ",
                "pub fn ",
                "pub(super) fn ",
                "pub(crate) fn ",
                "async fn ",
                "pub async fn ",
                "pub(super) async fn ",
                "const fn ",
            ]
            .iter()
            .any(|start| trimmed.starts_with(start));
            if opens && begun.is_none() && !line.trim_end().ends_with(['}', ';']) {
                begun = Some((number, indent, trimmed.chars().take(50).collect()));
            } else if let Some((start, depth, name)) = &begun
                && indent == *depth
                && trimmed.starts_with('}')
            {
                if number - start + 1 > FUNCTION_LINES_MAX {
                    faults.push(format!(
                        "{}:{}: {} lines: {name}",
                        source.path,
                        start + 1,
                        number - start + 1
                    ));
                }
                begun = None;
            }
        }
    }
    none(faults);
}

#[test]
fn every_file_says_what_it_is_for() {
    let silent = rust().into_iter().filter(|source| !source.text.starts_with("//! "));
    none(silent.map(|source| format!("{}: no module doc", source.path)).collect());
}

#[test]
fn banned_words_stay_out() {
    let bans = [
        ("#[allow(", "use #[expect(…, reason)]"),
        ("serde(flatten)", "it loses positions and unknown keys"),
        ("serde(untagged)", "it loses positions"),
        ("todo!(", "say it in an issue"),
        ("unimplemented!(", "say it in an issue"),
        ("TODO", "say it in an issue"),
        ("FIXME", "say it in an issue"),
    ];
    let mut faults = Vec::new();
    for source in rust() {
        for (number, line) in source.code().lines().enumerate() {
            for (ban, why) in bans {
                if line.contains(ban) {
                    faults.push(format!("{}:{}: `{ban}`: {why}", source.path, number + 1));
                }
            }
        }
    }
    none(faults);
}

#[test]
fn rooms_have_names_that_mean_something() {
    let empty =
        ["utils", "util", "common", "helpers", "helper", "misc", "base", "service", "manager", "handler"];
    let vague =
        rust().into_iter().filter(|source| source.path.split(['/', '.']).any(|part| empty.contains(&part)));
    none(vague.map(|source| source.path).collect());
}

#[test]
fn snapshots_can_be_reviewed() {
    let long =
        tree("snapshots", ".snap").into_iter().filter(|snap| snap.text.lines().count() > SNAPSHOT_LINES_MAX);
    none(long.map(|snap| format!("{}: {} lines", snap.path, snap.text.lines().count())).collect());
}

#[test]
fn no_file_names_a_machine_or_a_registry_host() {
    let mut all = rust();
    for (folder, ending) in [("checks", ".yaml"), ("rules", ".yaml"), ("tests", ".rs"), ("checks", ".md")] {
        all.extend(tree(folder, ending));
    }
    let words =
        [concat!("/wo", "rk/"), concat!("crates", ".io"), concat!("npmjs", ".org"), concat!("py", "pi.org")];
    let found = all.iter().flat_map(|source| {
        words
            .iter()
            .filter(|word| source.text.contains(**word))
            .map(|word| format!("{}: {word}", source.path))
    });
    none(found.collect());
}
