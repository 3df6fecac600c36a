//! What every auth operation starts with, and how it ends: by itself, or by a signal, but not where
//! something would be lost.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::runtime::Builder;

use super::failure::{Failure, Warning};
use super::grammar::Global;
use super::output::complain;
use super::settings::in_force;
use super::signals::{Interrupt, Interrupts};
use super::{debug, screen};
use crate::auth::{Notice, Person};
use crate::credential::{Context, Wallet};
use crate::report::theme::Style;
use crate::rulebook;
use crate::world::World;

/// What settings and single requests take their share of.
const RUN: Duration = Duration::from_secs(20);

/// An operation about to be carried out.
#[derive(Debug)]
pub(super) struct Operation {
    pub(super) ctx: Context,
    pub(super) style: Style,
    pub(super) json: bool,
}

impl Operation {
    /// Finds out what is in force. `offline` says that nobody is going to be asked.
    ///
    /// # Errors
    /// When the configuration is wrong, or hides which server is meant.
    pub(super) fn begin(global: &Global, world: World, offline: bool) -> Result<Operation, Failure> {
        let style = screen::style(global.color, screen::columns(), &world.env);
        let found = in_force(global, &world, RUN, offline)?;
        if found.settings.offline && !offline {
            return Err(Failure::new(found.remarks.join("\n")));
        }
        found.remarks.iter().for_each(|remark| complain(&Warning::new(remark.as_str())));
        debug::in_force(&found.settings, &world);
        let wallet = Wallet::new(rulebook::built_in().shapes);
        let ctx = Context { world, settings: found.settings, wallet };
        Ok(Operation { ctx, style, json: global.json })
    }

    /// The home folder, for paths that are shown.
    pub(super) fn home(&self) -> Option<String> {
        self.ctx.settings.home.as_deref().map(|home| home.to_string_lossy().into_owned())
    }
}

/// Who hears from an operation when it must not be stopped.
#[derive(Debug, Default)]
pub(super) struct Listener {
    committed: AtomicBool,
}

impl Person for Listener {
    fn tell(&self, notice: &Notice) {
        if let Notice::Committed(committed) = notice {
            self.committed.store(*committed, Ordering::Release);
        }
    }
}

/// How work ended.
#[derive(Debug)]
pub(super) enum Ended<T> {
    Done(T),
    Stopped(Interrupt),
}

/// Does `work` until it is done or somebody stops it. While it is committed, it is stopped only by
/// whoever insists.
///
/// # Errors
/// When the system gives no runtime, or signals cannot be caught.
pub(super) fn carry_out<T>(listener: &Listener, work: impl Future<Output = T>) -> Result<Ended<T>, Failure> {
    let runtime = Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Failure::new(format!("no runtime: {error}")))?;
    let ended = runtime.block_on(async {
        let mut interrupts = Interrupts::catch()
            .map_err(|error| Failure::new(format!("signals cannot be caught: {error}")))?;
        let mut first = None;
        let mut work = std::pin::pin!(work);
        loop {
            tokio::select! {
                biased;
                interrupt = interrupts.next() => {
                    if first.is_some() || !listener.committed.load(Ordering::Acquire) {
                        return Ok(Ended::Stopped(interrupt));
                    }
                    tracing::warn!("stopping once the answer to what was sent is stored");
                    first = Some(interrupt);
                }
                done = &mut work => return Ok(first.map_or(Ended::Done(done), Ended::Stopped)),
            }
        }
    });
    // A thread that hangs in the kernel would hold up an orderly end for ever.
    runtime.shutdown_background();
    ended
}
