//! Finding out whom to ask: the server's discovery document (RFC 8414, OpenID Connect Discovery
//! 1.0), or else the documented addresses. A server without a document is not sick.

use serde_json::Value as Json;
use tokio::time::Instant;
use url::Url;

use super::endpoints::{Client, Device, Endpoints, NamedBy, homes};
use super::provider::Quirks;
use crate::credential::destination::{is_this_machine, same_origin};
use crate::credential::{Context, issuer};
use crate::model::address::without_credentials;
use crate::model::settings::{Set, Settings};
use crate::world::exchange::{Answer, Ask, End, Fault, shown};

/// Why nobody knows whom to ask.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Undiscovered {
    #[error("`{0}` is no address of an authorization server; one looks like https://auth.cmdop.com")]
    NoAddress(String),
    #[error("{0} is plain http and not on this machine: signing in there would show everybody the tokens")]
    PlainHttp(String),
    #[error("the authorization server {host} cannot be reached ({}): {}", .fault.phase.name(), .fault.words)]
    Unreachable { host: String, fault: Fault },
    #[error(
        "the authorization server {host} answers its discovery with status {status}: try again in a few minutes"
    )]
    Troubled { host: String, status: u16 },
    #[error("the discovery document at {place} is broken: {what}")]
    Broken { place: String, what: String },
    #[error("{0} has no discovery document, and nobody knows its addresses without one")]
    NoDocument(String),
    /// A provider that gives tokens only to programs that somebody registered there.
    #[error("CMDOP has no published client at {0}")]
    NoClient(String),
    #[error(
        "{place} describes the server `{named}`, not `{wanted}`: another server answers, or the issuer is set wrongly (--issuer, CMDOP_ISSUER)"
    )]
    AnotherIssuer { place: String, named: String, wanted: String },
}

impl Undiscovered {
    /// What to put right first, where a flag, a variable or a file is wrong.
    pub fn setting(&self) -> Option<String> {
        match self {
            Undiscovered::NoClient(name) => {
                Some(format!("set providers.{name}.client_id in config.yaml, or CMDOP_PROVIDER_CLIENT_ID"))
            }
            Undiscovered::NoAddress(_) | Undiscovered::PlainHttp(_) => {
                Some("put the issuer right (--issuer, CMDOP_ISSUER, or config.yaml)".to_owned())
            }
            _ => None,
        }
    }
}

/// How much of a name that a server gives itself is shown.
const LONGEST_NAME: usize = 300;

/// The endpoints of the issuer in force.
pub async fn endpoints(ctx: &Context, deadline: Instant) -> Result<Endpoints, Undiscovered> {
    let settings = &ctx.settings;
    let base = address(&settings.issuer.value)?;
    let homes = homes(&base, settings);
    let mut found = match document_of(ctx, &settings.issuer.value, &base, homes, deadline).await? {
        Some(found) => found,
        None => Endpoints::documented(&settings.issuer.value, &base, settings),
    };
    named_by_user(&mut found, settings)?;
    found.stand_in(settings);
    let page = found.authorization.as_ref().map(shown).unwrap_or_default();
    let token = found.tokens.first().map(shown).unwrap_or_default();
    let device = found.device.as_ref().map(|device| shown(&device.authorization)).unwrap_or_default();
    tracing::info!(from = found.from.name(), issuer = found.issuer, page, token, device, "endpoints");
    Ok(found)
}

/// What the user says about the endpoints precedes all else. A secret may go there: it is the user's
/// own word.
fn named_by_user(found: &mut Endpoints, settings: &Settings) -> Result<(), Undiscovered> {
    let named = &settings.endpoints;
    let read = |set: &Option<Set<String>>| set.as_ref().map(|set| address(&set.value)).transpose();
    let (page, token) = (read(&named.authorization)?, read(&named.token)?);
    let (device, revocation) = (read(&named.device)?, read(&named.revocation)?);
    found.homes.extend([&token, &device, &revocation].into_iter().flatten().cloned());
    found.authorization = page.or(found.authorization.take());
    if let Some(token) = token {
        found.tokens = vec![token.clone()];
        if let Some(device) = &mut found.device {
            device.tokens = vec![token];
        }
    }
    if let Some(authorization) = device {
        found.device = Some(Device { authorization, tokens: found.tokens.clone() });
    }
    found.revocation = revocation.or(found.revocation.take());
    Ok(())
}

/// The address of an issuer, without a login in it.
pub(super) fn address(issuer: &str) -> Result<Url, Undiscovered> {
    let no_address = || Undiscovered::NoAddress(without_credentials(issuer));
    let mut url = Url::parse(issuer).map_err(|_| no_address())?;
    if !matches!(url.scheme(), "https" | "http") || url.host_str().is_none_or(str::is_empty) {
        return Err(no_address());
    }
    // These fail where there can be neither.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    match url.scheme() == "https" || is_this_machine(&url) {
        true => Ok(url),
        false => Err(Undiscovered::PlainHttp(shown(&url))),
    }
}

/// What the server that calls itself `name` says of itself; `None` where it has no document. Secrets
/// may go to `homes`.
pub(super) async fn document_of(
    ctx: &Context,
    name: &str,
    base: &Url,
    homes: Vec<Url>,
    deadline: Instant,
) -> Result<Option<Endpoints>, Undiscovered> {
    let ca_file = ctx.settings.ca_file.as_ref().map(|set| set.value.as_path());
    let host = || base.host_str().unwrap_or_default().to_owned();
    for place in issuer::places(base) {
        let answer = ctx.world.ask(&Ask::get(place.clone()), ca_file, deadline).await;
        let answer = answer.map_err(|fault| Undiscovered::Unreachable { host: host(), fault })?;
        if let Some(document) = read(answer, host())? {
            must_be_of(name, &place, &document)?;
            return described(ctx, place, &document, homes).map(Some);
        }
        tracing::debug!(place = shown(&place), "no discovery document there");
    }
    Ok(None)
}

/// The document in an answer; `None` where the place holds none, which is no fault.
fn read(answer: Answer, host: String) -> Result<Option<Json>, Undiscovered> {
    let status = answer.status.as_u16();
    let broken = |what: &str| Undiscovered::Broken { place: shown(&answer.url), what: what.to_owned() };
    match (status, answer.end) {
        (429 | 500.., _) => Err(Undiscovered::Troubled { host, status }),
        (200, End::Broken(fault)) => Err(Undiscovered::Unreachable { host, fault }),
        (200, End::TooLarge) => Err(broken("it is too large")),
        (200, End::Whole) => match serde_json::from_slice(&answer.body) {
            Ok(document @ Json::Object(_)) => Ok(Some(document)),
            // Web applications answer every unknown path with their start page.
            _ if answer.body.trim_ascii_start().starts_with(b"<") => Ok(None),
            _ => Err(broken("it is no JSON object")),
        },
        _ => Ok(None),
    }
}

fn must_be_of(wanted: &str, place: &Url, document: &Json) -> Result<(), Undiscovered> {
    let place = || shown(place);
    let named = document.get("issuer").and_then(Json::as_str);
    let named = named
        .ok_or_else(|| Undiscovered::Broken { place: place(), what: "it names no issuer".to_owned() })?;
    // Compared character by character (RFC 8414 section 3.3).
    match named == wanted {
        true => Ok(()),
        false => Err(Undiscovered::AnotherIssuer {
            place: place(),
            named: named.chars().take(LONGEST_NAME).collect(),
            wanted: without_credentials(wanted),
        }),
    }
}

/// What a document says.
fn described(ctx: &Context, place: Url, document: &Json, homes: Vec<Url>) -> Result<Endpoints, Undiscovered> {
    let broken = |what: String| Undiscovered::Broken { place: shown(&place), what };
    let token = near(document, "token_endpoint", &homes).map_err(broken)?;
    let token = token.ok_or_else(|| broken("it names no token endpoint".to_owned()))?;
    // What is of no use here is needed for other flows than the one that somebody may want.
    let unless_useless = |key: &str| {
        near(document, key, &homes).unwrap_or_else(|why| {
            tracing::debug!(why, "left out");
            None
        })
    };
    let device = unless_useless("device_authorization_endpoint");
    let is_true = |key: &str| document.get(key).and_then(Json::as_bool).unwrap_or(false);
    let texts = |key: &str| {
        let texts = document.get(key)?.as_array()?;
        Some(texts.iter().filter_map(Json::as_str).map(str::to_owned).collect())
    };
    Ok(Endpoints {
        issuer: document.get("issuer").and_then(Json::as_str).unwrap_or_default().to_owned(),
        client: Client { id: ctx.settings.client_id.value.clone(), secret: None },
        authorization: page(document, "authorization_endpoint").map_err(broken)?,
        device: device.map(|authorization| Device { authorization, tokens: vec![token.clone()] }),
        tokens: vec![token],
        revocation: unless_useless("revocation_endpoint"),
        iss_sent: is_true("authorization_response_iss_parameter_supported"),
        scopes: texts("scopes_supported"),
        from: NamedBy::Discovery(place.clone()),
        quirks: Quirks::NONE,
        homes,
    })
}

/// An endpoint that is sent secrets: it must be of a server in force.
fn near(document: &Json, key: &str, homes: &[Url]) -> Result<Option<Url>, String> {
    let Some(url) = page(document, key)? else { return Ok(None) };
    match homes.iter().any(|home| same_origin(home, &url)) {
        true => Ok(Some(url)),
        false => Err(format!("its {key} is at another server, {}, which is sent no secret", shown(&url))),
    }
}

/// An address that is shown and opened: https, or on this machine.
fn page(document: &Json, key: &str) -> Result<Option<Url>, String> {
    let text = match document.get(key) {
        None | Some(Json::Null) => return Ok(None),
        Some(Json::String(text)) => text,
        Some(_) => return Err(format!("its {key} is no text")),
    };
    let url = Url::parse(text).map_err(|_| format!("its {key} is no address"))?;
    let bare = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
    let safe = url.scheme() == "https" || url.scheme() == "http" && is_this_machine(&url);
    match bare && safe {
        true => Ok(Some(url)),
        false => Err(format!("its {key} is neither https nor on this machine")),
    }
}

#[cfg(test)]
#[path = "discovery_tests.rs"]
mod tests;
