//! The parameters of a request: of a query, or of a form in a body.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, StatusCode, header};
use url::form_urlencoded;

use super::refusal::Refused;

/// The only type of body that is read (RFC 6749, appendix B).
const FORM: &str = "application/x-www-form-urlencoded";

/// Parameters by name. It has no `Debug`: they may be secrets.
pub(in crate::sandbox) struct Fields {
    pairs: Vec<(String, String)>,
    /// The request had an `Authorization` header.
    pub(super) authorized: bool,
}

impl Fields {
    /// The parameters of a query, or of a body of the type of forms.
    pub(super) fn parse(text: &[u8]) -> Fields {
        let pairs = form_urlencoded::parse(text);
        Fields { pairs: pairs.into_owned().collect(), authorized: false }
    }

    /// The parameter `name`. One without a value counts as not sent, and one that is there twice is
    /// an error (RFC 6749, section 3.1).
    pub(super) fn get(&self, name: &str) -> Result<Option<&str>, Refused> {
        let mut values = self.pairs.iter().filter(|(known, _)| known == name).map(|(_, value)| value);
        let first = values.next();
        match values.next() {
            Some(_) => Err(Refused::request(format!("{name} is there more than once"))),
            None => Ok(first.map(String::as_str).filter(|value| !value.is_empty())),
        }
    }

    /// The parameter `name`, which has to be there.
    pub(super) fn required(&self, name: &str) -> Result<&str, Refused> {
        self.get(name)?.ok_or_else(|| Refused::request(format!("{name} is missing")))
    }
}

impl<S: Send + Sync> FromRequest<S> for Fields {
    type Rejection = Refused;

    async fn from_request(request: Request, state: &S) -> Result<Fields, Refused> {
        let authorized = request.headers().contains_key(header::AUTHORIZATION);
        if !is_form(request.headers()) {
            return Err(Refused::request(format!("the body must be {FORM}")));
        }
        let body = Bytes::from_request(request, state).await;
        let body = body.map_err(|rejection| {
            Refused::request("the body is too large, or broke off").status(rejection.status())
        })?;
        match std::str::from_utf8(&body) {
            Ok(_) => Ok(Fields { authorized, ..Fields::parse(&body) }),
            Err(_) => Err(Refused::request("the body is no UTF-8").status(StatusCode::BAD_REQUEST)),
        }
    }
}

fn is_form(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    kind.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case(FORM)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parameter_is_there_once_or_not_at_all() {
        let fields = Fields::parse(b"one=1&empty=&twice=2&twice=2&blank=a+b%26");
        assert_eq!(fields.get("one").unwrap(), Some("1"));
        assert_eq!(fields.get("blank").unwrap(), Some("a b&"));
        assert_eq!(fields.get("empty").unwrap(), None);
        assert_eq!(fields.get("none").unwrap(), None);
        assert_eq!(fields.get("twice").unwrap_err().error, "invalid_request");
        assert_eq!(fields.required("empty").unwrap_err().error, "invalid_request");
    }

    #[test]
    fn only_the_type_of_forms_is_a_form() {
        let is = |kind: &'static str| {
            is_form(&HeaderMap::from_iter([(header::CONTENT_TYPE, kind.parse().unwrap())]))
        };
        assert!(is(FORM) && is("application/x-www-form-urlencoded; charset=UTF-8"));
        assert!(!is("application/json") && !is("text/plain") && !is_form(&HeaderMap::new()));
    }
}
