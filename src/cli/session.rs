//! A command that asks the API with the credential in force: tokens that end are renewed first.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::timeout;

use super::failure::Failure;
use super::grammar::Global;
use super::operation::{Ended, Listener, Operation, carry_out};
use super::refused;
use crate::auth::holding::Holding;
use crate::auth::refresh::{NotRefreshed, fresh};
use crate::auth::refusal::Refusal;
use crate::auth::{Api, Notice, Person};
use crate::world::World;

/// How long to wait for the credential file.
const PATIENCE: Duration = Duration::from_secs(5);

/// A command under way.
#[derive(Debug)]
pub(super) struct Session {
    pub(super) operation: Operation,
    /// What is in force, before the API was asked anything.
    pub(super) holding: Holding,
    /// Why tokens that have ended were not renewed.
    pub(super) unrenewed: Option<NotRefreshed>,
    listener: Arc<Listener>,
}

impl Session {
    /// Does `work` once it is known what is in force, and gives its exit code. Stored tokens that end
    /// soon are renewed before, unless nobody is going to be asked.
    ///
    /// # Errors
    /// When the configuration is wrong, or hides which server is meant, when a file system hangs, or
    /// when `work` fails.
    pub(super) fn run(
        global: &Global,
        world: World,
        offline: bool,
        work: impl AsyncFnOnce(&Session) -> Result<u8, Failure>,
    ) -> Result<u8, Failure> {
        let operation = Operation::begin(global, world, offline)?;
        let listener = Arc::new(Listener::default());
        let own = Arc::clone(&listener);
        let whole = async { work(&Session::ready(operation, offline, own).await?).await };
        match carry_out(&listener, whole)? {
            Ended::Done(done) => done,
            Ended::Stopped(interrupt) => Ok(interrupt.exit_code()),
        }
    }

    async fn ready(
        mut operation: Operation,
        offline: bool,
        listener: Arc<Listener>,
    ) -> Result<Session, Failure> {
        read(&operation).await?;
        let mut unrenewed = None;
        if !offline {
            unrenewed = fresh(&mut operation.ctx, &*listener).await.err();
            read(&operation).await?;
        }
        let holding = Holding::on(&operation.ctx);
        holding.log();
        log_renewal(&holding, offline, unrenewed.as_ref());
        Ok(Session { operation, holding, unrenewed, listener })
    }

    /// The API.
    pub(super) fn api(&self) -> Api<'_> {
        Api::new(&self.operation.ctx)
    }

    /// Does `work`, of which something would be lost if this program stopped in the middle.
    pub(super) async fn committed<T>(&self, work: impl Future<Output = T>) -> T {
        self.listener.tell(&Notice::Committed(true));
        let done = work.await;
        self.listener.tell(&Notice::Committed(false));
        done
    }

    /// Tells why the API did not do what it was asked, and gives the exit code.
    ///
    /// # Errors
    /// When standard output cannot be written.
    pub(super) fn refuse(&self, refusal: &Refusal) -> Result<u8, Failure> {
        refused::told(self, refusal).refuse(&self.operation).map(|_| refused::exit_code(refusal))
    }
}

/// Says whether tokens are renewed before the first request, and why not.
fn log_renewal(holding: &Holding, offline: bool, unrenewed: Option<&NotRefreshed>) {
    let Holding::Credential(held) = holding else { return };
    let why = match unrenewed {
        _ if offline => "nobody is asked",
        Some(_) => "the renewal failed",
        None if !matches!(held.origin, "file" | "keyring") => "the credential is no stored login",
        None if !held.refreshable => "no refresh token is stored",
        None if held.expires_at.is_none() => "the token has no end",
        None => "the token is fresh",
    };
    let error = unrenewed.map(ToString::to_string);
    tracing::debug!(component = "auth", why, error, "renewal not due or not possible");
}

async fn read(operation: &Operation) -> Result<(), Failure> {
    let ctx = &operation.ctx;
    let read = timeout(PATIENCE, ctx.wallet.read(&ctx.settings, &ctx.world)).await;
    read.map_err(|_| Failure::new("the file system that the credential file lies on gives no answer"))
}
