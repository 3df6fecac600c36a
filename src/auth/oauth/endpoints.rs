//! The addresses of one authorization server, and what may be sent to them.

use url::Url;

use super::provider::Quirks;
use crate::credential::Withheld;
use crate::credential::destination::permit_to;
use crate::model::secret::Secret;
use crate::model::settings::Settings;

/// Who named the endpoints.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NamedBy {
    /// The server's own document, at this address.
    Discovery(Url),
    /// The product's documentation (facts: "OAuth"): the server has no document.
    Documentation,
    /// The table of identity providers, or the user's configuration of one.
    Provider(String),
}

impl NamedBy {
    /// The word that logs use.
    pub fn name(&self) -> &'static str {
        match self {
            NamedBy::Discovery(_) => "discovery",
            NamedBy::Documentation => "documentation",
            NamedBy::Provider(_) => "provider",
        }
    }
}

/// As whom this program asks.
#[derive(Debug)]
pub struct Client {
    pub id: String,
    /// What some providers call a secret though every copy of a program holds it
    /// (RFC 8252 section 8.5).
    pub secret: Option<Secret<String>>,
}

/// The device flow's addresses (RFC 8628).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    pub authorization: Url,
    /// Where to ask for the token: the next one where one has no such route.
    pub tokens: Vec<Url>,
}

/// Whom to ask what. Only [`Endpoints::permit`] decides where a secret goes.
#[derive(Debug)]
pub struct Endpoints {
    /// What the server calls itself; what the user calls it where it has no document.
    pub issuer: String,
    pub from: NamedBy,
    pub client: Client,
    /// The page for the browser; no secret is sent there. `None` where the server has none.
    pub authorization: Option<Url>,
    /// Where tokens are given; the next one where one has no such route.
    pub tokens: Vec<Url>,
    /// `None` where the server says, or must be taken to say, that it has no such flow.
    pub device: Option<Device>,
    pub revocation: Option<Url>,
    /// The server promises to name itself in every callback (RFC 9207 section 3).
    pub iss_sent: bool,
    /// The scopes that the server says it knows; `None` where it does not say.
    pub scopes: Option<Vec<String>>,
    pub quirks: Quirks,
    /// Whose addresses these are: a secret goes nowhere else.
    pub(super) homes: Vec<Url>,
}

impl Endpoints {
    /// Whether a code, a verifier or a token may go to `url`: it has the origin of the API or of
    /// the issuer in force, or of the provider that was asked for, and is https or this machine.
    pub fn permit(&self, url: &Url) -> Result<(), Withheld> {
        permit_to(url, &self.homes)
    }

    /// The host of a page, where it is not the server's own: people are told where they are sent.
    pub(in crate::auth) fn foreign_host(&self, page: &Url) -> Option<String> {
        let host = page.host_str()?;
        let known = self.homes.iter().any(|home| home.host_str() == Some(host));
        (!known).then(|| host.to_owned())
    }

    /// The documented addresses (facts: "OAuth") of the server at `issuer`, as far as they are its.
    pub(in crate::auth) fn documented(issuer: &str, base: &Url, settings: &Settings) -> Endpoints {
        Endpoints {
            issuer: issuer.to_owned(),
            from: NamedBy::Documentation,
            client: Client { id: settings.client_id.value.clone(), secret: None },
            authorization: Some(below(base, "/oauth/authorize")),
            tokens: vec![below(base, "/oauth/token")],
            device: None,
            revocation: None,
            iss_sent: false,
            scopes: None,
            quirks: Quirks::NONE,
            homes: homes(base, settings),
        }
    }

    /// Fills in where the device flow and the revocation are documented to be, on the API's host
    /// (facts: "OAuth": `/api/system/oauth/device/`, `…/token/`, `…/revoke/`), where nothing is
    /// known of them. Tokens of a device flow may be asked for at either of two places then.
    pub(super) fn stand_in(&mut self, settings: &Settings) {
        let Ok(api) = Url::parse(&settings.api.value) else { return };
        let at = |path: &str| api.join(path).ok();
        if let (None, Some(authorization), Some(token)) =
            (&self.device, at("/api/system/oauth/device/"), at("/api/system/oauth/token/"))
        {
            let tokens = std::iter::once(token.clone()).chain(self.tokens.iter().cloned()).collect();
            self.device = Some(Device { authorization, tokens });
            if self.from == NamedBy::Documentation {
                self.tokens.push(token);
            }
        }
        self.revocation = self.revocation.take().or_else(|| at("/api/system/oauth/revoke/"));
    }
}

/// The servers in force: the issuer, and the API where its address can be read.
pub(super) fn homes(issuer: &Url, settings: &Settings) -> Vec<Url> {
    std::iter::once(issuer.clone()).chain(Url::parse(&settings.api.value)).collect()
}

/// The address `path` below `base`, which may have a path of its own.
fn below(base: &Url, path: &str) -> Url {
    let mut url = base.clone();
    url.set_query(None);
    url.set_fragment(None);
    url.set_path(&format!("{}{path}", base.path().trim_end_matches('/')));
    url
}
