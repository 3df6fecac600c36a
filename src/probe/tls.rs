//! A TLS handshake with a server, and what its certificates are worth.

pub(super) mod certificate;
mod interception;
mod verdict;

use std::sync::Arc;

use rustls::pki_types::ServerName;
use tokio::time::{Instant, timeout_at};

use super::blank::{blank, deadline};
use super::target::Target;
use super::{Call, Context};
use crate::model::evidence::{Reading, Why};
use crate::model::fact::{Fact, Facts, Value};
use crate::world::clock::now_ms;
use crate::world::roots::{Anchors, Roots};
use crate::world::tls::{Shaken, shake};
use certificate::Certificate;
use verdict::Verdict;

pub(super) async fn look(call: &Call, ctx: &Context) -> Reading {
    let target = match Target::parse(call.required("to")) {
        Ok(target) => target,
        Err(refused) => return refused,
    };
    if target.url.scheme() == "http" {
        return Reading::Absent;
    }
    let deadline = deadline(ctx);
    let facts = blank(call).with("host", target.host.as_str()).with("port", i64::from(target.port));
    let ca_file = ctx.settings.ca_file.as_ref().map(|set| set.value.as_path());
    let unreachable =
        |facts: Facts, fault: String| Reading::Found(facts.with("state", "unreachable").with("fault", fault));
    let name = match ServerName::try_from(target.host.clone()) {
        Ok(name) => name,
        Err(error) => return unreachable(facts, error.to_string()),
    };
    let wire = match ctx.world.wire(&target.url, ca_file, deadline).await {
        Ok(wire) => wire,
        Err(blocked) => return unreachable(facts, blocked.to_string()),
    };
    let loading = timeout_at(deadline, ctx.world.roots(ca_file));
    let (shaken, roots) = tokio::join!(shake(wire, name.clone(), deadline), loading);
    let roots = roots.ok().flatten();
    if roots.is_none() && !shaken.chain.is_empty() {
        // Without roots every server would look untrusted.
        return Reading::Unavailable(Why::Refused(
            "the root certificates could not be read in time".to_owned(),
        ));
    }
    Reading::Found(told(facts, &target, &name, shaken, roots, deadline).await)
}

async fn told(
    facts: Facts,
    target: &Target,
    name: &ServerName<'static>,
    shaken: Shaken,
    roots: Option<Arc<Roots>>,
    deadline: Instant,
) -> Facts {
    let verdict = Verdict::of(&shaken, name, roots.as_deref(), Anchors::public());
    let chain: Vec<Certificate> = shaken.chain.iter().filter_map(|der| Certificate::read(der)).collect();
    let facts = facts
        .with("state", verdict.state)
        .with("fault", verdict.fault.clone())
        .with("version", shaken.end.as_ref().ok().and_then(|wire| wire.version()))
        .with("trusted_by", verdict.trusted_by)
        .with("public", verdict.public)
        .with("asks_client", shaken.asked)
        .with("chain_not_after", verdict.holds_until.map(Value::Time))
        .with("chain", (!shaken.chain.is_empty()).then_some(shaken.chain.len() as i64));
    let Some(leaf) = chain.first() else { return facts };
    let facts = shown(facts, leaf, &chain)
        .with("intercepted", interception::suspect(&target.host, &chain, verdict.public == Some(true)));
    match shaken.end {
        Ok(wire) if !chain.iter().all(|certificate| certificate.is_valid_at(now_ms())) => {
            facts.with("date", wire.date(&target.host, deadline).await.map(Value::Time))
        }
        _ => facts,
    }
}

fn shown(facts: Facts, leaf: &Certificate, chain: &[Certificate]) -> Facts {
    facts
        .with("subject", leaf.subject.as_str())
        .with("issuer", leaf.issuer.as_str())
        .with("root", chain.last().map(|last| last.issuer.clone()))
        .with("names", leaf.names.clone())
        .with("not_before", Fact::Known(Value::Time(leaf.not_before)))
        .with("not_after", Fact::Known(Value::Time(leaf.not_after)))
}

#[cfg(test)]
mod tests;
