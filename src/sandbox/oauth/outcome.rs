//! The end of a visit: what the client, the device or the person is told.

use std::io;

use axum::response::{IntoResponse, Redirect, Response};
use jiff::Timestamp;

use super::issuer::Issuer;
use super::ledger::{Approval, Code, DeviceAnswer};
use super::pages;
use super::quirks::IssAnswer;
use super::redirect::RedirectUri;
use super::visit::{Outcome, Purpose, Visit};
use crate::sandbox::random;
use crate::sandbox::records::{Records, from_now};
use crate::sandbox::seed::RANDOM_PART;

/// The words for a person who said no.
pub(super) const SAID_NO: &str = "the user said no";

/// The URL of a callback: the answers, the `state` as it was sent, and who answers (RFC 9207).
pub(super) fn callback(
    records: &Records,
    issuer: &Issuer,
    redirect_uri: &RedirectUri,
    state: Option<&str>,
    answers: &[(&str, &str)],
) -> String {
    let quirks = &records.ledger.quirks;
    let own = format!("{}{}", records.base, issuer.path);
    let iss = match quirks.iss {
        IssAnswer::Right => Some(own.as_str()),
        IssAnswer::Wrong => Some("https://login.example"),
        IssAnswer::Missing | IssAnswer::Unpromised => None,
    };
    let state = if quirks.state_changed { state.map(|_| "somebody-elses-state") } else { state };
    let mut all = answers.to_vec();
    all.extend(state.map(|state| ("state", state)));
    all.extend(iss.map(|iss| ("iss", iss)));
    redirect_uri.with(&all)
}

/// Ends `visit` with a yes, as far as the workspace agrees.
pub(super) fn granted(records: &mut Records, visit: &Visit) -> io::Result<Outcome> {
    let Some(approval) = visit.approval(records) else { return Ok(denied(records, visit, SAID_NO)) };
    if records.ledger.quirks.consent_denied {
        return Ok(denied(records, visit, SAID_NO));
    }
    if let Some(why) = forbidden(visit, &approval, records) {
        return Ok(denied(records, visit, &why));
    }
    if visit.signed_on && !records.signed_on.contains(&approval.user) {
        records.signed_on.push(approval.user.clone());
    }
    match &visit.purpose {
        Purpose::Client { redirect_uri, state, challenge } => {
            let raw = random::letters(RANDOM_PART)?;
            let back = callback(records, visit.issuer, redirect_uri, Some(state), &[("code", &raw)]);
            records.ledger.codes.push(Code {
                raw,
                issuer: visit.issuer,
                redirect_uri: redirect_uri.text.clone(),
                challenge: challenge.clone(),
                approval,
                ends: from_now(records.ledger.terms.code_life),
                spent: false,
                gave: None,
            });
            Ok(Outcome::Back(back))
        }
        Purpose::Device(code) => {
            let words = "The device is signed in within a few seconds. You can close this page.";
            let done = Outcome::Told("Your device is approved".to_owned(), words.to_owned());
            Ok(if answer_device(records, code, DeviceAnswer::Approved(approval)) { done } else { too_late() })
        }
        Purpose::SignOn => {
            let words = "Your single sign-on is up to date. You can close this page.";
            Ok(Outcome::Told("You are signed on".to_owned(), words.to_owned()))
        }
    }
}

/// Why the workspace lets nobody in this way.
fn forbidden(visit: &Visit, approval: &Approval, records: &Records) -> Option<String> {
    let workspace = records.workspace(approval.workspace.as_deref()?)?;
    let closed = visit.issuer.direct && !workspace.sso.direct_oauth_allowed;
    closed.then(|| {
        format!("the workspace {} does not allow signing in with {}", workspace.name, visit.issuer.name)
    })
}

/// Ends `visit` with a no, and why.
pub(super) fn denied(records: &mut Records, visit: &Visit, why: &str) -> Outcome {
    match &visit.purpose {
        Purpose::Client { redirect_uri, state, .. } => {
            let answers = [("error", "access_denied"), ("error_description", why)];
            Outcome::Back(callback(records, visit.issuer, redirect_uri, Some(state), &answers))
        }
        Purpose::Device(code) => {
            let done = Outcome::Told("Your device is not approved".to_owned(), sentence(why));
            if answer_device(records, code, DeviceAnswer::Denied(why.to_owned())) { done } else { too_late() }
        }
        Purpose::SignOn => Outcome::Told("You are not signed on".to_owned(), sentence(why)),
    }
}

fn sentence(why: &str) -> String {
    format!("Nothing was granted: {why}.")
}

fn too_late() -> Outcome {
    Outcome::Told(
        "It is too late".to_owned(),
        "The device was answered already, or its code has ended.".to_owned(),
    )
}

/// Answers the device that shows `code`, if it still waits.
fn answer_device(records: &mut Records, code: &str, answer: DeviceAnswer) -> bool {
    let device = records.ledger.device_named(code).filter(|device| device.waits(Timestamp::now()));
    device.map(|device| device.answer = answer).is_some()
}

impl IntoResponse for Outcome {
    fn into_response(self) -> Response {
        match self {
            Outcome::Back(url) => Redirect::to(&url).into_response(),
            Outcome::Told(title, words) => pages::told(&title, &words),
        }
    }
}
