//! The grant `authorization_code`: a code becomes tokens, once, for whom it was made.

use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use ring::digest;

use super::fields::Fields;
use super::issue;
use super::issuer::Issuer;
use super::refusal::Refused;
use crate::sandbox::random::equal_in_constant_time;
use crate::sandbox::records::Records;

/// The length of a verifier (RFC 7636, section 4.1), and of a challenge by S256: 32 bytes in base64.
const VERIFIER: std::ops::RangeInclusive<usize> = 43..=128;
const CHALLENGE: usize = 43;

/// Redeems a code (RFC 6749, section 4.1.3). A code that is tried is spent, whatever comes of it;
/// one that is tried again ends what it gave (section 4.1.2).
pub(super) fn redeem(
    records: &mut Records,
    issuer: &'static Issuer,
    fields: &Fields,
    now: Timestamp,
) -> Result<Response, Refused> {
    let (raw, redirect_uri) = (fields.required("code")?, fields.required("redirect_uri")?);
    let verifier = fields.required("code_verifier")?;
    let code = records.ledger.codes.iter().position(|code| equal_in_constant_time(&code.raw, raw));
    let position = code.ok_or_else(|| Refused::grant("the code is not known"))?;
    let code = &mut records.ledger.codes[position];
    if std::mem::replace(&mut code.spent, true) {
        let gave = code.gave.clone();
        let family = records.ledger.families.iter().position(|family| Some(&family.id) == gave.as_ref());
        if let Some(at) = family {
            issue::end(records, at);
        }
        return Err(Refused::grant("the code was used twice: what it gave is revoked"));
    }
    if code.ends <= now {
        return Err(Refused::grant("the code expired"));
    }
    if code.issuer.name != issuer.name {
        return Err(Refused::grant("the code is another client's"));
    }
    if code.redirect_uri != redirect_uri {
        return Err(Refused::grant("redirect_uri is not the one that the code was sent to"));
    }
    if !VERIFIER.contains(&verifier.len()) || !equal_in_constant_time(&challenge(verifier), &code.challenge) {
        return Err(Refused::grant("code_verifier does not fit the code_challenge"));
    }
    let approval = code.approval.clone();
    let (at, pair) = issue::begin(records, issuer, approval)?;
    let family = records.ledger.families[at].id.clone();
    records.ledger.codes[position].gave = Some(family);
    Ok(issue::answer(records, at, &pair, false))
}

/// The challenge of a verifier by the method S256 (RFC 7636, section 4.2).
fn challenge(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, verifier.as_bytes()))
}

/// Whether `text` can be a challenge by the method S256.
pub(super) fn is_challenge(text: &str) -> bool {
    text.len() == CHALLENGE && URL_SAFE_NO_PAD.decode(text).is_ok_and(|bytes| bytes.len() == 32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_challenge_is_that_of_the_specification() {
        // RFC 7636, appendix B.
        let challenge = challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
        assert_eq!(challenge, "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
        assert!(is_challenge(&challenge));
    }

    #[test]
    fn what_is_no_hash_is_no_challenge() {
        for text in ["", "short", &"a".repeat(44), &"=".repeat(43), &"a".repeat(42)] {
            assert!(!is_challenge(text), "{text}");
        }
    }
}
