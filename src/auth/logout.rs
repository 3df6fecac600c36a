//! `cmdop logout`: the server is told that the tokens are no longer wanted (RFC 7009), and then they
//! are removed here, whatever the server says: whoever signs out wants them gone.

use std::time::Duration;

use tokio::time::Instant;

use super::oauth::provider;
use super::oauth::revoke::revoke_both;
use crate::credential::{Context, KEY_VARIABLE, Keeper, NotKept, Stored};

/// How long telling the server may take, all in all.
const REQUEST: Duration = Duration::from_secs(15);

/// How long to wait for another process that changes the store.
const PATIENCE: Duration = Duration::from_secs(30);

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoggedOut {
    /// Whose login was removed; `None` if there was none.
    pub removed: Option<Removed>,
    /// The variable that still holds a key, which signing out does not touch.
    pub still_in_force: Option<&'static str>,
}

/// The login that was removed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Removed {
    pub store: String,
    pub user: Option<String>,
    /// Why the server could not be told; `None` if it was.
    pub untold: Option<String>,
    /// The identity provider that the login came by way of.
    pub provider: Option<String>,
}

/// Signs out on this machine. The wallet of `ctx` reads the store anew.
///
/// # Errors
/// When the stored login cannot be removed; it is as it was then, but the server may have been told.
pub async fn log_out(ctx: &mut Context) -> Result<LoggedOut, NotKept> {
    let removed = removed(ctx).await?;
    ctx.wallet.forget();
    let key = ctx.world.env.raw(KEY_VARIABLE).filter(|key| !key.to_string_lossy().trim().is_empty());
    Ok(LoggedOut { removed, still_in_force: key.map(|_| KEY_VARIABLE) })
}

async fn removed(ctx: &Context) -> Result<Option<Removed>, NotKept> {
    // A folder is not made, nor a lock, where there is nothing to remove.
    if !Keeper::is_needed(&ctx.settings) {
        return Ok(None);
    }
    let settings = ctx.settings.clone();
    let locked = tokio::task::spawn_blocking(move || Keeper::lock(&settings, PATIENCE)).await;
    let keeper = locked.unwrap_or_else(|panicked| std::panic::resume_unwind(panicked.into_panic()))?;
    let stored = match keeper.read() {
        Ok(stored) => stored,
        // What cannot be read can be removed all the same.
        Err(why @ NotKept::Unreadable { .. }) => {
            tracing::warn!(%why, "the server cannot be told");
            None
        }
        Err(why) => return Err(why),
    };
    let untold = match &stored {
        Some(stored) => told(ctx, stored).await.err(),
        None => Some("the file holds no tokens that could be read".to_owned()),
    };
    let about = stored.as_ref().map(|stored| &stored.about);
    let user = about.and_then(|about| about.user_email.clone());
    let provider = about.and_then(|about| about.provider(&ctx.settings)).map(|found| found.name.clone());
    let store = stored.as_ref().map(|stored| stored.path.clone()).or_else(|| ctx.settings.store());
    let store = store.unwrap_or_default().display().to_string();
    keeper.remove()?;
    tracing::info!(store, told = untold.is_none(), "signed out");
    Ok(Some(Removed { store, user, untold, provider }))
}

/// Revokes both tokens at the server that gave them.
async fn told(ctx: &Context, stored: &Stored) -> Result<(), String> {
    let giver = stored.giver(&ctx.settings, ctx.wallet.shapes()).map_err(|why| why.to_string())?;
    let deadline = Instant::now() + REQUEST;
    let endpoints = provider::endpoints_of(giver, ctx, deadline).await.map_err(|why| why.to_string())?;
    let told = revoke_both(ctx, &endpoints, stored.refresh.as_ref(), stored.access.as_ref(), deadline).await;
    told.map_err(|why| why.to_string())
}
