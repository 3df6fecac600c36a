//! What this machine believes the time is.

use super::{Call, Context, sheet};
use crate::model::evidence::Reading;
use crate::model::fact::{Fact, Facts};
use crate::world::clock;

pub(super) fn look(_call: &Call, _ctx: &Context) -> Reading {
    let facts = Facts::new().with("time", sheet::time(clock::now_ms()));
    // Whether the kernel disciplines its clock is told by adjtimex(2) alone, for which there is no
    // safe binding among the dependencies.
    Reading::Found(facts.with("synchronised", Fact::Nothing))
}
