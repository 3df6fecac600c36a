//! Credentials of this product that are mentioned in running text: in files, on command lines, in
//! messages.

use memchr::memchr;

/// A key's public prefix, which the server shows in every list of keys.
const PUBLIC: usize = 12;

/// A credential in a text. Without `Debug`, so that it cannot be printed by accident.
#[derive(Clone, Copy)]
pub struct Hit<'a> {
    /// Where it begins, in bytes.
    pub at: usize,
    raw: &'a [u8],
}

impl Hit<'_> {
    /// Its public beginning: 12 characters of a key, the constant part of anything else, and never
    /// more than half of the whole.
    pub fn prefix(self) -> String {
        let constant = self.raw.iter().rposition(|byte| *byte == b'_').map_or(0, |at| at + 1);
        let public = if self.raw.starts_with(b"cmd_") { PUBLIC } else { constant.min(PUBLIC) };
        String::from_utf8_lossy(&self.raw[..public.min(self.raw.len() / 2)]).into_owned()
    }

    /// What it is, as words.
    pub fn says(self) -> &'static str {
        match self.raw {
            [b'c', b'm', b'd', b'_', ..] => "a CMDOP API key",
            [b'c', b'l', b'i', b't', ..] => "a CMDOP token",
            _ => "a credential of another CMDOP generation",
        }
    }

    /// Whether its last part looks drawn by lot: identifiers of programs have neither digits nor
    /// mixed case where a key has its random part.
    fn is_random(self) -> bool {
        let last = self.raw.rsplit(|byte| *byte == b'_').next().unwrap_or_default();
        let has = |test: fn(&u8) -> bool| last.iter().any(test);
        has(u8::is_ascii_digit) || has(u8::is_ascii_lowercase) && has(u8::is_ascii_uppercase)
    }
}

/// Every credential in `text`, in its order. The shapes are this product's own, of all generations
/// whose prefix is specific enough to be told in running text: keys (`cmd_workspace_random`), keys
/// of other generations (`cmdop_…`), tokens of the device flow (`clit_…`, `clitr_…`).
pub fn credentials_in(text: &[u8]) -> impl Iterator<Item = Hit<'_>> {
    let mut from = 0;
    std::iter::from_fn(move || {
        loop {
            let at = from + memchr(b'c', text.get(from..)?)?;
            from = at + 1;
            let inside_word = at > 0 && is_word(text[at - 1]);
            let length = if inside_word { None } else { shape_length(&text[at..]) };
            if let Some(length) = length {
                from = at + length;
                let hit = Hit { at, raw: &text[at..from] };
                if hit.is_random() {
                    return Some(hit);
                }
            }
        }
    })
}

/// The length of the credential that `text` begins with, up to the end of what is surely random.
pub(super) fn credential_at(text: &[u8]) -> Option<usize> {
    if text.first() != Some(&b'c') {
        return None;
    }
    shape_length(text).filter(|length| Hit { at: 0, raw: &text[..*length] }.is_random())
}

/// The length of the constant part of the credential that `text` begins with.
pub(super) fn constant(text: &[u8]) -> usize {
    text.iter().take(PUBLIC).rposition(|byte| *byte == b'_').map_or(0, |at| at + 1)
}

/// The length of the credential that `text` begins with, whether it is one or only looks like it.
fn shape_length(text: &[u8]) -> Option<usize> {
    /// The fewest characters of a random part: an example with 8 is published, tokens are longer.
    const KEY: usize = 8;
    const OTHER: usize = 16;
    let run = |from: usize, test: fn(&u8) -> bool| text[from..].iter().take_while(|byte| test(byte)).count();
    let ends_with = |from: usize, least: usize| {
        let length = run(from, u8::is_ascii_alphanumeric);
        (length >= least).then_some(from + length)
    };
    if text.starts_with(b"cmd_") {
        let name = run(4, |byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || *byte == b'-');
        let named = name > 0 && text.get(4 + name) == Some(&b'_');
        return if named { ends_with(4 + name + 1, KEY) } else { None };
    }
    if text.starts_with(b"cmdop_") {
        let kind = run(6, u8::is_ascii_lowercase);
        let random = if kind > 0 && text.get(6 + kind) == Some(&b'_') { 6 + kind + 1 } else { 6 };
        return ends_with(random, OTHER);
    }
    let prefix = [&b"clit_"[..], b"clitr_"].into_iter().find(|prefix| text.starts_with(prefix))?;
    ends_with(prefix.len(), OTHER)
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// Whether `text` holds a credential, so that it must not become a fact.
pub fn is_secret(text: &str) -> bool {
    credentials_in(text.as_bytes()).next().is_some()
}

/// `text` with every credential in it cut down to its public beginning; `None` if it holds none.
pub fn masked(text: &str) -> Option<String> {
    // Every one of them has an underscore, and most texts have none.
    if !text.contains('_') {
        return None;
    }
    let mut clean = String::new();
    let mut copied = 0;
    for hit in credentials_in(text.as_bytes()) {
        clean.push_str(text.get(copied..hit.at)?);
        clean.push_str(&hit.prefix());
        clean.push_str("***");
        copied = hit.at + hit.raw.len();
    }
    (copied > 0).then(|| clean + &text[copied..])
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "cmd_acme_a1b2c3d4e5f6g7h8i9j0";

    #[test]
    fn knows_credentials_from_what_only_looks_like_them() {
        for secret in [KEY, "cmdop_live_a1b2c3d4e5f6g7h8", "clit_A1b2C3d4E5f6G7h8", "clitr_A1b2C3d4E5f6G7h8"]
        {
            assert!(is_secret(&format!("--key={secret},")), "{secret}");
        }
        for plain in [
            "CMDOP_API_KEY",
            "cmd_list_directories",
            "cmd_acme_xxxxxxxxxxxx",
            "cmdop_agent_configuration",
            "xcmd_acme_a1b2c3d4e5",
            "cmd_acme_short1",
            "cmdop_debug_20261123",
            "",
        ] {
            assert!(!is_secret(plain), "{plain}");
        }
    }

    #[test]
    fn credentials_in_texts_of_others_are_cut_down() {
        assert_eq!(
            masked(&format!("ä {KEY}, {KEY}.")).as_deref(),
            Some("ä cmd_acme_a1b***, cmd_acme_a1b***.")
        );
        assert_eq!(masked("cmd_acme_a1b, and cmd_list_folders"), None);
    }

    #[test]
    fn a_prefix_never_shows_more_than_half() {
        let prefix = |text: &str| credentials_in(text.as_bytes()).next().map(Hit::prefix).unwrap();
        assert_eq!(prefix(KEY), "cmd_acme_a1b");
        assert_eq!(prefix("cmd_a_12345678"), "cmd_a_1");
        assert_eq!(prefix("cmdop_live_a1b2c3d4e5f6g7h8"), "cmdop_live_");
        assert_eq!(prefix("clit_A1b2C3d4E5f6G7h8"), "clit_");
    }
}
