//! Fingerprints: they tell two secrets apart within one run, and tell nothing else.

use std::sync::OnceLock;

use ring::hmac;
use ring::rand::SystemRandom;

/// Eight hexadecimal digits of HMAC-SHA-256 under a random key of this process, which is never
/// written: the same secret has the same fingerprint until the process ends, and nobody can try
/// guesses against it. `None` only where the system has no random numbers.
pub fn fingerprint(secret: impl AsRef<[u8]>) -> Option<String> {
    static KEY: OnceLock<Option<hmac::Key>> = OnceLock::new();
    let key =
        KEY.get_or_init(|| hmac::Key::generate(hmac::HMAC_SHA256, &SystemRandom::new()).ok()).as_ref()?;
    let tag = hmac::sign(key, secret.as_ref());
    Some(tag.as_ref().iter().take(4).map(|byte| format!("{byte:02x}")).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_secret_has_the_same_fingerprint_and_another_has_another() {
        let one = fingerprint("one").unwrap();
        assert_eq!(fingerprint("one"), Some(one.clone()));
        assert_ne!(fingerprint("two"), Some(one.clone()));
        assert!(one.len() == 8 && one.bytes().all(|b| b.is_ascii_hexdigit()));
    }

    #[test]
    fn nobody_can_compute_it_without_the_key_of_this_process() {
        let plain = ring::digest::digest(&ring::digest::SHA256, b"one");
        let start: String = plain.as_ref().iter().take(4).map(|byte| format!("{byte:02x}")).collect();
        assert_ne!(fingerprint("one"), Some(start));
    }
}
