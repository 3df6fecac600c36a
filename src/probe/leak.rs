//! Credentials in plain text: in files here, in command lines for `process`.

use std::path::Path;

use super::sheet::{self, Sheet};
use super::{Call, Context};
use crate::model::evidence::{Reading, Why};
use crate::model::fact::Fact;
use crate::world::files::{self, ReadError};
use crate::world::unix::status;

/// How much of a file is searched, from its end: histories grow there.
const SEARCHED: u64 = 8 * 1024 * 1024;

/// A key's public prefix, which the server shows in every list of keys.
const PUBLIC: usize = 12;

pub(super) fn look(call: &Call, _ctx: &Context) -> Reading {
    read(call)
}

fn read(call: &Call) -> Reading {
    let path = Path::new(call.required("in_file"));
    match files::read_tail(path, SEARCHED) {
        Ok(text) => {
            let mut sheet = Sheet::new(call);
            describe_text(&mut sheet, &text);
            describe_place(&mut sheet, path);
            Reading::Found(sheet.done())
        }
        // A history that is switched off is often a link to /dev/null.
        Err(ReadError::Missing | ReadError::NotPlain(_)) => Reading::Absent,
        Err(error) => Reading::Unavailable(Why::Refused(error.to_string())),
    }
}

fn describe_text(sheet: &mut Sheet, text: &[u8]) {
    let mut hits = credentials_in(text).peekable();
    let first = hits.peek().copied();
    let line = |hit: Hit| text[..hit.at].iter().filter(|byte| **byte == b'\n').count() + 1;
    sheet.put("line", || first.map_or(Fact::Nothing, |hit| sheet::count(line(hit))));
    sheet.put("prefix", || first.map(|hit| hit.prefix()));
    sheet.put("says", || first.map(|hit| hit.says()));
    sheet.put("count", || sheet::count(hits.count()));
}

fn describe_place(sheet: &mut Sheet, path: &Path) {
    sheet.put("path", || sheet::path(path));
    sheet.put("others_can_read", || status::of_target(path).ok().map(|found| found.mode & 0o044 != 0));
    sheet.put("in_repository", || {
        let real = files::real(path);
        real.is_some_and(|real| real.ancestors().skip(1).any(|folder| files::is_there(&folder.join(".git"))))
    });
    // Only git itself knows: its rules come from every folder of the tree and from outside of it.
    sheet.put_nothing(&["ignored"]);
}

/// A credential in a text. Without `Debug`, so that it cannot be printed by accident.
#[derive(Clone, Copy)]
pub(super) struct Hit<'a> {
    /// Where it begins, in bytes.
    at: usize,
    raw: &'a [u8],
}

impl Hit<'_> {
    /// Its public beginning: 12 characters of a key, the constant part of anything else, and never
    /// more than half of the whole.
    pub(super) fn prefix(self) -> String {
        let constant = self.raw.iter().rposition(|byte| *byte == b'_').map_or(0, |at| at + 1);
        let public = if self.raw.starts_with(b"cmd_") { PUBLIC } else { constant.min(PUBLIC) };
        String::from_utf8_lossy(&self.raw[..public.min(self.raw.len() / 2)]).into_owned()
    }

    /// What it is, as words.
    pub(super) fn says(self) -> &'static str {
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
pub(super) fn credentials_in(text: &[u8]) -> impl Iterator<Item = Hit<'_>> {
    let mut from = 0;
    std::iter::from_fn(move || {
        loop {
            let at = from + text.get(from..)?.iter().position(|byte| *byte == b'c')?;
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

/// The length of the credential that `text` begins with.
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
pub(super) fn is_secret(text: &str) -> bool {
    credentials_in(text.as_bytes()).next().is_some()
}

/// `text` with every credential in it cut down to its public beginning; `None` if it holds none.
pub(super) fn masked(text: &str) -> Option<String> {
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
#[expect(clippy::disallowed_methods, reason = "tests make their own files")]
mod tests {
    use super::*;
    use crate::model::fact::Facts;
    use crate::model::probe::ProbeKind;

    const KEY: &str = "cmd_acme_a1b2c3d4e5f6g7h8i9j0";

    fn found(path: &Path) -> Facts {
        match read(&Call::made_of(ProbeKind::Leak, &[("in_file", &path.to_string_lossy())])) {
            Reading::Found(facts) => facts,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn finds_the_first_by_its_line_and_counts_all() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("history");
        let mut history = format!("ls\nexport CMDOP_API_KEY={KEY}\n").into_bytes();
        history.extend(b"ls \xff\n");
        history.extend(format!("curl -H 'Bearer {KEY}'\n").into_bytes());
        std::fs::write(&path, history).unwrap();
        let facts = found(&path);
        assert_eq!(facts.get("count"), Some(&Fact::from(2)));
        assert_eq!(facts.get("line"), Some(&Fact::from(2)));
        assert_eq!(facts.get("prefix"), Some(&Fact::from("cmd_acme_a1b")));
        assert_eq!(facts.get("says"), Some(&Fact::from("a CMDOP API key")));
        assert_eq!(facts.get("in_repository"), Some(&Fact::from(false)));
        std::fs::create_dir(dir.path().join(".git")).unwrap();
        assert_eq!(found(&path).get("in_repository"), Some(&Fact::from(true)));
        for fact in ProbeKind::Leak.spec().facts {
            assert!(facts.get(fact.name).is_some(), "{}", fact.name);
        }
    }

    #[test]
    fn a_clean_file_has_none() {
        let file = tempfile::NamedTempFile::new().unwrap();
        assert_eq!(found(file.path()).get("count"), Some(&Fact::from(0)));
        assert_eq!(found(file.path()).get("prefix"), Some(&Fact::Nothing));
    }

    #[test]
    fn no_file_and_no_plain_file_hold_nothing() {
        for path in ["/nonexistent", "/dev/null"] {
            assert_eq!(read(&Call::made_of(ProbeKind::Leak, &[("in_file", path)])), Reading::Absent);
        }
    }

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
