//! Flags that stand before or after any verb.

use std::path::PathBuf;

use clap::{Args, ValueEnum, builder::NonEmptyStringValueParser};

/// Each setting is taken from its flag, else from its variable, else from `config.yaml` in the
/// config folder, else from its default. A credential has no flag: command lines are public.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Global options")]
pub struct Global {
    /// The workspace to act in [env: CMDOP_WORKSPACE]
    #[arg(long, global = true, value_name = "NAME", value_parser = NonEmptyStringValueParser::new())]
    pub workspace: Option<String>,
    /// The server's API [env: CMDOP_API_URL] [default: https://api.cmdop.com]
    #[arg(long, global = true, value_name = "URL", value_parser = NonEmptyStringValueParser::new())]
    pub api_url: Option<String>,
    /// The server that signs you in [env: CMDOP_ISSUER] [default: https://auth.cmdop.com]
    #[arg(long, global = true, value_name = "URL", value_parser = NonEmptyStringValueParser::new())]
    pub issuer: Option<String>,
    /// The name that this program signs in by, its OAuth client id [env: CMDOP_CLIENT_ID] [default: cmdop-cli]
    #[arg(long, global = true, value_name = "ID", value_parser = NonEmptyStringValueParser::new())]
    pub client_id: Option<String>,
    /// Root certificates (PEM) to trust beside the system's [env: CMDOP_CA_FILE]
    #[arg(long, global = true, value_name = "FILE")]
    pub ca_file: Option<PathBuf>,
    /// Read the settings here, not in config.yaml in the config folder (CMDOP_CONFIG_DIR, or
    /// ~/.cmdop)
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Colours: by default where a terminal shows them and NO_COLOR is not set
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub color: ColorChoice,
    /// Print JSON, as --format json does
    #[arg(long, global = true)]
    pub json: bool,
    /// Log what is done on standard error, as --log-level debug does [env: CMDOP_DEBUG]
    #[arg(long, global = true)]
    pub debug: bool,
    /// Log on standard error from this level on [env: CMDOP_LOG_LEVEL]
    #[arg(long, global = true, value_name = "LEVEL")]
    pub log_level: Option<LogLevel>,
    /// What log lines look like
    #[arg(long, global = true, value_name = "FORMAT", default_value = "console")]
    pub log_format: LogFormat,
}

impl Global {
    /// Takes over from `outer`, the command line of the whole run, what is not said here.
    pub fn inherit(&mut self, outer: &Global) {
        fn take<T: Clone>(own: &mut Option<T>, outer: &Option<T>) {
            if own.is_none() {
                own.clone_from(outer);
            }
        }
        take(&mut self.workspace, &outer.workspace);
        take(&mut self.api_url, &outer.api_url);
        take(&mut self.issuer, &outer.issuer);
        take(&mut self.client_id, &outer.client_id);
        take(&mut self.ca_file, &outer.ca_file);
        take(&mut self.config, &outer.config);
        self.color = outer.color;
    }
}

/// When to use colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum ColorChoice {
    #[default]
    Auto,
    Always,
    Never,
}

/// How much is logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogLevel {
    Trace,
    Debug,
    Info,
    Warn,
    Error,
}

/// What a log line looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum LogFormat {
    #[default]
    Console,
    Json,
}
