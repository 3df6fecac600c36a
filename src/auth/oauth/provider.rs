//! Identity providers that one can sign in with directly (facts: "SSO": the way round a broken
//! single sign-on). What is odd about one is a line of the table.

use url::Url;

use super::callback::LoopbackHost;
use super::discovery::{Undiscovered, address, document_of};
use super::endpoints::{Client, Device, Endpoints, NamedBy};
use crate::auth::NotSignedIn;
use crate::credential::Context;
use crate::model::secret::Secret;
use crate::model::settings::Origin;
use tokio::time::Instant;

/// How a server differs from the RFCs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quirks {
    /// What goes with the authorization request besides what the RFCs ask for.
    pub authorization: &'static [(&'static str, &'static str)],
    /// By which name browsers are sent back to this machine.
    pub loopback: LoopbackHost,
    /// What the device answer calls the page, the first that is there.
    pub verification_uri: &'static [&'static str],
    /// A status that means "not yet" by itself.
    pub pending_status: Option<u16>,
    /// The device endpoint wants the client's secret too (RFC 8628 section 3.1).
    pub secret_at_device: bool,
}

impl Quirks {
    /// A server that does as the RFCs say.
    pub const NONE: Quirks = Quirks {
        authorization: &[],
        loopback: LoopbackHost::V4,
        verification_uri: &["verification_uri", "verification_url"],
        pending_status: None,
        secret_at_device: true,
    };
}

/// A provider, as its documentation describes it. `{tenant}` stands for the directory of an
/// organisation.
#[derive(Debug)]
struct Known {
    name: &'static str,
    issuer: &'static str,
    authorization: &'static str,
    token: &'static str,
    device: &'static str,
    revocation: Option<&'static str>,
    scope: &'static str,
    quirks: Quirks,
}

/// Google: "OAuth 2.0 for TV and Limited-Input Device Applications", "OAuth 2.0 for iOS & Desktop
/// Apps". GitHub: "Authorizing OAuth apps". Microsoft: "Microsoft identity platform and OAuth 2.0".
const KNOWN: [Known; 3] = [
    Known {
        name: "google",
        issuer: "https://accounts.google.com",
        authorization: "https://accounts.google.com/o/oauth2/v2/auth",
        token: "https://oauth2.googleapis.com/token",
        device: "https://oauth2.googleapis.com/device/code",
        revocation: Some("https://oauth2.googleapis.com/revoke"),
        scope: "openid email",
        quirks: Quirks {
            // Google's way of asking for a refresh token.
            authorization: &[("access_type", "offline")],
            verification_uri: &["verification_url", "verification_uri"],
            pending_status: Some(428),
            secret_at_device: false,
            ..Quirks::NONE
        },
    },
    Known {
        name: "github",
        issuer: "https://github.com",
        authorization: "https://github.com/login/oauth/authorize",
        token: "https://github.com/login/oauth/access_token",
        device: "https://github.com/login/device/code",
        revocation: None,
        scope: "read:user user:email",
        quirks: Quirks { secret_at_device: false, ..Quirks::NONE },
    },
    Known {
        name: "microsoft",
        issuer: "https://login.microsoftonline.com/{tenant}/v2.0",
        authorization: "https://login.microsoftonline.com/{tenant}/oauth2/v2.0/authorize",
        token: "https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token",
        device: "https://login.microsoftonline.com/{tenant}/oauth2/v2.0/devicecode",
        revocation: None,
        scope: "openid email profile offline_access",
        // Applications register http://localhost, which stands for every port.
        quirks: Quirks { loopback: LoopbackHost::Name, secret_at_device: false, ..Quirks::NONE },
    },
];

/// The directory that takes accounts of any organisation and personal ones.
const ANY_TENANT: &str = "common";

/// A provider as the user asks for it.
#[derive(Debug, Default)]
pub struct Provider {
    /// A name of the table or of the configuration, or the address of an issuer.
    pub name: String,
    /// Where the provider is, in place of what the table says.
    pub issuer: Option<String>,
    pub client_id: Option<String>,
    pub client_secret: Option<Secret<String>>,
    pub scope: Option<String>,
    pub tenant: Option<String>,
}

impl Provider {
    /// The scope to ask for.
    pub(in crate::auth) fn scope(&self) -> Option<&str> {
        self.scope.as_deref().or_else(|| self.known().map(|known| known.scope))
    }

    fn known(&self) -> Option<&'static Known> {
        KNOWN.iter().find(|known| known.name == self.name)
    }

    /// Its endpoints: those that its issuer describes, where one is configured, or the table's.
    pub(in crate::auth) async fn endpoints(
        &self,
        ctx: &Context,
        deadline: Instant,
    ) -> Result<Endpoints, NotSignedIn> {
        let quirks = self.known().map_or(Quirks::NONE, |known| known.quirks);
        let issuer =
            self.issuer.as_deref().or_else(|| self.name.contains("://").then_some(self.name.as_str()));
        let mut endpoints = match (issuer, self.known()) {
            (Some(issuer), _) => {
                let base = address(issuer)?;
                document_of(ctx, issuer, &base, vec![base.clone()], deadline)
                    .await?
                    .ok_or_else(|| Undiscovered::NoDocument(issuer.to_owned()))?
            }
            (None, Some(known)) => self.documented(known, ctx)?,
            (None, None) => return Err(self.unknown()),
        };
        endpoints.quirks = quirks;
        endpoints.from = NamedBy::Provider(self.name.clone());
        endpoints.client = self.client(ctx);
        Ok(endpoints)
    }

    fn client(&self, ctx: &Context) -> Client {
        let id = self.client_id.clone().unwrap_or_else(|| ctx.settings.client_id.value.clone());
        Client { id, secret: self.client_secret.as_ref().map(|secret| Secret::new(secret.expose().clone())) }
    }

    fn unknown(&self) -> NotSignedIn {
        let known = KNOWN.map(|known| known.name).join(", ");
        NotSignedIn::NoProvider { name: self.name.clone(), known }
    }

    fn documented(&self, known: &Known, ctx: &Context) -> Result<Endpoints, NotSignedIn> {
        if self.client_id.is_none() && ctx.settings.client_id.from == Origin::Default {
            return Err(NotSignedIn::NoClient(known.name.to_owned()));
        }
        let tenant = self.tenant.as_deref().unwrap_or(ANY_TENANT);
        let filled = |text: &str| text.replace("{tenant}", tenant);
        let url = |text: &str| Url::parse(&filled(text)).map_err(|_| Undiscovered::NoAddress(filled(text)));
        let (token, device) = (url(known.token)?, url(known.device)?);
        let revocation = known.revocation.map(url).transpose()?;
        let homes = [known.authorization, known.token, known.device]
            .into_iter()
            .map(url)
            .collect::<Result<_, _>>()?;
        Ok(Endpoints {
            issuer: filled(known.issuer),
            from: NamedBy::Provider(known.name.to_owned()),
            client: self.client(ctx),
            authorization: Some(url(known.authorization)?),
            device: Some(Device { authorization: device, tokens: vec![token.clone()] }),
            tokens: vec![token],
            revocation,
            iss_sent: false,
            scopes: None,
            quirks: known.quirks,
            homes,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::credential::destination::same_origin;

    #[test]
    fn every_address_of_the_table_is_https_and_its_own() {
        for known in &KNOWN {
            for text in [known.issuer, known.authorization, known.token, known.device] {
                let url = Url::parse(&text.replace("{tenant}", ANY_TENANT)).unwrap();
                assert_eq!(url.scheme(), "https", "{text}");
            }
            let revocation = known.revocation.map(|url| Url::parse(url).unwrap());
            let token = Url::parse(known.token).unwrap();
            assert!(revocation.is_none_or(|url| same_origin(&url, &token)), "{}", known.name);
        }
    }
}
