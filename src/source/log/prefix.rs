//! What collectors and containers put before a line, and the time and the level that it begins with:
//! taken off, piece by piece.

use std::sync::LazyLock;

use regex::Regex;

use super::entry::Level;
use super::stamp::{self, Stamp};

/// What stands before the words of a line.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Prefix<'l> {
    pub(super) rest: &'l str,
    /// The last one, which is the program's own.
    pub(super) time: Option<Stamp>,
    pub(super) level: Option<Level>,
    pub(super) program: Option<String>,
    pub(super) pid: Option<u32>,
}

/// `host cmdop[4711]: `, after syslog's or the journal's time.
static SYSLOG: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"^ ?(?-u)(?:[\w.-]+ )?([\w./-]+)\[(\d{1,10})\]: ").ok());

/// `host cmdop 4711 ID1 - `, after the time of RFC 5424.
static SYSLOG_5424: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"^ (?-u:[\w.-]+ ([\w./-]+) (\d{1,10}|-) [\w.-]+ )(?:-|\[[^\]]*\]) ?").ok());

/// `web-1  | `, as docker compose writes.
static COMPOSE: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"^(?-u)([A-Za-z][\w.-]*) +\| ").ok());

/// `pod/web-7d9f cmdop `, as kubectl logs --prefix writes.
static POD: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"^\[pod/(?-u)[\w.-]+/([\w.-]+)\] ").ok());

/// A line has no more pieces before its words.
const PIECES: usize = 12;

/// Takes everything off `line` that is not its words.
pub(super) fn taken(line: &str) -> Prefix<'_> {
    let mut prefix = Prefix { rest: line, time: None, level: None, program: None, pid: None };
    for _ in 0..PIECES {
        if !prefix.shorten() {
            break;
        }
    }
    prefix
}

impl Prefix<'_> {
    /// Takes one piece off; whether there was one.
    fn shorten(&mut self) -> bool {
        let rest = self.rest.trim_start_matches(' ');
        self.level_off(rest) || self.time_off(rest) || self.tag_off(rest) || self.container_off(rest)
    }

    fn time_off(&mut self, rest: &str) -> bool {
        // What a level stands before is the words.
        if self.level.is_some() {
            return false;
        }
        let opened = rest.strip_prefix(['[', '(']);
        let Some((time, length)) = stamp::at_start(opened.unwrap_or(rest)) else { return false };
        let after = &opened.unwrap_or(rest)[length..];
        let after = match opened {
            Some(_) => after.strip_prefix([']', ')']).unwrap_or(after),
            None => after,
        };
        if !(after.is_empty() || after.starts_with([' ', '\t', ':', ',', '|'])) {
            return false;
        }
        // A time alone, without a zone, tells less than the one before it.
        let better = self.time.is_none_or(|known| (time.dated, time.zoned) >= (known.dated, known.zoned));
        if better {
            self.time = Some(time);
        }
        self.keep(rest, after);
        self.syslog_off();
        true
    }

    /// `host program[pid]: ` follows a time.
    fn syslog_off(&mut self) {
        for form in [&SYSLOG, &SYSLOG_5424] {
            let Some(found) = form.as_ref().and_then(|form| form.captures(self.rest)) else { continue };
            self.program = found.get(1).map(|name| base(name.as_str()).to_owned());
            self.pid = found.get(2).and_then(|pid| pid.as_str().parse().ok());
            let end = found.get(0).map_or(0, |whole| whole.end());
            self.rest = &self.rest[end..];
            return;
        }
    }

    /// `<14>1 `, `stdout F `, `##[error]`, `#12 0.412 ` of a container's build.
    fn tag_off(&mut self, rest: &str) -> bool {
        const TAGS: [&str; 4] = ["stdout F ", "stderr F ", "stdout P ", "stderr P "];
        if let Some(tag) = TAGS.iter().find(|tag| rest.starts_with(**tag)) {
            self.keep(rest, &rest[tag.len()..]);
            return true;
        }
        if let Some(words) = rest.strip_prefix("##[error]") {
            self.level = Some(Level::Error);
            self.keep(rest, words);
            return true;
        }
        if let Some(words) = build_step(rest) {
            self.keep(rest, words);
            return true;
        }
        let Some((number, after)) = rest.strip_prefix('<').and_then(|inside| inside.split_once('>')) else {
            return false;
        };
        if number.is_empty() || number.len() > 3 || !number.bytes().all(|byte| byte.is_ascii_digit()) {
            return false;
        }
        self.keep(rest, after.strip_prefix("1 ").unwrap_or(after));
        true
    }

    fn container_off(&mut self, rest: &str) -> bool {
        if self.level.is_some() || self.program.is_some() {
            return false;
        }
        for form in [&COMPOSE, &POD] {
            let Some(found) = form.as_ref().and_then(|form| form.captures(rest)) else { continue };
            // `ERROR | …` is a level, and was looked for before.
            self.program = found.get(1).map(|name| name.as_str().to_owned());
            self.keep(rest, &rest[found.get(0).map_or(0, |whole| whole.end())..]);
            return true;
        }
        false
    }

    /// `WRN `, `[WARN] `, `| WARNING  | `, `WARN: `.
    fn level_off(&mut self, rest: &str) -> bool {
        if self.level.is_some() {
            return false;
        }
        let opened = rest.strip_prefix(['[', '|', '<']).map(str::trim_start);
        let inside = opened.unwrap_or(rest);
        let end = inside.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(inside.len());
        let Some(level) = Level::named(&inside[..end]) else { return false };
        let word = &inside[..end];
        let after = &inside[end..];
        let in_capitals = word.bytes().all(|byte| byte.is_ascii_uppercase());
        let after = match (opened, after.as_bytes().first()) {
            (Some(_), Some(b']' | b'>')) => &after[1..],
            // The bar goes on to what follows.
            (Some(_), Some(b' ' | b'|')) => after,
            // `ERROR words`; `Error: words` is what a program says, and stays whole.
            (None, Some(b' ' | b'\t')) if in_capitals => after,
            (None, Some(b':')) if in_capitals && self.time.is_some() => &after[1..],
            (None, None) if in_capitals && self.time.is_some() => after,
            _ => return false,
        };
        self.level = Some(level);
        self.keep(rest, after.trim_start_matches([' ', '\t']));
        true
    }

    /// Keeps `after`, which ends where `rest` ends.
    fn keep(&mut self, rest: &str, after: &str) {
        let from = self.rest.len() - rest.len();
        self.rest = &self.rest[from + rest.len() - after.len()..];
    }
}

/// The words behind a step's number and its seconds.
fn build_step(line: &str) -> Option<&str> {
    let (step, after) = line.strip_prefix('#')?.split_once(' ')?;
    let (seconds, words) = after.split_once(' ')?;
    let (whole, part) = seconds.split_once('.')?;
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    (digits(step) && digits(whole) && digits(part)).then_some(words)
}

/// `/usr/bin/cmdop` is `cmdop`.
fn base(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_programs_say_stays_whole() {
        for line in
            ["Error: token expired", "error: x", "Warning: y", "ERROR: no time before", "info about it"]
        {
            let prefix = taken(line);
            assert_eq!((prefix.rest, prefix.level), (line, None), "{line}");
        }
    }

    #[test]
    fn levels_are_read_in_every_dress() {
        for line in [
            "ERR words",
            "[ERROR] words",
            "2026/11/23 09:12:00 [ERROR] words",
            "2026-11-23 09:12:00 ERROR words",
            "2026-11-23T09:12:00Z ERROR: words",
            "09:12:00 | ERROR | words",
        ] {
            let prefix = taken(line);
            assert_eq!(prefix.level, Some(Level::Error), "{line}");
            assert_eq!(prefix.rest.trim_start_matches(['|', ' ']), "words", "{line}");
        }
    }

    #[test]
    fn programs_are_named_by_collectors() {
        let program = |line| taken(line).program;
        assert_eq!(program("Nov 23 09:12:00 host /usr/bin/kubelet[12]: x").as_deref(), Some("kubelet"));
        assert_eq!(program("gitlab-1  | x").as_deref(), Some("gitlab-1"));
        assert_eq!(program("[pod/web-1/nginx] x").as_deref(), Some("nginx"));
        assert_eq!(program("plain words | x"), None);
    }
}
