//! What every command that asks the API starts with: settings, credentials, how to show what comes
//! of it; and how such a command ends.

use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::Builder;

use super::failure::{Failure, Warning};
use super::grammar::Global;
use super::output::complain;
use super::settings::in_force;
use super::signals::Interrupts;
use super::{debug, screen};
use crate::auth::holding::Holding;
use crate::credential::{Context, Wallet, log};
use crate::report::theme::Style;
use crate::world::World;
use crate::world::patience::within;

/// What settings and single requests take their share of.
const RUN: Duration = Duration::from_secs(20);

/// How long to wait for the credential file.
const PATIENCE: Duration = Duration::from_secs(5);

/// A command under way.
#[derive(Debug)]
pub(super) struct Session {
    pub(super) ctx: Arc<Context>,
    /// What is in force, before anything was asked.
    pub(super) holding: Holding,
    pub(super) style: Style,
    pub(super) json: bool,
}

impl Session {
    /// Finds out what is in force. `offline` says that nobody is going to be asked.
    ///
    /// # Errors
    /// When the configuration is wrong, or hides which server is meant.
    pub(super) fn open(global: &Global, world: World, offline: bool) -> Result<Session, Failure> {
        let style = screen::style(global.color, screen::columns(), &world.env);
        let found = in_force(global, &world, RUN, offline)?;
        if found.settings.offline && !offline {
            return Err(Failure::new(found.remarks.join("\n")));
        }
        for remark in &found.remarks {
            complain(&Warning::new(remark.as_str()));
        }
        debug::settings(&found.settings, &world);
        let wallet = Wallet::new(crate::rulebook::built_in().shapes);
        let ctx = Arc::new(Context { world, settings: found.settings, wallet });
        log::clean_with(&ctx);
        let looker = Arc::clone(&ctx);
        let holding = within(PATIENCE, move || Holding::on(&looker));
        let holding = holding.ok_or_else(|| Failure::new("the credential file's file system gives no answer"))?;
        holding.log();
        Ok(Session { ctx, holding, style, json: global.json })
    }

    /// The home folder, for paths that are shown.
    pub(super) fn home(&self) -> Option<String> {
        self.ctx.settings.home.as_deref().map(|home| home.to_string_lossy().into_owned())
    }
}

/// Does `work` until it is done or somebody stops it, and gives the exit code.
///
/// # Errors
/// When `work` fails, or the system gives no runtime.
pub(super) fn carry_out(work: impl Future<Output = Result<u8, Failure>>) -> Result<u8, Failure> {
    let runtime = Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Failure::new(format!("no runtime: {error}")))?;
    let done = runtime.block_on(async {
        let interrupts = Interrupts::catch();
        let mut interrupts =
            interrupts.map_err(|error| Failure::new(format!("signals cannot be caught: {error}")))?;
        tokio::select! {
            done = work => done,
            interrupt = interrupts.next() => {
                tracing::warn!(component = "cli", signal = ?interrupt, "stopped by a signal");
                Ok(interrupt.exit_code())
            }
        }
    });
    runtime.shutdown_background();
    done
}
