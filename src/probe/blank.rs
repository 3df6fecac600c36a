//! The start of every reading of a live probe: whatever it does not find is none, never unknown.

use tokio::time::Instant;

use super::{Call, Context};
use crate::model::fact::{Fact, Facts};

/// All facts of the call, the declared ones too, as none.
pub(super) fn blank(call: &Call) -> Facts {
    let own = call.kind.spec().facts.iter().map(|fact| fact.name);
    let declared = call.body.iter().map(|body| body.fact.name);
    own.chain(declared).fold(Facts::new(), |facts, name| facts.with(name, Fact::Nothing))
}

/// When a probe that starts now must have its answer: a little before whoever runs it gives it up,
/// so that what it knows by then is told.
pub(super) fn deadline(ctx: &Context) -> Instant {
    Instant::now() + ctx.settings.probe_deadline.mul_f32(0.9)
}
