//! What an answer tells by its status, headers and body.

use reqwest::header::{AGE, CONTENT_TYPE, DATE, HeaderName, RETRY_AFTER, SERVER, WWW_AUTHENTICATE};
use serde_json::Value as Json;

use super::challenge;
use super::complaint::Complaint;
use crate::model::fact::{Fact, Facts, Value};
use crate::world::exchange::{Answer, End, http_date};

/// The most of a text from a server that becomes a fact, in characters.
const TEXT_LIMIT: usize = 500;

/// A `Date` has whole seconds: on average the answer left half a second later.
const HALF_A_SECOND: i64 = 500;

/// Below this a rate-limit header counts seconds from now, from here on since 1970.
const EPOCH_SECONDS: i64 = 1_000_000_000;

const RATE_LIMIT_RESETS: [HeaderName; 2] =
    [HeaderName::from_static("x-ratelimit-reset"), HeaderName::from_static("ratelimit-reset")];

/// Adds what `answer` tells to `facts`. `document` is its body, if that is JSON; `headless` says that
/// none was asked for.
pub(super) fn describe(facts: Facts, answer: &Answer, document: Option<&Json>, head_only: bool) -> Facts {
    let status = i64::from(answer.status.as_u16());
    let complaint = document.filter(|_| status >= 400).map(Complaint::read).unwrap_or_default();
    let media_type = answer.header(CONTENT_TYPE).map(|text| media_type(text).to_ascii_lowercase());
    let html = looks_like_html(media_type.as_deref(), &answer.body);
    let route_missing = status == 404 && complaint.code.as_deref() != Some("not_found");
    let challenges = || answer.headers.get_all(WWW_AUTHENTICATE).iter();
    let reason = challenges().find_map(challenge::description).or_else(|| complaint.message.clone());
    let with_body = |fact: bool| if head_only { Fact::Nothing } else { Fact::from(fact) };
    facts
        .with("status", status)
        .with("date", answer.header(DATE).and_then(http_date).map(Value::Time))
        .with("skew", skew(answer).map(Value::Duration))
        .with(
            "latency",
            Fact::Known(Value::Duration(i64::try_from(answer.latency.as_millis()).unwrap_or(i64::MAX))),
        )
        .with("retry_after", retry_after(answer, &complaint).map(Value::Duration))
        .with("json", with_body(document.is_some()))
        .with("html", with_body(html))
        .with("cut", with_body(is_cut(answer, media_type.as_deref())))
        .with("too_large", with_body(answer.end == End::TooLarge))
        .with("content_type", media_type.map(short))
        .with("code", complaint.code.map(short))
        .with("message", complaint.message.map(short))
        .with("permission", complaint.permission.map(short))
        .with("login_url", complaint.login_url)
        .with("challenge", challenges().find_map(challenge::error).map(short))
        .with("reason", reason.map(short))
        .with("request_id", answer.request_id().map(|id| short(id.to_owned())))
        .with("server", answer.header(SERVER).map(|name| short(name.to_owned())))
        .with("route_missing", with_body(route_missing))
}

fn short(text: String) -> String {
    text.chars().take(TEXT_LIMIT).collect()
}

/// The type without its parameters.
fn media_type(content_type: &str) -> &str {
    content_type.split(';').next().unwrap_or_default().trim()
}

fn looks_like_html(media_type: Option<&str>, body: &[u8]) -> bool {
    let starts = |tag: &[u8]| {
        let text = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body).trim_ascii_start();
        text.get(..tag.len()).is_some_and(|start| start.eq_ignore_ascii_case(tag))
    };
    matches!(media_type, Some("text/html" | "application/xhtml+xml"))
        || starts(b"<!doctype html")
        || starts(b"<html")
}

/// Whether the body broke off: the stream ended early, or what says that it is JSON does.
fn is_cut(answer: &Answer, media_type: Option<&str>) -> bool {
    match &answer.end {
        End::Broken(fault) => fault.cut,
        End::TooLarge => false,
        End::Whole => {
            let is_json = media_type.is_some_and(|kind| kind.ends_with("/json") || kind.ends_with("+json"));
            is_json && !answer.body.trim_ascii().is_empty() && ends_inside(&answer.body)
        }
    }
}

fn ends_inside(body: &[u8]) -> bool {
    serde_json::from_slice::<serde::de::IgnoredAny>(body).is_err_and(|error| error.is_eof())
}

/// The server's clock less this machine's. A cache on the way says how long it kept the answer (RFC
/// 9111 section 5.1).
fn skew(answer: &Answer) -> Option<i64> {
    let date = answer.header(DATE).and_then(http_date)?;
    let kept = answer.header(AGE).and_then(|age| age.parse::<i64>().ok()).unwrap_or(0);
    let half_way = i64::try_from(answer.latency.as_millis()).ok()? / 2;
    let sent = date.checked_add(kept.checked_mul(1000)?)?.checked_add(HALF_A_SECOND)?;
    sent.checked_sub(answer.received_at.checked_sub(half_way)?)
}

/// How long to wait, in milliseconds: `Retry-After` (RFC 9110 section 10.2.3), the rate-limit headers
/// of an answer that says it limits, or the body's word.
fn retry_after(answer: &Answer, complaint: &Complaint) -> Option<i64> {
    let now = answer.header(DATE).and_then(http_date).unwrap_or(answer.received_at);
    let from_header = || match answer.header(RETRY_AFTER)? {
        text if text.bytes().all(|byte| byte.is_ascii_digit()) => text.parse::<i64>().ok()?.checked_mul(1000),
        text => Some(http_date(text)?.saturating_sub(now)),
    };
    let from_limit = || {
        let reset = RATE_LIMIT_RESETS.into_iter().filter(|_| answer.status.as_u16() == 429);
        let reset: i64 = reset.filter_map(|name| answer.header(name)).find_map(|text| text.parse().ok())?;
        let millis = reset.checked_mul(1000)?;
        Some(if reset < EPOCH_SECONDS { millis } else { millis.saturating_sub(now) })
    };
    from_header().or(complaint.retry_after).or_else(from_limit).map(|wait| wait.max(0))
}
