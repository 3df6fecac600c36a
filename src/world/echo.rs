//! Servers repeat what they are sent: in error texts, request ids, redirects. What comes back of a
//! credential is concealed before it becomes a fact or a line of a log.

use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use reqwest::header::HeaderValue;
use zeroize::Zeroizing;

use crate::model::fact::{Fact, Facts, Value};

/// The shortest run of a secret's characters that gives it away.
const RUN: usize = 6;

/// Ordinary words are shorter than this; a run of small letters may be one.
const WORD: usize = 12;

/// What `RUN` characters become in the encodings that are looked for.
const IN_BASE64: usize = 8;
const IN_HEX: usize = 12;

/// A key's public prefix: the characters that the server stores and shows (facts: API keys).
const PUBLIC_PREFIX: usize = 12;

/// What a credential would look like if it came back: hashes of its pieces, under a random key.
#[derive(Debug)]
pub struct Echo {
    key: RandomState,
    pieces: HashSet<u64>,
    /// The length of the secret without what is public of it.
    whole: usize,
}

impl Echo {
    /// Of the credential in an `Authorization` header.
    pub fn of(header: &HeaderValue) -> Echo {
        let text = header.to_str().unwrap_or_default();
        let secret = text.split_once(' ').map_or(text, |(_, secret)| secret);
        let public = if secret.starts_with("cmd_") { PUBLIC_PREFIX } else { 0 };
        Echo::of_secret(secret.get(public..).unwrap_or_default())
    }

    /// Of a secret of which nothing is public.
    pub fn of_secret(secret: &str) -> Echo {
        let hidden = secret.as_bytes();
        let mut echo = Echo { key: RandomState::new(), pieces: HashSet::new(), whole: hidden.len() };
        echo.add(hidden, RUN);
        echo.add(&Zeroizing::new(hidden.iter().rev().copied().collect::<Vec<u8>>()), RUN);
        for hex in [hex(hidden, false), hex(hidden, true)] {
            echo.add(hex.as_bytes(), IN_HEX);
        }
        // Base64 takes three bytes at a time, and the secret may start at any of them.
        for start in 0..3.min(hidden.len()) {
            let encoded = Zeroizing::new(BASE64_STANDARD.encode(&hidden[start..]));
            let url_safe = Zeroizing::new(encoded.replace('+', "-").replace('/', "_"));
            echo.add(encoded.trim_end_matches('=').as_bytes(), IN_BASE64);
            echo.add(url_safe.trim_end_matches('=').as_bytes(), IN_BASE64);
        }
        echo
    }

    fn add(&mut self, text: &[u8], length: usize) {
        self.pieces.extend(text.windows(length).map(|piece| self.key.hash_one(piece)));
    }

    /// `text` with every run of the secret replaced.
    pub fn conceal(&self, text: &str) -> String {
        let hidden = self.runs(text.as_bytes());
        let mut shown = String::with_capacity(text.len());
        for (at, char) in text.char_indices() {
            match (hidden[at], at > 0 && hidden[at - 1]) {
                (false, _) => shown.push(char),
                (true, false) => shown.push_str("***"),
                (true, true) => {}
            }
        }
        shown
    }

    /// Which bytes belong to a run that gives the secret away.
    fn runs(&self, text: &[u8]) -> Vec<bool> {
        let mut hidden = vec![false; text.len()];
        for length in [RUN, IN_BASE64, IN_HEX] {
            for (at, window) in text.windows(length).enumerate() {
                if self.pieces.contains(&self.key.hash_one(window)) {
                    hidden[at..at + length].fill(true);
                }
            }
        }
        let mut at = 0;
        for run in hidden.clone().chunk_by(|a, b| a == b) {
            if run[0] && run.len() < self.whole && is_word(&text[at..at + run.len()]) {
                hidden[at..at + run.len()].fill(false);
            }
            at += run.len();
        }
        hidden
    }

    /// `facts` with every text concealed.
    pub fn conceal_in(&self, facts: &Facts) -> Facts {
        facts.iter().fold(Facts::new(), |clean, (name, fact)| {
            let fact = match fact {
                Fact::Known(value) => Fact::Known(self.value(value)),
                other => other.clone(),
            };
            clean.with(name, fact)
        })
    }

    fn value(&self, value: &Value) -> Value {
        match value {
            Value::Text(text) => Value::Text(self.conceal(text)),
            Value::Texts(texts) => Value::Texts(texts.iter().map(|text| self.conceal(text)).collect()),
            Value::Maps(maps) => Value::Maps(maps.iter().map(|facts| self.conceal_in(facts)).collect()),
            other => other.clone(),
        }
    }
}

fn hex(bytes: &[u8], capitals: bool) -> Zeroizing<String> {
    let digit = |byte: &u8| if capitals { format!("{byte:02X}") } else { format!("{byte:02x}") };
    Zeroizing::new(bytes.iter().map(digit).collect())
}

/// Whether a run of a secret may as well be an ordinary word, as in `token_expired`.
fn is_word(run: &[u8]) -> bool {
    run.len() < WORD && run.iter().all(|byte| byte.is_ascii_lowercase() || matches!(byte, b'_' | b'-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn echo(secret: &str) -> Echo {
        Echo::of(&HeaderValue::from_str(&format!("Bearer {secret}")).unwrap())
    }

    #[test]
    fn a_key_shows_its_prefix_and_no_more() {
        let echo = echo("cmd_acme_a1b2c3d4e5f6g7h8i9j0");
        assert_eq!(echo.conceal("bad key cmd_acme_a1b2c3d4e5f6g7h8i9j0!"), "bad key cmd_acme_a1b***!");
        assert_eq!(echo.conceal("…f6g7h8i9j0"), "…***");
        assert_eq!(echo.conceal("cmd_acme_a1b"), "cmd_acme_a1b");
        assert_eq!(echo.conceal("0j9i8h7g6"), "***");
    }

    #[test]
    fn encodings() {
        let secret = "s3cr3t-T0k3n-4711-abcdef";
        let echo = echo(secret);
        for before in ["", "x", "xy", "xyz"] {
            let encoded = BASE64_STANDARD.encode(format!("{before}{secret}"));
            let concealed = echo.conceal(&encoded);
            assert!(concealed.contains("***") && concealed.len() < 20, "{concealed}");
        }
        assert_eq!(echo.conceal(&hex(secret.as_bytes(), false)), "***");
        assert_eq!(echo.conceal(&hex(secret.as_bytes(), true)), "***");
    }

    #[test]
    fn words_stay() {
        let echo = echo("expired-token");
        assert_eq!(echo.conceal("token_expired"), "token_expired");
        assert_eq!(Echo::of_secret("sesame").conceal("not sesame"), "not ***");
        assert_eq!(echo.conceal("your expired-token is old"), "your *** is old");
        assert_eq!(echo.conceal("grüße €"), "grüße €");
    }

    #[test]
    fn facts_of_every_kind() {
        let echo = echo("A1B2C3D4E5");
        let inner = Facts::new().with("id", "A1B2C3D4E5");
        let facts = Facts::new().with("n", 7).with("l", vec!["xA1B2C3x".to_owned()]).with("m", vec![inner]);
        let clean = echo.conceal_in(&facts);
        assert!(!format!("{clean:?}").contains("A1B2"));
        assert_eq!(clean.get("n"), facts.get("n"));
    }
}
