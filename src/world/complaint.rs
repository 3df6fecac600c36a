//! What an error body says, in every shape that is known: `{"error": {"code", "message", …}}`,
//! OAuth's `{"error": "x", "error_description"}`, `{"detail": …}` as text, object or list, problem
//! documents (RFC 9457), `{"code", "message"}` and `{"errors": […]}`.

use serde_json::{Map, Value as Json};
use url::Url;

use super::loopback::is_loopback;

/// Longer addresses are not shown.
const URL_LIMIT: usize = 2048;

/// Keys under which servers name the permission that is lacking.
const PERMISSION_KEYS: [&str; 4] = ["permission", "required_permission", "missing_permission", "required"];

/// What went wrong, in the server's own terms.
#[derive(Debug, Default, PartialEq)]
pub struct Complaint {
    pub code: Option<String>,
    pub message: Option<String>,
    pub permission: Option<String>,
    /// Parsed and written anew; https, or this machine.
    pub login_url: Option<String>,
    /// Milliseconds.
    pub retry_after: Option<i64>,
}

impl Complaint {
    /// Reads the body of an answer with an error status.
    pub fn read(document: &Json) -> Complaint {
        let Some(top) = document.as_object() else { return Complaint::default() };
        let inner = match (top.get("error"), top.get("detail"), top.get("errors")) {
            (Some(Json::String(word)), ..) if is_code(word) => Some(coded(word)),
            // Prose as a rule, and a code only where it cannot be a word of prose.
            (_, Some(Json::String(word)), _) if is_code(word) && word.contains('_') => Some(coded(word)),
            (error, detail, errors) => [error, detail, errors].into_iter().flatten().find_map(complaint_in),
        };
        inner.unwrap_or_default().or(Complaint::of(top))
    }

    /// What one object says of itself.
    fn of(object: &Map<String, Json>) -> Complaint {
        let details = object.get("details").and_then(Json::as_object);
        let within = |key: &str| text(object, key).or_else(|| details.and_then(|details| text(details, key)));
        let message = ["message", "error_description", "detail", "msg", "title"];
        let message = message.into_iter().find_map(|key| text(object, key));
        let permission = PERMISSION_KEYS.into_iter().find_map(within);
        let permission = permission.or_else(|| permission_in(message.as_deref()?));
        let wait = object.get("retry_after").or_else(|| details?.get("retry_after"));
        Complaint {
            code: text(object, "code").or_else(|| problem_code(object)),
            message,
            permission,
            login_url: within("login_url").and_then(|address| safe_url(&address)),
            retry_after: wait
                .and_then(Json::as_f64)
                .filter(|seconds| *seconds < 1e12)
                .map(|it| (it * 1000.0) as i64),
        }
    }

    fn or(self, other: Complaint) -> Complaint {
        Complaint {
            code: self.code.or(other.code),
            message: self.message.or(other.message),
            permission: self.permission.or(other.permission),
            login_url: self.login_url.or(other.login_url),
            retry_after: self.retry_after.or(other.retry_after),
        }
    }
}

/// What stands under `error`, `detail` or `errors`.
fn complaint_in(value: &Json) -> Option<Complaint> {
    match value {
        Json::Object(object) => Some(Complaint::of(object)),
        Json::Array(list) => list.first().and_then(complaint_in),
        Json::String(words) => {
            let permission = permission_in(words);
            Some(Complaint { message: Some(words.clone()), permission, ..Complaint::default() })
        }
        _ => None,
    }
}

fn coded(word: &str) -> Complaint {
    Complaint { code: Some(word.to_owned()), ..Complaint::default() }
}

fn text(object: &Map<String, Json>, key: &str) -> Option<String> {
    object.get(key)?.as_str().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
}

/// Codes are words like `invalid_token`; anything else is prose.
fn is_code(text: &str) -> bool {
    !text.is_empty()
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

/// The last part of a problem's `type`, written like our own codes (RFC 9457 section 3.1.1).
fn problem_code(object: &Map<String, Json>) -> Option<String> {
    let kind = text(object, "type").filter(|kind| kind != "about:blank")?;
    let last = kind.trim_end_matches('/').rsplit(['/', ':', '#']).next()?;
    let code = last.to_ascii_lowercase().replace('-', "_");
    is_code(&code).then_some(code)
}

/// The permission that a message names: `Token lacks required permission: commands:execute`.
fn permission_in(message: &str) -> Option<String> {
    let lower = message.to_ascii_lowercase();
    let after = &message[lower.find("permission")? + "permission".len()..];
    let word = |char: char| !(char.is_ascii_alphanumeric() || matches!(char, ':' | '_' | '.' | '*' | '-'));
    let named = |word: &&str| {
        let (area, action) = word.split_once(':').unwrap_or((word, ""));
        *word == "admin" || !area.is_empty() && !action.is_empty()
    };
    after.split(word).map(|word| word.trim_matches(['.', ':', '-'])).find(named).map(str::to_owned)
}

/// An address that a person may be sent to.
fn safe_url(text: &str) -> Option<String> {
    let url = Url::parse(text).ok()?;
    let host = url.host_str()?;
    let safe = url.scheme() == "https" || url.scheme() == "http" && is_loopback(host);
    let bare = url.username().is_empty() && url.password().is_none();
    let shown = url.to_string();
    (safe && bare && shown.len() <= URL_LIMIT).then_some(shown)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn said(document: Json) -> (Option<String>, Option<String>) {
        let complaint = Complaint::read(&document);
        (complaint.code, complaint.message)
    }

    fn both(code: &str, message: &str) -> (Option<String>, Option<String>) {
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        (some(code), some(message))
    }

    #[test]
    fn every_shape() {
        assert_eq!(said(json!({"error": {"code": "forbidden", "message": "no"}})), both("forbidden", "no"));
        assert_eq!(
            said(json!({"error": "invalid_grant", "error_description": "old"})),
            both("invalid_grant", "old")
        );
        assert_eq!(said(json!({"error": "Something broke"})), both("", "Something broke"));
        assert_eq!(said(json!({"detail": "Not Found"})), both("", "Not Found"));
        assert_eq!(said(json!({"detail": "sso_required"})), both("sso_required", "sso_required"));
        assert_eq!(
            said(json!({"detail": {"code": "sso_required", "message": "m"}})),
            both("sso_required", "m")
        );
        assert_eq!(
            said(json!({"detail": [{"loc": ["x"], "msg": "field required"}]})),
            both("", "field required")
        );
        let problem = json!({"type": "https://x.test/problems/two-factor-required", "title": "t", "detail": "d", "status": 403});
        assert_eq!(said(problem), both("two_factor_required", "d"));
        assert_eq!(said(json!({"type": "about:blank", "title": "Forbidden"})), both("", "Forbidden"));
        assert_eq!(said(json!({"code": "rate_limited", "message": "slow"})), both("rate_limited", "slow"));
        assert_eq!(said(json!({"errors": [{"code": "a", "detail": "b"}, {"code": "c"}]})), both("a", "b"));
    }

    #[test]
    fn what_says_nothing() {
        for document in
            [json!(null), json!([]), json!("x"), json!({}), json!({"error": null, "code": 7, "errors": []})]
        {
            assert_eq!(Complaint::read(&document), Complaint::default(), "{document}");
        }
    }

    #[test]
    fn the_permission_from_details_or_words() {
        let of = |document: Json| Complaint::read(&document).permission;
        let words = "Token lacks required permission: commands:execute.";
        assert_eq!(of(json!({"error": {"message": words}})).as_deref(), Some("commands:execute"));
        assert_eq!(of(json!({"detail": "Missing permission `admin`"})).as_deref(), Some("admin"));
        let details = json!({"error": {"message": words, "details": {"required_permission": "files:read"}}});
        assert_eq!(of(details).as_deref(), Some("files:read"));
        assert_eq!(of(json!({"error": {"message": "Permission denied: you are not a member"}})), None);
    }

    #[test]
    fn only_safe_login_urls() {
        let of = |url: &str| Complaint::read(&json!({"error": {"details": {"login_url": url}}})).login_url;
        assert_eq!(of("https://sso.test/start?w=acme").as_deref(), Some("https://sso.test/start?w=acme"));
        assert_eq!(of("http://127.0.0.1:4100/sso").as_deref(), Some("http://127.0.0.1:4100/sso"));
        for bad in [
            "http://sso.test/",
            "javascript:alert(1)",
            "https://u:p@sso.test/",
            "sso.test",
            "file:///etc/passwd",
        ] {
            assert_eq!(of(bad), None, "{bad}");
        }
    }

    #[test]
    fn waiting_times() {
        let of = |wait: Json| Complaint::read(&json!({"error": {"retry_after": wait}})).retry_after;
        assert_eq!(of(json!(1.5)), Some(1500));
        assert_eq!(of(json!("soon")), None);
        assert_eq!(of(json!(1e300)), None);
    }
}
