//! Taking known secrets out of texts that others wrote: a server may repeat the credential that it
//! was sent, whole or in part, as it was or encoded.

use std::borrow::Cow;

use zeroize::Zeroizing;

use super::bite;
use crate::redact::encodings::{base64, hex, json, percent};
use crate::world::proxies::unescaped;

/// What stands in place of a secret.
const GONE: &str = "***";

/// Runs of a secret from this length on are taken out; shorter ones tell nothing.
const LEAST: usize = 6;

/// So many characters of Base64 hold six bytes and no other, wherever the six begin.
const LEAST_BASE64: usize = 7;

/// Runs of small letters can be words that a secret and a text have in common: alone they count
/// from this length on.
const LEAST_OF_WORDS: usize = 16;

/// A secret, or one of its encodings.
struct Form {
    text: Zeroizing<Vec<u8>>,
    least: usize,
    /// It is a secret as a whole, so that the whole is taken out, be it a word.
    whole: bool,
}

/// A set of secrets that takes them out of texts.
#[derive(Default)]
pub(super) struct Scrubber {
    forms: Vec<Form>,
    beginnings: Beginnings,
}

impl Scrubber {
    /// Adds a secret whose beginning `public` may be shown.
    pub(super) fn add(&mut self, secret: &str, public: &str) {
        let shown = secret.find(public).map_or(0, |at| at + public.len());
        self.add_form(secret.as_bytes()[shown..].to_vec(), LEAST, true);
        self.add_encodings(secret, &secret[shown..]);
    }

    /// Adds a text that may be a secret, or a word that is none.
    pub(super) fn add_doubtful(&mut self, text: &str) {
        self.add_form(text.as_bytes().to_vec(), LEAST, false);
        self.add_encodings(text, text);
    }

    /// Adds what encodings make of `secret`, and of its part that is `hidden`.
    fn add_encodings(&mut self, secret: &str, hidden: &str) {
        if secret.len() < LEAST {
            return;
        }
        self.add_form(hidden.chars().rev().collect::<String>().into_bytes(), LEAST, true);
        let percents = [
            percent(hidden.as_bytes(), |byte| format!("%{byte:02X}")),
            percent(hidden.as_bytes(), |byte| format!("%{byte:02x}")),
        ];
        for escaped in percents.into_iter().chain([json(hidden)]) {
            if escaped != hidden {
                self.add_form(escaped.into_bytes(), LEAST, true);
            }
        }
        for shift in 0..3 {
            let text = base64(secret.as_bytes(), shift);
            let safe = text.replace('+', "-").replace('/', "_");
            if safe != text {
                self.add_form(safe.into_bytes(), LEAST_BASE64, false);
            }
            self.add_form(text.into_bytes(), LEAST_BASE64, false);
        }
        let hex = hex(hidden.as_bytes());
        self.add_form(hex.to_uppercase().into_bytes(), 2 * LEAST, false);
        self.add_form(hex.into_bytes(), 2 * LEAST, false);
    }

    fn add_form(&mut self, text: Vec<u8>, least: usize, whole: bool) {
        if text.len() >= least && !self.forms.iter().any(|form| *form.text == text) {
            text.windows(LEAST).for_each(|run| self.beginnings.add(run));
            self.forms.push(Form { text: Zeroizing::new(text), least, whole });
        }
    }

    /// `text` with every run of a secret replaced.
    pub(super) fn scrub<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let mut clean = String::new();
        let (mut at, mut copied) = (0, 0);
        while let Some(run) = text.as_bytes().get(at..at + LEAST) {
            let found =
                if self.beginnings.may_have(run) { self.longest(&text.as_bytes()[at..]) } else { None };
            let Some((length, is_whole)) = found else {
                at += 1;
                continue;
            };
            let (start, end) = (text.floor_char_boundary(at), text.ceil_char_boundary(at + length));
            for part in bite::parts(text, start, end, is_whole) {
                let start = part.start.max(copied);
                clean.push_str(text.get(copied..start).unwrap_or_default());
                if !clean.ends_with(GONE) || start > copied {
                    clean.push_str(GONE);
                }
                copied = part.end.max(copied);
            }
            at = copied.max(at + 1);
        }
        if copied == 0 {
            return Cow::Borrowed(text);
        }
        clean.push_str(&text[copied..]);
        Cow::Owned(clean)
    }

    /// The length of the longest run of a secret that `text` begins with, and whether it is the whole.
    fn longest(&self, text: &[u8]) -> Option<(usize, bool)> {
        self.forms.iter().filter_map(|form| form.longest(text)).max()
    }
}

impl Form {
    fn longest(&self, text: &[u8]) -> Option<(usize, bool)> {
        let starts =
            (0..=self.text.len() - self.least).filter(|at| self.text[*at..].starts_with(&text[..LEAST]));
        let common = |at: usize| self.text[at..].iter().zip(text).take_while(|(a, b)| a == b).count();
        let longest = starts.map(common).filter(|length| self.counts(&text[..*length])).max();
        longest.map(|length| (length, length == self.text.len()))
    }

    fn counts(&self, run: &[u8]) -> bool {
        let words = run.iter().all(|byte| byte.is_ascii_lowercase() || b" -_.:/".contains(byte));
        let whole = self.whole && run.len() == self.text.len();
        run.len() >= self.least && (!words || whole || run.len() >= LEAST_OF_WORDS)
    }
}

/// Which beginnings are worth a closer look: a set of hashes, wrong now and then in one direction.
struct Beginnings(Vec<u64>);

impl Default for Beginnings {
    fn default() -> Beginnings {
        Beginnings(vec![0; 1 << 10])
    }
}

impl Beginnings {
    fn add(&mut self, run: &[u8]) {
        let bit = place(run);
        self.0[bit / 64] |= 1 << (bit % 64);
    }

    fn may_have(&self, run: &[u8]) -> bool {
        let bit = place(run);
        self.0[bit / 64] & (1 << (bit % 64)) != 0
    }
}

/// A number below 2¹⁶ from the bytes of a run, by multiplication (Knuth, volume 3, section 6.4).
fn place(run: &[u8]) -> usize {
    let number = run.iter().fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
    (number.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 48) as usize
}

/// What an address carries besides saying where: the password, or else the user name, as written and
/// as meant. Addresses are taken as people write them, since what no parser accepts may hold a
/// password all the same.
pub(super) fn secrets_in(address: &str) -> Vec<Zeroizing<String>> {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    let Some((login, _)) = rest.rsplit_once('@') else { return Vec::new() };
    let secret = login.split_once(':').map_or(login, |(_, password)| password);
    vec![Zeroizing::new(secret.to_owned()), Zeroizing::new(unescaped(secret))]
}

/// The values of an address's query: some servers take keys there.
pub(super) fn query_values(address: &str) -> impl Iterator<Item = Zeroizing<String>> {
    let query = address.split_once('?').map_or("", |(_, query)| query);
    let query = query.split('#').next().unwrap_or_default();
    url::form_urlencoded::parse(query.as_bytes()).map(|(_, value)| Zeroizing::new(value.into_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const KEY: &str = "cmd_acme_a1b2c3d4e5f6g7h8i9j0";

    fn scrubber(secret: &str, public: &str) -> Scrubber {
        let mut scrubber = Scrubber::default();
        scrubber.add(secret, public);
        scrubber
    }

    fn key(text: &str) -> String {
        scrubber(KEY, &KEY[..12]).scrub(text).into_owned()
    }

    #[test]
    fn a_key_loses_all_but_its_public_beginning() {
        assert_eq!(key(&format!("bad key {KEY}!")), "bad key cmd_acme_a1b***!");
        assert_eq!(key("it ends in g7h8i9j0"), "it ends in ***");
        assert_eq!(key("cmd_acme_a1b2c3d4e5 and c3d4e5f6"), "cmd_acme_a1b*** and ***");
        assert_eq!(key("cmd_acme_a1b, cmd_acme_a1b2c3d4, c3d4e"), "cmd_acme_a1b, cmd_acme_a1b2c3d4, c3d4e");
    }

    #[test]
    fn encodings_are_known() {
        for secret in [KEY, "p@ss \"w0rd\"/\u{fc}?", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhZGEifQ.AAECAwQFBgcICQ"]
        {
            let clean = |text: String| scrubber(secret, "").scrub(&text).into_owned();
            assert_eq!(clean(secret.chars().rev().collect()), GONE);
            assert_eq!(
                clean(format!("<{}>", percent(secret.as_bytes(), |byte| format!("%{byte:02x}")))),
                "<***>"
            );
            assert_eq!(clean(format!("<{}>", json(secret))), "<***>");
            let hex: String = secret.bytes().map(|byte| format!("{byte:02X}")).collect();
            assert_eq!(clean(format!("<{hex}>")), "<***>");
            for before in ["", "a", "ab", "ada:"] {
                let text = base64(format!("{before}{secret}").as_bytes(), 0);
                let left = clean(text.clone());
                assert!(left.contains(GONE) && left.len() <= text.len() - secret.len(), "{text} {left}");
            }
        }
    }

    #[test]
    fn the_public_beginning_of_a_quoted_key_stays() {
        for random in ["a1b2c3d4e5f6g7h8i9j0", "abcd2c3d4e5f6g7h8i9j0", "2abcc3d4e5f6g7h8i9j0"] {
            let quoted = format!("\"cmd_acme_{random}\"");
            let scrubber = scrubber(&quoted, &quoted[1..13]);
            let text = serde_json::json!({ "prefix": &quoted[1..13], "raw": &quoted[..13] }).to_string();
            assert_eq!(scrubber.scrub(&text), text);
            let text = serde_json::json!({ "key": quoted }).to_string();
            assert_eq!(scrubber.scrub(&text), format!(r#"{{"key":"\"{}***\""}}"#, &quoted[1..13]));
        }
    }

    /// Secrets with signs that texts have a use for.
    fn odd_secret() -> impl Strategy<Value = String> {
        "[a-f0-9\"'\\\\ %:,\nü]{0,4}[a-f0-9][a-f0-9_\"\\\\]{6,16}[a-f0-9][a-f0-9\"'\\\\ %:,\nü]{0,4}"
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn a_document_stays_one_whatever_the_secret(
            secret in odd_secret(),
            shown in 0_usize..8,
            from in 0_usize..12,
            before in "[a-f0-9ü\"\\\\\n]{0,6}",
        ) {
            let at = |index: usize| secret.floor_char_boundary(index.min(secret.len()));
            let scrubber = scrubber(&secret, &secret[..at(shown)]);
            let part = &secret[at(from)..];
            let document = serde_json::json!({
                "whole": secret, "part": format!("{before}{part}"), "trimmed": secret.trim_matches('"'),
                "in a document": serde_json::json!([secret, part]).to_string(),
            });
            let clean = scrubber.scrub(&document.to_string()).into_owned();
            let read: serde_json::Value =
                serde_json::from_str(&clean).map_err(|error| TestCaseError::fail(format!("{error}: {clean}")))?;
            prop_assert_eq!(read.as_object().map(serde_json::Map::len), Some(4), "{}", clean);
        }

        #[test]
        fn nothing_of_a_secret_is_left_but_its_edges(secret in odd_secret(), around in "[ghi \"]{0,5}") {
            let clean = scrubber(&secret, "").scrub(&format!("{around}{secret}{around}")).into_owned();
            let is_core = |text: &&str| text.bytes().any(|byte| byte.is_ascii_alphanumeric());
            for core in secret.split('"').filter(is_core) {
                let core = core.trim_matches(|sign: char| sign.is_whitespace() || "'`\\".contains(sign));
                prop_assert!(core.len() < 4 || !clean.contains(core), "{} {}", secret, clean);
            }
        }
    }

    #[test]
    fn words_in_common_stay() {
        let scrub = |text: &str| scrubber("my-access-token-7", "").scrub(text).into_owned();
        assert_eq!(scrub("access_token: number, token-8, access"), "access_token: number, token-8, access");
        assert_eq!(scrub("sent my-access-token-7."), "sent ***.");
        assert_eq!(scrub("sent my-access-token-"), "sent ***");
        assert_eq!(scrubber("hunterpass", "").scrub("no hunterpass here"), "no *** here");
        assert_eq!(scrubber("hunterpass", "").scrub("no hunter here"), "no hunter here");
    }

    #[test]
    fn a_word_in_a_query_is_no_secret() {
        let mut scrubber = Scrubber::default();
        let address = "https://api.test?tenant=production&key=Zx81-aa77bb99#x";
        query_values(address).for_each(|value| scrubber.add_doubtful(&value));
        assert_eq!(scrubber.scrub("production Zx81-aa77bb99"), "production ***");
    }

    #[test]
    fn what_is_too_short_and_what_is_empty_is_left_alone() {
        for secret in ["", "a", "admin"] {
            assert!(matches!(scrubber(secret, "").scrub("an admin, and more"), Cow::Borrowed(_)));
        }
        assert_eq!(scrubber("\u{fc}\u{fc}\u{fc}\u{fc}", "").scrub("x\u{fc}\u{fc}\u{fc}\u{fc}x"), "x***x");
    }

    #[test]
    fn logins_in_addresses_as_people_write_them() {
        let of = |address: &str| secrets_in(address).first().map(|secret| secret.to_string());
        assert_eq!(of("http://ada:pa:ss@host:1/x").as_deref(), Some("pa:ss"));
        assert_eq!(of("ada:p/w?@host").as_deref(), Some("p/w?"));
        assert_eq!(of("https://token123@host").as_deref(), Some("token123"));
        assert_eq!(of("https://host/api"), None);
        assert_eq!(secrets_in("http://a:p%40w@h")[1].as_str(), "p@w");
    }
}
