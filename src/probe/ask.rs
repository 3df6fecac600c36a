//! One question to a server: by the route that applies, following redirects within the origin alone.

use reqwest::header::LOCATION;
use tokio::time::Instant;
use url::Url;

use super::Context;
use crate::world::exchange::{Answer, Ask, Fault, Phase, shown};

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
        let ca_file = ctx.settings.ca_file.as_ref().map(|set| set.value.as_path());
        let answer = match ctx.world.ask(&ask, ca_file, deadline).await {
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

/// Where `answer` redirects to (RFC 9110 section 15.4), if it does and the address can be read.
pub(super) fn leads_to(answer: &Answer) -> Option<Url> {
    if !matches!(answer.status.as_u16(), 301 | 302 | 303 | 307 | 308) {
        return None;
    }
    let target = answer.url.join(answer.header(LOCATION)?).ok()?;
    matches!(target.scheme(), "http" | "https").then_some(target)
}
