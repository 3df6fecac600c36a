//! The verbs that change or show credentials.

use std::path::PathBuf;

use std::time::Duration;

use clap::{Args, Subcommand, ValueEnum};

use super::doctor::duration;

use crate::auth::keys::PERMISSIONS;
use crate::report::hidden::is_hidden;
use crate::rulebook::language::spell::nearest;

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
Where no browser can work (a remote shell, a container, CI) a device code is
shown.

Exit codes:
  0  signed in
  1  not signed in; the stored login is unchanged
  2  the command line or the configuration is wrong";

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
    /// Show which credential is in force, where it comes from, and whether the server accepts it
    #[command(after_help = "Exit codes:  0 signed in  1 not signed in, refused, or not verified  2 usage")]
    Status {
        /// Ask nobody: show what this machine knows
        #[arg(long)]
        offline: bool,
    },
    /// Renew the login: exchange the refresh token for a new access token
    Refresh,
    /// Make an API key; it is shown this once
    #[command(after_help = CREATE_KEY_HELP)]
    CreateKey(CreateKey),
    /// List the API keys that you may see
    ListKeys,
    /// Revoke an API key: nobody is let in with it any more
    RevokeKey {
        /// The key's id, name or prefix, as the list shows them
        #[arg(value_name = "KEY")]
        key: String,
        /// Do not ask
        #[arg(short, long)]
        yes: bool,
    },
}

const CREATE_KEY_HELP: &str = "\
The key is printed on standard output, or written to a file that only you can
read:
  cmdop auth create-key --name deploy --expires 90d --output deploy.key
  KEY=$(cmdop auth create-key --name ci --expires 7d --json | jq -er .raw_key)";

/// `cmdop auth create-key`.
#[derive(Debug, Args)]
pub struct CreateKey {
    /// What the key is for, as in github-actions-deploy
    #[arg(long, value_name = "NAME", value_parser = key_name)]
    pub name: String,
    /// What the key may do, as in sessions:read,machines:read [default: all that you may do]
    #[arg(long, value_name = "PERMISSION", value_delimiter = ',', value_parser = permission)]
    pub permissions: Vec<String>,
    /// When the key ends, as in 7d or 12w [default: never]
    #[arg(long, value_name = "TIME", value_parser = life)]
    pub expires: Option<Life>,
    /// Write the key to this file, readable by you alone, in place of printing it
    #[arg(long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Replace the file, if it is there
    #[arg(long, requires = "output")]
    pub force: bool,
}

/// How long a key lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Life {
    Never,
    Days(u32),
}

/// `cmdop workspace`.
#[derive(Debug, Subcommand)]
pub enum Workspace {
    /// Show the workspace in force
    Current,
    /// List the workspaces that you belong to
    List,
    /// Choose the workspace for later commands
    #[command(
        after_help = "The choice is kept in config.yaml in the config folder; --workspace and CMDOP_WORKSPACE precede it."
    )]
    Use {
        /// The workspace's name, slug or id
        #[arg(value_name = "NAME")]
        name: String,
    },
    /// List the members of the workspace in force and their roles
    Members,
}

/// The longest name of a key, in characters: servers cut or refuse longer ones.
const LONGEST_NAME: usize = 64;

fn key_name(text: &str) -> Result<String, String> {
    if text.trim() != text || text.is_empty() || text.chars().count() > LONGEST_NAME {
        return Err(format!("1 to {LONGEST_NAME} characters without blanks around are expected"));
    }
    if text.chars().any(is_hidden) {
        return Err("there is a character in it that cannot be seen".to_owned());
    }
    if text.starts_with("cmd_") || crate::redact::mention::is_secret(text) {
        return Err("this looks like a key; a name says what the key is for".to_owned());
    }
    Ok(text.to_owned())
}

/// A documented permission, or one of which the server may know, but none misspelt.
fn permission(text: &str) -> Result<String, String> {
    if PERMISSIONS.contains(&text) {
        return Ok(text.to_owned());
    }
    if let Some(near) = nearest(text, PERMISSIONS) {
        return Err(format!("did you mean {near}?"));
    }
    let plain = |c: char| c.is_ascii_alphanumeric() || ":_-.*".contains(c);
    match !text.is_empty() && text.chars().all(plain) {
        true => Ok(text.to_owned()),
        false => Err(format!("the permissions are {}", PERMISSIONS.join(", "))),
    }
}

/// The longest life that can be asked for, in days: what is longer is meant to be `never`.
const LONGEST_LIFE: u32 = 3650;

/// `7d`, `12w`, `never`.
fn life(text: &str) -> Result<Life, String> {
    if text == "never" {
        return Ok(Life::Never);
    }
    let (number, unit) = text.split_at(text.trim_end_matches(|c: char| !c.is_ascii_digit()).len());
    let days = match unit {
        "d" => Some(1),
        "w" => Some(7),
        _ => None,
    };
    let plain = number.bytes().all(|byte| byte.is_ascii_digit());
    let number = if plain { number.parse::<u32>().ok() } else { None };
    match number.zip(days).map(|(number, days)| number.checked_mul(days)) {
        Some(Some(days @ 1..=LONGEST_LIFE)) => Ok(Life::Days(days)),
        Some(_) => Err(format!("1d to {LONGEST_LIFE}d is expected, or never")),
        None => Err("a number of days or weeks is expected, as in 7d or 12w, or never".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lives_have_units_and_bounds() {
        assert_eq!(life("7d"), Ok(Life::Days(7)));
        assert_eq!(life("2w"), Ok(Life::Days(14)));
        assert_eq!(life("never"), Ok(Life::Never));
        for wrong in
            ["", "7", "d", "0d", "-1d", "1.5d", "7h", "7 d", "3651d", "99999999999d", "4294967295w", "7dd"]
        {
            assert!(life(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_misspelt_permission_is_not_asked_for() {
        assert_eq!(permission("machines:read"), Ok("machines:read".to_owned()));
        assert_eq!(permission("machine:read").unwrap_err(), "did you mean machines:read?");
        assert_eq!(permission("billing:export"), Ok("billing:export".to_owned()));
        for wrong in ["", "a:b c", "x;y"] {
            assert!(permission(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_name_is_a_name() {
        assert!(key_name("github-actions-deploy").is_ok() && key_name("Grüße an CI").is_ok());
        for wrong in ["", " ci", "a\u{1b}[2Jb", "a\u{202e}b", "cmd_acme_a1b2c3d4e5f6", &"x".repeat(65)] {
            assert!(key_name(wrong).is_err(), "{wrong:?}");
        }
    }
}
