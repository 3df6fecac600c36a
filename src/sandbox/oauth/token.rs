//! The token endpoint: which grant is it, and who asks.

use axum::Extension;
use axum::extract::State;
use axum::response::Response;
use jiff::Timestamp;

use super::fields::Fields;
use super::issuer::Issuer;
use super::refusal::Refused;
use super::{code, device, rotation};
use crate::sandbox::door::Shared;

/// The name of the device grant (RFC 8628, section 3.4).
pub(super) const DEVICE_GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";

/// `POST /oauth/token` (RFC 6749, section 3.2).
pub(super) async fn grant(
    State(core): State<Shared>,
    Extension(issuer): Extension<&'static Issuer>,
    fields: Fields,
) -> Result<Response, Refused> {
    issuer.recognise(&fields)?;
    let (records, now) = (&mut *core.records(), Timestamp::now());
    match fields.required("grant_type")? {
        "authorization_code" => code::redeem(records, issuer, &fields, now),
        "refresh_token" => rotation::renew(records, issuer, &fields, now),
        DEVICE_GRANT => device::poll(records, issuer, &fields, now),
        _ => Err(Refused::new("unsupported_grant_type", "there is no such grant here")),
    }
}
