//! `--debug`: what the program does, line by line on standard error, in the form of the product's
//! own logs (facts: "Logs"). Only this program's own events are logged: libraries may log what they
//! send.

use std::ffi::OsString;
use std::fmt::{self, Debug, Write};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::{filter::Targets, util::SubscriberInitExt};
use url::Url;

use super::failure::conceal;
use super::grammar::{Global, LogFormat, LogLevel};
use crate::credential::{Context, Wallet, log};
use crate::model::address::without_credentials;
use crate::model::settings::{Origin, Settings};
use crate::report::hidden::visible;
use crate::report::json::writer::Writer as Json;
use crate::report::value::rfc3339;
use crate::world::patience::within;
use crate::world::proxies::Route;
use crate::world::terminal::{platform, terminals};
use crate::world::{Env, World, clock};

/// The line that a run begins with, so that runs in one file can be told apart (facts: "Logs").
const BEGINNING: &str = "=== CMDOP SESSION START ===";

/// How long the log waits for the credential file.
const PATIENCE: Duration = Duration::from_secs(1);

/// Nothing is logged but what one part of the program says, while it is this one.
static ONLY: Mutex<Option<&'static str>> = Mutex::new(None);

/// From now on nothing is logged but what `component` says.
pub(super) fn only_of(component: &'static str) {
    *ONLY.lock().unwrap_or_else(PoisonError::into_inner) = Some(component);
}

/// From now on everything is logged again.
pub(super) fn of_all() {
    *ONLY.lock().unwrap_or_else(PoisonError::into_inner) = None;
}

/// The line that it ends with.
const END: &str = "=== CMDOP SESSION END ===";

/// Begins to log, if the flags or the environment ask for it. `words` is the command line.
pub(super) fn begin(flags: &Global, words: &[OsString], env: &Env) {
    let Some(level) = level(flags, env) else { return };
    let ours = Targets::new().with_target(env!("CARGO_CRATE_NAME"), level);
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(std::io::stderr)
        .event_format(Lines { format: flags.log_format });
    // Only a second call could fail, and there is none.
    let _begun = tracing_subscriber::registry().with(ours).with(lines).try_init();
    let here = terminals();
    let terminal = [(here.stdin, "stdin"), (here.stdout, "stdout"), (here.stderr, "stderr")];
    let terminal: Vec<&str> = terminal.iter().filter(|(is, _)| *is).map(|(_, name)| *name).collect();
    tracing::info!(
        component = "cli",
        pid = std::process::id(),
        version = env!("CARGO_PKG_VERSION"),
        platform = platform(),
        arch = std::env::consts::ARCH,
        argv = argv(words),
        terminal = terminal.join(","),
        "{BEGINNING}"
    );
}

/// Says how the run ended, on its last line.
pub(super) fn end(code: u8, took: Duration) {
    let duration_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    tracing::info!(component = "cli", pid = std::process::id(), exit_code = code, duration_ms, "{END}");
}

/// The command line without what may be a credential in it.
fn argv(words: &[OsString]) -> String {
    let words: Vec<_> = words.iter().skip(1).map(|word| word.to_string_lossy()).collect();
    let shown: Vec<String> = words.iter().map(|word| conceal(word, [word.as_ref()])).collect();
    std::iter::once("cmdop".to_owned()).chain(shown).collect::<Vec<_>>().join(" ")
}

/// Logs which settings are in force and who decided each, and lets no line hold what is secret
/// under them. To be called before anything is asked.
pub(super) fn in_force(settings: &Settings, world: &World) {
    if !tracing::enabled!(Level::ERROR) {
        return;
    }
    // A wallet of the log's own: the command's may be read later, or anew.
    let wallet = Wallet::new(crate::rulebook::built_in().shapes);
    let own = Arc::new(Context { world: World::real(), settings: settings.clone(), wallet });
    let reader = Arc::clone(&own);
    let read = move || {
        reader.wallet.slot("access", &reader.settings, &reader.world);
    };
    let _in_time = within(PATIENCE, read);
    log::clean_with(own);
    let tell = |setting: &str, value: &str, from: Origin| {
        tracing::debug!(component = "settings", setting, value, from = from.name(), "setting in force");
    };
    tell("api_url", &without_credentials(&settings.api.value), settings.api.from);
    tell("issuer", &without_credentials(&settings.issuer.value), settings.issuer.from);
    tell("client_id", &settings.client_id.value, settings.client_id.from);
    tell("callback_port", &settings.callback_port.value, settings.callback_port.from);
    if let Some(workspace) = &settings.workspace {
        tell("workspace", &workspace.value, workspace.from);
    }
    if let Some(dir) = &settings.config_dir {
        tell("config_dir", &dir.value.to_string_lossy(), dir.from);
    }
    if let Some(file) = &settings.ca_file {
        tell("ca_file", &file.value.to_string_lossy(), file.from);
    }
    if let Ok(url) = Url::parse(&settings.api.value) {
        route(&url, world);
    }
}

/// Logs by which way the API is reached.
fn route(url: &Url, world: &World) {
    let host = url.host_str().unwrap_or_default();
    match world.proxies().route(url) {
        Route::Direct { bypass } => {
            tracing::debug!(component = "proxy", host, via = "direct", no_proxy = bypass, "route chosen");
        }
        Route::Through(server) => {
            let (via, login) = (server.shown(), server.has_login());
            tracing::debug!(
                component = "proxy",
                host,
                via,
                variable = server.variable,
                login,
                "route chosen"
            );
        }
        Route::Broken { variable, fault } => {
            tracing::warn!(component = "proxy", host, variable, fault, "the proxy setting names no proxy");
        }
    }
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
        fields.clean(event.metadata().target());
        let only = *ONLY.lock().unwrap_or_else(PoisonError::into_inner);
        if only.is_some_and(|only| !fields.others.contains(&("component", only.to_owned()))) {
            return Ok(());
        }
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

impl Fields {
    /// Takes out secrets, and says which part of the program speaks, where an event does not.
    fn clean(&mut self, target: &str) {
        if !self.others.iter().any(|(name, _)| *name == "component") {
            let room = target.split("::").nth(1).unwrap_or(target);
            self.others.insert(0, ("component", room.to_owned()));
        }
        self.message = log::cleaned(std::mem::take(&mut self.message));
        for (_, value) in &mut self.others {
            *value = log::cleaned(std::mem::take(value));
        }
    }
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
