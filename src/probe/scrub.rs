//! The last look at texts before they become evidence: none may hold a secret, whoever wrote it.

use super::Context;
use crate::model::evidence::{Reading, Why};

/// Takes out of `reading` the secrets of this machine, and what looks like a CMDOP credential.
pub fn scrub_reading(reading: &mut Reading, ctx: &Context) {
    match reading {
        Reading::Found(facts) => facts.change_texts(&mut |text| ctx.scrub(text)),
        Reading::Unavailable(Why::Refused(words) | Why::Blocked(words)) => ctx.scrub(words),
        Reading::Unavailable(_) | Reading::Absent => {}
    }
}
