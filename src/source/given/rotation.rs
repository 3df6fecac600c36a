//! The order of rotated files: `agent.log.2.gz`, `agent.log.1`, `agent.log` are one log, oldest first.

use std::path::Path;

/// What a name says of a file's place among its siblings. Sorts as the files are to be read.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Turn {
    /// The name that all of one log share.
    log: String,
    age: Age,
    name: String,
}

/// From the oldest to the youngest.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Age {
    /// Rotated on a day: digits of the date, and of the time where there are any.
    Day(String),
    /// Rotated so many times, from most to least.
    Times(std::cmp::Reverse<u32>),
    /// Still written to.
    Live,
}

/// Endings of compressed files.
const PACKED: [&str; 4] = [".gz", ".zst", ".xz", ".zstd"];

/// A date has eight digits, and no file is rotated so many times.
const DATE: usize = 8;

/// The turn of the file at `path`.
pub(super) fn turn(path: &Path) -> Turn {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let plain = PACKED.iter().find_map(|ending| name.strip_suffix(ending)).unwrap_or(&name);
    let (log, age) = by_number(plain).or_else(|| by_date(plain)).unwrap_or((plain.to_owned(), Age::Live));
    Turn { log, age, name }
}

/// `agent.log.2`.
fn by_number(name: &str) -> Option<(String, Age)> {
    let (log, number) = name.rsplit_once('.')?;
    let digits =
        !number.is_empty() && number.len() < DATE && number.bytes().all(|byte| byte.is_ascii_digit());
    let times = number.parse().ok().filter(|_| digits)?;
    Some((log.to_owned(), Age::Times(std::cmp::Reverse(times))))
}

/// `agent.log-20261123`, `agent-2026-11-23.log`, `agent.log.2026-11-23`, with a time after it or none.
fn by_date(name: &str) -> Option<(String, Age)> {
    let dated = |c: char| c.is_ascii_digit() || "-_T:".contains(c);
    let mut from = 0;
    while let Some(start) = name[from..].find(|c: char| c.is_ascii_digit()).map(|at| from + at) {
        let end = name[start..].find(|c| !dated(c)).map_or(name.len(), |at| start + at);
        let digits: String = name[start..end].chars().filter(char::is_ascii_digit).collect();
        if digits.len() >= DATE && digits.starts_with("20") {
            let (before, after) = (name[..start].trim_end_matches(['-', '.', '_']), &name[end..]);
            return Some((format!("{before}{after}"), Age::Day(digits)));
        }
        from = end;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sorted(names: &[&str]) -> Vec<String> {
        let mut turns: Vec<Turn> = names.iter().map(|name| turn(Path::new(name))).collect();
        turns.sort();
        turns.into_iter().map(|turn| turn.name).collect()
    }

    #[test]
    fn the_oldest_of_a_log_comes_first() {
        assert_eq!(
            sorted(&["agent.log", "agent.log.1", "agent.log.10.gz", "agent.log.2.xz"]),
            ["agent.log.10.gz", "agent.log.2.xz", "agent.log.1", "agent.log"]
        );
        assert_eq!(
            sorted(&["a.log", "a.log-20261123", "a.log-20261122.gz", "a.log-20261123-1200.zst"]),
            ["a.log-20261122.gz", "a.log-20261123", "a.log-20261123-1200.zst", "a.log"]
        );
        assert_eq!(
            sorted(&["a-2026-11-23.log", "a-2026-11-22.log"]),
            ["a-2026-11-22.log", "a-2026-11-23.log"]
        );
    }

    #[test]
    fn logs_are_kept_apart() {
        assert_eq!(
            sorted(&["b.log", "a.log", "b.log.1", "a.log.1"]),
            ["a.log.1", "a.log", "b.log.1", "b.log"]
        );
    }
}
