//! Keeping the ledger short.

use jiff::Timestamp;

use crate::sandbox::records::{HOUR, Kind, Records};

/// Forgets what ended an hour ago: not earlier, so that a code that is replayed is still recognised
/// as one, and a token is still called expired and not unknown.
pub(super) fn tidy(records: &mut Records, now: Timestamp) {
    records.ledger.forget(now, HOUR);
    let over = |end: Timestamp| end.as_second().saturating_add(HOUR) < now.as_second();
    records.grants.retain(|grant| {
        let made_here = grant.kind == Kind::Token && grant.family.is_some();
        !(made_here && grant.expires_at.is_some_and(over))
    });
}
