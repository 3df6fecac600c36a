//! The credentials that were found on this machine, and which of them a command would send.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use url::Url;
use zeroize::Zeroizing;

use super::appearance::Appearance;
use super::destination::{same_origin, same_server};
use super::jwt::{self, Claims};
use super::scrub::Scrubber;
use super::shape::Shapes;
use super::store::{About, Store, Stored};
use crate::model::provider::Provider;
use crate::model::secret::Secret;
use crate::model::settings::{Keeping, Settings};
use crate::world::World;

/// The variable that holds an API key (facts: environment).
pub const KEY_VARIABLE: &str = "CMDOP_API_KEY";

/// How every key of this generation begins (facts: "API keys"). It stands here besides the table
/// of shapes, so that no rule file can widen what is sent.
pub(super) const KEY_BEGINNING: &str = "cmd_";

/// Where a credential comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    Flag,
    Env,
    File,
    Keyring,
}

impl Origin {
    /// Whether it is the stored login.
    pub fn is_stored(self) -> bool {
        matches!(self, Origin::File | Origin::Keyring)
    }

    /// Where the login is kept under `settings`.
    pub fn of_store(settings: &Settings) -> Origin {
        match settings.keeping {
            Keeping::File => Origin::File,
            Keeping::Keyring => Origin::Keyring,
        }
    }

    /// The word that facts use.
    pub fn name(self) -> &'static str {
        match self {
            Origin::Flag => "flag",
            Origin::Env => "env",
            Origin::File => "file",
            Origin::Keyring => "keyring",
        }
    }
}

/// A credential that was found, with what may be told about it.
#[derive(Debug)]
pub struct Held {
    pub(super) secret: Secret<String>,
    pub origin: Origin,
    /// The variable or the path.
    pub source: String,
    pub appearance: Appearance,
    /// What it says of itself, if it is a JSON Web Token.
    pub claims: Option<Claims>,
    /// It may be sent to the servers in force; one of a provider's to the API alone.
    pub sendable: bool,
    /// The identity provider that gave it, where a stored login came by way of one.
    pub provider: Option<String>,
    /// Where the credentials are that it hides.
    pub shadows: Vec<String>,
}

impl Held {
    /// Whether it is an API key or a token: by its shape, or else by where it stands.
    pub fn kind(&self) -> &'static str {
        let key = match self.origin {
            Origin::Flag | Origin::Env => !self.appearance.is_token,
            Origin::File | Origin::Keyring => self.appearance.well_shaped,
        };
        if key { "key" } else { "token" }
    }
}

/// What a slot holds.
#[derive(Debug, Clone, Copy)]
pub enum Slot<'p> {
    /// Looked for, and not there.
    Absent,
    /// Something is there that could not be read; says why.
    Unreadable(&'p str),
    /// The flag or the variable.
    Key(&'p Held),
    /// A field of the credential file; `None` where the file lacks it.
    Stored { held: Option<&'p Held>, source: &'p str, about: &'p About, refreshable: bool },
}

/// Where to look, taken along to the thread that looks.
pub(super) struct Sought {
    pub shapes: Arc<Shapes>,
    pub flag: Option<Secret<String>>,
    env: Option<OsString>,
    store: Option<PathBuf>,
    /// The API and the issuer in force: whose tokens a variable may hold.
    ours: Vec<Url>,
    settings: Settings,
}

impl Sought {
    pub(super) fn on(settings: &Settings, world: &World, shapes: Arc<Shapes>, flag: Option<&str>) -> Sought {
        let bases = [&settings.api.value, &settings.issuer.value];
        Sought {
            shapes,
            flag: flag.map(|key| Secret::new(key.to_owned())),
            env: world.env.raw(KEY_VARIABLE).map(ToOwned::to_owned),
            store: settings.store(),
            ours: bases.iter().filter_map(|base| Url::parse(base).ok()).collect(),
            settings: settings.clone(),
        }
    }

    /// Looks. May block for as long as the file system does.
    pub(super) fn find(self) -> Purse {
        let store = match self.settings.keeping {
            Keeping::File => Store::read(self.store.as_deref()),
            Keeping::Keyring => Store::read_ring(),
        };
        let env = self.env.as_ref().map(|raw| Zeroizing::new(raw.to_string_lossy().into_owned()));
        let set = env.as_ref().map(|value| value.as_str()).filter(|value| !value.trim().is_empty());
        let key = match &self.flag {
            Some(flag) => Some(self.key(flag.expose(), Origin::Flag, &store, set)),
            None => set.map(|value| self.key(value, Origin::Env, &store, None)),
        };
        // A variable that is set to nothing still precedes the file.
        let hidden = key.is_none() && env.is_some();
        match store {
            Store::Absent => Purse { key, hidden, file: File::Absent },
            Store::Unreadable(why) => Purse { key, hidden, file: File::Unreadable(why) },
            Store::Found(stored) => Purse { key, hidden, file: self.file(*stored) },
        }
    }

    fn key(&self, text: &str, origin: Origin, store: &Store, hidden_key: Option<&str>) -> Held {
        let appearance = Appearance::of_key(text, &self.shapes);
        let claims = jwt::claims(text);
        let key = appearance.well_shaped && text.starts_with(KEY_BEGINNING);
        let token = appearance.is_token && claims.as_ref().is_some_and(|claims| self.issued(claims));
        let mut shadows = Vec::new();
        if hidden_key.is_some_and(|hidden| hidden != text) {
            shadows.push(KEY_VARIABLE.to_owned());
        }
        if let Store::Found(stored) = store
            && stored.access.as_ref().is_some_and(|access| access.expose() != text)
        {
            shadows.push(shown(&stored.path));
        }
        Held {
            sendable: (key || token) && is_bearer_token(text),
            provider: None,
            secret: Secret::new(text.to_owned()),
            origin,
            source: match origin {
                Origin::Flag => "--api-key".to_owned(),
                Origin::Env | Origin::File | Origin::Keyring => KEY_VARIABLE.to_owned(),
            },
            appearance,
            claims,
            shadows,
        }
    }

    /// Whether a token names a server in force as its issuer. In a variable any token can stand,
    /// so it must say that it is ours.
    fn issued(&self, claims: &Claims) -> bool {
        let issuer = claims.issuer.as_deref().and_then(|issuer| Url::parse(issuer).ok());
        issuer.is_some_and(|issuer| self.ours.iter().any(|ours| same_origin(ours, &issuer)))
    }

    /// Whether the issuer that a token file names is none of the servers in force: their operators
    /// have no business with a token of another's.
    fn is_elsewhere(&self, issuer: &str) -> bool {
        !Url::parse(issuer).is_ok_and(|issuer| self.ours.iter().any(|ours| same_server(ours, &issuer)))
    }

    fn file(&self, stored: Stored) -> File {
        let Stored { path, foreign, access, refresh, strays, about } = stored;
        let provider = about.provider(&self.settings);
        let withheld = foreign
            || match provider {
                Some(_) => !about.is_for_api(&self.settings),
                None => about.issuer.as_deref().is_some_and(|issuer| self.is_elsewhere(issuer)),
            };
        let held = |secret: Secret<String>| self.stored(secret, withheld, provider, &path);
        let (access, refresh) = (access.map(held), refresh.map(held));
        File::Found(Box::new(Found { source: shown(&path), about, access, refresh, strays }))
    }

    fn stored(
        &self,
        secret: Secret<String>,
        withheld: bool,
        provider: Option<&Arc<Provider>>,
        path: &Path,
    ) -> Held {
        let appearance = match provider {
            Some(provider) => Appearance::of_provider(secret.expose(), &self.shapes, provider),
            None => Appearance::of_token(secret.expose(), &self.shapes),
        };
        Held {
            sendable: !withheld && !appearance.is_foreign && is_bearer_token(secret.expose()),
            provider: provider.map(|provider| provider.name.clone()),
            origin: Origin::of_store(&self.settings),
            source: shown(path),
            claims: jwt::claims(secret.expose()),
            appearance,
            shadows: Vec::new(),
            secret,
        }
    }
}

/// Everything that was found.
#[derive(Debug)]
pub(super) struct Purse {
    key: Option<Held>,
    /// The variable is set to nothing, so that the file does not count.
    hidden: bool,
    file: File,
}

#[derive(Debug)]
enum File {
    Absent,
    Unreadable(String),
    Found(Box<Found>),
}

#[derive(Debug)]
struct Found {
    source: String,
    about: About,
    access: Option<Held>,
    refresh: Option<Held>,
    strays: Vec<Secret<String>>,
}

impl Purse {
    /// What stands in `slot`: `active`, `access`, `refresh` or `key`. Precedence is documented:
    /// flag, variable, stored credential.
    pub(super) fn slot(&self, slot: &str) -> Slot<'_> {
        match (slot, &self.key) {
            ("active" | "key", Some(key)) => Slot::Key(key),
            ("active", None) if self.hidden => Slot::Absent,
            ("active" | "access", _) => self.stored(|access, _| access),
            ("refresh", _) => match self.stored(|_, refresh| refresh) {
                Slot::Stored { held: None, .. } => Slot::Absent,
                other => other,
            },
            _ => Slot::Absent,
        }
    }

    /// Takes the stored credentials out of texts.
    pub(super) fn scrubber(&self) -> Scrubber {
        let mut scrubber = Scrubber::default();
        if let File::Found(found) = &self.file {
            for held in found.access.iter().chain(&found.refresh) {
                scrubber.add(held.secret.expose(), &held.appearance.prefix);
            }
            found.strays.iter().for_each(|stray| scrubber.add_doubtful(stray.expose()));
        }
        scrubber
    }

    /// Shows `note` every stored credential, with what it is.
    pub(super) fn each_secret(&self, note: &mut dyn FnMut(&str, &str)) {
        let File::Found(found) = &self.file else { return };
        let named =
            [("the stored access token", &found.access), ("the stored refresh token", &found.refresh)];
        for (what, held) in named {
            if let Some(held) = held {
                note(what, held.secret.expose());
            }
        }
        let strays = found.strays.iter().map(|stray| stray.expose());
        // A word says nothing, wherever it stands.
        let telling = strays.filter(|text| text.bytes().any(|byte| !byte.is_ascii_lowercase()));
        telling.for_each(|text| note("a text in the credential file", text));
    }

    fn stored<'p>(&'p self, which: fn(Option<&'p Held>, Option<&'p Held>) -> Option<&'p Held>) -> Slot<'p> {
        match &self.file {
            File::Absent => Slot::Absent,
            File::Unreadable(why) => Slot::Unreadable(why),
            File::Found(found) => Slot::Stored {
                held: which(found.access.as_ref(), found.refresh.as_ref()),
                source: &found.source,
                about: &found.about,
                refreshable: found.refresh.is_some(),
            },
        }
    }
}

/// Whether a header can carry it: the `b64token` of RFC 6750 section 2.1.
fn is_bearer_token(text: &str) -> bool {
    let body = text.trim_end_matches('=');
    !body.is_empty()
        && body
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_' | b'~' | b'+' | b'/'))
}

fn shown(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}
