//! The proxy variables, and whether the proxy that applies to a URL does its work.

use super::blank::{blank, deadline};
use super::target::Target;
use super::{Call, Context};
use crate::model::evidence::Reading;
use crate::model::fact::Facts;
use crate::world::dial::Failure;
use crate::world::proxies::{Proxies, ProxyServer, Route};
use crate::world::tunnel::{ProxyFault, ask_proxy};

pub(super) async fn look(call: &Call, ctx: &Context) -> Reading {
    let target = match Target::parse(call.required("to")) {
        Ok(target) => target,
        Err(refused) => return refused,
    };
    let facts = settings(blank(call), ctx.world.proxies());
    let facts = match ctx.world.proxies().route(&target.url) {
        Route::Direct { bypass } => facts.with("state", "none").with("bypass", bypass),
        Route::Broken { variable, fault } => {
            facts.with("state", "bad_url").with("fault", fault).with("variable", variable)
        }
        Route::Through(server) => {
            let tried = try_out(ctx, &server, &target).await;
            let fault = tried.as_ref().err().map(ToString::to_string);
            facts
                .with("state", tried.as_ref().map_or_else(state, |()| "answers"))
                .with("fault", fault)
                .with("variable", server.variable)
                .with("url", server.shown())
                .with("secret", server.has_login())
        }
    };
    Reading::Found(facts)
}

fn settings(facts: Facts, proxies: &Proxies) -> Facts {
    let owned = |names: &[&'static str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    facts
        .with("secret", false)
        .with("variables", owned(&proxies.set))
        .with("conflict", !proxies.conflicting.is_empty())
        .with("conflicting", owned(&proxies.conflicting))
        .with("ignored", proxies.ignored)
}

/// Opens the tunnel that https needs, and SOCKS for anything, or else asks the proxy itself one
/// harmless thing.
async fn try_out(ctx: &Context, server: &ProxyServer, target: &Target) -> Result<(), ProxyFault> {
    let deadline = deadline(ctx);
    let ca_file = ctx.settings.ca_file.as_ref().map(|set| set.value.as_path());
    if target.url.scheme() == "https" || !server.speaks_http() {
        return ctx.world.tunnel(server, &target.url, ca_file, deadline).await.map(drop);
    }
    let mut wire = ctx.world.wire_to_proxy(server, ca_file, deadline).await?;
    ask_proxy(&mut wire, server, &target.url, deadline).await
}

fn state(fault: &ProxyFault) -> &'static str {
    match fault {
        ProxyFault::NotReached(Failure::Denied | Failure::NoRoute) => "no_route",
        ProxyFault::NotReached(Failure::Refused | Failure::Reset) => "refused",
        ProxyFault::NotReached(Failure::NoAddress) => "no_address",
        ProxyFault::NotReached(Failure::Timeout) | ProxyFault::Timeout => "timeout",
        ProxyFault::Login { sent: false, .. } => "wants_auth",
        ProxyFault::Login { sent: true, .. } => "auth_rejected",
        ProxyFault::Refuses(_) => "blocked",
        ProxyFault::NotAProxy(_) => "not_a_proxy",
        ProxyFault::BadUrl(_) => "bad_url",
    }
}

#[cfg(test)]
mod tests;
