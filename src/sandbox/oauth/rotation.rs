//! The grant `refresh_token`: every use replaces the token, and a second use ends the login.

use std::io;

use axum::response::Response;
use jiff::Timestamp;

use super::fields::Fields;
use super::issue;
use super::issuer::Issuer;
use super::ledger::{Pair, Spent};
use super::refusal::Refused;
use crate::sandbox::records::{Records, from_now};

/// Renews a login (RFC 6749, section 6), with rotation and the detection of reuse (RFC 9700,
/// section 4.14.2).
pub(super) fn renew(
    records: &mut Records,
    issuer: &Issuer,
    fields: &Fields,
    now: Timestamp,
) -> Result<Response, Refused> {
    let raw = fields.required("refresh_token")?;
    let at = records.ledger.family_of(raw).ok_or_else(|| Refused::grant("the refresh token is not known"))?;
    let family = &records.ledger.families[at];
    if family.issuer != issuer.name {
        return Err(Refused::grant("the refresh token is another client's"));
    }
    if family.revoked {
        return Err(Refused::grant("the refresh token was revoked"));
    }
    if let Some(spent) = family.use_of(raw) {
        let forgiven = spent.at.as_second().saturating_add(records.ledger.terms.grace) > now.as_second();
        if forgiven {
            return Ok(issue::answer(records, at, &spent.gave, false));
        }
        issue::end(records, at);
        return Err(Refused::grant("the refresh token was used twice: this login has ended"));
    }
    if family.ends <= now {
        return Err(Refused::grant("the refresh token expired"));
    }
    narrowed(fields, issuer)?;
    let rotates = issuer.rotates && !records.ledger.quirks.no_rotation;
    let pair = if rotates { rotate(records, issuer, at, now)? } else { issue::pair(records, at)? };
    records.ledger.rotations = records.ledger.rotations.saturating_add(1);
    Ok(issue::answer(records, at, &pair, !rotates))
}

/// A renewal may ask for what was granted or less, never for more (RFC 6749, section 6).
fn narrowed(fields: &Fields, issuer: &Issuer) -> Result<(), Refused> {
    let wanted = fields.get("scope")?.unwrap_or(issuer.scope);
    let granted = |word: &str| issuer.scope.split(' ').any(|scope| scope == word);
    match wanted.split(' ').all(granted) {
        true => Ok(()),
        false => Err(Refused::new("invalid_scope", "more is asked for than was granted")),
    }
}

/// Replaces the refresh token of the family at `at`.
fn rotate(records: &mut Records, issuer: &Issuer, at: usize, now: Timestamp) -> io::Result<Pair> {
    let ends = from_now(records.ledger.terms.refresh_life);
    let family = &mut records.ledger.families[at];
    let raw = std::mem::replace(&mut family.refresh, issue::new_refresh(issuer)?);
    family.ends = ends;
    let pair = issue::pair(records, at)?;
    records.ledger.families[at].spent.push(Spent { raw, at: now, gave: pair.clone() });
    Ok(pair)
}
