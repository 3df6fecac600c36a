//! Keys for packs of rules: Ed25519 (RFC 8032). The private one signs, is kept in a file that its owner alone
//! can read (PKCS #8 in PEM, as other tools write and read it), and leaves this file in no other form.

use std::fmt;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::rand::SystemRandom;
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use zeroize::Zeroizing;

use crate::world::guarded::{self, Refused};

/// Bytes of a signature (RFC 8032 section 5.1.6).
pub const SIGNATURE: usize = 64;

/// What the line of a public key begins with.
const KIND: &str = "cmdop-rules-ed25519";

/// The frame of a private key (RFC 7468 section 10).
const BEGIN: &str = "-----BEGIN PRIVATE KEY-----";
const END: &str = "-----END PRIVATE KEY-----";

/// A key file is far smaller.
const LIMIT: u64 = 4096;

/// A key that tells whose signature it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKey {
    bytes: [u8; 32],
    /// Whose it is, in the words of the file that it was read from.
    comment: String,
}

/// Why a line is no public key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is no key: `{KIND}`, 44 characters of Base64 and a comment are expected")]
pub struct NotAKey;

impl PublicKey {
    pub fn new(bytes: [u8; 32]) -> PublicKey {
        PublicKey { bytes, comment: String::new() }
    }

    /// Reads `cmdop-rules-ed25519 BASE64 comment`, in one line.
    ///
    /// # Errors
    /// When it is something else.
    pub fn parse(line: &str) -> Result<PublicKey, NotAKey> {
        let rest = line.trim().strip_prefix(KIND).and_then(|rest| rest.strip_prefix(' ')).ok_or(NotAKey)?;
        let (key, comment) = rest.split_once(' ').unwrap_or((rest, ""));
        let bytes = STANDARD.decode(key).map_err(|_| NotAKey)?;
        let bytes = bytes.try_into().map_err(|_| NotAKey)?;
        if comment.contains(['\n', '\r']) {
            return Err(NotAKey);
        }
        Ok(PublicKey { bytes, comment: comment.trim().to_owned() })
    }

    pub fn bytes(&self) -> [u8; 32] {
        self.bytes
    }

    /// The same key with a comment.
    #[must_use]
    pub fn called(self, comment: &str) -> PublicKey {
        PublicKey { comment: comment.to_owned(), ..self }
    }

    /// Whether it is the same key, whatever the comments say.
    pub fn is(&self, other: &PublicKey) -> bool {
        self.bytes == other.bytes
    }

    /// Whether `signature` is by the owner of this key, of `message`.
    pub fn has_signed(&self, message: &[u8], signature: &[u8; SIGNATURE]) -> bool {
        UnparsedPublicKey::new(&ED25519, self.bytes).verify(message, signature).is_ok()
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{KIND} {}", STANDARD.encode(self.bytes))?;
        if self.comment.is_empty() { Ok(()) } else { write!(f, " {}", self.comment) }
    }
}

/// Why there is no private key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoKey {
    #[error("{0}")]
    Refused(#[from] Refused),
    #[error("it holds no Ed25519 private key (PKCS #8 in PEM)")]
    Foreign,
    #[error("the system gives no random numbers")]
    NoRandomness,
}

/// A key that signs.
pub struct SigningKey(Ed25519KeyPair);

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningKey(***)")
    }
}

impl SigningKey {
    /// A new key, and the text of the file to keep it in.
    ///
    /// # Errors
    /// When the system gives no random numbers.
    pub fn generate() -> Result<(SigningKey, Zeroizing<String>), NoKey> {
        let document =
            Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).map_err(|_| NoKey::NoRandomness)?;
        let key = Ed25519KeyPair::from_pkcs8(document.as_ref()).map_err(|_| NoKey::Foreign)?;
        let encoded = Zeroizing::new(STANDARD.encode(document.as_ref()));
        let mut text = Zeroizing::new(String::with_capacity(encoded.len() + 64));
        text.push_str(BEGIN);
        for (at, sign) in encoded.chars().enumerate() {
            // RFC 7468 section 2: lines of 64 characters.
            if at % 64 == 0 {
                text.push('\n');
            }
            text.push(sign);
        }
        text.push('\n');
        text.push_str(END);
        text.push('\n');
        Ok((SigningKey(key), text))
    }

    /// Reads the key in the file at `path`, which nobody but its owner may be able to read.
    ///
    /// # Errors
    /// When it cannot be read, is not private, or holds no such key. No part of it is shown.
    pub fn read(path: &Path) -> Result<SigningKey, NoKey> {
        let bytes = Zeroizing::new(guarded::read_private(path, LIMIT)?);
        let text = std::str::from_utf8(&bytes).map_err(|_| NoKey::Foreign)?;
        let (_, after) = text.split_once(BEGIN).ok_or(NoKey::Foreign)?;
        let (inner, _) = after.split_once(END).ok_or(NoKey::Foreign)?;
        let encoded: Zeroizing<String> = Zeroizing::new(inner.split_ascii_whitespace().collect());
        let document = Zeroizing::new(STANDARD.decode(encoded.as_bytes()).map_err(|_| NoKey::Foreign)?);
        // OpenSSL writes no public key beside the private one.
        Ed25519KeyPair::from_pkcs8_maybe_unchecked(&document).map(SigningKey).map_err(|_| NoKey::Foreign)
    }

    /// The key that others know it by.
    pub fn public(&self) -> PublicKey {
        let mut bytes = [0; 32];
        bytes.copy_from_slice(self.0.public_key().as_ref());
        PublicKey::new(bytes)
    }

    /// Signs `message`.
    pub fn sign(&self, message: &[u8]) -> [u8; SIGNATURE] {
        let mut bytes = [0; SIGNATURE];
        bytes.copy_from_slice(self.0.sign(message).as_ref());
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_signs_what_its_public_key_knows() {
        let (key, text) = SigningKey::generate().unwrap();
        let public = PublicKey::parse(&key.public().called("ada, laptop").to_string()).unwrap();
        assert!(public.is(&key.public()) && public.to_string().ends_with("= ada, laptop"));
        assert!(public.has_signed(b"a", &key.sign(b"a")) && !public.has_signed(b"b", &key.sign(b"a")));
        assert_eq!(format!("{key:?}"), "SigningKey(***)");
        assert!(text.lines().all(|line| line.len() <= 64));
    }

    #[test]
    fn what_is_no_key_is_told_so() {
        let (key, _) = SigningKey::generate().unwrap();
        let line = key.public().to_string();
        for wrong in [
            "",
            "ssh-ed25519 AAAA",
            KIND,
            &line[..40],
            &line.replace(' ', ""),
            &format!("{line}\n{line} x\ny"),
        ] {
            assert_eq!(PublicKey::parse(wrong), Err(NotAKey), "{wrong}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_key_that_others_can_read_is_not_used() {
        use crate::world::save;
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("key");
        let (key, text) = SigningKey::generate().unwrap();
        save::save_private(&file, text.as_bytes()).unwrap();
        assert!(SigningKey::read(&file).unwrap().public().is(&key.public()));
        let open = folder.path().join("open");
        save::save(&open, text.as_bytes()).unwrap();
        assert!(matches!(SigningKey::read(&open), Err(NoKey::Refused(_))));
        save::save_private(&file, b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n").unwrap();
        assert_eq!(SigningKey::read(&file).unwrap_err(), NoKey::Foreign);
    }
}
