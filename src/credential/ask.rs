//! One question to a server: by the route that applies, following redirects within the origin alone,
//! so that a credential never goes anywhere else.

use reqwest::Method;
use reqwest::header::LOCATION;
use serde_json::Value as Json;
use tokio::time::Instant;
use url::Url;

use super::Context;
use crate::world::exchange::{Answer, Ask, Fault, Phase, shown};

/// How many redirects are followed.
const REDIRECTS: usize = 5;

/// What came of a question.
#[derive(Debug)]
pub struct Asked {
    pub answer: Result<Answer, Fault>,
    /// The redirect that was not followed.
    pub redirect: Option<Redirect>,
}

/// A redirect that leads nowhere we go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redirect {
    /// Without what may be secret in it.
    pub location: String,
    pub foreign: bool,
}

impl Asked {
    /// The body of the answer as JSON, if there is one that is that.
    pub fn document(&self) -> Option<Json> {
        self.answer.as_ref().ok()?.document()
    }
}

/// Asks, and asks on where the server redirects within its own origin. What changes something is
/// asked for again only where the redirect says that it is to be (RFC 9110 sections 15.4.8, 15.4.9).
pub async fn ask(ctx: &Context, mut ask: Ask, deadline: Instant) -> Asked {
    for _ in 0..=REDIRECTS {
        let ca_file = ctx.settings.ca_file.as_ref().map(|set| set.value.as_path());
        let answer = match ctx.world.ask(&ask, ca_file, deadline).await {
            Ok(answer) => answer,
            fault => return Asked { answer: fault, redirect: None },
        };
        match leads_to(&answer) {
            None => return Asked { answer: Ok(answer), redirect: None },
            Some(next) if next.origin() == ask.url.origin() && keeps(&ask.method, &answer) => ask.url = next,
            Some(next) => {
                let foreign = next.origin() != ask.url.origin();
                let redirect = Redirect { location: shown(&next), foreign };
                tracing::debug!(
                    component = "http",
                    location = redirect.location,
                    foreign,
                    "redirect not followed"
                );
                return Asked { answer: Ok(answer), redirect: Some(redirect) };
            }
        }
    }
    let redirect = Redirect { location: shown(&ask.url), foreign: false };
    let fault = Fault::new(Phase::Redirect, format!("more than {REDIRECTS} redirects"));
    Asked { answer: Err(fault), redirect: Some(redirect) }
}

/// Whether the question stays what it is at the other address.
fn keeps(method: &Method, answer: &Answer) -> bool {
    method.is_safe() || matches!(answer.status.as_u16(), 307 | 308)
}

/// Where `answer` redirects to (RFC 9110 section 15.4), if it does and the address can be read.
pub fn leads_to(answer: &Answer) -> Option<Url> {
    if !matches!(answer.status.as_u16(), 301 | 302 | 303 | 307 | 308) {
        return None;
    }
    let target = answer.url.join(answer.header(LOCATION)?).ok()?;
    matches!(target.scheme(), "http" | "https").then_some(target)
}
