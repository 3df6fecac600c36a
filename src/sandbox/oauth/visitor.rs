//! Telling browsers apart: a cookie that belongs to one, and the visits that it may go on with.

use std::io;

use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use jiff::Timestamp;

use super::fields::Fields;
use super::house::tidy;
use super::issuer::Issuer;
use super::visit::{Purpose, Visit};
use crate::sandbox::random::{self, equal_in_constant_time};
use crate::sandbox::records::{Records, from_now};
use crate::sandbox::seed::RANDOM_PART;

/// How long a person may take for the pages, in seconds.
const VISIT: i64 = 600;

/// The cookie's name. All ports of a machine share their cookies (RFC 6265, section 8.5), and there
/// may be two sandboxes.
fn cookie_name(port: u16) -> String {
    format!("cmdop-sandbox-{port}")
}

/// What our cookie says in a request.
fn visitor(headers: &HeaderMap, port: u16) -> Option<&str> {
    let name = cookie_name(port);
    let all = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = all.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(known, _)| *known == name).map(|(_, value)| value).filter(|value| !value.is_empty())
}

/// A new visit of the browser that sent `headers`. Fails if the system gives no random bytes.
pub(super) fn arrive(
    records: &mut Records,
    headers: &HeaderMap,
    port: u16,
    issuer: &'static Issuer,
    purpose: Purpose,
) -> io::Result<Visit> {
    tidy(records, Timestamp::now());
    let visit = Visit {
        id: random::letters(RANDOM_PART)?,
        visitor: match visitor(headers, port) {
            Some(known) => known.to_owned(),
            None => random::letters(RANDOM_PART)?,
        },
        issuer,
        purpose,
        ends: from_now(VISIT),
        user: None,
        digits: random::of(b"0123456789", 6)?,
        wrong: 0,
        second_factor: false,
        signed_on: false,
        outcome: None,
    };
    records.ledger.visits.push(visit.clone());
    Ok(visit)
}

/// The page for `visit`, with the cookie that lets its browser go on. It is not for scripts, and
/// not sent along with forms of other sites.
pub(super) fn remembered(mut page: Response, visit: &Visit, port: u16) -> Response {
    let cookie = format!("{}={}; Path=/; HttpOnly; SameSite=Lax", cookie_name(port), visit.visitor);
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        page.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    page
}

/// The visit that a form belongs to: of this browser, and not too old. It has to be put back.
pub(super) fn take(records: &mut Records, headers: &HeaderMap, port: u16, fields: &Fields) -> Option<Visit> {
    let (id, browser) = (fields.get("csrf").ok().flatten()?, visitor(headers, port)?);
    let belongs = |visit: &Visit| {
        equal_in_constant_time(&visit.id, id) && equal_in_constant_time(&visit.visitor, browser)
    };
    let position = records.ledger.visits.iter().position(belongs)?;
    let visit = records.ledger.visits.swap_remove(position);
    (visit.ends > Timestamp::now()).then_some(visit)
}
