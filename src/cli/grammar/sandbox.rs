//! `cmdop sandbox`: serve, or take the tour.

use clap::{Args, Subcommand};

use crate::sandbox::Fault;

/// Everything below `cmdop sandbox`.
#[derive(Debug, Args)]
pub struct Sandbox {
    /// The port on 127.0.0.1; any free one by default
    #[arg(long, value_name = "PORT", default_value_t = 0, hide_default_value = true)]
    pub port: u16,
    /// Break the service in this way; may be given several times
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
    #[command(subcommand)]
    pub verb: Option<SandboxVerb>,
}

/// What else the sandbox does.
#[derive(Debug, Subcommand)]
pub enum SandboxVerb {
    /// Break make-believe machines in one way each, and show what the doctor says
    Tour,
}
