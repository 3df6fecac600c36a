//! Verbs of the product's own program, which this one is not. Typed here, they are handed to the
//! next `cmdop` on the search path.

use std::ffi::OsString;

use super::failure::Failure;
use crate::world::World;

/// The product's own verbs: `connect`, `terminal`, `agent`, `serve` from the published fixes for
/// authentication, `exec` and `session` from the published reference of its command line.
pub(super) const VERBS: &[&str] = &["connect", "terminal", "exec", "session", "agent", "serve"];

/// Becomes the product's program with the same words. Returns only if that cannot be done.
#[cfg(unix)]
pub(super) fn hand_over(words: &[OsString], world: &World) -> Failure {
    use crate::world::handover::{become_program, next_after_self};
    let Some(program) = next_after_self("cmdop", world.env.raw("PATH")) else { return nothing_there() };
    let error = become_program(&program, words.get(1..).unwrap_or_default());
    Failure::new(format!("{} cannot be started: {error}", program.display()))
}

/// No other system lets a process become another program.
#[cfg(not(unix))]
pub(super) fn hand_over(_: &[OsString], _: &World) -> Failure {
    nothing_there()
}

fn nothing_there() -> Failure {
    Failure::new(
        "this is a command of the CMDOP agent, and no other `cmdop` follows this one on PATH; \
         install the agent, or put its folder on PATH",
    )
}
