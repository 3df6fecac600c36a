//! Fingerprints of findings: the same finding has the same one in every run and on every machine, so
//! that what was seen before can be told from what is new.

use std::fmt::Write;

use ring::digest::{SHA256, digest};

/// So many bytes of the digest are enough to tell a few hundred findings apart.
const BYTES: usize = 16;

/// The fingerprint of the finding or root `id`, in hexadecimal. It is made of the id alone: causes
/// tell times and numbers, which change while the fault stays the same.
pub(super) fn fingerprint(id: &str) -> String {
    let digest = digest(&SHA256, format!("cmdop-doctor/1\n{id}").as_bytes());
    digest.as_ref().iter().take(BYTES).fold(String::new(), |mut hex, byte| {
        let _infallible = write!(hex, "{byte:02x}");
        hex
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fingerprints_are_frozen() {
        // printf 'cmdop-doctor/1\ntoken.file_mode' | sha256sum
        assert_eq!(fingerprint("token.file_mode"), "ba08b57d461dbd972ee1c39d51f9ef67");
        assert_ne!(fingerprint("token.unexpired"), fingerprint("token.file_mode"));
    }
}
