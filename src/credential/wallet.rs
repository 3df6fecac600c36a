//! The credentials of this machine, and the one way in which they leave it: attached to a request.

use std::borrow::Cow;
use std::sync::{Arc, OnceLock};

use reqwest::header::HeaderValue;
use tokio::sync::{Mutex, oneshot};
use url::Url;
use zeroize::Zeroizing;

use super::appearance::Appearance;
use super::destination;
use super::purse::{Held, KEY_BEGINNING, KEY_VARIABLE, Purse, Slot, Sought};
use super::scrub::{Scrubber, query_values, secrets_in};
use super::shape::{PUBLIC_OF_OURS, Shapes};
use crate::model::list::List;
use crate::model::rulebook::Shape;
use crate::model::secret::Secret;
use crate::model::settings::Settings;
use crate::world::World;

/// The credentials of this machine, read at first use and then kept.
pub struct Wallet {
    table: List<Shape>,
    shapes: Arc<Shapes>,
    flag_key: Option<Secret<String>>,
    purse: Arc<OnceLock<Purse>>,
    /// Lets one reader go first, so that a dead mount holds one thread and not one per request.
    turn: Mutex<()>,
    /// Takes out what the settings and the environment hold, and what the file does.
    known: OnceLock<Scrubber>,
    stored: OnceLock<Scrubber>,
}

impl Wallet {
    /// The table of what credentials look like.
    pub fn table(&self) -> List<Shape> {
        self.table
    }

    /// A wallet that has not looked yet; `shapes` is the table that credentials are judged by.
    pub fn new(shapes: List<Shape>) -> Wallet {
        Wallet {
            table: shapes,
            shapes: Arc::new(Shapes::new(shapes)),
            flag_key: None,
            purse: Arc::default(),
            turn: Mutex::default(),
            known: OnceLock::new(),
            stored: OnceLock::new(),
        }
    }

    /// An API key that the command line gave. It precedes every other credential.
    #[must_use]
    pub fn with_flag_key(mut self, key: Secret<String>) -> Wallet {
        self.flag_key = Some(key);
        self
    }

    /// The table that credentials are judged by.
    pub fn shapes(&self) -> &Shapes {
        &self.shapes
    }

    /// Reads the credentials without blocking the runtime: to be awaited before [`Wallet::attach`]
    /// there. The reading itself may never end (a dead mount); dropping this future is safe.
    pub async fn read(&self, settings: &Settings, world: &World) {
        let _turn = self.turn.lock().await;
        if self.purse.get().is_some() {
            return;
        }
        let (done, ended) = oneshot::channel();
        let (purse, sought) = (Arc::clone(&self.purse), self.sought(settings, world));
        let look = move || {
            purse.get_or_init(|| sought.find());
            // Whoever waited may have given up.
            let _ = done.send(());
        };
        if std::thread::Builder::new().name("credential".to_owned()).spawn(look).is_ok() {
            // An error says that the reader panicked, and then there is nothing to wait for.
            let _ = ended.await;
        }
    }

    /// Looks anew when it is asked next: the store has changed.
    pub fn forget(&mut self) {
        (self.purse, self.stored) = (Arc::default(), OnceLock::new());
    }

    /// Whether the stored credential is the one that a command sends, if there is one. Documented
    /// precedence puts the flag and the variable before it, be the variable set to nothing.
    pub fn sends_stored(&self, world: &World) -> bool {
        self.flag_key.is_none() && !world.env.is_set(KEY_VARIABLE)
    }

    /// What stands in `slot` (`active`, `access`, `refresh` or `key`). May block in the kernel.
    pub fn slot(&self, slot: &str, settings: &Settings, world: &World) -> Slot<'_> {
        self.purse.get_or_init(|| self.sought(settings, world).find()).slot(slot)
    }

    /// The credential in `slot` (`active`, `access` or `key`) for a request to `url`. A refresh
    /// token never stands in a header. Blocks in the kernel unless
    /// [`Wallet::read`] was awaited before.
    pub fn attach(
        &self,
        slot: &str,
        url: &Url,
        settings: &Settings,
        world: &World,
    ) -> Result<Attached, Withheld> {
        let held = match self.slot(slot, settings, world) {
            Slot::Key(held) | Slot::Stored { held: Some(held), .. } if slot != "refresh" => held,
            _ => return Err(Withheld::NoCredential),
        };
        match &held.provider {
            // The issuer in force has no business with a token of another provider's.
            Some(_) => destination::permit_api(url, settings)?,
            None => destination::permit(url, settings)?,
        }
        Attached::of(held).ok_or(Withheld::NotSendable)
    }

    /// What the variable `name` looks like, if it held a key.
    pub fn variable(&self, name: &str, world: &World) -> Variable {
        let Some(raw) = world.env.raw(name) else { return Variable::Unset };
        let text = Zeroizing::new(raw.to_string_lossy().into_owned());
        if text.trim().is_empty() {
            return Variable::Empty;
        }
        Variable::Set(Box::new(Appearance::of_key(&text, &self.shapes)))
    }

    /// Whether the stored credential was looked for yet.
    pub fn was_read(&self) -> bool {
        self.purse.get().is_some()
    }

    /// `text` from outside without the secrets of this machine, whole or in part, as they are or
    /// encoded. Never blocks: of the stored credential it knows what was read so far, and nobody
    /// was sent any other.
    pub fn scrub<'t>(&self, text: &'t str, settings: &Settings, world: &World) -> Cow<'t, str> {
        let known = self.known.get_or_init(|| self.known(settings, world));
        let stored = self.purse.get().map(|purse| self.stored.get_or_init(|| purse.scrubber()));
        match (known.scrub(text), stored) {
            (clean, None) => clean,
            (Cow::Borrowed(text), Some(stored)) => stored.scrub(text),
            (Cow::Owned(text), Some(stored)) => Cow::Owned(stored.scrub(&text).into_owned()),
        }
    }

    /// Shows `note` every credential that is known so far, with what it is.
    pub(super) fn each_secret(&self, world: &World, note: &mut dyn FnMut(&str, &str)) {
        if let Some(key) = &self.flag_key {
            note("the API key of the command line", key.expose());
        }
        if let Some(raw) = world.env.raw(KEY_VARIABLE) {
            let key = Zeroizing::new(raw.to_string_lossy().into_owned());
            note("the API key in CMDOP_API_KEY", &key);
        }
        if let Some(purse) = self.purse.get() {
            purse.each_secret(note);
        }
    }

    fn known(&self, settings: &Settings, world: &World) -> Scrubber {
        let mut scrubber = Scrubber::default();
        let variable =
            world.env.raw(KEY_VARIABLE).map(|raw| Zeroizing::new(raw.to_string_lossy().into_owned()));
        let keys = self.flag_key.iter().map(|key| key.expose().as_str());
        for key in keys.chain(variable.iter().map(|key| key.as_str())) {
            scrubber.add(key, public_part(key));
        }
        let proxies = world.proxies().addresses().map(|address| address.expose());
        for address in proxies.chain([&settings.api.value, &settings.issuer.value]) {
            secrets_in(address).iter().for_each(|secret| scrubber.add(secret, ""));
            query_values(address).for_each(|value| scrubber.add_doubtful(&value));
        }
        scrubber
    }

    fn sought(&self, settings: &Settings, world: &World) -> Sought {
        let flag = self.flag_key.as_ref().map(|key| key.expose().as_str());
        Sought::on(settings, world, Arc::clone(&self.shapes), flag)
    }
}

/// The public beginning of a key of ours, wherever it begins within what a variable holds.
fn public_part(text: &str) -> &str {
    let key = text.find(KEY_BEGINNING).map_or("", |at| &text[at..]);
    match key.char_indices().nth(PUBLIC_OF_OURS) {
        Some((end, _)) if key.len() >= 2 * PUBLIC_OF_OURS => &key[..end],
        _ => "",
    }
}

impl std::fmt::Debug for Wallet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Wallet").field("shapes", &self.shapes).finish_non_exhaustive()
    }
}

/// An environment variable that should hold a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Variable {
    Unset,
    /// Set to nothing, or to blanks alone.
    Empty,
    Set(Box<Appearance>),
}

/// A credential that may go with the request that it was asked for.
#[derive(Debug, Clone)]
pub struct Attached {
    header: HeaderValue,
    fingerprint: String,
}

impl Attached {
    fn of(held: &Held) -> Option<Attached> {
        if !held.sendable {
            return None;
        }
        let bearer = Zeroizing::new(format!("Bearer {}", held.secret.expose()));
        let mut header = HeaderValue::from_str(&bearer).ok()?;
        header.set_sensitive(true);
        Some(Attached { header, fingerprint: held.appearance.fingerprint.clone().unwrap_or_default() })
    }

    /// The value of the `Authorization` header, marked sensitive.
    pub fn header(&self) -> HeaderValue {
        self.header.clone()
    }

    /// Eight hexadecimal digits that tell secrets apart within this run.
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }
}

/// Why no credential goes with a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Withheld {
    #[error("there is no credential")]
    NoCredential,
    #[error("the credential is not one that may be sent")]
    NotSendable,
    #[error("the address belongs neither to the API nor to the issuer")]
    ForeignOrigin,
    #[error("the address is plain http and not on this machine")]
    PlainHttp,
}

#[cfg(test)]
#[path = "wallet_tests.rs"]
mod tests;
