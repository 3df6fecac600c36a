//! Looking for a secret in any output, in every way in which it could have been written down.

use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE};

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

/// How `secret` leaks in `output`, if it does.
pub(crate) fn leak(output: &[u8], secret: &str, public: usize) -> Option<String> {
    let output = String::from_utf8_lossy(output);
    let hidden = &secret[public..];
    forms(hidden).into_iter().find_map(|(name, form, run)| {
        let chars: Vec<char> = form.chars().collect();
        let found = chars.windows(run).map(String::from_iter).find(|piece| output.contains(piece))?;
        let at = output.find(&found)?;
        let around: String =
            output[output.floor_char_boundary(at.saturating_sub(80))..].chars().take(160).collect();
        Some(format!("{name} of {secret}: {around:?}"))
    })
}

/// A secret in each encoding, with the length of a telling run.
fn forms(hidden: &str) -> Vec<(&'static str, String, usize)> {
    let escaped: String = url::form_urlencoded::byte_serialize(hidden.as_bytes()).collect();
    let json = serde_json::to_string(hidden).unwrap();
    let hex = |upper: bool| -> String {
        hidden.bytes().map(|byte| if upper { format!("{byte:02X}") } else { format!("{byte:02x}") }).collect()
    };
    let mut forms = vec![
        ("plain", hidden.to_owned(), RUN),
        ("reversed", hidden.chars().rev().collect(), RUN),
        ("JSON", json.trim_matches('"').to_owned(), RUN),
        ("hex", hex(false), 2 * RUN),
        ("HEX", hex(true), 2 * RUN),
        ("percent", escaped, RUN),
    ];
    for start in 0..3 {
        let rest = &hidden.as_bytes()[start..];
        for text in [BASE64_STANDARD.encode(rest), BASE64_URL_SAFE.encode(rest)] {
            forms.push(("base64", text.trim_end_matches('=').to_owned(), 8));
        }
    }
    forms
}

#[test]
fn every_form_is_found_and_nothing_else() {
    let found = |text: &str| leak(text.as_bytes(), PROXY.secret, 0).is_some();
    assert!(found("…K9$uQ!…") && found("ZmLp") == found("x") && found("mLp~Zw"));
    assert!(found(&BASE64_STANDARD.encode(format!("ada:{}", PROXY.secret))));
    assert!(found("<784b3924755121>") && found("?p=K9%24uQ%21"));
    assert!(!found("nothing") && leak(&KEY.secret.as_bytes()[..17], KEY.secret, 12).is_none());
    assert!(leak(&KEY.secret.as_bytes()[..18], KEY.secret, 12).is_some());
}
