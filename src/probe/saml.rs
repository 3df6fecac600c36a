//! An identity provider's SAML metadata. Its address comes from the server, so it is asked with no
//! credential, and not inside networks where the API itself is not.

mod metadata;

use std::net::IpAddr;

use reqwest::Client;
use tokio::time::{Instant, timeout_at};
use url::Url;

use super::blank::{blank, deadline};
use super::reach::Reach;
use super::target::Target;
use super::{Call, Context};
use crate::credential::ask::leads_to;
use crate::model::evidence::Reading;
use crate::model::fact::{Facts, Value};
use crate::world::exchange::{Answer, Ask, End, Fault, exchange};
use crate::world::loopback::is_loopback;
use crate::world::names::with_port;
use crate::world::proxies::Route;
use metadata::{Metadata, NoMetadata};

/// The most that is read of metadata. Single providers have some 10 KiB.
const LIMIT: usize = 2 << 20;

/// How many redirects are followed; each address is judged anew.
const REDIRECTS: usize = 5;

/// The media types of SAML metadata (OASIS "Metadata for SAML 2.0", appendix A) and of XML.
const ACCEPT: &str = "application/samlmetadata+xml, application/xml, text/xml";

/// Why there is no answer: the state, and words.
type NoAnswer = (&'static str, String);

pub(super) async fn look(call: &Call, ctx: &Context) -> Reading {
    let target = match Target::parse(call.required("of")) {
        Ok(target) => target,
        Err(refused) => return refused,
    };
    let facts = blank(call);
    let deadline = deadline(ctx);
    Reading::Found(match fetched(ctx, target.url, deadline).await {
        Ok(answer) => told(facts, &answer),
        Err((state, fault)) => facts.with("state", state).with("fault", fault),
    })
}

async fn fetched(ctx: &Context, mut url: Url, deadline: Instant) -> Result<Answer, NoAnswer> {
    for _ in 0..=REDIRECTS {
        let late = |_| ("unreachable", "no answer in time".to_owned());
        let client = timeout_at(deadline, client_for(ctx, &url)).await.map_err(late)??;
        let proxied = matches!(ctx.world.proxies().route(&url), Route::Through(_));
        let ask = Ask { accept: ACCEPT, limit: LIMIT, ..Ask::get(url) };
        let answer = exchange(&client, &ask, proxied, deadline).await.map_err(unreachable)?;
        match leads_to(&answer) {
            Some(next) => url = next,
            None => return Ok(answer),
        }
    }
    Err(("unreachable", format!("more than {REDIRECTS} redirects")))
}

fn unreachable(fault: Fault) -> NoAnswer {
    ("unreachable", format!("{}: {}", fault.phase.name(), fault.words))
}

/// A client that reaches the server of `url` where it was judged to be: at addresses that were looked
/// up once, or through the proxy, which looks them up itself.
async fn client_for(ctx: &Context, url: &Url) -> Result<Client, NoAnswer> {
    let refused = |words: &str| ("refused_address", words.to_owned());
    let target = Target::parse(url.as_str()).map_err(|_| refused("not the address of a server"))?;
    if url.scheme() != "https" && !is_loopback(&target.host) {
        return Err(refused("it is not https"));
    }
    let ca_file = ctx.settings.ca_file.as_ref().map(|set| set.value.as_path());
    let found = match ctx.world.proxies().route(url) {
        Route::Direct { .. } => ctx.world.names().of(&target.host).await,
        Route::Through(_) => Ok(target.host.parse().into_iter().collect()),
        Route::Broken { fault, .. } => return Err(("unreachable", format!("proxy: {fault}"))),
    };
    let addresses: Vec<IpAddr> = found.map_err(|fault| ("unreachable", format!("dns: {fault}")))?;
    if !all_allowed(ctx, &addresses).await {
        return Err(refused("it lies in a private network"));
    }
    let built = if addresses.is_empty() {
        ctx.world.client(url, ca_file).await
    } else {
        ctx.world.client_for_addresses(url, &with_port(&addresses, target.port), ca_file).await
    };
    built.map_err(|fault| ("unreachable", fault.to_string()))
}

/// Whether all `addresses` are public, or of a kind that the API has, too.
async fn all_allowed(ctx: &Context, addresses: &[IpAddr]) -> bool {
    let inside: Vec<Reach> =
        addresses.iter().map(|address| Reach::of(*address)).filter(|reach| *reach != Reach::Public).collect();
    if inside.is_empty() {
        return true;
    }
    let Ok(api) = Target::parse(&ctx.settings.api.value) else { return false };
    let api = ctx.world.names().of(&api.host).await.unwrap_or_default();
    inside.iter().all(|reach| reach.is_inside() && api.iter().any(|address| Reach::of(*address) == *reach))
}

fn told(facts: Facts, answer: &Answer) -> Facts {
    let status = answer.status.as_u16();
    let facts = facts.with("status", i64::from(status));
    let failed =
        |facts: Facts, state: &'static str, fault: String| facts.with("state", state).with("fault", fault);
    match (&answer.end, status) {
        (End::Broken(fault), _) => failed(facts, "unreachable", fault.words.clone()),
        (_, 404 | 410) => facts.with("state", "not_found"),
        (_, 200) if answer.end == End::TooLarge => {
            failed(facts, "not_metadata", "it is larger than 2 MiB".to_owned())
        }
        (_, 200) => match metadata::read(&answer.body) {
            Ok(metadata) => described(facts, &metadata),
            Err(NoMetadata::NotXml(fault)) => failed(facts, "not_xml", fault),
            Err(NoMetadata::OtherXml(fault)) => failed(facts, "not_metadata", fault),
        },
        _ => failed(facts, "unreachable", format!("the server answered {}", answer.status)),
    }
}

fn described(facts: Facts, metadata: &Metadata) -> Facts {
    let begins = metadata.certificates.iter().map(|certificate| certificate.not_before);
    let ends = metadata.certificates.iter().map(|certificate| certificate.not_after);
    facts
        .with("state", if metadata.certificates.is_empty() { "no_certificate" } else { "ok" })
        .with("fault", metadata.unreadable.then_some("a signing certificate cannot be read"))
        .with("entity_id", metadata.entity_id.clone())
        .with("sign_on", metadata.sign_on.clone())
        .with("certificates", metadata.certificates.len() as i64)
        .with("not_before", begins.min().map(Value::Time))
        .with("not_after", ends.max().map(Value::Time))
        .with("valid_until", metadata.valid_until.map(Value::Time))
}

#[cfg(test)]
mod tests;
