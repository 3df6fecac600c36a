//! Revocation (RFC 7009): a token, or with its refresh token the whole login.

use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use super::fields::Fields;
use super::issue;
use super::issuer::Issuer;
use super::refusal::{Refused, unstored};
use crate::sandbox::door::Shared;
use crate::sandbox::random::equal_in_constant_time;
use crate::sandbox::records::{Kind, Records};

/// `POST /oauth/revoke`. A token that is not known is revoked already, so the answer is 200 (section
/// 2.2); the hint is not needed to find one.
pub(super) async fn revoke(
    State(core): State<Shared>,
    Extension(issuer): Extension<&'static Issuer>,
    fields: Fields,
) -> Result<Response, Refused> {
    issuer.recognise(&fields)?;
    let raw = fields.required("token")?;
    let mut records = core.records();
    match records.ledger.family_of(raw) {
        Some(at) if records.ledger.families[at].issuer == issuer.name => issue::end(&mut records, at),
        Some(_) => {}
        None => forget_access(&mut records, issuer, raw),
    }
    Ok(unstored(StatusCode::OK.into_response()))
}

fn forget_access(records: &mut Records, issuer: &Issuer, raw: &str) {
    let families = &records.ledger.families;
    let ours = |family: &Option<String>| {
        let found = families.iter().find(|known| Some(&known.id) == family.as_ref());
        found.is_some_and(|known| known.issuer == issuer.name)
    };
    records.grants.retain(|grant| {
        let this = grant.kind == Kind::Token && equal_in_constant_time(&grant.raw, raw);
        !(this && ours(&grant.family))
    });
}
