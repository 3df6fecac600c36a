//! What is wrong with the `.cmdop-doctor.yaml` of a project: keys, days, and names of checks.

use std::path::Path;

use super::look::{FAULT, Finding, Level};
use crate::cli::failure::Failure;
use crate::cli::policy::{FILE, named};
use crate::cli::rules::load::PATIENCE;
use crate::model::rulebook::Rulebook;
use crate::rulebook::RuleFault;

/// Whether `path` is called like such a file.
pub(super) fn is_one(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name == FILE)
}

/// What is wrong with the file at `path`, which is about the checks of `rulebook`.
pub(super) fn findings(path: &Path, rulebook: &Rulebook) -> Vec<Finding> {
    let wrong = match named(path, PATIENCE) {
        Ok(written) => [written.over(*rulebook).err(), written.waivers(rulebook).err()],
        Err(failure) => [Some(failure), None],
    };
    wrong.into_iter().flatten().map(|failure| finding(path, &failure)).collect()
}

/// A failure that begins with the file, and perhaps with line and column, told as a fault there.
fn finding(path: &Path, failure: &Failure) -> Finding {
    let file = path.display().to_string();
    let words = failure.words();
    let mut what = words.strip_prefix(&format!("{file}:")).unwrap_or(&words);
    let mut number = || {
        let (digits, rest) = what.split_once(':')?;
        let number = digits.parse().ok()?;
        what = rest;
        Some(number)
    };
    let (line, column) = (number(), number());
    let fault = RuleFault::of_file(&file, what.trim());
    let line = line.unwrap_or(0);
    let fault = RuleFault { line, column: column.unwrap_or(line.min(1)), ..fault };
    Finding { level: Level::Error, code: FAULT, fault, mendable: false }
}
