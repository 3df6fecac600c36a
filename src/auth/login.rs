//! `cmdop login`: from nothing to a credential that is proved and kept.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::browse::{self, Browsing, Returned};
use super::identity::Identity;
use super::oauth::revoke::revoke_both;
use super::oauth::{Endpoints, LoopbackHost, Refused};
use super::oauth::{discovery, provider};
use super::person::{Due, Notice, Person, Way};
use super::prove::{Standing, forbids_direct, prove};
use super::wish::Wish;
use super::{NotSignedIn, choose, device, due};
use crate::credential::{Context, Grant, Via};
use crate::model::address::without_credentials;
use crate::model::provider::Provider;
use crate::world::surroundings::Surroundings;

/// How long to wait for a browser to come back.
pub const PATIENCE: Duration = Duration::from_secs(300);

/// How long finding out whom to ask, and proving a token, may take.
const REQUEST: Duration = Duration::from_secs(20);

/// How to sign in.
#[derive(Debug, Default)]
pub struct Request {
    /// What works here, where nobody says.
    pub way: Option<Way>,
    /// Print the address and open nothing.
    pub no_browser: bool,
    /// Another identity provider than the issuer in force.
    pub provider: Option<Arc<Provider>>,
    /// By which name the browser finds this machine.
    pub host: Option<LoopbackHost>,
    /// How long to wait for a person; [`PATIENCE`] or the code's own end by default.
    pub patience: Option<Duration>,
}

/// What came of it.
#[derive(Debug)]
pub struct SignedIn {
    pub grant: Grant,
    /// What the API says; `None` where nobody could be asked.
    pub me: Option<Box<Identity>>,
    /// Why the API could not be asked.
    pub unproved: Option<Refused>,
    browser: Option<Returned>,
    /// Who gave it.
    endpoints: Arc<Endpoints>,
}

impl SignedIn {
    /// Who signed in, as far as anybody says.
    pub fn email(&self) -> Option<&str> {
        let by_api = self.me.as_ref().and_then(|me| me.email.as_deref());
        by_api.or(self.grant.user_email.as_deref())
    }

    /// The workspace, as far as anybody says.
    pub fn workspace(&self) -> Option<&str> {
        let by_api = self.me.as_ref().and_then(|me| me.workspace_name.as_deref());
        by_api.or(self.grant.workspace_name.as_deref())
    }

    /// Shows the last page: the login is kept.
    pub async fn close(mut self) {
        if let Some(browser) = self.browser.take() {
            browser.signed_in(self.email()).await;
        }
    }

    /// Shows the last page, which says `why` the login is not kept, and has the server take the tokens
    /// back, which nobody will ever use.
    ///
    /// # Errors
    /// When the server could not be told.
    pub async fn discard(mut self, ctx: &Context, why: &str) -> Result<(), Refused> {
        if let Some(browser) = self.browser.take() {
            browser.failed(why).await;
        }
        let deadline = Instant::now() + REQUEST;
        let Grant { access, refresh, .. } = &self.grant;
        revoke_both(ctx, &self.endpoints, refresh.as_ref(), Some(access), deadline).await
    }
}

/// Signs in, and proves it. Nothing is kept: that is for whoever asked, who then calls
/// [`SignedIn::close`] or [`SignedIn::discard`].
pub async fn log_in(ctx: &Context, request: &Request, person: &dyn Person) -> Result<SignedIn, NotSignedIn> {
    let endpoints = Arc::new(endpoints(ctx, request).await?);
    let mut due = Due::SecondFactor;
    for anew in [false, true] {
        let signed_in = signed_in(ctx, &endpoints, request, anew, person).await?;
        match settled(ctx, request, signed_in, person).await? {
            Ok(mut signed_in) => {
                if let Some(me) = &signed_in.me {
                    complete(&mut signed_in.grant, me);
                }
                signed_in.grant.via = request.provider.as_ref().map(|provider| Via {
                    provider: provider.name.clone(),
                    api: without_credentials(&ctx.settings.api.value),
                });
                return Ok(signed_in);
            }
            Err(what) => due = what,
        }
    }
    Err(NotSignedIn::StillDue(due))
}

async fn endpoints(ctx: &Context, request: &Request) -> Result<Endpoints, NotSignedIn> {
    let deadline = Instant::now() + REQUEST;
    match &request.provider {
        None => Ok(discovery::endpoints(ctx, deadline).await?),
        Some(provider) => {
            must_be_allowed(ctx).await?;
            let endpoints = provider::endpoints(provider, ctx, deadline).await?;
            tracing::info!(provider = provider.name, issuer = endpoints.issuer, "signing in with a provider");
            Ok(endpoints)
        }
    }
}

/// Fails if the workspace of the credential that is there forbids other providers. Without one, or
/// where nobody knows, the server decides.
async fn must_be_allowed(ctx: &Context) -> Result<(), NotSignedIn> {
    match forbids_direct(ctx).await {
        Some(workspace) => Err(NotSignedIn::DirectForbidden(workspace)),
        None => Ok(()),
    }
}

/// One way through: the way that was asked for, or that works here.
async fn signed_in(
    ctx: &Context,
    endpoints: &Arc<Endpoints>,
    request: &Request,
    anew: bool,
    person: &dyn Person,
) -> Result<SignedIn, NotSignedIn> {
    let scope = request.provider.as_deref().and_then(provider::scope);
    let wish = Wish::of(endpoints, scope, anew);
    let (way, why) = match (request.way, request.no_browser) {
        (Some(way), _) => (way, None),
        (None, true) => (Way::Browser, None),
        (None, false) => choose::way(&Surroundings::of_machine(&ctx.world), endpoints),
    };
    tracing::info!(
        ?way,
        why = why.as_deref().unwrap_or("asked for, or nothing is in the way"),
        "way of signing in"
    );
    let chosen = why.is_some();
    if let Some(why) = why {
        person.tell(&Notice::Chosen { way, why });
    }
    if way == Way::Device {
        match device::grant(ctx, endpoints, &wish, request.patience, person).await {
            Err(NotSignedIn::NoDeviceCode(Refused::NotOffered(_)))
                if chosen && endpoints.authorization.is_some() =>
            {
                let why = "the server offers no device codes".to_owned();
                person.tell(&Notice::Chosen { way: Way::Browser, why });
            }
            done => {
                let endpoints = Arc::clone(endpoints);
                return done.map(|grant| SignedIn {
                    grant,
                    me: None,
                    unproved: None,
                    browser: None,
                    endpoints,
                });
            }
        }
    }
    let browsing = Browsing {
        open: !request.no_browser && !chosen,
        host: request.host,
        patience: request.patience.unwrap_or(PATIENCE),
    };
    let (grant, browser) = browse::grant(ctx, endpoints, &wish, browsing, person).await?;
    let endpoints = Arc::clone(endpoints);
    Ok(SignedIn { grant, me: None, unproved: None, browser: Some(browser), endpoints })
}

/// What the API makes of a grant; what is due, where the person has to sign in anew to give it. A grant
/// that comes to nothing is given back.
async fn settled(
    ctx: &Context,
    request: &Request,
    signed_in: SignedIn,
    person: &dyn Person,
) -> Result<Result<SignedIn, Due>, NotSignedIn> {
    let (what, page) = match prove(ctx, &signed_in.grant.access, Instant::now() + REQUEST).await {
        Standing::Accepted(me) => return Ok(Ok(SignedIn { me: Some(me), ..signed_in })),
        Standing::Unknown(why) => return Ok(Ok(SignedIn { unproved: Some(why), ..signed_in })),
        Standing::Refused(refusal) => {
            let why = NotSignedIn::NotAccepted(refusal);
            give_back(ctx, signed_in, &why.to_string()).await;
            return Err(why);
        }
        Standing::Due { what, page } => (what, page),
    };
    tracing::info!(?what, "the API wants more than the token");
    person.tell(&Notice::Due(what));
    let Some(page) = due::page(page.as_deref()) else {
        give_back(ctx, signed_in, "The server wants more: the terminal says what.").await;
        return Ok(Err(what));
    };
    let open = !request.no_browser && Surroundings::of_machine(&ctx.world).can_open_browser;
    let patience = request.patience.unwrap_or(PATIENCE);
    let (endpoints, grant) = (&signed_in.endpoints, &signed_in.grant);
    match due::cleared_at(ctx, endpoints, (what, &page), grant, open, patience, person).await {
        Ok(me) => Ok(Ok(SignedIn { me: Some(me), ..signed_in })),
        Err(why) => {
            give_back(ctx, signed_in, &why.to_string()).await;
            Err(why)
        }
    }
}

/// Gives the tokens back as far as the server lets itself be told: there is more to say than that.
async fn give_back(ctx: &Context, signed_in: SignedIn, why: &str) {
    // The log has what the server made of it.
    let _told = signed_in.discard(ctx, why).await;
}

/// What the token answer left out and the API knows.
fn complete(grant: &mut Grant, me: &Identity) {
    let fill = |known: &mut Option<String>, found: &Option<String>| {
        if known.is_none() {
            known.clone_from(found);
        }
    };
    fill(&mut grant.user_id, &me.id);
    fill(&mut grant.user_email, &me.email);
    fill(&mut grant.workspace_id, &me.workspace_id);
    fill(&mut grant.workspace_name, &me.workspace_name);
}
