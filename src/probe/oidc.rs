//! The discovery document of an authorization server (RFC 8414, OpenID Connect Discovery 1.0).

use serde_json::Value as Json;
use url::Url;

use super::blank::{blank, deadline};
use super::target::Target;
use super::{Call, Context};
use crate::credential::ask::{Asked, ask};
use crate::credential::destination::same_server;
use crate::credential::issuer;
use crate::model::evidence::Reading;
use crate::model::fact::Facts;
use crate::world::exchange::{Ask, End, Phase};
use crate::world::loopback::is_loopback;

/// Endpoints that a document may name.
const ENDPOINTS: [&str; 6] = [
    "authorization_endpoint",
    "token_endpoint",
    "device_authorization_endpoint",
    "revocation_endpoint",
    "userinfo_endpoint",
    "jwks_uri",
];

/// What one place answers.
enum Found {
    Document(Json),
    /// Nothing of that kind, with the fault if what came was something else.
    Nothing(Option<&'static str>),
    Broken(&'static str),
    Unreachable(String),
}

pub(super) async fn look(call: &Call, ctx: &Context) -> Reading {
    let issuer = call.required("of");
    let base = match Target::parse(issuer) {
        Ok(target) => target.url,
        Err(refused) => return refused,
    };
    let deadline = deadline(ctx);
    let mut facts = blank(call);
    let mut nothing = None;
    for place in issuer::places(&base) {
        let asked = ask(ctx, Ask::get(place.clone()), deadline).await;
        facts.put("status", asked.answer.as_ref().ok().map(|answer| i64::from(answer.status.as_u16())));
        match read(&asked) {
            Found::Document(document) => {
                let facts = facts.with("document", place.path());
                return Reading::Found(judged(facts, issuer, &base, &document));
            }
            Found::Nothing(fault) => nothing = nothing.or(fault),
            Found::Broken(fault) => {
                let facts = facts.with("document", place.path());
                return Reading::Found(facts.with("state", "broken").with("fault", fault));
            }
            Found::Unreachable(fault) => {
                return Reading::Found(facts.with("state", "unreachable").with("fault", fault));
            }
        }
    }
    Reading::Found(facts.with("state", "none").with("fault", nothing))
}

fn read(asked: &Asked) -> Found {
    let answer = match &asked.answer {
        Ok(answer) => answer,
        Err(fault) => return Found::Unreachable(format!("{}: {}", fault.phase.name(), fault.words)),
    };
    let html = answer.body.trim_ascii_start().starts_with(b"<");
    match answer.status.as_u16() {
        200 if asked.redirect.is_none() => match (&answer.end, serde_json::from_slice(&answer.body)) {
            (End::Whole, Ok(document @ Json::Object(_))) => Found::Document(document),
            // Web applications answer every unknown path with their start page.
            (End::Whole, _) if html => Found::Nothing(Some("a web page was served in its place")),
            (End::Whole, _) => Found::Broken("it is no JSON object"),
            (End::TooLarge, _) => Found::Broken("it is larger than 1 MiB"),
            (End::Broken(fault), _) if fault.phase == Phase::Timeout => {
                Found::Unreachable(fault.words.clone())
            }
            (End::Broken(_), _) => Found::Broken("it broke off"),
        },
        429 | 500.. => Found::Unreachable(format!("the server answered {}", answer.status)),
        _ => Found::Nothing(None),
    }
}

fn judged(facts: Facts, issuer: &str, base: &Url, document: &Json) -> Facts {
    let named = document.get("issuer").and_then(Json::as_str);
    let token_endpoint = endpoint(document, "token_endpoint", base);
    let fault = match named {
        None => Some(("broken", "it names no issuer")),
        // Compared character by character (RFC 8414 section 3.3).
        Some(named) if named != issuer => {
            let renamed = Url::parse(named).is_ok_and(|named| {
                named.origin() != base.origin() && named.path() == base.path() && same_server(&named, base)
            });
            let state = if renamed { "other_name" } else { "mismatch" };
            Some((state, "it names another issuer"))
        }
        _ if token_endpoint.is_none() => Some(("broken", "it names no usable token endpoint")),
        _ => None,
    };
    let methods = document.get("code_challenge_methods_supported").and_then(Json::as_array);
    let pkce = methods.map(|methods| methods.iter().any(|method| method == "S256"));
    facts
        .with("state", fault.map_or("ok", |(state, _)| state))
        .with("fault", fault.map(|(_, fault)| fault))
        .with("issuer", named.map(|name| name.chars().take(300).collect::<String>()))
        .with("authorization_endpoint", endpoint(document, "authorization_endpoint", base))
        .with("token_endpoint", token_endpoint)
        .with("device_endpoint", endpoint(document, "device_authorization_endpoint", base))
        .with("foreign_endpoints", foreign(document, base))
        .with("pkce", pkce)
}

/// An endpoint, written anew: https, or this machine, or where the issuer itself is.
fn endpoint(document: &Json, key: &str, base: &Url) -> Option<String> {
    let url = Url::parse(document.get(key)?.as_str()?).ok()?;
    let near = url.origin() == base.origin() || url.scheme() == "http" && is_loopback(url.host_str()?);
    let bare = url.username().is_empty() && url.password().is_none();
    (bare && (url.scheme() == "https" || near)).then(|| url.into())
}

fn foreign(document: &Json, base: &Url) -> Vec<String> {
    let urls = ENDPOINTS.iter().filter_map(|key| endpoint(document, key, base));
    urls.filter(|url| Url::parse(url).is_ok_and(|url| url.origin() != base.origin())).collect()
}

#[cfg(test)]
mod tests;
