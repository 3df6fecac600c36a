//! Identity providers that one can sign in with directly (facts: "SSO": the way round a broken
//! single sign-on). What is odd about one is a line of the table.

use url::Url;

use super::callback::LoopbackHost;
use super::discovery::{self, Undiscovered, address, document_of};
use super::endpoints::{Client, Device, Endpoints, NamedBy};
use crate::credential::{Context, Giver};
use crate::model::provider::Provider;
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
    /// The shapes of its tokens, by their ids in `rules/shapes`.
    shapes: &'static [&'static str],
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
        shapes: &["google_access_token", "google_refresh_token"],
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
        shapes: &["github_app_token"],
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
        shapes: &[],
        // Applications register http://localhost, which stands for every port.
        quirks: Quirks { loopback: LoopbackHost::Name, secret_at_device: false, ..Quirks::NONE },
    },
];

/// The directory that takes accounts of any organisation and personal ones.
const ANY_TENANT: &str = "common";

/// What the user says of a provider, in `config.yaml` or in the environment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Said {
    /// Where it is, in place of what the table says.
    pub issuer: Option<String>,
    pub client_id: Option<String>,
    pub client_secret: Option<String>,
    pub scope: Option<String>,
    pub tenant: Option<String>,
}

/// The names in the table.
pub fn names() -> impl Iterator<Item = &'static str> {
    KNOWN.iter().map(|known| known.name)
}

/// The provider called `name`: one of the table, one that the user describes, or the issuer that the
/// name is the address of. `None` where nobody knows whom that means.
pub fn named(name: &str, said: Said) -> Option<Provider> {
    let known = known(name);
    let documented = known.map(|known| known.filled(known.issuer, said.tenant.as_deref()));
    let address = || name.contains("://").then(|| name.to_owned());
    let described = said.issuer.or_else(address).filter(|issuer| Some(issuer) != documented.as_ref());
    Some(Provider {
        name: name.to_owned(),
        described: described.is_some(),
        issuer: described.or(documented)?,
        client_id: said.client_id,
        client_secret: said.client_secret.map(Secret::new),
        scope: said.scope,
        tenant: said.tenant,
        shapes: known.map_or(&[], |known| known.shapes),
    })
}

fn known(name: &str) -> Option<&'static Known> {
    KNOWN.iter().find(|known| known.name == name)
}

/// The scope to ask for at `provider`.
pub(in crate::auth) fn scope(provider: &Provider) -> Option<&str> {
    provider.scope.as_deref().or_else(|| known(&provider.name).map(|known| known.scope))
}

/// The endpoints of `provider`: those that it describes itself, where the user says where it is, or
/// else the table's.
pub(in crate::auth) async fn endpoints(
    provider: &Provider,
    ctx: &Context,
    deadline: Instant,
) -> Result<Endpoints, Undiscovered> {
    let known = known(&provider.name);
    let endpoints = match known {
        Some(known) if !provider.described => documented(provider, known, ctx)?,
        _ => {
            let issuer = provider.issuer.as_str();
            let base = address(issuer)?;
            document_of(ctx, issuer, &base, vec![base.clone()], deadline)
                .await?
                .ok_or_else(|| Undiscovered::NoDocument(issuer.to_owned()))?
        }
    };
    Ok(Endpoints {
        quirks: known.map_or(Quirks::NONE, |known| known.quirks),
        from: NamedBy::Provider(provider.name.clone()),
        client: client(provider, ctx),
        ..endpoints
    })
}

/// The endpoints of whoever gave a stored login.
pub(in crate::auth) async fn endpoints_of(
    giver: Giver<'_>,
    ctx: &Context,
    deadline: Instant,
) -> Result<Endpoints, Undiscovered> {
    match giver {
        Giver::InForce => discovery::endpoints(ctx, deadline).await,
        Giver::Provider(provider) => endpoints(provider, ctx, deadline).await,
    }
}

fn client(provider: &Provider, ctx: &Context) -> Client {
    let id = provider.client_id.clone().unwrap_or_else(|| ctx.settings.client_id.value.clone());
    let secret = provider.client_secret.as_ref().map(|secret| Secret::new(secret.expose().clone()));
    Client { id, secret }
}

fn documented(provider: &Provider, known: &Known, ctx: &Context) -> Result<Endpoints, Undiscovered> {
    if provider.client_id.is_none() && ctx.settings.client_id.from == Origin::Default {
        return Err(Undiscovered::NoClient(known.name.to_owned()));
    }
    let filled = |text: &str| known.filled(text, provider.tenant.as_deref());
    let url = |text: &str| Url::parse(&filled(text)).map_err(|_| Undiscovered::NoAddress(filled(text)));
    let (token, device) = (url(known.token)?, url(known.device)?);
    let homes =
        [known.authorization, known.token, known.device].into_iter().map(url).collect::<Result<_, _>>()?;
    Ok(Endpoints {
        issuer: provider.issuer.clone(),
        from: NamedBy::Provider(known.name.to_owned()),
        client: client(provider, ctx),
        authorization: Some(url(known.authorization)?),
        device: Some(Device { authorization: device, tokens: vec![token.clone()] }),
        tokens: vec![token],
        revocation: known.revocation.map(url).transpose()?,
        iss_sent: false,
        scopes: None,
        quirks: known.quirks,
        homes,
    })
}

impl Known {
    /// `text` of the table with the directory in it.
    fn filled(&self, text: &str, tenant: Option<&str>) -> String {
        text.replace("{tenant}", tenant.unwrap_or(ANY_TENANT))
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
