//! What an answer is, by its headers and its body: JSON, a page, cut off, and when to ask again.

use reqwest::header::{AGE, CONTENT_TYPE, DATE, HeaderName, RETRY_AFTER};
use serde_json::Value as Json;

use super::complaint::Complaint;
use super::exchange::{Answer, End, http_date};

/// A `Date` has whole seconds: on average the answer left half a second later.
const HALF_A_SECOND: i64 = 500;

/// Below this a rate-limit header counts seconds from now, from here on since 1970.
const EPOCH_SECONDS: i64 = 1_000_000_000;

const RATE_LIMIT_RESETS: [HeaderName; 2] =
    [HeaderName::from_static("x-ratelimit-reset"), HeaderName::from_static("ratelimit-reset")];

impl Answer {
    /// The body as JSON, if it is that and came whole.
    pub fn document(&self) -> Option<Json> {
        if self.end == End::Whole { serde_json::from_slice(&self.body).ok() } else { None }
    }

    /// The media type without its parameters, in small letters.
    pub fn media_type(&self) -> Option<String> {
        let text = self.header(CONTENT_TYPE)?;
        Some(text.split(';').next().unwrap_or_default().trim().to_ascii_lowercase())
    }

    /// Whether the body is a web page, by what it is called or how it begins.
    pub fn is_html(&self) -> bool {
        let starts = |tag: &[u8]| {
            let text = self.body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&self.body).trim_ascii_start();
            text.get(..tag.len()).is_some_and(|start| start.eq_ignore_ascii_case(tag))
        };
        matches!(self.media_type().as_deref(), Some("text/html" | "application/xhtml+xml"))
            || starts(b"<!doctype html")
            || starts(b"<html")
    }

    /// Whether the body broke off: the stream ended early, or what says that it is JSON does.
    pub fn is_cut(&self) -> bool {
        match &self.end {
            End::Broken(fault) => fault.cut,
            End::TooLarge => false,
            End::Whole => {
                let json = |kind: &str| kind.ends_with("/json") || kind.ends_with("+json");
                self.media_type().as_deref().is_some_and(json)
                    && !self.body.trim_ascii().is_empty()
                    && ends_inside(&self.body)
            }
        }
    }

    /// When the answer left, in milliseconds since 1970, by the server's own clock.
    pub fn date(&self) -> Option<i64> {
        self.header(DATE).and_then(http_date)
    }

    /// The server's clock less this machine's, in milliseconds. A cache on the way says how long it
    /// kept the answer (RFC 9111 section 5.1).
    pub fn skew(&self) -> Option<i64> {
        let date = self.date()?;
        let kept = self.header(AGE).and_then(|age| age.parse::<i64>().ok()).unwrap_or(0);
        let half_way = i64::try_from(self.latency.as_millis()).ok()? / 2;
        let sent = date.checked_add(kept.checked_mul(1000)?)?.checked_add(HALF_A_SECOND)?;
        sent.checked_sub(self.received_at.checked_sub(half_way)?)
    }

    /// How long to wait, in milliseconds: `Retry-After` (RFC 9110 section 10.2.3), the rate-limit
    /// headers of an answer that says it limits, or the body's word.
    pub fn retry_after(&self, complaint: &Complaint) -> Option<i64> {
        let now = self.date().unwrap_or(self.received_at);
        let from_header = || match self.header(RETRY_AFTER)? {
            text if text.bytes().all(|byte| byte.is_ascii_digit()) => {
                text.parse::<i64>().ok()?.checked_mul(1000)
            }
            text => Some(http_date(text)?.saturating_sub(now)),
        };
        let from_limit = || {
            let reset = RATE_LIMIT_RESETS.into_iter().filter(|_| self.status.as_u16() == 429);
            let reset: i64 = reset.filter_map(|name| self.header(name)).find_map(|text| text.parse().ok())?;
            let millis = reset.checked_mul(1000)?;
            Some(if reset < EPOCH_SECONDS { millis } else { millis.saturating_sub(now) })
        };
        from_header().or(complaint.retry_after).or_else(from_limit).map(|wait| wait.max(0))
    }
}

fn ends_inside(body: &[u8]) -> bool {
    serde_json::from_slice::<serde::de::IgnoredAny>(body).is_err_and(|error| error.is_eof())
}
