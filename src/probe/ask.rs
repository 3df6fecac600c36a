//! One question to a server: by the route that applies, following redirects within the origin alone.

use reqwest::StatusCode;
use reqwest::header::LOCATION;
use tokio::time::{Instant, timeout_at};
use url::Url;

use super::Context;
use crate::world::exchange::{Answer, Ask, Fault, Phase, exchange, shown};
use crate::world::proxies::Route;

/// How many redirects are followed.
const REDIRECTS: usize = 5;

/// What came of a question.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) answer: Result<Answer, Fault>,
    /// The redirect that was not followed.
    pub(super) redirect: Option<Redirect>,
}

/// A redirect that leads nowhere we go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Redirect {
    /// Without what may be secret in it.
    pub(super) location: String,
    pub(super) foreign: bool,
}

/// Asks, and asks on where the server redirects within its own origin.
pub(super) async fn ask(ctx: &Context, mut ask: Ask, deadline: Instant) -> Asked {
    for _ in 0..=REDIRECTS {
        let answer = match once(ctx, &ask, deadline).await {
            Ok(answer) => answer,
            fault => return Asked { answer: fault, redirect: None },
        };
        match leads_to(&answer) {
            None => return Asked { answer: Ok(answer), redirect: None },
            Some(next) if next.origin() == ask.url.origin() => ask.url = next,
            Some(next) => {
                let redirect = Redirect { location: shown(&next), foreign: true };
                return Asked { answer: Ok(answer), redirect: Some(redirect) };
            }
        }
    }
    let redirect = Redirect { location: shown(&ask.url), foreign: false };
    let fault = Fault::new(Phase::Redirect, format!("more than {REDIRECTS} redirects"));
    Asked { answer: Err(fault), redirect: Some(redirect) }
}

async fn once(ctx: &Context, ask: &Ask, deadline: Instant) -> Result<Answer, Fault> {
    let proxied = match ctx.world.proxies().route(&ask.url) {
        Route::Direct { .. } => false,
        Route::Through(_) => true,
        Route::Broken { variable, fault } => {
            return Err(Fault::new(Phase::Proxy, format!("{variable} names no usable proxy: {fault}")));
        }
    };
    let ca_file = ctx.settings.ca_file.as_ref().map(|set| set.value.as_path());
    let building = ctx.world.client(&ask.url, ca_file);
    let late = || Fault::new(Phase::Timeout, "the root certificates could not be read in time");
    let client = timeout_at(deadline, building).await.map_err(|_| late())?;
    let client = client.map_err(|error| Fault::new(Phase::Tls, error.to_string()))?;
    let answer = exchange(&client, ask, proxied, deadline).await?;
    // Only a proxy answers so (RFC 9110 section 15.5.8).
    if proxied && answer.status == StatusCode::PROXY_AUTHENTICATION_REQUIRED {
        return Err(Fault::new(Phase::Proxy, "the proxy wants a login"));
    }
    Ok(answer)
}

/// Where `answer` redirects to (RFC 9110 section 15.4), if it does and the address can be read.
pub(super) fn leads_to(answer: &Answer) -> Option<Url> {
    if !matches!(answer.status.as_u16(), 301 | 302 | 303 | 307 | 308) {
        return None;
    }
    let target = answer.url.join(answer.header(LOCATION)?).ok()?;
    matches!(target.scheme(), "http" | "https").then_some(target)
}
