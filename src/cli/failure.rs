//! Why a command could not be carried out.

use std::fmt::{self, Display};

use crate::redact::mention::masked;
use crate::report::hidden::visible;

/// The exit code of every failure: usage, rules, configuration, a report that cannot be written.
pub(super) const EXIT_CODE: u8 = 2;

/// A failure in words for people, one thing per line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Failure(String);

impl Failure {
    /// The same, of what stands at `place`.
    pub(super) fn at(self, place: &str) -> Failure {
        Failure(format!("{place}: {}", self.0))
    }

    pub(super) fn new(message: impl Into<String>) -> Failure {
        Failure(message.into())
    }
}

impl Failure {
    /// The words alone, for a place that says by itself that something failed.
    pub(super) fn words(&self) -> String {
        let text = self.to_string();
        text.trim_start_matches("error: ").trim_end().replace('\n', "; ")
    }
}

impl Display for Failure {
    /// Writes `error: …`, safe to show on a terminal, and without what looks like a credential.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lead = if self.0.starts_with("error: ") { "" } else { "error: " };
        f.write_str(lead)?;
        let message = masked(&self.0);
        let message = message.as_deref().unwrap_or(&self.0);
        message.lines().try_for_each(|line| writeln!(f, "{}", visible(line)))
    }
}

impl std::error::Error for Failure {}

/// Something that a person should know while a command goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Warning(String);

impl Warning {
    pub(super) fn new(message: impl Into<String>) -> Warning {
        Warning(message.into())
    }
}

impl Display for Warning {
    /// Writes `warning: …`, safe to show on a terminal, and without what looks like a credential.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let message = masked(&self.0);
        writeln!(f, "warning: {}", visible(message.as_deref().unwrap_or(&self.0)))
    }
}

/// A word that long may be a credential that was typed in the wrong place.
const SUSPICIOUS: usize = 12;

/// So much of such a word is shown: no more than the public part of any vendor's.
const SHOWN: usize = 4;

/// `message` without what may be a credential among the `words` of the command line that it quotes.
pub(super) fn conceal<'w>(message: &str, words: impl IntoIterator<Item = &'w str>) -> String {
    let apart = |word: &'w str| word.split(|c: char| c.is_whitespace() || "=,:;\"'".contains(c));
    let parts = |word: &'w str| apart(word).filter(|part| may_be_secret(part)).chain(password(word));
    let mut parts: Vec<&str> = words.into_iter().flat_map(parts).collect();
    parts.sort_by_key(|part| std::cmp::Reverse(part.len()));
    parts.into_iter().fold(message.to_owned(), |message, part| {
        let shown: String = part.chars().take(SHOWN).collect();
        message.replace(part, &format!("{shown}…"))
    })
}

/// `word` without the flag before it, if it is long and has signs that only passwords have.
fn password(word: &str) -> Option<&str> {
    let value = word.split_once('=').filter(|_| word.starts_with('-')).map_or(word, |(_, value)| value);
    let usual = |byte: u8| byte.is_ascii_alphanumeric() || b" -_./=,:[]".contains(&byte);
    (value.len() >= SUSPICIOUS && value.is_ascii() && !value.bytes().all(usual)).then_some(value)
}

/// How credentials of this product begin, in any of its generations.
const OURS: [&str; 4] = ["cmd_", "cmdop_", "ck_", "clit"];

/// Long, and begun like a credential of ours, or of more than the small letters, dots, hyphens and
/// underscores that ids and flags are made of.
fn may_be_secret(part: &str) -> bool {
    let nameable = part.bytes().all(|byte| byte.is_ascii_lowercase() || b".-_[]".contains(&byte));
    let ours = OURS.iter().any(|prefix| part.starts_with(prefix));
    part.len() >= SUSPICIOUS && (ours || !nameable)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_be_a_credential_is_not_repeated() {
        let message = "unexpected argument 'cmd_acme_a1b2c3d4e5f6' found";
        let words = ["doctor", "cmd_acme_a1b2c3d4e5f6"];
        assert_eq!(conceal(message, words), "unexpected argument 'cmd_…' found");
        let message = "invalid value 'ghp_16C7e42F292c6912E7' for '--only'";
        assert_eq!(conceal(message, ["--only=ghp_16C7e42F292c6912E7"]), "invalid value 'ghp_…' for '--only'");
    }

    #[test]
    fn a_password_with_signs_in_it_is_one_word() {
        let word = "xK9$uQ!z=4wZ~pLm";
        assert_eq!(conceal(&format!("no '{word}'"), [word]), "no 'xK9$…'");
        assert_eq!(conceal("no 'yaml=report.json'", ["yaml=report.json"]), "no 'yaml=report.json'");
    }

    #[test]
    fn a_credential_within_a_longer_word_is_found() {
        let word = "Authorization: Bearer cmd_acme_abcdefghij";
        assert_eq!(conceal(word, [word]), "Auth…: Bearer cmd_…");
    }

    #[test]
    fn misspelt_names_are_repeated() {
        for word in ["authh", "net.api_reachble", "--log-levle", "token.file_modee"] {
            assert_eq!(conceal(word, [word]), word);
        }
    }

    #[test]
    fn a_failure_drives_no_terminal() {
        let failure = Failure::new("no `a\u{1b}[2J`\nreally");
        assert_eq!(failure.to_string(), "error: no `a\\x1b[2J`\nreally\n");
    }
}
