//! Looking for a secret in any output, in every way in which it could have been written down.

use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE};
use regex::bytes::Regex;

/// The shortest run of a secret's characters that counts as a leak.
const RUN: usize = 6;

/// A secret that must not be found anywhere.
#[derive(Clone, Copy)]
pub(crate) struct Canary {
    pub(crate) secret: &'static str,
    /// Characters at its beginning that are public.
    pub(crate) public: usize,
}

/// A key of ours, of which the server itself shows 12 characters.
pub(crate) const KEY: Canary = Canary { secret: "cmd_acme_Q7wK3zV9xB5nM2pL8rTd", public: 12 };
/// Another one, which lies about.
pub(crate) const LEAKED_KEY: Canary = Canary { secret: "cmd_acme_H4jD6sF1gY0uC8vW3eXq", public: 12 };
/// An opaque access token.
pub(crate) const ACCESS: Canary = Canary { secret: "Jk29-fLzQ4_8vWmT6yRbXnPc3sHd", public: 0 };
/// A refresh token, whose fixed beginning is published.
pub(crate) const REFRESH: Canary = Canary { secret: "clitr_Vb7Gq2ZsXw9LkT4mNpRyD8fJ", public: 6 };
/// What a proxy wants.
pub(crate) const PROXY: Canary = Canary { secret: "xK9$uQ!z=4wZ~pLm", public: 0 };
/// What stands in an address.
pub(crate) const ADDRESS: Canary = Canary { secret: "Rz5+tYh&8kQm;Wc", public: 0 };
/// What stands in the query of an address.
pub(crate) const QUERY: Canary = Canary { secret: "Tg6Nb1Xq0Zl5Ks", public: 0 };
/// Another vendor's.
pub(crate) const FOREIGN: Canary = Canary { secret: "ghp_k7Jx2Wq9Vb4Lz8Nc3Mt6Rp1Ys5Hd0FgQaEu", public: 4 };

/// A signed token, of which everything is secret.
pub(crate) fn jwt(payload: &str) -> String {
    let part = |text: &str| BASE64_URL_SAFE.encode(text).trim_end_matches('=').to_owned();
    let signature = "s1G-nAtUr3_oF-tHe-t0k3N-9zQxWvBk";
    format!("{}.{}.{signature}", part(r#"{"alg":"HS256","typ":"JWT"}"#), part(payload))
}

/// Looks for some secrets in all their forms at once.
pub(crate) struct Watch(Regex);

impl Watch {
    pub(crate) fn of(canaries: &[(&str, usize)]) -> Watch {
        let hidden = canaries.iter().map(|(secret, public)| &secret[*public..]);
        let pieces: Vec<String> = hidden.flat_map(pieces).map(|piece| regex::escape(&piece)).collect();
        Watch(Regex::new(&pieces.join("|")).unwrap())
    }

    /// The neighbourhood of what `output` shows of a secret.
    pub(crate) fn leak(&self, output: &[u8]) -> Option<String> {
        let found = self.0.find(output)?;
        let around = output.get(found.start().saturating_sub(80)..output.len().min(found.end() + 80))?;
        Some(String::from_utf8_lossy(around).into_owned())
    }
}

/// Every run of a secret, in every form, that is long enough to tell something.
fn pieces(hidden: &str) -> Vec<String> {
    let runs = |(form, length): (String, usize)| {
        let chars: Vec<char> = form.chars().collect();
        chars.windows(length).map(String::from_iter).collect::<Vec<_>>()
    };
    forms(hidden).into_iter().flat_map(runs).collect()
}

/// A secret in each encoding, with the length of a telling run.
fn forms(hidden: &str) -> Vec<(String, usize)> {
    let escaped: String = url::form_urlencoded::byte_serialize(hidden.as_bytes()).collect();
    let json = serde_json::to_string(hidden).unwrap();
    let hex = |upper: bool| -> String {
        hidden.bytes().map(|byte| if upper { format!("{byte:02X}") } else { format!("{byte:02x}") }).collect()
    };
    let mut forms = vec![
        (hidden.to_owned(), RUN),
        (hidden.chars().rev().collect(), RUN),
        (json.trim_matches('"').to_owned(), RUN),
        (hex(false), 2 * RUN),
        (hex(true), 2 * RUN),
        (escaped, RUN),
    ];
    for start in 0..3 {
        let rest = &hidden.as_bytes()[start..];
        for text in [BASE64_STANDARD.encode(rest), BASE64_URL_SAFE.encode(rest)] {
            forms.push((text.trim_end_matches('=').to_owned(), 8));
        }
    }
    forms
}

#[test]
fn every_form_is_found_and_nothing_else() {
    let proxy = Watch::of(&[(PROXY.secret, 0)]);
    let found = |text: &str| proxy.leak(text.as_bytes()).is_some();
    assert!(found("…K9$uQ!…") && found("mLp~Zw"));
    assert!(found(&BASE64_STANDARD.encode(format!("ada:{}", PROXY.secret))));
    assert!(found("<784b3924755121>") && found("?p=K9%24uQ%21"));
    let key = Watch::of(&[(KEY.secret, KEY.public)]);
    assert!(!found("nothing") && key.leak(&KEY.secret.as_bytes()[..17]).is_none());
    assert!(key.leak(&KEY.secret.as_bytes()[..18]).is_some());
}
