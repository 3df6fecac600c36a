//! One HTTP exchange: a question, and an answer or how far it came.

use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Client, Method, Response, StatusCode};
use tokio::time::{Instant, timeout_at};
use url::Url;

use super::clock::{now_ms, rfc3339, since_1970};
use super::fault;
use crate::model::secret::Secret;

/// The most that is read of an answer's body.
pub const BODY_LIMIT: usize = 1 << 20;

/// Names that servers give the id of a request.
const REQUEST_IDS: [HeaderName; 3] = [
    HeaderName::from_static("x-request-id"),
    HeaderName::from_static("request-id"),
    HeaderName::from_static("x-correlation-id"),
];

/// What to ask.
#[derive(Debug, Clone)]
pub struct Ask {
    pub method: Method,
    pub url: Url,
    pub accept: &'static str,
    /// The credential, marked sensitive.
    pub authorization: Option<HeaderValue>,
    /// What is sent along.
    pub body: Option<Body>,
    /// The most that is read of the answer's body.
    pub limit: usize,
}

/// What a request carries. It may hold a credential, and is never shown.
#[derive(Debug, Clone)]
pub struct Body {
    pub content_type: &'static str,
    pub bytes: Arc<Secret<Vec<u8>>>,
}

impl Body {
    /// The fields of a form (RFC 6749 appendix B).
    pub fn form<'f>(fields: impl IntoIterator<Item = (&'f str, &'f str)>) -> Body {
        let text = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let bytes = Arc::new(Secret::new(text.into_bytes()));
        Body { content_type: "application/x-www-form-urlencoded", bytes }
    }

    /// A JSON document.
    pub fn json(document: &serde_json::Value) -> Body {
        Body {
            content_type: "application/json",
            bytes: Arc::new(Secret::new(document.to_string().into_bytes())),
        }
    }
}

impl Ask {
    /// A GET for JSON without a credential.
    pub fn get(url: Url) -> Ask {
        Ask {
            method: Method::GET,
            url,
            accept: "application/json",
            authorization: None,
            body: None,
            limit: BODY_LIMIT,
        }
    }

    /// A POST of `body`, for JSON, without a credential in its head.
    pub fn post(url: Url, body: Body) -> Ask {
        Ask { method: Method::POST, body: Some(body), ..Ask::get(url) }
    }
}

/// How a body ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum End {
    Whole,
    /// It passed the limit and was left.
    TooLarge,
    /// It broke off.
    Broken(Fault),
}

/// An answer whose head arrived.
#[derive(Debug)]
pub struct Answer {
    /// What was asked, after same-origin redirects.
    pub url: Url,
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
    pub end: End,
    /// From the first byte sent to the head of the answer, connecting included.
    pub latency: Duration,
    /// When the head arrived, in milliseconds since 1970 by this machine's clock.
    pub received_at: i64,
}

impl Answer {
    /// The header `name`, if it is there and readable.
    pub fn header(&self, name: HeaderName) -> Option<&str> {
        self.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .map(str::trim)
            .filter(|text| !text.is_empty())
    }

    /// The server's id for this request.
    pub fn request_id(&self) -> Option<&str> {
        REQUEST_IDS.into_iter().find_map(|name| self.header(name))
    }
}

/// How far an exchange came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    Dns,
    Connect,
    Proxy,
    Tls,
    Send,
    Read,
    Timeout,
    Redirect,
}

impl Phase {
    /// The word that facts use.
    pub fn name(self) -> &'static str {
        match self {
            Phase::Dns => "dns",
            Phase::Connect => "connect",
            Phase::Proxy => "proxy",
            Phase::Tls => "tls",
            Phase::Send => "send",
            Phase::Read => "read",
            Phase::Timeout => "timeout",
            Phase::Redirect => "redirect",
        }
    }
}

/// Why an exchange ended early.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    pub phase: Phase,
    /// The library's words, without the URL.
    pub words: String,
    /// The stream ended in the middle.
    pub cut: bool,
}

impl Fault {
    /// A fault in words of our own.
    pub fn new(phase: Phase, words: impl Into<String>) -> Fault {
        Fault { phase, words: words.into(), cut: false }
    }
}

/// Asks `client`, following nothing, and waits until `deadline`. `proxied` says that a proxy stands
/// between.
pub async fn exchange(client: &Client, ask: &Ask, proxied: bool, deadline: Instant) -> Result<Answer, Fault> {
    let mut request = client.request(ask.method.clone(), ask.url.clone()).header(ACCEPT, ask.accept);
    if let Some(credential) = &ask.authorization {
        request = request.header(AUTHORIZATION, credential.clone());
    }
    if let Some(body) = &ask.body {
        // The library keeps and frees its copy without wiping it.
        request = request.header(CONTENT_TYPE, body.content_type).body(body.bytes.expose().clone());
    }
    let started = Instant::now();
    let response = match timeout_at(deadline, request.send()).await {
        Ok(sent) => sent.map_err(|error| fault::of(&error, proxied)),
        Err(_) => Err(Fault::new(Phase::Timeout, "no answer in time")),
    };
    let latency = started.elapsed();
    let received_at = now_ms();
    match response {
        Ok(response) => {
            let answer = read(response, ask, latency, received_at, deadline).await;
            log(ask, &answer);
            Ok(answer)
        }
        Err(fault) => {
            let (phase, words, latency_ms) = (fault.phase.name(), fault.words.as_str(), whole_ms(latency));
            let (method, url) = (&ask.method, shown(&ask.url));
            tracing::warn!(component = "http", %method, url, phase, words, latency_ms, "request failed");
            Err(fault)
        }
    }
}

async fn read(
    mut response: Response,
    ask: &Ask,
    latency: Duration,
    received_at: i64,
    deadline: Instant,
) -> Answer {
    let mut body = Vec::new();
    let end = loop {
        match timeout_at(deadline, response.chunk()).await {
            Err(_) => break End::Broken(Fault::new(Phase::Timeout, "the body did not end in time")),
            Ok(Err(error)) => break End::Broken(fault::of(&error, false)),
            Ok(Ok(None)) => break End::Whole,
            Ok(Ok(Some(chunk))) if body.len() + chunk.len() > ask.limit => break End::TooLarge,
            Ok(Ok(Some(chunk))) => body.extend_from_slice(&chunk),
        }
    };
    let headers = std::mem::take(response.headers_mut());
    Answer { url: ask.url.clone(), status: response.status(), headers, body, end, latency, received_at }
}

/// Of what the server wrote its name for the request and its time are logged, and how the body ended.
fn log(ask: &Ask, answer: &Answer) {
    if !tracing::enabled!(tracing::Level::DEBUG) {
        return;
    }
    let (method, url, status) = (&ask.method, shown(&ask.url), answer.status.as_u16());
    let end = match &answer.end {
        End::Whole => "whole",
        End::TooLarge => "too large",
        End::Broken(fault) => fault.phase.name(),
    };
    tracing::debug!(
        component = "http",
        %method,
        url,
        status,
        latency_ms = whole_ms(answer.latency),
        request_id = answer.request_id().filter(|id| is_plain(id) && !repeats(id, ask)),
        server_date = answer.date().map(rfc3339),
        skew_ms = answer.skew(),
        bytes = answer.body.len(),
        body = end,
        credential = ask.authorization.is_some(),
        "request answered"
    );
}

fn whole_ms(span: Duration) -> u64 {
    u64::try_from(span.as_millis()).unwrap_or(u64::MAX)
}

/// Whether a name for a request is one that may stand in a log.
fn is_plain(id: &str) -> bool {
    const LONGEST: usize = 80;
    id.len() <= LONGEST && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.:/=+".contains(&byte))
}

/// Whether `text` has a run of characters in common with what was sent, which may be secret.
fn repeats(text: &str, ask: &Ask) -> bool {
    const RUN: usize = 6;
    let head = ask.authorization.as_ref().map(HeaderValue::as_bytes);
    let body = ask.body.as_ref().map(|body| body.bytes.expose().as_slice());
    let sent =
        |run: &[u8]| [head, body].into_iter().flatten().any(|sent| sent.windows(RUN).any(|it| it == run));
    text.as_bytes().windows(RUN).any(sent)
}

/// A URL as it may be shown: without user name, password, query and fragment, which may hold secrets.
pub fn shown(url: &Url) -> String {
    let mut shown = url.clone();
    // These fail for URLs without a host alone, which carry neither.
    let _ = shown.set_username("");
    let _ = shown.set_password(None);
    shown.set_query(None);
    shown.set_fragment(None);
    shown.into()
}

/// The time of an HTTP date (RFC 9110 section 5.6.7) in milliseconds since 1970.
pub fn http_date(text: &str) -> Option<i64> {
    httpdate::parse_http_date(text).ok().map(since_1970)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shown_url_has_no_secrets() {
        let url = Url::parse("https://u:p@x.test:8/a?token=t#code").unwrap();
        assert_eq!(shown(&url), "https://x.test:8/a");
    }

    #[test]
    fn dates() {
        assert_eq!(http_date("Sun, 06 Nov 1994 08:49:37 GMT"), Some(784_111_777_000));
        assert_eq!(http_date("yesterday"), None);
    }
}
