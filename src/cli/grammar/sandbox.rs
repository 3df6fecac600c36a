//! `cmdop sandbox`: serve, or take the tour.

use std::path::PathBuf;

use clap::builder::RangedI64ValueParser;
use clap::{Args, Subcommand};

use crate::sandbox::{Fault, Terms};

/// Everything below `cmdop sandbox`.
#[derive(Debug, Args)]
pub struct Sandbox {
    /// The port on 127.0.0.1; any free one by default
    #[arg(long, value_name = "PORT", default_value_t = 0, hide_default_value = true)]
    pub port: u16,
    /// Break the service in this way; --list-faults names the ways; may be given several times
    #[arg(long, value_name = "NAME")]
    pub fault: Vec<Fault>,
    /// Print the names of all faults
    #[arg(long)]
    pub list_faults: bool,
    /// Accept this text as an access token
    #[arg(long, value_name = "TOKEN")]
    pub accept_token: Vec<String>,
    /// Accept this text as an API key
    #[arg(long, value_name = "KEY")]
    pub accept_key: Vec<String>,
    /// Keep logins and keys in this file, for the next sandbox
    #[arg(long, value_name = "FILE")]
    pub state: Option<PathBuf>,
    /// How long an access token lasts
    #[arg(long, value_name = "SECONDS", default_value_t = Terms::default().token_life, value_parser = seconds())]
    pub token_life: i64,
    /// How long a device code lasts
    #[arg(long, value_name = "SECONDS", default_value_t = Terms::default().device_life, value_parser = seconds())]
    pub device_life: i64,
    /// How long a refresh token that was used gets the same answer again, before its use ends the login
    #[arg(long, value_name = "SECONDS", default_value_t = Terms::default().grace, value_parser = seconds())]
    pub grace: i64,
    #[command(subcommand)]
    pub verb: Option<SandboxVerb>,
}

/// A lifetime in seconds: none, or up to ten years.
fn seconds() -> RangedI64ValueParser<i64> {
    RangedI64ValueParser::new().range(0..=315_360_000)
}

/// What else the sandbox does.
#[derive(Debug, Subcommand)]
pub enum SandboxVerb {
    /// Break throw-away homes in one way each, and show what the doctor says
    Tour,
}
