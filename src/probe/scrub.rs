//! The last look at a reading before it becomes evidence: no text in it may hold a secret, whoever
//! wrote that text.

use std::borrow::Cow;

use super::{Context, leak};
use crate::model::evidence::{Reading, Why};

/// `reading` without the secrets of this machine, and without what looks like a CMDOP credential.
pub(super) fn scrubbed(mut reading: Reading, ctx: &Context) -> Reading {
    let mut scrub = |text: &mut String| {
        if let Cow::Owned(clean) = ctx.wallet.scrub(text, &ctx.settings, &ctx.world) {
            *text = clean;
        }
        if let Some(clean) = leak::masked(text) {
            *text = clean;
        }
    };
    match &mut reading {
        Reading::Found(facts) => facts.change_texts(&mut scrub),
        Reading::Unavailable(Why::Refused(words) | Why::Blocked(words)) => scrub(words),
        Reading::Unavailable(_) | Reading::Absent => {}
    }
    reading
}
