//! `config.yaml`: the user's own settings, read strictly.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::failure::{Failure, conceal};
use super::policy::{Ignored, Level, NamedSelection, Policy};
use crate::credential::signing::PublicKey;
use crate::world::files::ReadError;
use crate::world::guarded::{self, Refused};
use crate::world::patience::within;

/// The settings that a file can make. None of them is a credential of a person.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Config {
    pub(super) api_url: Option<String>,
    pub(super) issuer: Option<String>,
    pub(super) client_id: Option<String>,
    pub(super) workspace: Option<String>,
    /// Relative to the folder of the file.
    pub(super) ca_file: Option<PathBuf>,
    pub(super) callback_port: Option<String>,
    /// `file` or `keyring`: where the login is kept.
    pub(super) store: Option<String>,
    /// Addresses of the authorization server, where it does not say them itself.
    pub(super) endpoints: ConfiguredEndpoints,
    /// Identity providers for `cmdop login --provider`, by their names.
    pub(super) providers: BTreeMap<String, ConfiguredProvider>,
    /// Keys of those whose packs of rules are trusted, as `rules keygen` prints them.
    pub(super) trusted_keys: Vec<String>,
    /// As in `.cmdop-doctor.yaml`.
    pub(super) ignore: Vec<Ignored>,
    pub(super) severities: BTreeMap<String, Level>,
    pub(super) profiles: Vec<NamedSelection>,
}

impl Config {
    /// The keys of `trusted_keys`.
    pub(super) fn trusted_keys(&self) -> Result<Vec<PublicKey>, Failure> {
        let read = |(at, line): (usize, &String)| {
            PublicKey::parse(line)
                .map_err(|fault| Failure::new(format!("trusted_keys, number {}: {fault}", at + 1)))
        };
        self.trusted_keys.iter().enumerate().map(read).collect()
    }

    /// What this file shares with that of a project.
    pub(super) fn policy(&self) -> Policy {
        Policy {
            ignore: self.ignore.clone(),
            severities: self.severities.clone(),
            profiles: self.profiles.clone(),
        }
    }
}

/// The endpoints of an authorization server.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct ConfiguredEndpoints {
    pub(super) authorization: Option<String>,
    pub(super) token: Option<String>,
    pub(super) device: Option<String>,
    pub(super) revocation: Option<String>,
}

/// An identity provider: what differs from what this program knows of it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct ConfiguredProvider {
    pub(super) issuer: Option<String>,
    pub(super) client_id: Option<String>,
    /// What some providers call a secret though every copy of a program holds it.
    pub(super) client_secret: Option<String>,
    pub(super) scope: Option<String>,
    pub(super) tenant: Option<String>,
}

/// The name of the file in the config folder.
pub(super) const FILE: &str = "config.yaml";

/// A dozen short lines need far less.
const LIMIT: u64 = 64 * 1024;

/// What became of the file.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found<T> {
    There(T),
    /// Nobody may know what stands in it, be it the server that the user means.
    Hidden,
    /// Nobody can know what stands in it: the file system gives no answer.
    Stalled,
}

/// Reads the file at `path`, which need not be there unless the user `named` it. Waits for the file
/// system no longer than `patience`.
pub(super) fn read(path: &Path, named: bool, patience: Duration) -> Result<Found<Config>, Failure> {
    Ok(match bytes(path, named, patience)? {
        Found::There(bytes) => Found::There(parse(path, &bytes)?),
        Found::Hidden => Found::Hidden,
        Found::Stalled => Found::Stalled,
    })
}

/// The contents of the file at `path`; none where it is not there and was not `named`.
pub(super) fn bytes(path: &Path, named: bool, patience: Duration) -> Result<Found<Vec<u8>>, Failure> {
    let owned = path.to_owned();
    let Some(bytes) = within(patience, move || guarded::read(&owned, LIMIT)) else {
        return Ok(Found::Stalled);
    };
    match bytes {
        Ok(bytes) => Ok(Found::There(bytes)),
        Err(Refused::Unreadable(ReadError::Missing)) if !named => Ok(Found::There(Vec::new())),
        Err(Refused::Unreadable(ReadError::Denied)) if !named => Ok(Found::Hidden),
        Err(why) => Err(Failure::new(format!("{} is not read: {why}{}", path.display(), remedy(why)))),
    }
}

fn remedy(why: Refused) -> &'static str {
    match why {
        Refused::Loose(_) => "; `chmod go-w` it if you trust what it says",
        _ => "",
    }
}

/// Understands the text of a file at `path`.
pub(super) fn parse(path: &Path, bytes: &[u8]) -> Result<Config, Failure> {
    let mut config: Config = understood(path, bytes)?.unwrap_or_default();
    let folder = path.parent().unwrap_or(Path::new(""));
    config.ca_file = config.ca_file.map(|file| folder.join(file));
    Ok(config)
}

/// Understands a YAML document of ours; none where it says nothing.
///
/// # Errors
/// When it is not of that form; with its place, and without what stands there.
pub(super) fn understood<T: DeserializeOwned>(path: &Path, bytes: &[u8]) -> Result<Option<T>, Failure> {
    let fault = |line: u64, column: u64, what: &str| {
        Failure::new(format!("{}:{line}:{column}: {what}", path.display()))
    };
    let text = std::str::from_utf8(bytes).map_err(|_| fault(1, 1, "this is not UTF-8"))?;
    let parsed: Result<Option<T>, _> = serde_yaml::from_str_with_options(text, options());
    match parsed {
        Ok(document) => Ok(document),
        Err(error) => {
            let place = error.location().map_or((1, 1), |at| (at.line(), at.column()));
            let parts = text.split(|c: char| !(c.is_alphanumeric() || "-_+/.~".contains(c)));
            Err(fault(place.0, place.1, &conceal(&without_place(&error.to_string()), parts)))
        }
    }
}

/// `no` and `0600` stay texts, and an error shows no line of the file: somebody may have put a key
/// there.
fn options() -> serde_yaml::Options {
    serde_yaml::options! {
        budget: serde_yaml::budget! { max_nodes: 2000, max_depth: 8, flow_nesting_limit: 8, max_aliases: 0 },
        strict_booleans: true,
        leading_zero_numbers_as_strings: true,
        underscored_numbers_as_strings: true,
        with_snippet: false,
    }
}

/// The parser's message without the place, which stands in front already.
fn without_place(message: &str) -> String {
    let line = message.lines().next().unwrap_or_default();
    let line = line.split(" at line ").next().unwrap_or_default();
    line.trim_start_matches("error: ").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Result<Config, String> {
        parse(Path::new("/home/ada/.cmdop/config.yaml"), text.as_bytes()).map_err(|error| error.to_string())
    }

    #[test]
    fn all_settings_are_read() {
        let text = "api_url: https://cmdop.acme.dev/api\nissuer: https://id.acme.dev\nclient_id: own\n\
                    workspace: no\nca_file: acme.pem\ncallback_port: 08080\nstore: keyring\n\
                    endpoints: { device: \"https://id.acme.dev/device\" }\n\
                    providers:\n  google: { client_id: own, client_secret: 0600 }\n";
        let google = ConfiguredProvider {
            client_id: Some("own".to_owned()),
            client_secret: Some("0600".to_owned()),
            ..ConfiguredProvider::default()
        };
        let config = Config {
            api_url: Some("https://cmdop.acme.dev/api".to_owned()),
            issuer: Some("https://id.acme.dev".to_owned()),
            client_id: Some("own".to_owned()),
            workspace: Some("no".to_owned()),
            ca_file: Some(PathBuf::from("/home/ada/.cmdop/acme.pem")),
            callback_port: Some("08080".to_owned()),
            store: Some("keyring".to_owned()),
            endpoints: ConfiguredEndpoints {
                device: Some("https://id.acme.dev/device".to_owned()),
                ..ConfiguredEndpoints::default()
            },
            providers: BTreeMap::from([("google".to_owned(), google)]),
            ..Config::default()
        };
        assert_eq!(parsed(text), Ok(config));
        assert_eq!(parsed("callback_port: 8080").unwrap().callback_port.as_deref(), Some("8080"));
    }

    #[test]
    fn an_empty_file_says_nothing() {
        for text in ["", "\n# only words\n", "---\n", "\u{feff}\r\n"] {
            assert_eq!(parsed(text), Ok(Config::default()), "{text:?}");
        }
    }

    #[test]
    fn faults_name_their_place_and_show_no_value() {
        let secret = "cmd_acme_a1b2c3d4e5f6g7h8i9j0";
        for (text, place, word) in [
            (format!("workspace: acme\napi_key: {secret}\n"), "config.yaml:2:1: ", "api_key"),
            (format!("workspace: [{secret}]\n"), "config.yaml:1:12: ", "string"),
            (format!("- {secret}\n"), "config.yaml:1:", ""),
            (format!("{secret}\n"), "config.yaml:1:", ""),
            (format!("workspace: acme\nworkspace: {secret}\n"), "config.yaml:2:1: ", "workspace"),
            (format!("workspace: \"{secret}\n"), "config.yaml:", ""),
            ("[".repeat(100_000), "config.yaml:", ""),
        ] {
            let fault = parsed(&text).unwrap_err();
            assert!(fault.contains(place) && fault.contains(word), "{fault}");
            assert!(!fault.contains(&secret[..16]), "{fault}");
            assert_eq!(fault.lines().count(), 1, "{fault}");
        }
    }
}
