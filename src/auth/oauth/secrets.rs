//! The two texts that tie a callback to the sign-in that asked for it: the code verifier of PKCE
//! (RFC 7636), and the `state`.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::digest::{SHA256, digest};
use ring::rand::{SecureRandom, SystemRandom};
use zeroize::Zeroizing;

use crate::model::secret::Secret;

/// 256 bits, as RFC 7636 section 7.1 recommends for the verifier; 43 characters.
const BYTES: usize = 32;

/// The system gave no random bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the system gives no random bytes")]
pub struct NoRandomness;

/// A text that nobody can guess, made of the unreserved characters of a URL.
pub(in crate::auth) fn unguessable() -> Result<Secret<String>, NoRandomness> {
    let mut bytes = Zeroizing::new([0; BYTES]);
    SystemRandom::new().fill(&mut *bytes).map_err(|_| NoRandomness)?;
    Ok(Secret::new(URL_SAFE_NO_PAD.encode(*bytes)))
}

/// The challenge of a verifier by method `S256` (RFC 7636 section 4.2).
pub(in crate::auth) fn challenge(verifier: &Secret<String>) -> String {
    URL_SAFE_NO_PAD.encode(digest(&SHA256, verifier.expose().as_bytes()))
}

/// Whether `sent` is the secret, in a time that does not depend on how much of it is right: what is
/// compared are digests, which nobody can choose.
pub(in crate::auth) fn is(secret: &Secret<String>, sent: &str) -> bool {
    digest(&SHA256, secret.expose().as_bytes()).as_ref() == digest(&SHA256, sent.as_bytes()).as_ref()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_verifier_has_the_form_of_the_rfc_and_never_repeats() {
        let (one, other) = (unguessable().unwrap(), unguessable().unwrap());
        assert_eq!(one.expose().len(), 43);
        assert!(one.expose().bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~".contains(&b)));
        assert!(!is(&one, other.expose()) && is(&one, one.expose()));
        assert!(!is(&one, "") && !is(&one, &one.expose()[..42]));
    }

    #[test]
    fn the_challenge_is_that_of_the_rfc() {
        // RFC 7636 appendix B.
        let verifier = Secret::new("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk".to_owned());
        assert_eq!(challenge(&verifier), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    }
}
