//! Secrets that are known: the proof that none of them is in a text, in any form.

use memchr::memmem::Finder;
use zeroize::Zeroize;

use super::encodings::{base64, hex, json, percent};

/// A shorter secret is not looked for: it would be found by chance.
const LEAST: usize = 6;

/// In which form a secret is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    Plain,
    /// Percent-encoded (RFC 3986), or as a form's field (`+` for a blank).
    Url,
    /// In either alphabet, wherever in the encoded text it begins.
    Base64,
    Hex,
    /// As JSON writes it, also where `<`, `>`, `&` and `/` are escaped.
    Json,
}

impl Form {
    /// How it is written, as a sentence says it.
    pub fn name(self) -> &'static str {
        match self {
            Form::Plain => "as it is",
            Form::Url => "URL-encoded",
            Form::Base64 => "in Base64",
            Form::Hex => "in hexadecimal",
            Form::Json => "JSON-escaped",
        }
    }
}

/// Secrets, in all forms.
#[derive(Default)]
pub struct Known {
    forms: Vec<(Form, Vec<u8>)>,
}

impl Known {
    /// Knows `secrets`. Those of fewer than six bytes are left out: `find` cannot prove their absence.
    pub fn new<'s>(secrets: impl IntoIterator<Item = &'s str>) -> Known {
        let mut known = Known::default();
        for secret in secrets.into_iter().filter(|secret| secret.len() >= LEAST) {
            known.add(secret);
        }
        known
    }

    fn add(&mut self, secret: &str) {
        let bytes = secret.as_bytes();
        let json = json(secret);
        let html = ["<", ">", "&"].iter().zip(["\\u003c", "\\u003e", "\\u0026"]);
        let html = html.fold(json.clone(), |text, (from, to)| text.replace(from, to));
        let url = percent(bytes, |byte| format!("%{byte:02X}"));
        let all: String = bytes.iter().map(|byte| format!("%{byte:02X}")).collect();
        let texts = [
            (Form::Plain, secret.to_owned()),
            (Form::Url, url.replace("%20", "+")),
            (Form::Url, percent(bytes, |byte| format!("%{byte:02x}"))),
            (Form::Url, url),
            (Form::Url, all.to_lowercase()),
            (Form::Url, all),
            (Form::Json, json.replace('/', "\\/")),
            (Form::Json, json),
            (Form::Json, html),
            (Form::Hex, hex(bytes)),
            (Form::Hex, hex(bytes).to_uppercase()),
        ];
        let shifted = (0..3).map(|shift| base64(bytes, shift));
        let base64 = shifted.flat_map(|text| [text.replace('+', "-").replace('/', "_"), text]);
        for (form, text) in texts.into_iter().chain(base64.map(|text| (Form::Base64, text))) {
            let text = text.into_bytes();
            if !self.forms.iter().any(|(_, known)| *known == text) {
                self.forms.push((form, text));
            }
        }
    }

    /// The first place in `bytes` where a secret stands, and in which form.
    pub fn find(&self, bytes: &[u8]) -> Option<(Form, usize)> {
        let places = self
            .forms
            .iter()
            .filter_map(|(form, text)| Finder::new(text).find(bytes).map(|place| (*form, place)));
        places.min_by_key(|(_, place)| *place)
    }
}

impl Drop for Known {
    fn drop(&mut self) {
        self.forms.iter_mut().for_each(|(_, text)| text.zeroize());
    }
}

impl std::fmt::Debug for Known {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} forms of secrets", self.forms.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_is_found_where_it_stands() {
        for secret in ["cmd_acme_a1b2c3d4e5f6", "p@ss \"w0rd\"/<\u{fc}>", "plainpassword"] {
            let known = Known::new([secret]);
            let place = |text: String| known.find(format!("before {text} after").as_bytes());
            let found = |text: String| place(text).map(|(_, at)| at);
            assert_eq!(place(secret.to_owned()), Some((Form::Plain, 7)));
            assert_eq!(found(url::form_urlencoded::byte_serialize(secret.as_bytes()).collect()), Some(7));
            assert_eq!(found(percent(secret.as_bytes(), |byte| format!("%{byte:02x}"))), Some(7));
            assert_eq!(found(json(secret)), Some(7));
            assert_eq!(place(hex(secret.as_bytes()).to_uppercase()), Some((Form::Hex, 7)));
            for before in ["", "a", "ab", "abc"] {
                let whole = base64(format!("{before}{secret}, and more").as_bytes(), 0);
                assert!(matches!(place(whole), Some((Form::Base64, _))), "{before}");
            }
        }
    }

    #[test]
    fn nothing_else_is_found() {
        let known = Known::new(["cmd_acme_a1b2c3d4e5f6", "short"]);
        assert_eq!(known.find(b"cmd_acme_a1b2c3d4e5f, short"), None);
        assert_eq!(Known::new([]).find(b"anything"), None);
    }
}
