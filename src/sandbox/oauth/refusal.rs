//! How the token endpoint and its neighbours say no (RFC 6749, section 5.2).

use std::io;

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

/// A refusal: a code of the specification, and why in words.
#[derive(Debug, Clone)]
pub(in crate::sandbox) struct Refused {
    status: StatusCode,
    pub(super) error: &'static str,
    pub(super) why: String,
}

impl Refused {
    /// 400 with the code `error`.
    pub(super) fn new(error: &'static str, why: impl Into<String>) -> Refused {
        Refused { status: StatusCode::BAD_REQUEST, error, why: why.into() }
    }

    /// The request is not in order.
    pub(super) fn request(why: impl Into<String>) -> Refused {
        Refused::new("invalid_request", why)
    }

    /// What was presented (a code, a refresh token) is not good, or not any more.
    pub(super) fn grant(why: impl Into<String>) -> Refused {
        Refused::new("invalid_grant", why)
    }

    /// The client is not known, or proves itself in another way than `method`.
    pub(super) fn client(method: &str) -> Refused {
        let why = format!("the client is not known, or does not authenticate by the method {method}");
        Refused::new("invalid_client", why).status(StatusCode::UNAUTHORIZED)
    }

    /// The same with another status.
    pub(super) fn status(self, status: StatusCode) -> Refused {
        Refused { status, ..self }
    }
}

/// The system gave no random bytes.
impl From<io::Error> for Refused {
    fn from(error: io::Error) -> Refused {
        Refused::new("server_error", error.to_string()).status(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let body = json!({ "error": self.error, "error_description": self.why });
        let mut response = unstored((self.status, Json(body)).into_response());
        if self.status == StatusCode::UNAUTHORIZED {
            let challenge = HeaderValue::from_static(r#"Basic realm="cmdop""#);
            response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
        }
        response.extensions_mut().insert(self);
        response
    }
}

/// The answer with the headers that keep it out of caches (RFC 6749, section 5.1).
pub(super) fn unstored(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::PRAGMA, HeaderValue::from_static("no-cache"));
    response
}
