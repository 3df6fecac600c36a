//! `--debug`: what the program does, line by line on standard error, in the form of the product's
//! own logs (facts: "Logs"). Only this program's own events are logged: libraries may log what they
//! send.

use std::fmt::{self, Debug, Write};

use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::{filter::Targets, util::SubscriberInitExt};

use super::grammar::{Global, LogFormat, LogLevel};
use crate::report::hidden::visible;
use crate::report::json::writer::Writer as Json;
use crate::report::value::rfc3339;
use crate::world::{Env, clock};

/// Begins to log, if the flags or the environment ask for it.
pub(super) fn begin(flags: &Global, env: &Env) {
    let Some(level) = level(flags, env) else { return };
    let ours = Targets::new().with_target(env!("CARGO_CRATE_NAME"), level);
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(std::io::stderr)
        .event_format(Lines { format: flags.log_format });
    // Only a second call could fail, and there is none.
    let _begun = tracing_subscriber::registry().with(ours).with(lines).try_init();
}

/// `--log-level`, else `--debug`, else `CMDOP_LOG_LEVEL`, else `CMDOP_DEBUG`.
fn level(flags: &Global, env: &Env) -> Option<LevelFilter> {
    let level = match flags.log_level {
        Some(LogLevel::Trace) => LevelFilter::TRACE,
        Some(LogLevel::Debug) => LevelFilter::DEBUG,
        Some(LogLevel::Info) => LevelFilter::INFO,
        Some(LogLevel::Warn) => LevelFilter::WARN,
        Some(LogLevel::Error) => LevelFilter::ERROR,
        None if flags.debug => LevelFilter::DEBUG,
        None => return by_environment(env),
    };
    Some(level)
}

fn by_environment(env: &Env) -> Option<LevelFilter> {
    let named = env.text("CMDOP_LOG_LEVEL").and_then(|level| level.to_ascii_lowercase().parse().ok());
    let debug = env.text("CMDOP_DEBUG").is_some_and(|value| !matches!(value, "0" | "false" | "no" | "off"));
    named.or(debug.then_some(LevelFilter::DEBUG)).filter(|level| *level != LevelFilter::OFF)
}

/// Writes events as zerolog does.
struct Lines {
    format: LogFormat,
}

impl<S, N> FormatEvent<S, N> for Lines
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(&self, _: &FmtContext<'_, S, N>, mut out: Writer<'_>, event: &Event<'_>) -> fmt::Result {
        let mut fields = Fields::default();
        event.record(&mut fields);
        let time = rfc3339(clock::now_ms());
        let level = *event.metadata().level();
        match self.format {
            LogFormat::Console => out.write_str(&console(&time, level, &fields)),
            LogFormat::Json => out.write_str(&json(&time, level, &fields)),
        }
    }
}

/// `2026-11-23T09:12:00Z DBG settings in force api=flag`.
fn console(time: &str, level: Level, fields: &Fields) -> String {
    let mut line = format!("{time} {} {}", short(level), visible(&fields.message));
    for (name, value) in &fields.others {
        let quoted = value.is_empty() || value.contains([' ', '"', '=']);
        let value = visible(value);
        // Writing to memory cannot fail.
        let _written =
            if quoted { write!(line, " {name}={value:?}") } else { write!(line, " {name}={value}") };
    }
    line.push('\n');
    line
}

/// `{"level": "debug", "time": "…", "message": "…"}`.
fn json(time: &str, level: Level, fields: &Fields) -> String {
    let mut json = Json::with_capacity(256);
    json.break_lines(0);
    json.object(|json| {
        json.text_at("level", &level.as_str().to_ascii_lowercase());
        json.text_at("time", time);
        for (name, value) in &fields.others {
            json.text_at(name, value);
        }
        json.text_at("message", &fields.message);
    });
    let mut line = String::from_utf8(json.finish()).unwrap_or_default();
    line.push('\n');
    line
}

/// zerolog's three letters.
fn short(level: Level) -> &'static str {
    match level {
        Level::TRACE => "TRC",
        Level::DEBUG => "DBG",
        Level::INFO => "INF",
        Level::WARN => "WRN",
        Level::ERROR => "ERR",
    }
}

/// The fields of an event as texts.
#[derive(Default)]
struct Fields {
    message: String,
    others: Vec<(&'static str, String)>,
}

impl Visit for Fields {
    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            "message" => self.message = value.to_owned(),
            name => self.others.push((name, value.to_owned())),
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.record_str(field, &format!("{value:?}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields() -> Fields {
        Fields {
            message: "asked\u{1b}[2J".to_owned(),
            others: vec![("probe", "token access".to_owned()), ("status", "401".to_owned())],
        }
    }

    #[test]
    fn console_lines_look_like_the_products() {
        let line = console("2026-11-23T09:12:00Z", Level::WARN, &fields());
        assert_eq!(line, "2026-11-23T09:12:00Z WRN asked\\x1b[2J probe=\"token access\" status=401\n");
    }

    #[test]
    fn json_lines_are_one_document_each() {
        let line = json("2026-11-23T09:12:00Z", Level::DEBUG, &fields());
        assert_eq!(line.lines().count(), 1);
        let read: serde_json::Value = serde_json::from_str(&line).unwrap();
        assert_eq!(read["level"], "debug");
        assert_eq!(read["probe"], "token access");
        assert_eq!(read["message"], "asked\u{1b}[2J");
    }

    #[test]
    fn flags_come_before_the_environment() {
        let env = |pairs: &[(&str, &str)]| Env::made_of(pairs.iter().copied());
        let (none, debug) = (Global::default(), Global { debug: true, ..Global::default() });
        assert_eq!(level(&none, &env(&[])), None);
        assert_eq!(level(&debug, &env(&[("CMDOP_LOG_LEVEL", "error")])), Some(LevelFilter::DEBUG));
        assert_eq!(level(&none, &env(&[("CMDOP_LOG_LEVEL", "WARN")])), Some(LevelFilter::WARN));
        assert_eq!(level(&none, &env(&[("CMDOP_DEBUG", "1")])), Some(LevelFilter::DEBUG));
        assert_eq!(level(&none, &env(&[("CMDOP_DEBUG", "0")])), None);
        let both = Global { log_level: Some(LogLevel::Error), ..debug };
        assert_eq!(level(&both, &env(&[])), Some(LevelFilter::ERROR));
    }
}
