//! Stub.

use super::{Call, Context};
use crate::model::evidence::{Reading, Why};

pub(super) fn look(_call: &Call, _ctx: &Context) -> Reading {
    Reading::Unavailable(Why::NotRecorded)
}
