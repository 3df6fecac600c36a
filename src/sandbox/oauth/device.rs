//! The device flow (RFC 8628): a code to show, and polls until somebody has decided.

use std::io;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::fields::Fields;
use super::house::tidy;
use super::issue;
use super::issuer::Issuer;
use super::ledger::{Device, DeviceAnswer};
use super::quirks::DeviceFate;
use super::refusal::{Refused, unstored};
use crate::sandbox::door::Shared;
use crate::sandbox::random;
use crate::sandbox::random::equal_in_constant_time;
use crate::sandbox::records::{Records, from_now};
use crate::sandbox::seed::RANDOM_PART;

/// How much longer a client waits that was told to slow down (RFC 8628, section 3.5).
const SLOWER: i64 = 5;

/// `POST /oauth/device`: begins a device flow.
pub(super) async fn begin(
    State(core): State<Shared>,
    Extension(issuer): Extension<&'static Issuer>,
    fields: Fields,
) -> Result<Response, Refused> {
    let mut records = core.records();
    if records.ledger.quirks.no_device {
        return Ok(StatusCode::NOT_FOUND.into_response());
    }
    recognise_device(issuer, &fields)?;
    if issuer.scope_required {
        fields.required("scope")?;
    }
    tidy(&mut records, Timestamp::now());
    let device = new(issuer, &records)?;
    let answer = answer(&device, issuer, &records);
    records.ledger.devices.push(device);
    Ok(unstored(Json(answer).into_response()))
}

/// A device proves nothing here: the secret of a client that has one is asked for at the token
/// endpoint alone, as at the provider that is imitated.
fn recognise_device(issuer: &Issuer, fields: &Fields) -> Result<(), Refused> {
    match fields.get("client_id")? == Some(issuer.client) {
        true => Ok(()),
        false => Err(Refused::client(issuer.method())),
    }
}

fn new(issuer: &Issuer, records: &Records) -> io::Result<Device> {
    let (terms, fate) = (records.ledger.terms, records.ledger.quirks.device);
    let over = matches!(fate, DeviceFate::Expired | DeviceFate::Pending);
    Ok(Device {
        raw: random::letters(RANDOM_PART)?,
        user_code: user_code()?,
        issuer: issuer.name.to_owned(),
        ends: from_now(if over { 0 } else { terms.device_life }),
        interval: terms.device_interval,
        polled: None,
        answer: match fate {
            DeviceFate::Denied => DeviceAnswer::Denied("nobody is allowed".to_owned()),
            _ => DeviceAnswer::Pending,
        },
    })
}

/// A user code as `ABC-XYZ`, of consonants, so that no word comes of it (RFC 8628, section 6.1).
fn user_code() -> io::Result<String> {
    const ALPHABET: &[u8; 20] = b"BCDFGHJKLMNPQRSTVWXZ";
    let letters = random::of(ALPHABET, 6)?;
    Ok(format!("{}-{}", &letters[..3], &letters[3..]))
}

/// The answer of RFC 8628, section 3.2, in the issuer's words.
fn answer(device: &Device, issuer: &Issuer, records: &Records) -> Value {
    let page = format!("{}{}", records.base, issuer.device_page);
    let mut answer = json!({
        "device_code": device.raw,
        "user_code": device.user_code,
        "expires_in": records.ledger.terms.device_life,
        "interval": device.interval,
    });
    answer[issuer.verification_uri] = Value::from(page.clone());
    if issuer.verification_uri == "verification_uri" {
        answer["verification_uri_complete"] = Value::from(format!("{page}?user_code={}", device.user_code));
    }
    answer
}

/// One poll (RFC 8628, sections 3.4 and 3.5).
pub(super) fn poll(
    records: &mut Records,
    issuer: &Issuer,
    fields: &Fields,
    now: Timestamp,
) -> Result<Response, Refused> {
    let raw = fields.required("device_code")?;
    let fate = records.ledger.quirks.device;
    let found = records.ledger.devices.iter_mut().find(|device| equal_in_constant_time(&device.raw, raw));
    let device = found.filter(|device| device.issuer == issuer.name);
    let device = device.ok_or_else(|| Refused::grant("the device code is not known"))?;
    let early = device.polled.is_some_and(|last| now < later(last, device.interval));
    device.polled = Some(now);
    if early || fate == DeviceFate::SlowDown {
        device.interval = device.interval.saturating_add(SLOWER);
        let why = format!("wait {} seconds between two polls", device.interval);
        return Err(Refused::new("slow_down", why).status(issuer.slow_down));
    }
    let over = device.ends <= now && fate != DeviceFate::Pending;
    match &device.answer {
        DeviceAnswer::Denied(why) => {
            Err(Refused::new("access_denied", why.clone()).status(issuer.device_denied))
        }
        DeviceAnswer::Fetched => Err(Refused::grant("the device code was used before")),
        _ if over => Err(Refused::new("expired_token", "the device code expired")),
        DeviceAnswer::Pending => {
            Err(Refused::new("authorization_pending", "nobody has decided yet").status(issuer.pending))
        }
        DeviceAnswer::Approved(approval) => {
            let approval = approval.clone();
            device.answer = DeviceAnswer::Fetched;
            let (at, pair) = issue::begin(records, issuer, approval)?;
            Ok(issue::answer(records, at, &pair, false))
        }
    }
}

fn later(time: Timestamp, seconds: i64) -> Timestamp {
    time.checked_add(jiff::SignedDuration::from_secs(seconds)).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn user_codes_are_three_and_three_letters() {
        let code = user_code().unwrap();
        assert_eq!(code.len(), 7);
        assert_eq!(code.find('-'), Some(3));
        assert!(code.chars().all(|sign| sign == '-' || sign.is_ascii_uppercase()), "{code}");
    }
}
