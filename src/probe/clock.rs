//! What this machine believes the time is.

use super::{Call, Context, sheet};
use crate::model::evidence::Reading;
use crate::model::fact::Facts;
use crate::world::clock;

pub(super) fn look(_call: &Call, _ctx: &Context) -> Reading {
    Reading::Found(Facts::new().with("time", sheet::time(clock::now_ms())))
}
