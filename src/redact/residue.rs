//! What stands in place of a secret, and how it is known again.

use std::io::Write;

use super::fingerprint::fingerprint;
use super::span::What;

/// In place of what not even a length is told of.
const CONCEALED: &[u8] = b"***";

/// What ends a residue, before eight hexadecimal digits and a bracket.
const MARK: &[u8] = b"fingerprint ";

/// The longest residue, generously.
const LONGEST: usize = 200;

/// The plain residues.
const PLAIN: [&[u8]; 7] =
    [b"[REDACTED]", b"[JWT]", b"[API_KEY]", b"[EMAIL]", b"[SECRET]", b"[HOST]", b"[PRIVATE_KEY]"];

/// Writes what stands in place of `secret`.
pub(super) fn write(what: What, secret: &[u8], out: &mut Vec<u8>) {
    let characters = characters(secret);
    let written = match what {
        What::Key => write!(out, "[{}…, {characters} characters, prefix ok", shown_of_key(secret)),
        What::Shaped(beginning, says) => {
            let shown = String::from_utf8_lossy(&secret[..beginning.min(secret.len() / 2)]);
            write!(out, "[{shown}…, {says}, {characters} characters")
        }
        What::Jwt => write!(out, "[JWT, {characters} characters"),
        What::Bearer | What::Opaque => write!(out, "[secret, {characters} characters"),
        What::Base64 => write!(out, "[base64 of a secret, {characters} characters"),
        What::PrivateKey => write!(out, "[private key"),
        What::Concealed | What::Email | What::Host => return out.extend_from_slice(CONCEALED),
    };
    // Without random numbers there are no fingerprints, and all look alike.
    let print = fingerprint(secret);
    let print = print.as_deref().unwrap_or("00000000");
    let _memory_takes_everything = written.and_then(|()| write!(out, ", fingerprint {print}]"));
}

/// Writes the kind of secret and nothing else: equal inputs have equal outputs.
pub(super) fn write_plain(what: What, out: &mut Vec<u8>) {
    let plain: &[u8] = match what {
        What::Key => b"[API_KEY]",
        What::Jwt => b"[JWT]",
        What::Bearer => b"[REDACTED]",
        What::Shaped(..) | What::Opaque | What::Base64 => b"[SECRET]",
        What::PrivateKey => b"[PRIVATE_KEY]",
        What::Email => b"[EMAIL]",
        What::Host => b"[HOST]",
        What::Concealed => CONCEALED,
    };
    out.extend_from_slice(plain);
}

/// `cmd_` and the workspace; the random part begins behind the second underscore.
fn shown_of_key(key: &[u8]) -> String {
    let second = key.iter().enumerate().filter(|(_, byte)| **byte == b'_').nth(1);
    let shown = second.map_or(0, |(at, _)| at + 1).min(key.len() / 2);
    String::from_utf8_lossy(&key[..shown]).into_owned()
}

fn characters(secret: &[u8]) -> usize {
    if secret.is_ascii() {
        return secret.len();
    }
    String::from_utf8_lossy(secret).chars().count()
}

/// The length of the residue that `text` begins with.
pub(super) fn length(text: &[u8]) -> Option<usize> {
    if text.starts_with(CONCEALED) {
        return Some(super::bytes::run(text, 0, |byte| byte == b'*'));
    }
    if !text.starts_with(b"[") {
        return None;
    }
    if let Some(plain) = PLAIN.iter().find(|plain| text.starts_with(plain)) {
        return Some(plain.len());
    }
    let end = text.iter().take(LONGEST).position(|byte| *byte == b']')?;
    let digits = end.checked_sub(8)?;
    let marked = text[..digits].ends_with(MARK) && text[digits..end].iter().all(u8::is_ascii_hexdigit);
    marked.then_some(end + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn residues_say_what_helps_and_are_known_again() {
        let residue = |what, secret: &[u8]| {
            let mut out = Vec::new();
            write(what, secret, &mut out);
            assert_eq!(length(&out), Some(out.len()));
            let text = String::from_utf8(out).unwrap();
            let digits = text.len().saturating_sub(9);
            if text.ends_with(']') { text[..digits].to_owned() } else { text }
        };
        let key = b"cmd_acme_a1b2c3d4e5f6g7h8i9j0";
        assert_eq!(residue(What::Key, key), "[cmd_acme_…, 29 characters, prefix ok, fingerprint ");
        let says = "a GitHub personal access token";
        let token = b"ghp_16C7e42F292c6912E7710c838347Ae178B4a";
        let shaped = residue(What::Shaped(4, says), token);
        assert_eq!(shaped, "[ghp_…, a GitHub personal access token, 40 characters, fingerprint ");
        assert_eq!(residue(What::Concealed, b"hunter2"), "***");
    }

    #[test]
    fn other_brackets_are_none() {
        for text in ["[1]", "[x, fingerprint 1234567]", "fingerprint 12345678]", "", "[", "**"] {
            assert_eq!(length(text.as_bytes()), None, "{text}");
        }
    }
}
