//! Texts on their way into the log, without the secrets of this machine: whatever an event carries,
//! the last look at its line is here.

use std::sync::{Arc, OnceLock};

use super::Context;
use crate::redact::mention;

/// What the log knows of this machine, once it does.
static CURRENT: OnceLock<Arc<Context>> = OnceLock::new();

/// From now on log lines are cleaned of what `ctx` knows. The first context of a process counts.
pub fn clean_with(ctx: Arc<Context>) {
    let _first = CURRENT.get_or_init(|| ctx);
}

/// `text` without what must not be logged. Never blocks.
pub fn cleaned(mut text: String) -> String {
    match CURRENT.get() {
        Some(ctx) => ctx.scrub(&mut text),
        None => text = mention::masked(&text).unwrap_or(text),
    }
    text
}
