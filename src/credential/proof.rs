//! The proof that none of the secrets of this machine is in what is about to be given away.

use url::Url;
use zeroize::Zeroizing;

use super::Context;
use super::scrub::{query_values, secrets_in};
use crate::redact::{Form, Known, is_secret_name};

/// Secrets that must not be found, each with what it is.
#[derive(Debug, Default)]
pub struct Proof {
    known: Vec<Wanted>,
}

/// A secret that must not be found.
#[derive(Debug)]
struct Wanted {
    what: String,
    forms: Known,
    /// It is a word, which may be the name of something too: nobody is kept from choosing "secret".
    word: bool,
}

/// A secret that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// "the stored access token".
    pub what: String,
    pub form: Form,
    /// In bytes from the beginning.
    pub at: usize,
}

impl Proof {
    /// All secrets that `ctx` knows: the credentials as far as they were read, the passwords in
    /// addresses, and variables whose names say that they hold secrets.
    pub fn of(ctx: &Context) -> Proof {
        let mut proof = Proof::default();
        ctx.wallet.each_secret(&ctx.world, &mut |what, secret| proof.add(what, secret));
        let settings = [("the API", &ctx.settings.api.value), ("the issuer", &ctx.settings.issuer.value)];
        for (whose, address) in settings {
            proof.add_address(whose, address);
        }
        let proxies = ctx.world.proxies();
        for address in proxies.addresses() {
            proof.add_address("a proxy", address.expose());
        }
        for name in ctx.world.env.names().filter_map(|name| name.to_str()).filter(|name| is_secret_name(name))
        {
            let value = Zeroizing::new(ctx.world.env.text(name).unwrap_or_default().to_owned());
            if !is_path(&value) && !is_word(&value) {
                proof.add(&format!("the variable {name}"), &value);
            }
        }
        proof
    }

    /// Adds a secret: all of it, what is left of it without quotes and blanks, and the parts of a
    /// token that prove something by themselves.
    pub fn add(&mut self, what: &str, secret: &str) {
        let bare = secret.trim_matches(|c: char| c.is_whitespace() || c == '"' || c == '\'');
        let signature = bare.rsplit_once('.').map(|(_, last)| last).filter(|_| bare.starts_with("eyJ"));
        let parts = [Some(secret), Some(bare), signature];
        let forms = Known::new(parts.into_iter().flatten());
        self.known.push(Wanted { what: what.to_owned(), forms, word: is_word(bare) });
    }

    fn add_address(&mut self, whose: &str, address: &str) {
        for secret in secrets_in(address) {
            self.add(&format!("the password in the address of {whose}"), &secret);
        }
        // What a host is asked with can be a word, which says nothing.
        let values = query_values(address).filter(|value| !is_word(value));
        for value in values {
            self.add(&format!("a value in the address of {whose}"), &value);
        }
    }

    /// The first secret that is in `bytes`, a document in JSON whose member names are its contract's.
    pub fn find(&self, bytes: &[u8]) -> Option<Found> {
        let nameless = without_names(bytes);
        let found = self.known.iter().filter_map(|wanted| {
            let (form, at) = wanted.forms.find(if wanted.word { &nameless } else { bytes })?;
            Some(Found { what: wanted.what.clone(), form, at })
        });
        found.min_by_key(|found| found.at)
    }
}

/// `json` with blanks in place of the member names that are plain names.
fn without_names(json: &[u8]) -> Vec<u8> {
    let mut blank = json.to_vec();
    let in_name = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || *byte == b'_';
    for colon in memchr::memmem::find_iter(json, b"\":") {
        let length = json[..colon].iter().rev().take_while(|byte| in_name(byte)).count();
        let start = colon - length;
        let quoted = start > 0 && json[start - 1] == b'"' && (start < 2 || json[start - 2] != b'\\');
        if quoted {
            blank[start..colon].fill(b' ');
        }
    }
    blank
}

/// Some variables say where a secret is kept.
fn is_path(text: &str) -> bool {
    text.starts_with(['/', '~']) || Url::parse(text).is_ok_and(|url| url.scheme() == "file")
}

fn is_word(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_lowercase() || b"-_".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finds(secret: &str, document: &str) -> Option<usize> {
        let mut proof = Proof::default();
        proof.add("it", secret);
        proof.find(document.as_bytes()).map(|found| found.at)
    }

    #[test]
    fn a_secret_is_found_wherever_it_stands() {
        let key = "cmd_acme_a1b2c3d4e5f6";
        assert_eq!(finds(&format!(" \"{key}\" "), &format!("{{\"x\": \"{key}\"}}")), Some(7));
        assert_eq!(finds(key, &format!("{{\"{key}\": 1}}")), Some(2));
        assert_eq!(finds("eyJhbGciOiJ9.eyJzdWIiOiJ9.s1Gn4tUr3-9z", "{\"x\": \"s1Gn4tUr3-9z\"}"), Some(7));
        assert_eq!(finds(key, "{\"x\": \"cmd_acme_a1b2***\"}"), None);
    }

    #[test]
    fn a_word_is_not_found_in_the_name_of_a_member() {
        assert_eq!(finds("secret", r#"{"api_secret": false}"#), None);
        assert_eq!(finds("secret", r#"{"a": "a secret"}"#), Some(9));
        assert_eq!(finds("secret", r#"{"a": "\"secret\": 1"}"#), Some(9));
    }
}
