//! Secrets and names in addresses: logins, e-mail addresses, hosts.

use super::bytes::{run, run_back};
use super::find::Finder;
use super::residue;
use super::span::{Span, What};

/// The longest login that is looked at.
const LOGIN: usize = 512;

/// The last labels of names of hosts: the common ones of the public tree, and those that networks
/// use for themselves (RFC 6762 appendix G, RFC 8375). Others are names of other things too often.
const LAST_LABELS: &[&str] = &[
    "com", "net", "org", "edu", "gov", "mil", "int", "io", "dev", "app", "cloud", "ai", "co", "me", "info",
    "biz", "tech", "online", "site", "eu", "uk", "de", "fr", "nl", "be", "ch", "at", "it", "es", "pt", "pl",
    "cz", "se", "no", "fi", "dk", "ie", "ru", "ua", "tr", "in", "cn", "jp", "kr", "tw", "hk", "sg", "au",
    "nz", "br", "mx", "ar", "ca", "us", "za", "il", "local", "internal", "intranet", "corp", "lan", "home",
    "private", "test", "example", "arpa",
];

/// The product's own hosts, which identify nobody.
const PUBLIC: &str = "cmdop.com";

fn in_label(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'-'
}

fn in_mailbox(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"._%+-".contains(&byte)
}

impl Finder<'_> {
    /// Adds the password before the `@` at `at`, or else the e-mail address around it.
    pub(super) fn login_or_mail(&self, text: &[u8], at: usize, spans: &mut Vec<Span>) {
        let login = login(text, at);
        spans.extend(login);
        if self.anonymize && login.is_none() {
            spans.extend(mail(text, at));
        }
    }

    /// The name of a host that has its last dot or another at `dot`.
    pub(super) fn host(&self, text: &[u8], dot: usize) -> Option<Span> {
        let part = |byte: u8| in_label(byte) || byte == b'.';
        let start = run_back(text, dot, 256, part);
        let end = run(text, dot, part).min(start + 256);
        let name = text[start..end].trim_ascii_end();
        let name = name.strip_suffix(b".").unwrap_or(name);
        let last = name.rsplit(|byte| *byte == b'.').next()?;
        let first_dot = text[start..end].iter().position(|byte| *byte == b'.')?;
        let before = start.checked_sub(1).map_or(b' ', |before| text[before]);
        let after = text.get(start + name.len()).copied().unwrap_or(b' ');
        let lower = name.to_ascii_lowercase();
        let ours = lower.ends_with(PUBLIC.as_bytes())
            && [None, Some(&b'.')].contains(&lower.len().checked_sub(PUBLIC.len() + 1).map(|at| &lower[at]));
        let known = LAST_LABELS.iter().any(|label| last.eq_ignore_ascii_case(label.as_bytes()));
        // A part of a path, a function that is called, an identifier.
        let other = b"_$\\%".contains(&before) || b"_($".contains(&after);
        (start + first_dot == dot && first_dot > 0 && known && !ours && !other).then_some(Span {
            start,
            end: start + name.len(),
            what: What::Host,
        })
    }
}

/// The password of a login before the `@` at `at`: `https://ada:pw@host`, `ada:pw@proxy:3128`.
fn login(text: &[u8], at: usize) -> Option<Span> {
    let from = run_back(text, at, LOGIN, |byte| !byte.is_ascii_whitespace() && !b"\"'<>`".contains(&byte));
    let before = &text[from..at];
    let Some(scheme) = memchr::memmem::rfind(before, b"://") else { return bare_login(text, from, at) };
    let login = &before[scheme + 3..];
    let start = from + scheme + 3;
    match login.iter().position(|byte| *byte == b':') {
        Some(colon) => {
            let password = &login[colon + 1..];
            let port = password.iter().take_while(|byte| byte.is_ascii_digit()).count();
            let path = port > 0 && password.get(port) == Some(&b'/') || login[..colon].contains(&b'/');
            let start = start + colon + 1;
            let shown = password.is_empty() || path || residue::length(password).is_some();
            (!shown).then_some(Span { start, end: at, what: What::Concealed })
        }
        None if login.contains(&b'/') || !super::bytes::is_random(login) || login.len() < 8 => None,
        None => Some(Span { start, end: at, what: What::Concealed }),
    }
}

/// The password of a login without a scheme, before a host with a port.
fn bare_login(text: &[u8], from: usize, at: usize) -> Option<Span> {
    let host = run(text, at + 1, |byte| in_label(byte) || byte == b'.');
    let port = text.get(host) == Some(&b':') && text.get(host + 1).is_some_and(u8::is_ascii_digit);
    let from = from.max(run_back(text, at, LOGIN, |byte| byte != b'=' && byte != b','));
    let colon = text[from..at].iter().position(|byte| *byte == b':')?;
    let user = &text[from..from + colon];
    let start = from + colon + 1;
    let password = &text[start..at];
    let plain = !user.is_empty() && user.iter().all(|byte| in_mailbox(*byte)) && !password.is_empty();
    let concealed = residue::length(password).is_some();
    (port && host > at + 1 && plain && !concealed && !password.contains(&b':')).then_some(Span {
        start,
        end: at,
        what: What::Concealed,
    })
}

/// The e-mail address around the `@` at `at`.
fn mail(text: &[u8], at: usize) -> Option<Span> {
    let start = run_back(text, at, 256, in_mailbox);
    let mut end = run(text, at + 1, |byte| in_label(byte) || byte == b'.').min(at + 256);
    while end > at + 1 && !text[end - 1].is_ascii_alphabetic() {
        end -= 1;
    }
    let label = run_back(text, end, 256, |byte| byte.is_ascii_alphabetic());
    let named = end - label >= 2 && label > at + 2 && text[label - 1] == b'.';
    (start < at && named).then_some(Span { start, end, what: What::Email })
}
