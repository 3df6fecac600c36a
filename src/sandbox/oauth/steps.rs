//! From page to page: who you are, a second factor and a single sign-on where they are due.

use axum::Extension;
use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;

use super::fields::Fields;
use super::issuer::{Issuer, OWN};
use super::ledger::Device;
use super::outcome::{SAID_NO, denied, granted};
use super::pages;
use super::refusal::Refused;
use super::visit::{Outcome, Purpose, Step, TRIES, Visit, home};
use super::visitor::{arrive, remembered, take};
use crate::sandbox::door::Shared;
use crate::sandbox::random::equal_in_constant_time;
use crate::sandbox::records::{REQUIRED_ATTRIBUTES, Records};

/// `GET /device`: type the code that a device shows, or, with `user_code` in the query, look at what
/// it asks for (RFC 8628, sections 3.3 and 3.3.1). What it asks for is never granted unseen.
pub(super) async fn device(
    State(core): State<Shared>,
    Extension(issuer): Extension<&'static Issuer>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let fields = Fields::parse(query.unwrap_or_default().as_bytes());
    let Ok(Some(typed)) = fields.get("user_code") else { return pages::type_code(issuer, None) };
    let mut records = core.records();
    let now = Timestamp::now();
    if let Some(wait) = records.ledger.guesses.wait(now) {
        return pages::too_many(wait);
    }
    let ours = |device: &&mut Device| device.issuer == issuer.name && device.waits(now);
    let waits = records.ledger.device_named(typed).filter(ours);
    let Some(code) = waits.map(|device| device.user_code.clone()) else {
        records.ledger.guesses.note(now);
        return pages::type_code(issuer, Some(typed));
    };
    match arrive(&mut records, &headers, core.port, issuer, Purpose::Device(code)) {
        Ok(visit) => remembered(pages::consent(&visit, &records), &visit, core.port),
        Err(error) => Refused::from(error).into_response(),
    }
}

/// `GET /idp/sign-on`: where `sso_required` sends people, to do their single sign-on anew.
pub(in crate::sandbox) async fn sign_on(State(core): State<Shared>, headers: HeaderMap) -> Response {
    let mut records = core.records();
    match arrive(&mut records, &headers, core.port, &OWN, Purpose::SignOn) {
        Ok(visit) => remembered(pages::consent(&visit, &records), &visit, core.port),
        Err(error) => Refused::from(error).into_response(),
    }
}

/// `POST /oauth/visit`: a button was pressed.
pub(super) async fn go_on(State(core): State<Shared>, headers: HeaderMap, fields: Fields) -> Response {
    let mut records = core.records();
    let Some(mut visit) = take(&mut records, &headers, core.port, &fields) else { return pages::outdated() };
    let next = match visit.outcome.clone() {
        Some(outcome) => Ok(Next::End(outcome)),
        None => pressed(&mut records, &mut visit, &fields),
    };
    let answer = match next {
        Ok(Next::Page(page)) => page,
        Ok(Next::End(outcome)) => {
            visit.outcome = Some(outcome.clone());
            outcome.into_response()
        }
        Err(refused) => refused.into_response(),
    };
    records.ledger.visits.push(visit);
    answer
}

/// What a press leads to.
enum Next {
    Page(Response),
    End(Outcome),
}

fn pressed(records: &mut Records, visit: &mut Visit, fields: &Fields) -> Result<Next, Refused> {
    if fields.get("decision")? != Some("allow") {
        return Ok(Next::End(denied(records, visit, SAID_NO)));
    }
    match visit.step(records) {
        Step::Consent => {
            let user = fields.required("user")?;
            let known = records.user(user).ok_or_else(|| Refused::request("there is no such user"))?;
            visit.user = Some(known.id.clone());
        }
        Step::SecondFactor => {
            if !equal_in_constant_time(&visit.digits, fields.get("otp")?.unwrap_or_default()) {
                visit.wrong = visit.wrong.saturating_add(1);
                return Ok(match visit.wrong < TRIES {
                    true => Next::Page(pages::second_factor(visit, records)),
                    false => Next::End(denied(records, visit, "too many wrong second factors")),
                });
            }
            visit.second_factor = true;
            enrol(records, visit);
        }
        Step::SignOn => match refused_by_provider(visit, records) {
            Some(why) => return Ok(Next::End(denied(records, visit, &why))),
            None => visit.signed_on = true,
        },
        Step::Done => {}
    }
    match visit.step(records) {
        Step::Done => Ok(Next::End(granted(records, visit)?)),
        step => Ok(Next::Page(pages::of(step, visit, records))),
    }
}

/// Whoever has given a second factor has one from now on.
fn enrol(records: &mut Records, visit: &Visit) {
    let user = records.users.iter_mut().find(|user| Some(&user.id) == visit.user.as_ref());
    if let Some(user) = user {
        user.two_factor = true;
    }
}

/// Why the identity provider of the person's workspace does not let them in.
fn refused_by_provider(visit: &Visit, records: &Records) -> Option<String> {
    let user = visit.user.as_deref()?;
    let sso = &home(user, records)?.sso;
    if !sso.enabled {
        return None;
    }
    let provider = sso.provider.as_deref();
    let Some(provider) = provider else { return Some("no identity provider is set up".to_owned()) };
    if let Some(fault) = records.metadata.fault() {
        return Some(format!("the metadata of {provider} cannot be used: {fault}"));
    }
    if !sso.provisioned.iter().any(|known| known == user) {
        return Some(format!("{provider} has not made this user known"));
    }
    let missing = REQUIRED_ATTRIBUTES.iter().find(|name| !sso.mapped.contains(name));
    missing.map(|name| format!("{provider} sends no {name}"))
}
