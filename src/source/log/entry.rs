//! A line taken apart: when, how grave, who speaks, what is said, and with which fields. The form is
//! told line by line, as one file may mix them.

use std::borrow::Cow;

use super::prefix::{self, Prefix};
use super::stamp::{self, Stamp};
use super::{fields, json_line};

/// No more of a line is read.
pub(super) const LONGEST: usize = 16 * 1024;

/// How grave a line says it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    Debug,
    Info,
    Warning,
    Error,
}

impl Level {
    /// The level that a log calls `word`.
    pub(super) fn named(word: &str) -> Option<Level> {
        const NAMES: [(&str, Level); 20] = [
            ("TRC", Level::Debug),
            ("TRACE", Level::Debug),
            ("DBG", Level::Debug),
            ("DEBUG", Level::Debug),
            ("INF", Level::Info),
            ("INFO", Level::Info),
            ("NOTICE", Level::Info),
            ("SUCCESS", Level::Info),
            ("WRN", Level::Warning),
            ("WARN", Level::Warning),
            ("WARNING", Level::Warning),
            ("ERR", Level::Error),
            ("ERROR", Level::Error),
            ("FTL", Level::Error),
            ("FATAL", Level::Error),
            ("PNC", Level::Error),
            ("PANIC", Level::Error),
            ("CRIT", Level::Error),
            ("CRITICAL", Level::Error),
            ("ALERT", Level::Error),
        ];
        NAMES.iter().find(|(name, _)| name.eq_ignore_ascii_case(word)).map(|(_, level)| *level)
    }
}

/// In which form a line is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// `2026-11-23T09:12:00Z WRN words key=value`: zerolog's console, and our own.
    Console,
    /// `{"level":"warn","message":"words"}`.
    Json,
    /// `2026-11-23 09:12:00 | ERROR    | name:12 - words`: the Python SDK's.
    Python,
    /// `level=warn msg="words"`.
    Logfmt,
    /// `> GET /v1/machines HTTP/2`, `< HTTP/2 401`, `* Connected`: what curl -v says.
    Curl,
    /// Anything else.
    Plain,
}

/// A line taken apart.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Entry {
    pub(super) line: u64,
    pub(super) form: Form,
    pub(super) time: Option<Stamp>,
    pub(super) level: Option<Level>,
    /// The part of a program that speaks, as the line names it: a component, a logger, a module.
    pub(super) component: Option<String>,
    /// The program that syslog or a container's log says the line is of.
    pub(super) program: Option<String>,
    pub(super) pid: Option<u32>,
    pub(super) message: String,
    /// In the line's order.
    pub(super) fields: Vec<(String, String)>,
}

impl Entry {
    /// Takes `text`, the line with this number, apart.
    pub(super) fn read(line: u64, text: &[u8]) -> Entry {
        let text = legible(text);
        let Prefix { rest, time, level, program, pid } = prefix::taken(&text);
        let bare = Entry {
            line,
            form: Form::Plain,
            time,
            level,
            component: None,
            program,
            pid,
            message: rest.to_owned(),
            fields: Vec::new(),
        };
        let entry = if rest.starts_with('{') { json_line::read(&bare, rest) } else { None };
        let entry = entry.or_else(|| python(&bare, rest)).or_else(|| logfmt(&bare, rest));
        entry.unwrap_or_else(|| plain(bare))
    }

    /// The field `name`.
    pub(super) fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Takes what a field says about the line itself; whether it is such a field.
    pub(super) fn take(&mut self, name: &str, value: &str) -> bool {
        match name {
            "time" | "ts" | "timestamp" | "@timestamp" | "t" => {
                self.time = stamp::whole(value).or(self.time);
            }
            "level" | "lvl" | "severity" | "levelname" => self.level = Level::named(value).or(self.level),
            "message" | "msg" | "event" => value.clone_into(&mut self.message),
            "component" | "logger" | "target" | "module" => self.component = Some(value.to_owned()),
            "pid" | "process" => {
                self.pid = value.parse().ok().or(self.pid);
                return false;
            }
            _ => return false,
        }
        true
    }
}

/// The line as text: what cannot be shown is replaced, NULs are left out, a line that a progress bar
/// wrote over and over is what was left to see of it, and what is too long is cut.
fn legible(text: &[u8]) -> Cow<'_, str> {
    let text = text.strip_suffix(b"\r").unwrap_or(text);
    let start = match memchr::memrchr(b'\r', text) {
        Some(at) if at + 1 < text.len() => at + 1,
        _ => 0,
    };
    let text = &text[start..];
    let text = String::from_utf8_lossy(&text[..text.len().min(LONGEST)]);
    match text.contains('\0') {
        true => Cow::Owned(text.replace('\0', "")),
        false => text,
    }
}

/// `name:line - words` after the level, as loguru writes.
fn python(bare: &Entry, rest: &str) -> Option<Entry> {
    bare.level?;
    let (name, words) = rest.strip_prefix("| ")?.split_once(" - ")?;
    if name.contains(char::is_whitespace) {
        return None;
    }
    let logger = name.rsplit_once(':').map_or(name, |(logger, _)| logger);
    Some(Entry {
        form: Form::Python,
        component: Some(logger.to_owned()),
        message: words.to_owned(),
        ..bare.clone()
    })
}

fn logfmt(bare: &Entry, rest: &str) -> Option<Entry> {
    let found = fields::all(rest)?;
    let mut entry = Entry { form: Form::Logfmt, message: String::new(), ..bare.clone() };
    for (name, value) in found {
        if !entry.take(&name, &value) {
            entry.fields.push((name, value));
        }
    }
    // A line of pairs without words is the output of some program, `env` perhaps.
    (!entry.message.is_empty()).then_some(entry)
}

fn plain(mut entry: Entry) -> Entry {
    if ["> ", "< ", "* "].iter().any(|mark| entry.message.starts_with(mark)) {
        entry.form = Form::Curl;
        return entry;
    }
    if entry.level.is_none() {
        return entry;
    }
    entry.form = Form::Console;
    let (words, pairs) = fields::split(&entry.message);
    let words = words.to_owned();
    for (name, value) in pairs {
        if !entry.take(&name, &value) {
            entry.fields.push((name, value));
        }
    }
    entry.message = words;
    // `cmdop::http: words`, as tracing writes.
    if entry.component.is_none()
        && let Some((module, words)) = entry.message.split_once(": ")
        && (module.contains("::") || module.contains('.'))
        && !module.contains(char::is_whitespace)
    {
        entry.component = Some(module.to_owned());
        entry.message = words.to_owned();
    }
    entry
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> Entry {
        Entry::read(7, text.as_bytes())
    }

    /// What every form of this line tells.
    fn is_the_warning(entry: &Entry, form: Form) {
        let Entry { level, message, .. } = entry;
        assert_eq!((entry.form, *level), (form, Some(Level::Warning)), "{entry:?}");
        assert_eq!(message, "token expired", "{entry:?}");
        assert_eq!(entry.time.map(|time| time.ms), Some(1_795_425_120_000), "{entry:?}");
    }

    #[test]
    fn one_line_in_every_form() {
        let time = "2026-11-23T09:12:00Z";
        let lines = [
            (format!("{time} WRN token expired component=credential refreshable=true"), Form::Console),
            (format!("{time} WARN cmdop::credential: token expired refreshable=true"), Form::Console),
            (format!("[{time}] [WARN] token expired"), Form::Console),
            (
                format!(
                    r#"{{"level":"warn","time":"{time}","component":"credential","message":"token expired"}}"#
                ),
                Form::Json,
            ),
            (r#"{"ts":1795425120,"lvl":"WARN","msg":"token expired"}"#.to_owned(), Form::Json),
            (format!(r#"time={time} level=warn msg="token expired" refreshable=true"#), Form::Logfmt),
            ("2026-11-23 09:12:00 | WARNING  | cmdop.auth:12 - token expired".to_owned(), Form::Python),
        ];
        for (line, form) in lines {
            is_the_warning(&read(&line), form);
        }
    }

    #[test]
    fn what_others_put_before_a_line_is_stripped() {
        let time = "2026-11-23T09:12:00Z";
        let line = format!("{time} WRN token expired component=credential");
        for before in [
            "Nov 23 09:11:59 host cmdop[4711]: ",
            "2026-11-23T09:11:59+0000 host cmdop[4711]: ",
            "<14>1 2026-11-23T09:11:59Z host cmdop 4711 ID1 - ",
            "cmdop-1  | ",
            "2026-11-23T09:12:00.123456789Z stdout F ",
            "2026-11-23T09:12:00.123456789Z ",
        ] {
            let entry = read(&format!("{before}{line}"));
            is_the_warning(&entry, Form::Console);
            assert_eq!(entry.component.as_deref(), Some("credential"), "{before}");
            if before.contains("4711") {
                assert_eq!((entry.pid, entry.program.as_deref()), (Some(4711), Some("cmdop")), "{before}");
            }
        }
        let docker = format!(r#"{{"log":"{line}\n","stream":"stderr","time":"2026-11-23T09:12:00.1Z"}}"#);
        is_the_warning(&read(&docker), Form::Console);
    }

    #[test]
    fn all_forms_have_one_spelling() {
        let console = read(
            "2026-11-23T09:12:00Z DBG request answered component=http url=http://x/ why=\"a \\\"b\\\" c\"",
        );
        let json = read(
            r#"{"level":"debug","component":"http","url":"http://x/","why":"a \"b\" c","message":"request answered"}"#,
        );
        let told = |entry: &Entry| (entry.message.clone(), entry.component.clone(), entry.fields.clone());
        assert_eq!(told(&console), told(&json));
        assert_eq!(console.field("why"), Some("a \"b\" c"));
    }

    #[test]
    fn what_a_progress_bar_left_is_read() {
        assert_eq!(read("10%\r20%\rError: token expired\r").message, "Error: token expired");
        assert_eq!(read("Error:\0 token\0 expired").message, "Error: token expired");
        assert_eq!(read("\u{feff}").message, "\u{feff}");
        assert_eq!(read("").message, "");
    }

    #[test]
    fn pairs_alone_are_no_log() {
        assert_eq!(read("CMDOP_API_KEY=x HOME=/root").form, Form::Plain);
        assert_eq!(read("Error: token expired").form, Form::Plain);
        assert_eq!(read("< HTTP/2 401").form, Form::Curl);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn no_bytes_make_it_panic(text in proptest::collection::vec(any::<u8>(), 0..300)) {
            prop_assert_eq!(Entry::read(1, &text).line, 1);
        }

        #[test]
        fn nothing_that_looks_like_a_line_makes_it_panic(
            text in r#"(2026-11-23T09:12:00Z |<14>1 |Nov 23 09:12:00 |x-1 \| |\{"log":"|\{"|)(WRN |\| WARN \| |level=|)[a-z="\\{}:\[\] é]{0,60}"#
        ) {
            prop_assert_eq!(read(&text).line, 7);
        }
    }
}
