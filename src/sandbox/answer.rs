//! The shape of answers: the envelope of data and meta, pages of lists, and refusals.

use std::sync::atomic::{AtomicU64, Ordering};

use axum::Json;
use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value, json};

/// How many elements a page has when nobody says, and at most.
const PAGE: u64 = 50;
const LARGEST_PAGE: u64 = 100;

/// One object in the envelope.
pub(super) fn one(data: Value) -> Response {
    enveloped(StatusCode::OK, data, json!({}))
}

/// One object that was made by this request.
pub(super) fn created(data: Value) -> Response {
    enveloped(StatusCode::CREATED, data, json!({}))
}

/// The page of `all` that `paging` asks for; `endless` claims that there is always another one.
pub(super) fn page(all: Vec<Value>, paging: Paging, endless: bool) -> Response {
    let total = all.len() as u64;
    let Paging { limit, offset } = paging;
    let skip = usize::try_from(offset).unwrap_or(usize::MAX);
    let take = usize::try_from(limit).unwrap_or(usize::MAX);
    let shown: Vec<Value> = all.into_iter().skip(skip).take(take).collect();
    let has_more = endless || offset.saturating_add(limit) < total;
    let meta = json!({ "total": total, "limit": limit, "offset": offset, "has_more": has_more });
    enveloped(StatusCode::OK, Value::Array(shown), meta)
}

fn enveloped(status: StatusCode, data: Value, mut meta: Value) -> Response {
    let id = request_id();
    meta["request_id"] = Value::from(id.clone());
    with_id((status, Json(json!({ "data": data, "meta": meta }))).into_response(), &id)
}

/// An id for one request, unique within the process.
fn request_id() -> String {
    static LAST: AtomicU64 = AtomicU64::new(0);
    format!("req_{:08x}", LAST.fetch_add(1, Ordering::Relaxed).wrapping_add(1))
}

fn with_id(mut response: Response, id: &str) -> Response {
    if let Ok(value) = HeaderValue::from_str(id) {
        response.headers_mut().insert(HeaderName::from_static("x-request-id"), value);
    }
    response
}

/// Which part of a list is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub(super) struct Paging {
    #[serde(default = "usual_page")]
    pub(super) limit: u64,
    #[serde(default)]
    pub(super) offset: u64,
}

fn usual_page() -> u64 {
    PAGE
}

impl<S: Send + Sync> FromRequestParts<S> for Paging {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Paging, Refusal> {
        let wrong = |why: String| Refusal::new(StatusCode::BAD_REQUEST, "invalid_parameter", why);
        let asked = Query::<Paging>::from_request_parts(parts, state).await;
        let Query(paging) = asked.map_err(|rejection| wrong(rejection.body_text()))?;
        match paging.limit {
            1..=LARGEST_PAGE => Ok(paging),
            _ => Err(wrong(format!("limit must be between 1 and {LARGEST_PAGE}"))),
        }
    }
}

/// An answer that says no, and why. It renders itself as the documented error object; faults may
/// render it in another form.
#[derive(Debug, Clone)]
pub(super) struct Refusal {
    status: StatusCode,
    code: &'static str,
    message: String,
    details: Option<Value>,
    retry_after: Option<i64>,
    challenge: Option<String>,
}

impl Refusal {
    /// A refusal with the documented `code`, or one made up where none is documented.
    pub(super) fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Refusal {
        Refusal { status, code, message: message.into(), details: None, retry_after: None, challenge: None }
    }

    /// 401: nobody we know is calling. `why` goes into the challenge of RFC 6750, section 3.
    pub(super) fn unauthorized(message: &str, why: Option<&str>) -> Refusal {
        let challenge = match why {
            None => r#"Bearer realm="cmdop""#.to_owned(),
            Some(why) => {
                format!(r#"Bearer realm="cmdop", error="invalid_token", error_description="{why}""#)
            }
        };
        let refusal = Refusal::new(StatusCode::UNAUTHORIZED, "unauthorized", message);
        Refusal { challenge: Some(challenge), ..refusal }
    }

    /// 403: we know the caller, who may not.
    pub(super) fn forbidden(message: impl Into<String>) -> Refusal {
        Refusal::new(StatusCode::FORBIDDEN, "forbidden", message)
    }

    /// 404 for an object, which is another thing than a route that is not there.
    pub(super) fn not_found(message: impl Into<String>) -> Refusal {
        Refusal::new(StatusCode::NOT_FOUND, "not_found", message)
    }

    /// 403: a second factor is due.
    pub(super) fn two_factor_required() -> Refusal {
        let message = "Two-factor authentication is required";
        Refusal::new(StatusCode::FORBIDDEN, "two_factor_required", message)
    }

    /// 401: the single sign-on has to be done again, at the identity provider of `base`.
    pub(super) fn sso_required(base: &str) -> Refusal {
        let message = "Single sign-on is required for this workspace";
        Refusal::new(StatusCode::UNAUTHORIZED, "sso_required", message)
            .details(json!({ "login_url": format!("{base}/idp/sign-on") }))
    }

    /// 401: the machine asks for its password (facts: error strings published elsewhere).
    pub(super) fn machine_password_required() -> Refusal {
        let message = "UNAUTHENTICATED: Session requires password";
        Refusal::new(StatusCode::UNAUTHORIZED, "machine_password_required", message)
    }

    /// 429: the quota is used up for as many seconds.
    pub(super) fn rate_limited(seconds: i64) -> Refusal {
        let message = format!("Rate limit exceeded, retry after {seconds}s");
        Refusal::new(StatusCode::TOO_MANY_REQUESTS, "rate_limited", message).retry_after(seconds)
    }

    /// More about the refusal, for programs.
    pub(super) fn details(self, details: Value) -> Refusal {
        Refusal { details: Some(details), ..self }
    }

    /// Seconds after which trying again makes sense.
    pub(super) fn retry_after(self, seconds: i64) -> Refusal {
        Refusal { retry_after: Some(seconds), ..self }
    }

    /// As the documented error object.
    fn as_error(&self) -> Response {
        let mut error = json!({ "code": self.code, "message": self.message });
        if let Some(details) = &self.details {
            error["details"] = details.clone();
        }
        if let Some(seconds) = self.retry_after {
            error["retry_after"] = Value::from(seconds);
        }
        let id = request_id();
        with_id(self.answer(json!({ "error": error, "meta": { "request_id": id } })), &id)
    }

    /// As a problem document (RFC 9457), the code as the last path segment of `type`.
    pub(super) fn as_problem(&self) -> Response {
        let mut response = self.answer(json!({
            "type": format!("/problems/{}", self.code),
            "title": self.status.canonical_reason(),
            "status": self.status.as_u16(),
            "detail": self.message,
            "code": self.code,
        }));
        let problem = HeaderValue::from_static("application/problem+json");
        response.headers_mut().insert(header::CONTENT_TYPE, problem);
        response
    }

    /// As `{"detail": …}`, the words alone.
    pub(super) fn as_detail(&self) -> Response {
        self.answer(json!({ "detail": self.message }))
    }

    fn answer(&self, body: Value) -> Response {
        let mut response = (self.status, Json(body)).into_response();
        let headers = response.headers_mut();
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        let challenge = self.challenge.as_deref().and_then(|text| HeaderValue::from_str(text).ok());
        if let Some(challenge) = challenge {
            headers.insert(header::WWW_AUTHENTICATE, challenge);
        }
        response
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut response = self.as_error();
        response.extensions_mut().insert(self);
        response
    }
}
