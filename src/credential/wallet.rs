//! The credentials of this machine, and the one way in which they leave it: attached to a request.

use reqwest::header::HeaderValue;
use url::Url;

use crate::model::list::List;
use crate::model::rulebook::Shape;
use crate::model::secret::Secret;
use crate::model::settings::Settings;
use crate::world::World;

/// The credentials of this machine, read at first use and then kept.
pub struct Wallet {
    shapes: List<Shape>,
    flag_key: Option<Secret<String>>,
}

impl Wallet {
    /// A wallet that has not looked yet; `shapes` is the table that credentials are judged by.
    pub fn new(shapes: List<Shape>) -> Wallet {
        Wallet { shapes, flag_key: None }
    }

    /// An API key that the command line gave. It precedes every other credential.
    #[must_use]
    pub fn with_flag_key(mut self, key: Secret<String>) -> Wallet {
        self.flag_key = Some(key);
        self
    }

    /// Reads the credentials without blocking the runtime, so that [`Wallet::attach`] need not.
    /// The reading itself may never end (a dead mount); dropping this future is safe.
    pub async fn read(&self, _settings: &Settings, _world: &World) {}

    /// The credential in `slot` (`active`, `access` or `key`) for a request to `url`.
    pub fn attach(
        &self,
        _slot: &str,
        _url: &Url,
        _settings: &Settings,
        _world: &World,
    ) -> Result<Attached, Withheld> {
        Err(Withheld::NoCredential)
    }
}

impl std::fmt::Debug for Wallet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Wallet")
            .field("shapes", &self.shapes.len())
            .field("flag_key", &self.flag_key)
            .finish_non_exhaustive()
    }
}

/// A credential that may go with the request that it was asked for.
#[derive(Debug, Clone)]
pub struct Attached {
    header: HeaderValue,
    fingerprint: String,
}

impl Attached {
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
