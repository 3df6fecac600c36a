//! The layout of a file, which means nothing to the parser.

use super::super::document::RuleText;
use super::super::fault::RuleFault;
use super::super::node::Pos;
use super::Remark;
use super::flat::flat;

pub(super) const BOM: &str = "bom";
pub(super) const CRLF: &str = "crlf";
pub(super) const TRAILING_BLANK: &str = "trailing-blank";
pub(super) const NO_NEWLINE: &str = "no-newline";
pub(super) const LONG_LINE: &str = "long-line";

/// Columns that a line may have.
const COLUMNS: usize = 240;

/// The keys whose values are expressions, which cannot be broken.
const EXPRESSIONS: [&str; 4] = ["match:", "unless:", "pattern:", "matches:"];

/// What can stand needlessly at the end of a line.
const BLANKS: [char; 2] = [' ', '\t'];

/// Whether lines can be too long.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Lines {
    Bounded,
    AsLongAsTheyAre,
}

/// What could be better.
pub(super) fn remarks(file: RuleText<'_>, lines: Lines) -> Vec<Remark> {
    let mut all = Vec::new();
    let mut add = |code, line: usize, column: usize, text: &str, what: &str| {
        let narrow = |n| u32::try_from(n).unwrap_or(u32::MAX);
        let place = Pos { line: narrow(line + 1), column: narrow(column + 1) };
        let fault = RuleFault::at(file.name, place, text, what);
        all.push(Remark { code, fault, mendable: code != LONG_LINE });
    };
    let text = file.text.strip_prefix('\u{feff}').unwrap_or(file.text);
    let needless = needless_blanks(text);
    if text.len() < file.text.len() {
        add(BOM, 0, 0, "", "a byte-order mark stands before the text");
    }
    if let Some(line) = text.split('\n').position(|line| line.ends_with('\r')) {
        add(CRLF, line, 0, "", "lines end as they do on Windows, from here on or throughout");
    }
    for (number, line) in text.split('\n').enumerate() {
        let line = line.trim_end_matches('\r');
        let kept = line.trim_end_matches(BLANKS);
        if needless.contains(&number) {
            add(TRAILING_BLANK, number, kept.chars().count(), line, "blanks stand at the end of the line");
        }
        let columns = kept.chars().count();
        let breakable = !EXPRESSIONS.iter().any(|key| kept.contains(key));
        if lines == Lines::Bounded && columns > COLUMNS && breakable {
            add(LONG_LINE, number, COLUMNS, line, &format!("this line has {columns} columns"));
        }
    }
    if !text.is_empty() && !text.ends_with('\n') {
        let last = text.lines().count().saturating_sub(1);
        let line = text.lines().last().unwrap_or_default();
        add(NO_NEWLINE, last, line.chars().count(), line, "the last line does not end");
    }
    all
}

/// The lines, from zero, with blanks at their ends that mean nothing: in a literal text they belong to
/// it. Where the file is no YAML, nobody can tell.
pub(super) fn needless_blanks(text: &str) -> Vec<usize> {
    let ends = |line: &str| line.trim_end_matches('\r').ends_with(BLANKS);
    let lines = text.split('\n').enumerate().filter(|(_, line)| ends(line)).map(|(at, _)| at);
    let lines: Vec<usize> = lines.collect();
    let Some(before) = (!lines.is_empty()).then(|| flat(text)).flatten() else { return Vec::new() };
    let means_the_same =
        |lines: &[usize]| flat(&without_blanks(text, lines)).is_some_and(|after| after == before);
    if means_the_same(&lines) {
        return lines;
    }
    lines.into_iter().filter(|line| means_the_same(&[*line])).collect()
}

/// `text` without the blanks at the ends of these lines.
pub(super) fn without_blanks(text: &str, lines: &[usize]) -> String {
    let kept = text.split('\n').enumerate().map(|(at, line)| match line.strip_suffix('\r') {
        _ if !lines.contains(&at) => line.to_owned(),
        Some(line) => format!("{}\r", line.trim_end_matches(BLANKS)),
        None => line.trim_end_matches(BLANKS).to_owned(),
    });
    kept.collect::<Vec<_>>().join("\n")
}
