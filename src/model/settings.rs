//! Settings in force, each with who said so, and the symbols that rules may use for them.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use super::address::without_credentials;
use super::demand::Demand;
use super::provider::{Provider, that_gave};

/// Who decided a setting, strongest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    Flag,
    Env,
    Config,
    Default,
}

impl Origin {
    pub fn name(self) -> &'static str {
        match self {
            Origin::Flag => "flag",
            Origin::Env => "env",
            Origin::Config => "config",
            Origin::Default => "default",
        }
    }
}

/// Where the login is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Keeping {
    /// In `auth.json`.
    #[default]
    File,
    /// In the keyring of the operating system.
    Keyring,
}

impl Keeping {
    /// The words of the setting.
    pub const ALL: [(&str, Keeping); 2] = [("file", Keeping::File), ("keyring", Keeping::Keyring)];
}

/// A value and who decided it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Set<T> {
    pub value: T,
    pub from: Origin,
}

/// Everything that decides where the program looks and to whom it talks.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The API base as given, without a trailing slash; it may be no valid URL.
    pub api: Set<String>,
    pub issuer: Set<String>,
    pub client_id: Set<String>,
    pub workspace: Option<Set<String>>,
    /// `None` where no home folder is known and `CMDOP_CONFIG_DIR` is unset.
    pub config_dir: Option<Set<PathBuf>>,
    pub home: Option<PathBuf>,
    pub ca_file: Option<Set<PathBuf>>,
    /// The loopback port for the sign-in callback, as given; 0 means any free one.
    pub callback_port: Set<String>,
    /// Where the authorization server's endpoints are, where the user says so.
    pub endpoints: Endpoints,
    /// The identity providers that this program's table and the user know.
    pub providers: Vec<Arc<Provider>>,
    /// Where the login is kept.
    pub keeping: Keeping,
    /// How long one probe may take.
    pub probe_deadline: Duration,
    pub offline: bool,
    /// What this run demands of the credential.
    pub demand: Demand,
}

/// Addresses of the authorization server's endpoints that the user names: they precede what the
/// server, or the documentation, says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Endpoints {
    pub authorization: Option<Set<String>>,
    pub token: Option<Set<String>>,
    pub device: Option<Set<String>>,
    pub revocation: Option<Set<String>>,
}

/// The symbols that templates and probe parameters may use, with what they stand for and who decides it,
/// first come first; keys in backquotes are those of `config.yaml`.
pub const SYMBOLS: &[(&str, &str)] = &[
    (
        "api",
        "the API base, without a trailing slash: --api-url, CMDOP_API_URL, `api_url`, or the product's own",
    ),
    (
        "issuer",
        "the authorization server: --issuer, CMDOP_ISSUER, `issuer`, the product's own, or another API's origin",
    ),
    ("config", "the config folder: CMDOP_CONFIG_DIR, or .cmdop in the home folder"),
    ("store", "the credential file: auth.json in the config folder"),
    ("home", "the home folder: HOME, or the user's entry in the passwd database"),
    ("cwd", "the folder that the program was started in"),
    ("workspace", "the workspace that the user chose: --workspace, CMDOP_WORKSPACE, `workspace`"),
    ("agent_socket", "the pattern of local agent sockets"),
    ("callback_port", "the port for the sign-in callback, 0 for any: CMDOP_CALLBACK_PORT, `callback_port`"),
    ("hosts_file", "the hosts file"),
];

/// The documented pattern of agent sockets (facts: the table of authentication issues, "local socket").
pub const AGENT_SOCKET: &str = "/tmp/cmdop-*.sock";

impl Settings {
    /// The identity provider that gave a login which names `issuer`, and the provider by `name` where
    /// it does. The issuer in force is none.
    pub fn provider_of(&self, issuer: &str, name: Option<&str>) -> Option<&Arc<Provider>> {
        that_gave(&self.providers, issuer, name).filter(|_| issuer != self.issuer.value)
    }

    /// The credential file.
    pub fn store(&self) -> Option<PathBuf> {
        self.config_dir.as_ref().map(|dir| dir.value.join("auth.json"))
    }

    /// What the symbol `name` stands for; `None` where this machine has no such thing. An address
    /// stands without a login and a query: it is shown, and neither is ever sent.
    pub fn symbol(&self, name: &str, cwd: Option<&Path>) -> Option<String> {
        let shown = |path: &Path| path.to_string_lossy().into_owned();
        match name {
            "api" => Some(without_credentials(&self.api.value)),
            "issuer" => Some(without_credentials(&self.issuer.value)),
            "config" => self.config_dir.as_ref().map(|dir| shown(&dir.value)),
            "store" => self.store().as_deref().map(shown),
            "home" => self.home.as_deref().map(shown),
            "cwd" => cwd.map(shown),
            "workspace" => self.workspace.as_ref().map(|chosen| chosen.value.clone()),
            "agent_socket" => Some(AGENT_SOCKET.to_owned()),
            "callback_port" => Some(self.callback_port.value.clone()),
            "hosts_file" => Some("/etc/hosts".to_owned()),
            _ => None,
        }
    }
}
