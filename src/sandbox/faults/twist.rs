//! Faults that change an answer on its way out.

use std::time::{Duration, SystemTime};

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::body::dripping;
use crate::sandbox::answer::Refusal;
use crate::sandbox::oauth::Refused;

/// The time between two bytes of a dripping body.
const DRIP: Duration = Duration::from_secs(1);

pub(super) fn content_type_html(mut answer: Response) -> Response {
    let headers = answer.headers_mut();
    if headers.contains_key(header::CONTENT_TYPE) {
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    }
    answer
}

pub(super) fn problem_errors(answer: Response) -> Response {
    rendered(answer, Refusal::as_problem)
}

pub(super) fn detail_errors(answer: Response) -> Response {
    rendered(answer, Refusal::as_detail)
}

/// A refusal in another form, its headers kept; any other answer as it is.
fn rendered(answer: Response, form: fn(&Refusal) -> Response) -> Response {
    match answer.extensions().get::<Refusal>() {
        Some(refusal) => form(refusal),
        None => answer,
    }
}

pub(super) fn empty_oauth_errors(answer: Response) -> Response {
    match answer.extensions().get::<Refused>() {
        Some(_) => StatusCode::BAD_REQUEST.into_response(),
        None => answer,
    }
}

/// The answer with a Date that is `seconds` away from the true one.
pub(super) fn date_shifted(mut answer: Response, seconds: i64) -> Response {
    let now = now();
    let distance = Duration::from_secs(seconds.unsigned_abs());
    let then = if seconds < 0 { now.checked_sub(distance) } else { now.checked_add(distance) };
    let date = httpdate::fmt_http_date(then.unwrap_or(now));
    if let Ok(date) = HeaderValue::from_str(&date) {
        answer.headers_mut().insert(header::DATE, date);
    }
    answer
}

#[expect(
    clippy::disallowed_methods,
    reason = "the sandbox is the other side: a server with a clock of its own"
)]
fn now() -> SystemTime {
    SystemTime::now()
}

pub(super) fn date_unreadable(mut answer: Response) -> Response {
    answer.headers_mut().insert(header::DATE, HeaderValue::from_static("yesterday"));
    answer
}

pub(super) fn drip(answer: Response) -> Response {
    answer.map(|body| dripping(body, DRIP))
}
