//! What a JSON Web Token says of itself (RFC 7519), read without verifying anything: the server
//! does that, and a token that fails there still tells here when it ended.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};
use zeroize::Zeroizing;

/// The claims that tell why a token is refused. Times are milliseconds since 1970.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Claims {
    pub expires_at: Option<i64>,
    pub issued_at: Option<i64>,
    pub not_before: Option<i64>,
    pub issuer: Option<String>,
}

/// Tokens beyond this many bytes are not taken apart; servers refuse such header lines.
const LONGEST: usize = 16 * 1024;

/// An issuer is a URL or a name; what is longer is not shown.
const LONGEST_ISSUER: usize = 256;

/// The claims of `token`; `None` where it is no JSON Web Token.
pub(super) fn claims(token: &str) -> Option<Claims> {
    if token.len() > LONGEST {
        return None;
    }
    let mut parts = token.split('.');
    let (header, payload) = (parts.next()?, parts.next()?);
    // Three parts are a signed token; an encrypted one has five, and its claims cannot be read.
    if parts.count() != 1 || !object(header)?.contains_key("alg") {
        return None;
    }
    let claims = object(payload)?;
    Some(Claims {
        expires_at: time(&claims, "exp"),
        issued_at: time(&claims, "iat"),
        not_before: time(&claims, "nbf"),
        issuer: claims
            .get("iss")
            .and_then(Value::as_str)
            .filter(|iss| iss.len() <= LONGEST_ISSUER)
            .map(str::to_owned),
    })
}

fn object(part: &str) -> Option<Map<String, Value>> {
    let bytes = Zeroizing::new(URL_SAFE_NO_PAD.decode(part.trim_end_matches('=')).ok()?);
    serde_json::from_slice(&bytes).ok()
}

/// A NumericDate: seconds, with fractions at will; some servers write it as text.
fn time(claims: &Map<String, Value>, name: &str) -> Option<i64> {
    let seconds = match claims.get(name)? {
        Value::Number(number) => number.as_f64()?,
        Value::String(text) => text.trim().parse().ok()?,
        _ => return None,
    };
    super::expiry::millis(seconds)
}

#[cfg(test)]
pub(crate) fn made_of(payload: &str) -> String {
    let part = |json: &str| URL_SAFE_NO_PAD.encode(json);
    format!("{}.{}.{}", part(r#"{"alg":"HS256","typ":"JWT"}"#), part(payload), part("signature"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_claims_that_matter() {
        let token = made_of(
            r#"{"iss":"https://auth.cmdop.com","iat":1700000000,"nbf":"1700000001","exp":1700003600.5}"#,
        );
        let read = claims(&token).unwrap();
        assert_eq!(read.issuer.as_deref(), Some("https://auth.cmdop.com"));
        assert_eq!(read.issued_at, Some(1_700_000_000_000));
        assert_eq!(read.not_before, Some(1_700_000_001_000));
        assert_eq!(read.expires_at, Some(1_700_003_600_500));
    }

    #[test]
    fn a_claim_of_another_type_is_no_claim() {
        let read = claims(&made_of(r#"{"exp":true,"iss":7,"nbf":"soon","iat":1e300}"#)).unwrap();
        assert_eq!(read, Claims::default());
    }

    #[test]
    fn what_is_no_token_has_no_claims() {
        for text in ["", "a", "a.b", "a.b.c", "eyJ.eyJ.x", "at-1700000000", "....", "é.é.é"] {
            assert_eq!(claims(text), None, "{text}");
        }
        let whole = made_of("{}");
        assert!(claims(&whole).is_some());
        assert_eq!(claims(&whole.replace('.', "")), None);
        assert_eq!(claims(&format!("{whole}.x.y")), None);
        assert_eq!(claims(&made_of(&format!("{:>20000}", "{}"))), None);
    }

    #[test]
    fn deeply_nested_claims_are_refused() {
        assert_eq!(claims(&made_of(&format!("{{\"a\":{}1{}}}", "[".repeat(5000), "]".repeat(5000)))), None);
    }
}
