//! `cmdop auth refresh`, and the same by itself before a request: new tokens for the refresh token.
//!
//! A server that rotates refresh tokens takes each once. So a renewal is never sent twice: one
//! process at a time asks, under the lock of the store; whoever waited for the lock takes what came
//! of it; and a question that got no answer is not repeated, for the server may have answered it.
//! The intent is written down before the question is sent. Where it is still there afterwards, the
//! answer was lost, and that is how the next refusal is explained.

use std::time::Duration;

use tokio::time::Instant;

use super::oauth::discovery::Undiscovered;
use super::oauth::{Refused, provider, token};
use super::person::{Notice, Person};
use crate::credential::{Context, Grant, Keeper, NotKept, NotRenewable, Stored};
use crate::world::clock::{now_ms, rfc3339};

/// How long the questions to the server may take, all in all.
const REQUEST: Duration = Duration::from_secs(20);

/// How long to wait for another process that renews: longer than its questions may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// Why there are no new tokens.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotRefreshed {
    #[error("nobody has signed in on this machine")]
    NotSignedIn,
    #[error(transparent)]
    NotRenewable(#[from] NotRenewable),
    #[error(transparent)]
    Undiscovered(#[from] Undiscovered),
    /// The server no longer takes the refresh token.
    #[error("the refresh token is no longer good: {0}")]
    Rejected(Refused),
    /// The server no longer takes it, likely because an earlier renewal used it up.
    #[error("a renewal was interrupted before its answer was stored, and used the refresh token up: {why}")]
    Interrupted {
        /// When it was begun, in milliseconds since 1970.
        started_at: i64,
        why: Refused,
    },
    /// Nothing came of it, and the refresh token is as good as before.
    #[error(transparent)]
    Refused(Refused),
    /// No answer came, and the server may have used the refresh token up.
    #[error("{0}; it may have renewed the tokens all the same")]
    Unclear(Refused),
    /// Nothing was sent.
    #[error(transparent)]
    NotKept(#[from] NotKept),
    /// The server gave new tokens, and they could not be stored.
    #[error("the server gave new tokens, and they could not be stored: {0}")]
    Lost(NotKept),
}

impl NotRefreshed {
    /// What to do about it.
    pub fn remedy(&self) -> String {
        match self {
            NotRefreshed::NotKept(why) => why.remedy(),
            NotRefreshed::Lost(why) => format!("{}; then run `cmdop login`", why.remedy()),
            NotRefreshed::NotSignedIn
            | NotRefreshed::Rejected(_)
            | NotRefreshed::Interrupted { .. }
            | NotRefreshed::NotRenewable(_) => "run `cmdop login`".to_owned(),
            NotRefreshed::Undiscovered(why) if why.setting().is_some() => why.setting().unwrap_or_default(),
            NotRefreshed::Undiscovered(_) | NotRefreshed::Refused(_) | NotRefreshed::Unclear(_) => {
                "run `cmdop doctor auth` to see why, or try again".to_owned()
            }
        }
    }
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refreshed {
    /// Another process had renewed the tokens already, so that nothing was asked.
    pub by_another: bool,
    /// When the access token ends, in milliseconds since 1970.
    pub expires_at: Option<i64>,
    pub user: Option<String>,
    pub workspace: Option<String>,
    /// Where the tokens are.
    pub store: String,
}

/// Renews the stored tokens. The wallet of `ctx` reads them anew.
///
/// # Errors
/// When there is nothing to renew, the server does not, or the store cannot be changed. The store
/// holds what it held then, but for notes on what happened.
pub async fn refresh(ctx: &mut Context, person: &dyn Person) -> Result<Refreshed, NotRefreshed> {
    let begun = now_ms();
    let seen = Stored::look(&ctx.settings)?.ok_or(NotRefreshed::NotSignedIn)?;
    seen.renewable(&ctx.settings, ctx.wallet.shapes())?;
    let done = renewed(ctx, &seen, begun, person).await;
    ctx.wallet.forget();
    done
}

/// Renews the stored tokens if a command would send them and they have ended, or end within five
/// minutes; `None` if there was no need. Tokens that are still good survive a renewal that failed.
///
/// # Errors
/// As for [`refresh`], once the access token has ended.
pub async fn fresh(ctx: &mut Context, person: &dyn Person) -> Result<Option<Refreshed>, NotRefreshed> {
    if !ctx.wallet.sends_stored(&ctx.world) {
        return Ok(None);
    }
    let now = now_ms();
    // What is wrong with the store shows when the credential is wanted.
    let Ok(Some(seen)) = Stored::look(&ctx.settings) else { return Ok(None) };
    if !seen.is_due(now) || seen.renewable(&ctx.settings, ctx.wallet.shapes()).is_err() {
        return Ok(None);
    }
    tracing::info!(
        ends_at = seen.ends_at().map(rfc3339),
        "the access token ends soon or has ended: renewing it"
    );
    let done = renewed(ctx, &seen, now, person).await;
    ctx.wallet.forget();
    match done {
        Err(why) if seen.ends_at().is_some_and(|end| end > now_ms()) => {
            tracing::warn!(%why, "the tokens were not renewed, and are still good");
            Ok(None)
        }
        done => done.map(Some),
    }
}

async fn renewed(
    ctx: &Context,
    seen: &Stored,
    begun: i64,
    person: &dyn Person,
) -> Result<Refreshed, NotRefreshed> {
    let mut keeper = lock(ctx).await?;
    let stored = keeper.read()?.ok_or(NotRefreshed::NotSignedIn)?;
    let now = now_ms();
    let good = stored.ends_at().is_none_or(|end| end > now);
    if stored.is_new(begun, now) || good && !stored.is_same(seen) {
        tracing::info!("another process has renewed the tokens");
        return Ok(outcome(&stored, true));
    }
    let (refresh, giver) = stored.renewable(&ctx.settings, ctx.wallet.shapes())?;
    let deadline = Instant::now() + REQUEST;
    let endpoints = provider::endpoints_of(giver, ctx, deadline).await?;
    let earlier = stored.about.refresh_started_at;
    keeper.intend(now_ms())?;
    person.tell(&Notice::Committed(true));
    let answer = token::refresh(ctx, &endpoints, refresh, deadline).await;
    let settled = settle(&mut keeper, earlier, answer);
    person.tell(&Notice::Committed(false));
    settled?;
    let stored = keeper.read()?.ok_or(NotRefreshed::NotSignedIn)?;
    tracing::info!(ends_at = stored.ends_at().map(rfc3339), "tokens renewed");
    Ok(outcome(&stored, false))
}

/// Waits for the lock without keeping the runtime from anything else.
async fn lock(ctx: &Context) -> Result<Keeper, NotKept> {
    let settings = ctx.settings.clone();
    let locked = tokio::task::spawn_blocking(move || Keeper::lock(&settings, PATIENCE)).await;
    locked.unwrap_or_else(|panicked| std::panic::resume_unwind(panicked.into_panic()))
}

/// Writes down what came of the question, an answer before anything else is done.
fn settle(
    keeper: &mut Keeper,
    earlier: Option<i64>,
    answer: Result<Grant, Refused>,
) -> Result<(), NotRefreshed> {
    let why = match answer {
        Ok(grant) => return keeper.renew(&grant, now_ms()).map_err(NotRefreshed::Lost),
        Err(why) => why,
    };
    tracing::warn!(%why, "the tokens were not renewed");
    if why.says("invalid_grant") {
        note(keeper.reject(earlier, now_ms()));
        return Err(match earlier {
            Some(started_at) => NotRefreshed::Interrupted { started_at, why },
            None => NotRefreshed::Rejected(why),
        });
    }
    if why.may_have_acted() {
        return Err(NotRefreshed::Unclear(why));
    }
    note(keeper.withdraw(earlier));
    Err(NotRefreshed::Refused(why))
}

/// A note that could not be made leaves the intent, which says less and nothing wrong.
fn note(made: Result<(), NotKept>) {
    if let Err(why) = made {
        tracing::warn!(%why, "the store was not changed");
    }
}

fn outcome(stored: &Stored, by_another: bool) -> Refreshed {
    let about = &stored.about;
    Refreshed {
        by_another,
        expires_at: stored.ends_at(),
        user: about.user_email.clone().or_else(|| about.user_id.clone()),
        workspace: about.workspace_name.clone().or_else(|| about.workspace_id.clone()),
        store: stored.path.display().to_string(),
    }
}

#[cfg(test)]
#[path = "refresh_tests.rs"]
mod tests;
