//! The credentials of this machine, and the one way in which they leave it: attached to a request.

use std::sync::{Arc, OnceLock};

use reqwest::header::HeaderValue;
use tokio::sync::{Mutex, oneshot};
use url::Url;
use zeroize::Zeroizing;

use super::appearance::Appearance;
use super::destination;
use super::purse::{Held, Purse, Slot, Sought};
use super::shape::Shapes;
use crate::model::list::List;
use crate::model::rulebook::Shape;
use crate::model::secret::Secret;
use crate::model::settings::Settings;
use crate::world::World;

/// The credentials of this machine, read at first use and then kept.
pub struct Wallet {
    shapes: Arc<Shapes>,
    flag_key: Option<Secret<String>>,
    purse: Arc<OnceLock<Purse>>,
    /// Lets one reader go first, so that a dead mount holds one thread and not one per request.
    turn: Mutex<()>,
}

impl Wallet {
    /// A wallet that has not looked yet; `shapes` is the table that credentials are judged by.
    pub fn new(shapes: List<Shape>) -> Wallet {
        Wallet {
            shapes: Arc::new(Shapes::new(shapes)),
            flag_key: None,
            purse: Arc::default(),
            turn: Mutex::default(),
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
        destination::permit(url, settings)?;
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

    fn sought(&self, settings: &Settings, world: &World) -> Sought {
        let flag = self.flag_key.as_ref().map(|key| key.expose().as_str());
        Sought::on(settings, world, Arc::clone(&self.shapes), flag)
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
