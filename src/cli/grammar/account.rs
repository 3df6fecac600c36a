//! The verbs that change or show credentials. This build understands them, because its fixes name
//! them, and says that it cannot do them yet.

use clap::{Args, Subcommand};

/// `cmdop login`.
#[derive(Debug, Args)]
pub struct Login {
    /// Show a code to enter in a browser on any machine
    #[arg(long)]
    pub device_code: bool,
    /// Sign in with an identity provider, such as google
    #[arg(long, value_name = "NAME")]
    pub provider: Option<String>,
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
