//! Signing in with a browser that comes back: authorization code with PKCE and a loopback redirect
//! (RFC 6749 section 4.1, RFC 7636, RFC 8252).

use std::io::ErrorKind;
use std::time::Duration;

use tokio::time::{Instant, sleep, sleep_until};
use url::Url;

use super::NotSignedIn;
use super::oauth::callback::{Arrival, Attended, Desk, Event, Expected, NoCode};
use super::oauth::secrets::{challenge, unguessable};
use super::oauth::token::redeem;
use super::oauth::{Endpoints, LoopbackHost, Refusal, Refused};
use super::person::{Notice, Person};
use super::wish::Wish;
use crate::credential::{Context, Grant};
use crate::model::secret::Secret;
use crate::world::browser::Opened;
use crate::world::files::words;

/// How long one exchange of a code may take.
const EXCHANGE: Duration = Duration::from_secs(30);

/// How often an exchange that did not reach the server is tried, and how long between.
const TRIES: u32 = 3;
const BETWEEN: Duration = Duration::from_secs(1);

/// How much of a server's words is kept.
const LONGEST_WORDS: usize = 300;

/// How the browser is used.
#[derive(Debug, Clone, Copy)]
pub(super) struct Browsing {
    /// Open it, besides printing the address.
    pub(super) open: bool,
    /// By which name it finds this machine; what the server wants, by default.
    pub(super) host: Option<LoopbackHost>,
    pub(super) patience: Duration,
}

/// A browser that came back and waits for the last page. Others that come are told that it is over,
/// until this is dropped.
#[derive(Debug)]
pub(super) struct Returned {
    arrival: Arrival,
    _desk: Attended,
}

impl Returned {
    /// Shows that it worked.
    pub(super) async fn signed_in(self, email: Option<&str>) {
        self.arrival.signed_in(email).await;
    }

    /// Shows that it did not, and why.
    pub(super) async fn failed(self, why: &str) {
        self.arrival.failed(why).await;
    }
}

/// Signs in.
pub(super) async fn grant(
    ctx: &Context,
    endpoints: &Endpoints,
    wish: &Wish,
    browsing: Browsing,
    person: &dyn Person,
) -> Result<(Grant, Returned), NotSignedIn> {
    let page =
        endpoints.authorization.as_ref().ok_or_else(|| NotSignedIn::NoPage(endpoints.issuer.clone()))?;
    let (verifier, state) = (unguessable()?, unguessable()?);
    let desk = open_desk(ctx, browsing.host.unwrap_or(endpoints.quirks.loopback)).await?;
    let redirect = desk.redirect_uri();
    let url = address(page, endpoints, wish, &redirect, &state, &verifier);
    let expected = Expected { state, issuer: endpoints.issuer.clone(), iss_sent: endpoints.iss_sent };
    let mut attended = desk.attend(expected);
    let deadline = Instant::now() + browsing.patience;
    tracing::info!(redirect, seconds = browsing.patience.as_secs(), "waiting for the browser");
    person.tell(&Notice::Page { url: url.to_string(), foreign_host: endpoints.foreign_host(&url) });
    let opening = async {
        match browsing.open {
            true => ctx.world.open_browser(&url).await,
            false => std::future::pending().await,
        }
    };
    let arrival = arrived(&mut attended, opening, deadline, person).await;
    let arrival = arrival.ok_or(NotSignedIn::TimedOut(browsing.patience))?;
    let (grant, arrival) = exchanged(ctx, endpoints, arrival, &redirect, &verifier).await?;
    Ok((grant, Returned { arrival, _desk: attended }))
}

async fn open_desk(ctx: &Context, host: LoopbackHost) -> Result<Desk, NotSignedIn> {
    let wanted = &ctx.settings.callback_port.value;
    let port: u16 = wanted.trim().parse().map_err(|_| NotSignedIn::NoPort(wanted.clone()))?;
    Desk::open(host, port).await.map_err(|error| match error.kind() {
        ErrorKind::AddrInUse => NotSignedIn::PortTaken(port),
        _ => NotSignedIn::NoDesk(words(&error)),
    })
}

/// The authorization request (RFC 6749 section 4.1.1, RFC 7636 section 4.3).
fn address(
    page: &Url,
    endpoints: &Endpoints,
    wish: &Wish,
    redirect: &str,
    state: &Secret<String>,
    verifier: &Secret<String>,
) -> Url {
    let mut url = page.clone();
    {
        let mut query = url.query_pairs_mut();
        query.append_pair("response_type", "code").append_pair("client_id", &endpoints.client.id);
        query.append_pair("redirect_uri", redirect).append_pair("state", state.expose());
        query
            .append_pair("code_challenge", &challenge(verifier))
            .append_pair("code_challenge_method", "S256");
        if let Some(scope) = &wish.scope {
            query.append_pair("scope", scope);
        }
        query.extend_pairs(wish.extra.iter().map(|(name, value)| (*name, value.as_str())));
    }
    url
}

/// Waits for the answer, tells what happens meanwhile, and does not wait for the browser's command.
async fn arrived(
    attended: &mut Attended,
    opening: impl Future<Output = Opened>,
    deadline: Instant,
    person: &dyn Person,
) -> Option<Arrival> {
    tokio::pin!(opening);
    let mut under_way = true;
    loop {
        tokio::select! {
            () = sleep_until(deadline) => return None,
            opened = &mut opening, if under_way => {
                under_way = false;
                tracing::debug!(?opened, "the browser was asked");
                person.tell(&told(opened));
            }
            event = attended.next() => match event {
                Event::Arrived(arrival) => return Some(arrival),
                Event::Stray(why) => {
                    tracing::warn!(why, "a callback was refused");
                    person.tell(&Notice::Stray(why));
                }
            }
        }
    }
}

fn told(opened: Opened) -> Notice {
    match opened {
        Opened::By(by) => Notice::Opened { by, running: false },
        Opened::Running(by) => Notice::Opened { by, running: true },
        Opened::Nobody(why) => Notice::NotOpened(why),
    }
}

/// What the browser brought becomes a grant. Whatever comes of it, the browser is told.
async fn exchanged(
    ctx: &Context,
    endpoints: &Endpoints,
    arrival: Arrival,
    redirect: &str,
    verifier: &Secret<String>,
) -> Result<(Grant, Arrival), NotSignedIn> {
    let code = match &arrival.brought {
        Ok(code) => code,
        Err(no_code) => {
            let why = not_signed_in(no_code, endpoints);
            tracing::info!(%why, "the callback brings no code");
            arrival.failed(&why.to_string()).await;
            return Err(why);
        }
    };
    tracing::debug!("the callback brings a code");
    match redeemed(ctx, endpoints, code, redirect, verifier).await {
        Ok(grant) => Ok((grant, arrival)),
        Err(refused) => {
            arrival.failed("The server did not exchange the code. The terminal says why.").await;
            Err(NotSignedIn::NotExchanged(refused))
        }
    }
}

fn not_signed_in(no_code: &NoCode, endpoints: &Endpoints) -> NotSignedIn {
    match no_code {
        NoCode::OtherIssuer(named) => {
            NotSignedIn::OtherIssuer { named: named.clone(), expected: endpoints.issuer.clone() }
        }
        NoCode::Error { code, description } => {
            let cut = |text: &String| text.chars().take(LONGEST_WORDS).collect::<String>();
            NotSignedIn::Denied(Refusal::in_callback(cut(code), description.as_ref().map(cut)))
        }
    }
}

/// Exchanges the code. It is good once, so it is sent again only if it cannot have arrived.
async fn redeemed(
    ctx: &Context,
    endpoints: &Endpoints,
    code: &Secret<String>,
    redirect: &str,
    verifier: &Secret<String>,
) -> Result<Grant, Refused> {
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", code.expose().as_str()),
        ("redirect_uri", redirect),
        ("code_verifier", verifier.expose().as_str()),
    ];
    let mut tried = 1;
    loop {
        match redeem(ctx, endpoints, &fields, Instant::now() + EXCHANGE).await {
            Err(refused) if tried < TRIES && refused.is_transient() && !refused.may_have_acted() => {
                tracing::warn!(why = %refused, tried, "the code was not sent, which is tried again");
                tried += 1;
                sleep(refused.retry_after().unwrap_or(BETWEEN)).await;
            }
            done => return done,
        }
    }
}
