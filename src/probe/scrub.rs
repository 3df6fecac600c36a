//! The last look at texts before they become evidence: none may hold a secret, whoever wrote it.

use super::Context;
use crate::model::evidence::Reading;

/// Takes out of `reading` the secrets of this machine, and what looks like a CMDOP credential.
pub fn scrub_reading(reading: &mut Reading, ctx: &Context) {
    reading.change_texts(&mut |text| ctx.scrub(text));
}
