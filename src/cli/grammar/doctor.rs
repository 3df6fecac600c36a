//! `cmdop doctor`: examine, fix and undo, list, explain, and what rules can use.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Subcommand, ValueEnum};

use super::rules::{RuleFiles, Rules};
use crate::model::severity::Severity;
use crate::report::Format;

/// Everything below `cmdop doctor`.
#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
pub struct Doctor {
    #[command(flatten)]
    pub examine: Examine,
    #[command(flatten)]
    pub rules: RuleFiles,
    #[command(subcommand)]
    pub verb: Option<DoctorVerb>,
}

const EXIT_CODES: &str = "\
Exit codes:
  0  healthy (warnings may have been shown)
  1  sick: a cause was found at or above --fail-on
  2  the command line, a rule or the configuration is wrong, or the report
     cannot be written
  3  inconclusive: something that matters could not be looked at
  130, 143  interrupted; what was known by then is reported";

/// An examination.
#[derive(Debug, Default, PartialEq, Args)]
pub struct Examine {
    /// What to examine: authentication is all there is
    #[arg(value_name = "WHAT", value_parser = ["auth"])]
    pub what: Option<String>,
    /// Only these checks or areas, as `cmdop doctor list` names them, and what they need
    #[arg(long, value_name = "ID|AREA", value_delimiter = ',')]
    pub only: Vec<String>,
    /// Leave out these checks or areas
    #[arg(long, value_name = "ID|AREA", value_delimiter = ',')]
    pub skip: Vec<String>,
    /// A named selection of checks: ci, an older generation (daemon, first, keyring, sdk), or one of
    /// your configuration
    #[arg(long, value_name = "NAME")]
    pub profile: Option<String>,
    /// Print the report as text, json, ndjson, sarif, junit, tap, github, gitlab, markdown, html or
    /// prometheus [default: text]
    #[arg(long, value_name = "FORMAT", value_parser = format_named, conflicts_with = "json")]
    pub format: Option<Format>,
    /// Also write the report to a file, as in --output json=report.json
    #[arg(long, value_name = "FORMAT=FILE", value_parser = output)]
    pub output: Vec<Output>,
    /// From which severity on the machine counts as sick (exit code 1) [default: error]
    #[arg(long, value_name = "SEVERITY")]
    pub fail_on: Option<FailOn>,
    /// How long the whole examination may take, as in 10s, 500ms or 2m
    #[arg(long, value_name = "TIME", value_parser = duration, default_value = "10s")]
    pub timeout: Duration,
    /// Permissions that the credential must have, as in machines:read,sessions:read
    #[arg(long, value_name = "PERMISSION", value_delimiter = ',', help_heading = "Pipelines")]
    pub needs: Vec<String>,
    /// How long from now on the credential must be good, as in 2h: longer than the job takes
    #[arg(long, value_name = "TIME", value_parser = life, help_heading = "Pipelines")]
    pub valid_for: Option<Duration>,
    /// Look again while all that is wrong can heal by itself (the network, a server that is starting
    /// or busy), for at most this long [default: 60s]
    #[arg(long, value_name = "TIME", num_args = 0..=1, require_equals = true, value_parser = duration)]
    #[arg(default_missing_value = "60s", conflicts_with = "from", help_heading = "Pipelines")]
    pub wait: Option<Duration>,
    /// Ask nothing over the network
    #[arg(long)]
    pub offline: bool,
    /// Examine what was recorded instead of this machine: a bundle, logs, or a folder of them; `-`
    /// is standard input
    #[arg(long, value_name = "FILE|DIR|-", help_heading = "Recordings")]
    pub from: Vec<PathBuf>,
    /// An error message that you see, in quotes: find its reason on this machine
    #[arg(long, value_name = "MESSAGE")]
    pub symptom: Vec<String>,
    /// Also write all that was read to a file for support, without secrets; packed where it ends
    /// in .gz
    #[arg(long, value_name = "FILE", help_heading = "Recordings")]
    pub capture: Option<PathBuf>,
    /// With --capture: replace names of users and hosts by user-1, host-2
    #[arg(long, requires = "capture", help_heading = "Recordings")]
    pub anonymize: bool,
    /// Apply the fixes, the safe ones at once and the others after one question, and examine again.
    /// `safe`: no others; an id: only that finding's fix
    #[arg(long, value_name = "safe|all|ID,…", num_args = 0..=1, require_equals = true)]
    #[arg(value_delimiter = ',', default_missing_value = "all", help_heading = "Fixes")]
    pub fix: Option<Vec<String>>,
    /// With --fix: show what would be done, and do nothing
    #[arg(long, requires = "fix", help_heading = "Fixes")]
    pub dry_run: bool,
    /// With --fix: do not ask
    #[arg(short, long, requires = "fix", help_heading = "Fixes")]
    pub yes: bool,
    /// Show every check and its answer, not only what is wrong
    #[arg(long)]
    pub all: bool,
    /// Show what was read: files, settings, answers; never a secret
    #[arg(short, long)]
    pub verbose: bool,
}

/// How long an examination may take, unless the user says otherwise.
const TIMEOUT: Duration = Duration::from_secs(10);

impl Examine {
    /// What is meant when nothing is typed.
    pub fn as_by_default() -> Examine {
        Examine { timeout: TIMEOUT, ..Examine::default() }
    }
}

/// What else the doctor does.
#[derive(Debug, Subcommand)]
pub enum DoctorVerb {
    /// List all checks
    List,
    /// Explain a check or an error message: what it can mean, what to do
    Explain {
        /// A check's id, as reports show it, or a message as you see it: "Error: permission denied"
        #[arg(value_name = "ID|MESSAGE")]
        id: String,
    },
    /// Copy a text without the secrets in it, for showing it to others
    Redact(Redact),
    /// Record this machine in a file for support, without secrets
    Bundle(MakeBundle),
    /// Tell what changed between two recordings, or between one and now
    Diff(Diff),
    /// Take a fix back: the last one, or the one named
    Undo(Undo),
    /// Help with writing rules
    #[command(subcommand)]
    Rules(Rules),
}

/// `cmdop doctor redact`.
#[derive(Debug, Args)]
pub struct Redact {
    /// The file to read; `-` or nothing is standard input
    #[arg(value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// Replace e-mail addresses and host names too, as in user-1 and host-2
    #[arg(long)]
    pub anonymize: bool,
    /// Name only the kind of each secret, say API_KEY: no lengths, no fingerprints
    #[arg(long)]
    pub plain: bool,
}

/// `cmdop doctor bundle`.
#[derive(Debug, Args)]
pub struct MakeBundle {
    /// The file to write, packed where it ends in .gz; `-` is standard output
    #[arg(value_name = "FILE", default_value = "cmdop-bundle.json")]
    pub file: PathBuf,
    /// Replace names of users and hosts, as in user-1 and host-2
    #[arg(long)]
    pub anonymize: bool,
}

/// `cmdop doctor diff`.
#[derive(Debug, Args)]
#[command(
    after_help = "Exit codes: 0 the same roots and verdicts, 1 others, 2 one of the two cannot be read"
)]
pub struct Diff {
    /// The earlier recording
    #[arg(value_name = "BEFORE")]
    pub before: PathBuf,
    /// The later one; without it, this machine as it is now
    #[arg(value_name = "AFTER")]
    pub after: Option<PathBuf>,
    /// List every fact that changed, times too
    #[arg(long)]
    pub all: bool,
}

/// `cmdop doctor undo`.
#[derive(Debug, Args)]
pub struct Undo {
    /// The fix, as the list names it [default: the last one]
    #[arg(value_name = "ID")]
    pub id: Option<String>,
    /// List the fixes that were applied
    #[arg(long, conflicts_with_all = ["id", "purge"])]
    pub list: bool,
    /// Forget all fixes, and delete what was kept with them
    #[arg(long, conflicts_with = "id")]
    pub purge: bool,
}

/// `--fail-on`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FailOn {
    #[value(alias = "warning")]
    Warn,
    Error,
}

impl From<FailOn> for Severity {
    fn from(fail_on: FailOn) -> Severity {
        match fail_on {
            FailOn::Warn => Severity::Warning,
            FailOn::Error => Severity::Error,
        }
    }
}

/// `--output FORMAT=FILE`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output {
    pub format: Format,
    pub file: PathBuf,
}

fn format_named(name: &str) -> Result<Format, String> {
    Format::named(name).ok_or_else(|| {
        let known: Vec<&str> = Format::ALL.iter().map(|(name, ..)| *name).collect();
        format!("the formats are {}", known.join(", "))
    })
}

fn output(text: &str) -> Result<Output, String> {
    match text.split_once('=') {
        Some((format, file)) if !file.is_empty() => {
            Ok(Output { format: format_named(format)?, file: PathBuf::from(file) })
        }
        _ => Err("a format and a file are expected, as in json=report.json".to_owned()),
    }
}

/// The longest `--timeout`: an examination that takes longer is a forgotten one.
const LONGEST: Duration = Duration::from_secs(3600);

/// `10s`, `500ms`, `2m`; a number alone counts seconds.
pub(super) fn duration(text: &str) -> Result<Duration, String> {
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (number, unit) = text.split_at(digits);
    let milliseconds = match unit {
        "ms" => Some(1),
        "s" | "" => Some(1_000),
        "m" => Some(60_000),
        _ => None,
    };
    let number: Option<u64> = number.parse().ok();
    let duration = number.zip(milliseconds).and_then(|(number, unit)| number.checked_mul(unit));
    match duration.map(Duration::from_millis) {
        Some(duration) if !duration.is_zero() && duration <= LONGEST => Ok(duration),
        Some(_) => Err("between 1ms and 60m is expected".to_owned()),
        None => Err("a number with ms, s or m is expected, as in 10s".to_owned()),
    }
}

/// `2h`, `90m`, `1d`: how long a job may take.
fn life(text: &str) -> Result<Duration, String> {
    let unit = text.chars().last().map_or(0, |unit| match unit {
        's' => 1,
        'm' => 60,
        'h' => 3_600,
        'd' => 86_400,
        _ => 0,
    });
    let number = text.strip_suffix(['s', 'm', 'h', 'd']).and_then(|number| number.parse::<u32>().ok());
    match number.map(|number| u64::from(number) * unit).filter(|seconds| *seconds > 0) {
        Some(seconds) => Ok(Duration::from_secs(seconds)),
        None => Err("a number with s, m, h or d is expected, as in 2h".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_units_and_bounds() {
        assert_eq!(duration("10s"), Ok(Duration::from_secs(10)));
        assert_eq!(duration("10"), Ok(Duration::from_secs(10)));
        assert_eq!(duration("500ms"), Ok(Duration::from_millis(500)));
        assert_eq!(duration("2m"), Ok(Duration::from_secs(120)));
        for wrong in ["", "s", "0", "0s", "1h", "-1s", "1.5s", "61m", "99999999999999999999s", "10 s"] {
            assert!(duration(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn an_output_is_a_format_and_a_file() {
        let json = Output { format: Format::Json, file: PathBuf::from("a=b.json") };
        assert_eq!(output("json=a=b.json"), Ok(json));
        for wrong in ["json", "json=", "yaml=a", "=a"] {
            assert!(output(wrong).is_err(), "{wrong}");
        }
    }
}
