//! Random texts for credentials that nobody can guess, not even on a shared machine.

use std::io;

use ring::rand::{SecureRandom, SystemRandom};

/// The letters of random texts: lower case and digits, as in published examples of keys.
const LETTERS: &[u8; 36] = b"abcdefghijklmnopqrstuvwxyz0123456789";

/// A text of `length` random letters. Fails if the system gives no randomness.
pub(super) fn letters(length: usize) -> io::Result<String> {
    of(LETTERS, length)
}

/// A text of `length` random signs of `alphabet`, which has 1 to 256 ASCII characters. Fails if the
/// system gives no randomness.
pub(super) fn of<const N: usize>(alphabet: &[u8; N], length: usize) -> io::Result<String> {
    // Bytes from here on are drawn again: they would make the first signs likelier than the rest.
    let fair = 256 - 256 % N;
    let source = SystemRandom::new();
    let mut text = String::with_capacity(length);
    let mut drawn = [0; 64];
    while text.len() < length {
        source.fill(&mut drawn).map_err(|_| io::Error::other("the system gives no random bytes"))?;
        let kept = drawn.iter().map(|byte| usize::from(*byte)).filter(|byte| *byte < fair);
        let wanted = length - text.len();
        text.extend(kept.take(wanted).map(|byte| char::from(alphabet[byte % N])));
    }
    Ok(text)
}

/// Whether two texts are equal, in a time that depends on their lengths alone.
pub(super) fn equal_in_constant_time(left: &str, right: &str) -> bool {
    let (left, right) = (left.as_bytes(), right.as_bytes());
    let differences = left.iter().zip(right).fold(0, |found, (a, b)| found | (a ^ b));
    left.len() == right.len() && std::hint::black_box(differences) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_have_the_length_asked_for_and_never_repeat() {
        let (one, other) = (letters(100).unwrap(), letters(100).unwrap());
        assert_eq!(one.len(), 100);
        assert!(one.bytes().all(|letter| LETTERS.contains(&letter)));
        assert_ne!(one, other);
    }

    #[test]
    fn comparing_tells_equal_from_unequal() {
        assert!(equal_in_constant_time("cmd_acme_1", "cmd_acme_1"));
        assert!(!equal_in_constant_time("cmd_acme_1", "cmd_acme_2"));
        assert!(!equal_in_constant_time("cmd_acme_1", "cmd_acme_"));
        assert!(!equal_in_constant_time("", "x"));
    }
}
