//! The last look at texts before they become evidence: none may hold a secret, whoever wrote it.

use std::borrow::Cow;

use super::Context;
use crate::model::evidence::{Reading, Why};
use crate::redact::mention;

/// Takes out of `reading` the secrets of this machine, and what looks like a CMDOP credential.
pub fn scrub_reading(reading: &mut Reading, ctx: &Context) {
    match reading {
        Reading::Found(facts) => facts.change_texts(&mut |text| scrub_text(text, ctx)),
        Reading::Unavailable(Why::Refused(words) | Why::Blocked(words)) => scrub_text(words, ctx),
        Reading::Unavailable(_) | Reading::Absent => {}
    }
}

/// Takes the same out of `text`.
pub fn scrub_text(text: &mut String, ctx: &Context) {
    if let Cow::Owned(clean) = ctx.wallet.scrub(text, &ctx.settings, &ctx.world) {
        *text = clean;
    }
    if let Some(clean) = mention::masked(text) {
        *text = clean;
    }
}
