//! The verbs that change or show credentials. This build understands them, because its fixes name
//! them, and says that it cannot do them yet.

use std::time::Duration;

use clap::{Args, Subcommand, ValueEnum};

use super::doctor::duration;

/// `cmdop login`.
#[derive(Debug, Default, Args)]
#[command(after_help = LOGIN_HELP)]
pub struct Login {
    /// Show a code to enter in a browser on any machine
    #[arg(long)]
    pub device_code: bool,
    /// Print the page's address and open no browser
    #[arg(long, conflicts_with = "device_code")]
    pub no_browser: bool,
    /// Sign in with an identity provider: google, github, microsoft, one of config.yaml, or the
    /// https address of an issuer
    #[arg(long, value_name = "NAME")]
    pub provider: Option<String>,
    /// How long to wait for you, as in 90s or 10m [default: 5m, or as long as a code is good]
    #[arg(long, value_name = "TIME", value_parser = duration)]
    pub timeout: Option<Duration>,
    /// How the browser finds this machine, where the server wants another than 127.0.0.1
    #[arg(long, value_name = "HOST", conflicts_with = "device_code")]
    pub callback_host: Option<CallbackHost>,
}

const LOGIN_HELP: &str = "\
Where no browser can work (a remote shell, a container, CI) a device code is shown.
Exit codes:  0 signed in  1 not signed in; the stored login is unchanged  2 usage or configuration";

/// How a browser finds this machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CallbackHost {
    #[value(name = "127.0.0.1")]
    V4,
    #[value(name = "[::1]", alias = "::1")]
    V6,
    #[value(name = "localhost")]
    Name,
}

/// `cmdop auth`.
#[derive(Debug, Subcommand)]
pub enum Auth {
    /// Show which credential is in force
    Status,
    /// Exchange the refresh token for a new access token
    Refresh,
    /// Make an API key
    CreateKey {
        /// What the key is for
        #[arg(long, value_name = "NAME")]
        name: Option<String>,
        /// When the key ends, as in 7d
        #[arg(long, value_name = "TIME")]
        expires: Option<String>,
        /// What the key may do, as in sessions:read,machines:read
        #[arg(long, value_name = "PERMISSION", value_delimiter = ',')]
        permissions: Vec<String>,
    },
    /// List the API keys
    ListKeys,
    /// Revoke an API key
    RevokeKey {
        /// The key's prefix or id, as the list shows it
        #[arg(value_name = "KEY")]
        key: String,
    },
}

/// `cmdop workspace`.
#[derive(Debug, Subcommand)]
pub enum Workspace {
    /// Show the workspace in force
    Current,
    /// List the workspaces that you belong to
    List,
    /// Choose the workspace for later commands
    Use {
        /// The workspace's name
        #[arg(value_name = "NAME")]
        name: String,
    },
    /// List the members of the workspace and their roles
    Members,
}
