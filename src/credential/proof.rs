//! The proof that none of the secrets of this machine is in what is about to be given away.

use url::Url;
use zeroize::Zeroizing;

use super::Context;
use super::scrub::{query_values, secrets_in};
use crate::redact::{Form, Known, is_secret_name};

/// Secrets that must not be found, each with what it is.
#[derive(Debug, Default)]
pub struct Proof {
    known: Vec<(String, Known)>,
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
        self.known.push((what.to_owned(), Known::new(parts.into_iter().flatten())));
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

    /// The first secret that is in `bytes`.
    pub fn find(&self, bytes: &[u8]) -> Option<Found> {
        let found = self.known.iter().filter_map(|(what, known)| {
            let (form, at) = known.find(bytes)?;
            Some(Found { what: what.clone(), form, at })
        });
        found.min_by_key(|found| found.at)
    }
}

/// Some variables say where a secret is kept.
fn is_path(text: &str) -> bool {
    text.starts_with(['/', '~']) || Url::parse(text).is_ok_and(|url| url.scheme() == "file")
}

fn is_word(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_lowercase() || b"-_".contains(&byte))
}
