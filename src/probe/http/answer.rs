//! What an answer tells by its status, headers and body.

use reqwest::header::{SERVER, WWW_AUTHENTICATE};
use serde_json::Value as Json;

use crate::model::fact::{Fact, Facts, Value};
use crate::world::challenge;
use crate::world::complaint::Complaint;
use crate::world::exchange::{Answer, End};

/// The most of a text from a server that becomes a fact, in characters.
const TEXT_LIMIT: usize = 500;

/// Adds what `answer` tells to `facts`. `document` is its body, if that is JSON; `headless` says that
/// none was asked for.
pub(super) fn describe(facts: Facts, answer: &Answer, document: Option<&Json>, head_only: bool) -> Facts {
    let status = i64::from(answer.status.as_u16());
    let complaint = document.filter(|_| status >= 400).map(Complaint::read).unwrap_or_default();
    let route_missing = status == 404 && complaint.code.as_deref() != Some("not_found");
    let challenges = || answer.headers.get_all(WWW_AUTHENTICATE).iter();
    let reason = challenges().find_map(challenge::description).or_else(|| complaint.message.clone());
    let with_body = |fact: bool| if head_only { Fact::Nothing } else { Fact::from(fact) };
    facts
        .with("status", status)
        .with("date", answer.date().map(Value::Time))
        .with("skew", answer.skew().map(Value::Duration))
        .with(
            "latency",
            Fact::Known(Value::Duration(i64::try_from(answer.latency.as_millis()).unwrap_or(i64::MAX))),
        )
        .with("retry_after", answer.retry_after(&complaint).map(Value::Duration))
        .with("json", with_body(document.is_some()))
        .with("html", with_body(answer.is_html()))
        .with("cut", with_body(answer.is_cut()))
        .with("too_large", with_body(answer.end == End::TooLarge))
        .with("content_type", answer.media_type().map(short))
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
