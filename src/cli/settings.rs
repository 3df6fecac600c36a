//! Settings in force: each from its flag, else its variable, else `config.yaml`, else its default.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use url::Url;

use super::config::{self, Config, Found};
use super::failure::{Failure, conceal};
use super::folders;
use super::grammar::Global;
use super::policy::Written;
use super::providers;
use crate::credential::signing::PublicKey;
use crate::model::demand::Demand;
use crate::model::settings::{Endpoints, Keeping, Origin, Set, Settings};
use crate::world::World;
use crate::world::keyring;
use crate::world::terminal::platform;

/// The published API base (facts: "REST API").
const API: &str = "https://api.cmdop.com";

/// The published authorization server (facts: "OAuth").
const ISSUER: &str = "https://auth.cmdop.com";

/// This program's own OAuth client id; none is published.
const CLIENT_ID: &str = "cmdop-cli";

/// Any free port, which RFC 8252 section 7.3 asks servers to accept.
const CALLBACK_PORT: &str = "0";

/// How long one probe may take at most; a run that is shorter gives it half of itself.
const PROBE_DEADLINE: Duration = Duration::from_secs(5);

/// How long to wait at most for what settings come from: a file system, or the passwd database,
/// which may be far away. A run that is shorter gives each an eighth of itself.
const PATIENCE: Duration = Duration::from_millis(500);

/// What the flags, the environment and the config folder say, with remarks on how they were read.
#[derive(Debug)]
pub(super) struct InForce {
    pub(super) settings: Settings,
    pub(super) remarks: Vec<String>,
    /// The waivers, severities and profiles of the file.
    pub(super) policy: Written,
    /// The config folder lies where nothing gives an answer.
    pub(super) stalled: bool,
    /// The keys of the file: whose packs of rules are trusted.
    pub(super) trusted_keys: Vec<PublicKey>,
}

/// Finds out which settings are in force. `timeout` is the run's.
pub(super) fn in_force(
    flags: &Global,
    world: &World,
    timeout: Duration,
    offline: bool,
) -> Result<InForce, Failure> {
    let patience = PATIENCE.min(timeout / 8);
    let home = home(world, patience);
    let config_dir = config_dir(world, home.clone());
    let named = flags.config.is_some();
    let usual = || config_dir.as_ref().map(|dir| dir.value.join(config::FILE));
    let file = flags.config.clone().or_else(usual);
    let policy_file = file.clone().unwrap_or_default();
    let found = file.as_deref().map(|file| config::read(file, named, patience)).transpose()?;
    let mut layers = Layers { flags, world, config: Config::default() };
    let mut remarks = Vec::new();
    let mut offline = offline;
    let stalled = found == Some(Found::Stalled);
    match (found, file) {
        (Some(Found::There(config)), _) => layers.config = config,
        (Some(Found::Hidden | Found::Stalled), Some(file)) => {
            let why = if stalled { "the file system gives no answer" } else { "permission denied" };
            let unsure = layers.api().is_none();
            let then =
                if unsure { "no server was asked: it may name another one" } else { "it was left out" };
            remarks.push(format!("{} cannot be read ({why}), so {then}", file.display()));
            offline |= unsure;
        }
        _ => {}
    }
    let keeping = layers.keeping()?;
    let trusted_keys = layers.config.trusted_keys()?;
    let settings = Settings { keeping, ..layers.settings(home, config_dir, timeout, offline) };
    let policy = Written { policy: layers.config.policy(), file: policy_file };
    Ok(InForce { settings, remarks, policy, stalled: stalled && !named, trusted_keys })
}

/// Where settings come from, strongest first.
struct Layers<'a> {
    flags: &'a Global,
    world: &'a World,
    config: Config,
}

impl Layers<'_> {
    fn settings(
        &self,
        home: Option<PathBuf>,
        config_dir: Option<Set<PathBuf>>,
        timeout: Duration,
        offline: bool,
    ) -> Settings {
        let (flags, config) = (self.flags, &self.config);
        let api = without_trailing_slash(or_default(self.api(), API));
        let issuer = self.text(flags.issuer.as_deref(), "CMDOP_ISSUER", config.issuer.as_deref());
        let client = self.text(flags.client_id.as_deref(), "CMDOP_CLIENT_ID", config.client_id.as_deref());
        let port = self.text(None, "CMDOP_CALLBACK_PORT", config.callback_port.as_deref());
        Settings {
            // A slash at the end is part of an issuer's name, which is compared as it is.
            issuer: issuer.unwrap_or_else(|| issuer_of(&api)),
            api,
            client_id: or_default(client, CLIENT_ID),
            workspace: self.text(flags.workspace.as_deref(), "CMDOP_WORKSPACE", config.workspace.as_deref()),
            config_dir,
            home,
            ca_file: self.ca_file(),
            callback_port: or_default(port, CALLBACK_PORT),
            endpoints: self.endpoints(),
            keeping: Keeping::default(),
            providers: providers::in_force(&config.providers, &self.world.env),
            probe_deadline: PROBE_DEADLINE.min(timeout / 2),
            offline,
            demand: Demand::default(),
        }
    }

    fn api(&self) -> Option<Set<String>> {
        self.text(self.flags.api_url.as_deref(), "CMDOP_API_URL", self.config.api_url.as_deref())
    }

    fn keeping(&self) -> Result<Keeping, Failure> {
        let Some(set) = self.text(None, "CMDOP_STORE", self.config.store.as_deref()) else {
            return Ok(Keeping::default());
        };
        let word = set.value.as_str();
        let known = Keeping::ALL.into_iter().find(|(name, _)| *name == word);
        let shown = conceal(word, [word]);
        let (_, keeping) = known.ok_or_else(|| {
            Failure::new(format!("`{shown}` is no place for the login: CMDOP_STORE, or store in config.yaml, is file or keyring"))
        })?;
        match keeping == Keeping::Keyring && !keyring::BUILT_IN {
            true => Err(Failure::new(
                "this program was built without the keyring (cargo feature `keyring`): set CMDOP_STORE, or store in config.yaml, to file",
            )),
            false => Ok(keeping),
        }
    }

    fn endpoints(&self) -> Endpoints {
        let named = &self.config.endpoints;
        Endpoints {
            authorization: self.text(None, "CMDOP_AUTHORIZATION_ENDPOINT", named.authorization.as_deref()),
            token: self.text(None, "CMDOP_TOKEN_ENDPOINT", named.token.as_deref()),
            device: self.text(None, "CMDOP_DEVICE_ENDPOINT", named.device.as_deref()),
            revocation: self.text(None, "CMDOP_REVOCATION_ENDPOINT", named.revocation.as_deref()),
        }
    }

    fn ca_file(&self) -> Option<Set<PathBuf>> {
        let variable = self.world.env.raw("CMDOP_CA_FILE").filter(|value| !value.is_empty());
        strongest(self.flags.ca_file.clone(), variable.map(PathBuf::from), self.config.ca_file.clone())
    }

    fn text(&self, flag: Option<&str>, variable: &str, config: Option<&str>) -> Option<Set<String>> {
        let owned = |text: Option<&str>| text.map(str::to_owned);
        strongest(owned(flag), owned(self.world.env.text(variable)), owned(config))
    }
}

fn strongest<T>(flag: Option<T>, env: Option<T>, config: Option<T>) -> Option<Set<T>> {
    let layers = [(flag, Origin::Flag), (env, Origin::Env), (config, Origin::Config)];
    layers.into_iter().find_map(|(value, from)| value.map(|value| Set { value, from }))
}

fn or_default(set: Option<Set<String>>, default: &str) -> Set<String> {
    set.unwrap_or_else(|| Set { value: default.to_owned(), from: Origin::Default })
}

fn without_trailing_slash(mut set: Set<String>) -> Set<String> {
    set.value.truncate(set.value.trim_end_matches('/').len());
    set
}

/// Another API host has its authorization server at its own origin. How the address of the default
/// one is written, as with `/v1` at its end, makes it no other.
fn issuer_of(api: &Set<String>) -> Set<String> {
    let host = |base: &str| Url::parse(base).ok().and_then(|url| url.host_str().map(str::to_owned));
    let origin = Url::parse(&api.value).ok().map(|url| url.origin()).filter(url::Origin::is_tuple);
    let value = match origin {
        Some(origin) if host(&api.value) != host(API) => origin.ascii_serialization(),
        _ => ISSUER.to_owned(),
    };
    Set { value, from: Origin::Default }
}

/// The home folder: the variable's, or else the passwd entry's.
fn home(world: &World, patience: Duration) -> Option<PathBuf> {
    let variable = world.env.raw(folders::home_variable(platform()));
    variable.filter(|home| !home.is_empty()).map(PathBuf::from).or_else(|| home_by_passwd(patience))
}

#[cfg(unix)]
fn home_by_passwd(patience: Duration) -> Option<PathBuf> {
    use crate::world::patience::within;
    use crate::world::unix::accounts;
    let entry = within(patience, || accounts::by_id(accounts::effective()))?;
    entry.ok().flatten().map(|account| account.home).filter(|home| !home.as_os_str().is_empty())
}

/// No other system has a passwd database.
#[cfg(not(unix))]
fn home_by_passwd(_: Duration) -> Option<PathBuf> {
    None
}

fn config_dir(world: &World, home: Option<PathBuf>) -> Option<Set<PathBuf>> {
    let named = world.env.raw("CMDOP_CONFIG_DIR").filter(|value| !value.is_empty()).map(PathBuf::from);
    let folder = |variable: &str| match variable {
        "HOME" => home.clone().map(PathBuf::into_os_string),
        other => world.env.raw(other).map(OsString::from),
    };
    let usual = || folders::config_dir(platform(), folder).map(|value| Set { value, from: Origin::Default });
    named.map(|value| Set { value, from: Origin::Env }).or_else(usual)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::Env;

    fn world(pairs: &[(&str, &str)]) -> World {
        World::with(Env::made_of(pairs.iter().copied()))
    }

    fn settings(flags: &Global, pairs: &[(&str, &str)]) -> Settings {
        in_force(flags, &world(pairs), Duration::from_secs(4), false).unwrap().settings
    }

    #[test]
    #[expect(clippy::disallowed_methods, reason = "a test makes its own config file")]
    fn a_flag_beats_the_environment_which_beats_the_file_which_beats_the_default() {
        let folder = tempfile::tempdir().unwrap();
        let home = folder.path().to_str().unwrap();
        let file = folder.path().join("own.yaml");
        std::fs::write(&file, "api_url: https://file.dev\nclient_id: file\nworkspace: file\n").unwrap();
        let flags =
            Global { config: Some(file), api_url: Some("https://flag.dev/".to_owned()), ..Global::default() };
        let env = [("HOME", home), ("CMDOP_API_URL", "https://env.dev"), ("CMDOP_CLIENT_ID", "env")];
        let settings = settings(&flags, &env);
        let of = |set: &Set<String>| (set.value.clone(), set.from);
        assert_eq!(of(&settings.api), ("https://flag.dev".to_owned(), Origin::Flag));
        assert_eq!(of(&settings.client_id), ("env".to_owned(), Origin::Env));
        assert_eq!(of(settings.workspace.as_ref().unwrap()), ("file".to_owned(), Origin::Config));
        assert_eq!(of(&settings.callback_port), ("0".to_owned(), Origin::Default));
        assert_eq!(of(&settings.issuer), ("https://flag.dev".to_owned(), Origin::Default));
        assert_eq!(settings.probe_deadline, Duration::from_secs(2));
    }

    #[test]
    fn the_defaults_are_the_published_ones() {
        let settings = settings(&Global::default(), &[("HOME", "/nonexistent/ada")]);
        assert_eq!(settings.api.value, "https://api.cmdop.com");
        assert_eq!(settings.issuer.value, "https://auth.cmdop.com");
        assert_eq!(settings.config_dir.unwrap().value, PathBuf::from("/nonexistent/ada/.cmdop"));
        assert!(settings.workspace.is_none() && settings.ca_file.is_none());
    }

    #[test]
    fn the_issuer_of_another_base_is_at_its_origin() {
        let issuer = |api: &str| {
            let api = [("HOME", "/nonexistent"), ("CMDOP_API_URL", api)];
            settings(&Global::default(), &api).issuer.value
        };
        assert_eq!(issuer("https://cmdop.acme.dev:8443/api"), "https://cmdop.acme.dev:8443");
        for written in ["https://api.cmdop.com/", "https://API.cmdop.com:443/v1", "http://api.cmdop.com"] {
            assert_eq!(issuer(written), "https://auth.cmdop.com");
        }
        assert_eq!(issuer("https://api-dev.cmdop.com"), "https://api-dev.cmdop.com");
        assert_eq!(issuer("not a url"), "https://auth.cmdop.com");
    }

    #[test]
    fn an_empty_variable_says_nothing() {
        let env = [("HOME", "/nonexistent"), ("CMDOP_CONFIG_DIR", ""), ("CMDOP_WORKSPACE", "")];
        let settings = settings(&Global::default(), &env);
        assert_eq!(settings.config_dir.unwrap().from, Origin::Default);
        assert!(settings.workspace.is_none());
    }

    #[test]
    fn a_file_that_hides_which_server_is_meant_stops_all_asking() {
        let looking = |pairs: &[(&str, &str)]| {
            let flags = Global::default();
            let layers = Layers { flags: &flags, world: &world(pairs), config: Config::default() };
            layers.api().is_none()
        };
        assert!(looking(&[("HOME", "/nonexistent")]));
        assert!(!looking(&[("CMDOP_API_URL", "https://env.dev")]));
    }

    #[test]
    fn a_named_file_must_be_there() {
        let flags = Global { config: Some(PathBuf::from("/nonexistent/c.yaml")), ..Global::default() };
        let failure = in_force(&flags, &world(&[]), Duration::from_secs(1), false).unwrap_err();
        assert_eq!(failure.to_string(), "error: /nonexistent/c.yaml is not read: it is not there\n");
    }
}
