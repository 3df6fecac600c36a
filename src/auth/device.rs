//! Signing in with a code that is typed in a browser anywhere (RFC 8628).

use std::time::Duration;

use tokio::time::{Instant, sleep_until};
use url::Url;

use super::NotSignedIn;
use super::oauth::reply::{Reply, post, post_by_name};
use super::oauth::token::{DEVICE_CODE, redeem};
use super::oauth::{Device, Endpoints, Refusal, Refused};
use super::person::{Notice, Person};
use super::wish::Wish;
use crate::credential::destination::is_this_machine;
use crate::credential::{Context, Grant};
use crate::model::secret::Secret;

/// "If no value is provided, clients MUST use 5" (RFC 8628 section 3.2).
const INTERVAL: Duration = Duration::from_secs(5);

/// What `slow_down` adds (RFC 8628 section 3.5).
const SLOWER: Duration = Duration::from_secs(5);

/// Nobody is asked less often than that: the code would expire unseen.
const SLOWEST: Duration = Duration::from_secs(60);

/// How long a code is good where the server does not say (facts: "OAuth": 900 s).
const LIFE: Duration = Duration::from_secs(900);

/// No code is waited for longer than this.
const LONGEST_LIFE: Duration = Duration::from_secs(3600);

/// How long one request may take.
const REQUEST: Duration = Duration::from_secs(30);

/// So many answers in a row that no token endpoint gives mean that there is none.
const ODDITIES: u32 = 5;

/// What the server gave.
#[derive(Debug)]
struct Code {
    device_code: Secret<String>,
    user_code: String,
    page: Url,
    complete: Option<Url>,
    life: Duration,
    interval: Duration,
}

/// Signs in: shows a code, and asks until somebody has entered it. Stops at `patience`, or when the
/// code ends, whatever the server says.
pub(super) async fn grant(
    ctx: &Context,
    endpoints: &Endpoints,
    wish: &Wish,
    patience: Option<Duration>,
    person: &dyn Person,
) -> Result<Grant, NotSignedIn> {
    let code = code(ctx, endpoints, wish).await.map_err(NotSignedIn::NoDeviceCode)?;
    let life = patience.map_or(code.life, |patience| patience.min(code.life));
    let ends = Instant::now() + life;
    tracing::info!(
        seconds = life.as_secs(),
        interval = code.interval.as_secs(),
        "waiting for the device code"
    );
    person.tell(&Notice::Code {
        user_code: code.user_code.clone(),
        page: code.page.to_string(),
        complete: code.complete.as_ref().map(Url::to_string),
        foreign_host: endpoints.foreign_host(&code.page),
        left: life,
    });
    polled(ctx, endpoints, &code, ends, person).await
}

/// Asks for a code (RFC 8628 sections 3.1 and 3.2).
async fn code(ctx: &Context, endpoints: &Endpoints, wish: &Wish) -> Result<Code, Refused> {
    let no_flow = || Refused::NotOffered("signing in with a device code");
    let device: &Device = endpoints.device.as_ref().ok_or_else(no_flow)?;
    let fields: Vec<_> = wish.scope.iter().map(|scope| ("scope", scope.as_str())).collect();
    let (url, deadline) = (&device.authorization, Instant::now() + REQUEST);
    let reply = match endpoints.quirks.secret_at_device {
        true => post(ctx, endpoints, url, &fields, deadline).await,
        false => post_by_name(ctx, endpoints, url, &fields, deadline).await,
    };
    match reply {
        Ok(reply) => read(&reply, endpoints),
        Err(refused) if refused.is_no_route() => Err(no_flow()),
        Err(refused) => Err(refused),
    }
}

fn read(reply: &Reply, endpoints: &Endpoints) -> Result<Code, Refused> {
    let lacks = |what: &str| reply.odd(&format!("it has no {what}"));
    let page = endpoints.quirks.verification_uri.iter().find_map(|name| reply.text(name));
    let seconds = |name: &str| {
        let seconds = reply.seconds(name).filter(|seconds| *seconds > 0.0);
        seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
    };
    Ok(Code {
        device_code: Secret::new(reply.text("device_code").ok_or_else(|| lacks("device code"))?),
        user_code: reply.text("user_code").ok_or_else(|| lacks("code to type"))?,
        page: page.as_deref().and_then(safe).ok_or_else(|| lacks("page that is safe to open"))?,
        complete: reply.text("verification_uri_complete").as_deref().and_then(safe),
        life: seconds("expires_in").unwrap_or(LIFE).min(LONGEST_LIFE),
        interval: seconds("interval").unwrap_or(INTERVAL).clamp(Duration::from_secs(1), SLOWEST),
    })
}

/// A page that people may be sent to: https, or on this machine, and without a login in it.
fn safe(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    let bare = url.username().is_empty() && url.password().is_none();
    (bare && (url.scheme() == "https" || url.scheme() == "http" && is_this_machine(&url))).then_some(url)
}

/// Asks until there is an answer (RFC 8628 sections 3.4 and 3.5).
async fn polled(
    ctx: &Context,
    endpoints: &Endpoints,
    code: &Code,
    ends: Instant,
    person: &dyn Person,
) -> Result<Grant, NotSignedIn> {
    let fields = [("grant_type", DEVICE_CODE), ("device_code", code.device_code.expose().as_str())];
    let mut pace = Pace { interval: code.interval, extra: Duration::ZERO, oddities: 0 };
    loop {
        let next = Instant::now() + pace.wait();
        if next > ends {
            count_down(ends, ends, person).await;
            return Err(NotSignedIn::DeviceExpired);
        }
        count_down(next, ends, person).await;
        let deadline = (Instant::now() + REQUEST).min(ends + SLOWER);
        let refused = match redeem(ctx, endpoints, &fields, deadline).await {
            Ok(grant) => return Ok(grant),
            Err(refused) => refused,
        };
        match pace.after(&refused, endpoints) {
            Next::Wait => {}
            Next::WaitAndSay => {
                tracing::warn!(why = %refused, "no answer about the device code; asking goes on");
                person.tell(&Notice::Trouble(refused.to_string()));
            }
            Next::Stop(why) => return Err(why),
        }
    }
}

/// Waits until `next`, and tells every second how long the code is good.
async fn count_down(next: Instant, ends: Instant, person: &dyn Person) {
    loop {
        let now = Instant::now();
        if now >= next {
            return;
        }
        person.tell(&Notice::Left(ends.saturating_duration_since(now)));
        sleep_until(next.min(now + Duration::from_secs(1))).await;
    }
}

/// How often to ask.
#[derive(Debug)]
struct Pace {
    interval: Duration,
    /// What is waited besides after trouble, once.
    extra: Duration,
    /// Answers in a row that no token endpoint gives.
    oddities: u32,
}

/// What follows from an answer.
#[derive(Debug)]
enum Next {
    Wait,
    WaitAndSay,
    Stop(NotSignedIn),
}

impl Pace {
    fn wait(&self) -> Duration {
        self.interval + self.extra
    }

    fn after(&mut self, refused: &Refused, endpoints: &Endpoints) -> Next {
        let patient = match refused {
            Refused::ByServer(refusal) => is_pending(refusal, endpoints.quirks.pending_status),
            Refused::Odd { status, .. } => Some(*status) == endpoints.quirks.pending_status,
            _ => false,
        };
        if refused.says("slow_down") {
            self.interval = (self.interval + SLOWER).min(SLOWEST);
            tracing::debug!(interval = self.interval.as_secs(), "the server wants to be asked less often");
        }
        if refused.says("slow_down") || patient {
            (self.extra, self.oddities) = (Duration::ZERO, 0);
            return Next::Wait;
        }
        let odd = matches!(refused, Refused::Odd { .. });
        self.oddities = if odd { self.oddities + 1 } else { 0 };
        if refused.is_transient() || odd && self.oddities < ODDITIES {
            // "exponential backoff" on trouble (RFC 8628 section 3.5).
            let longer = (self.extra * 2).max(Duration::from_secs(1));
            let first = self.extra.is_zero();
            self.extra = refused.retry_after().unwrap_or(longer).min(SLOWEST);
            return if first { Next::WaitAndSay } else { Next::Wait };
        }
        Next::Stop(match refused {
            Refused::ByServer(denied) if denied.says("access_denied") => {
                NotSignedIn::DeviceDenied(denied.description.clone())
            }
            expired if expired.says("expired_token") => NotSignedIn::DeviceExpired,
            other => NotSignedIn::DeviceFailed(other.clone()),
        })
    }
}

/// "Not yet": by its code, by a status of the provider's own, or an empty refusal, which some
/// servers give in place of `authorization_pending`.
fn is_pending(refusal: &Refusal, pending_status: Option<u16>) -> bool {
    match refusal.code.as_deref() {
        Some(code) => code == "authorization_pending",
        None => {
            Some(refusal.status) == pending_status || refusal.status == 400 && refusal.description.is_none()
        }
    }
}

#[cfg(test)]
#[path = "device_tests.rs"]
mod tests;
