//! The last lines of the product's own logs, for whoever reads a bundle.

use std::path::Path;

use crate::source::json::Writer;
use crate::world::files::{ReadError, read_tail};

/// Where the product logs to, below the home folder (facts: "Logs").
const FILES: [&str; 2] = [".cmdop/logs/cmdop.log", ".local/state/cmdop/agent.log"];

/// So much of each is looked at: some thousand lines.
const TAIL: u64 = 256 << 10;

/// The end of a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Excerpt {
    /// Where it stands below the home folder.
    pub file: &'static str,
    /// More stands before.
    pub cut: bool,
    pub text: String,
}

impl Excerpt {
    pub(super) fn write(&self, json: &mut Writer) {
        json.object(|json| {
            json.text_at("file", &format!("{{home}}/{}", self.file));
            json.flag_at("cut", self.cut);
            json.text_at("text", &self.text);
        });
    }
}

/// The ends of the product's logs.
#[derive(Debug, Default)]
pub struct Recent {
    pub excerpts: Vec<Excerpt>,
    /// What is there and could not be read, and why.
    pub left_out: Vec<String>,
}

impl Recent {
    /// What is to be told where the file system gives no answer.
    pub fn unanswered() -> Recent {
        let why = "the logs were left out: the file system that they are on gives no answer";
        Recent { excerpts: Vec::new(), left_out: vec![why.to_owned()] }
    }
}

/// The ends of the logs below `home`, as they are: secrets are still in them. May block for as long as
/// the file system does.
pub fn recent(home: &Path) -> Recent {
    let mut recent = Recent::default();
    for file in FILES {
        match read_tail(&home.join(file), TAIL + 1) {
            Ok(tail) => recent.excerpts.extend(excerpt(file, &tail)),
            Err(ReadError::Missing) => {}
            Err(error) => recent.left_out.push(format!("the log ~/{file} was left out: {error}")),
        }
    }
    recent
}

fn excerpt(file: &'static str, tail: &[u8]) -> Option<Excerpt> {
    let cut = tail.len() as u64 > TAIL;
    let whole = if cut { from_entry(tail) } else { tail };
    let text = String::from_utf8_lossy(whole).into_owned();
    (!text.is_empty()).then_some(Excerpt { file, cut, text })
}

/// `tail` from its first line on that begins an entry: the rest of a cut one could be half a secret,
/// which nothing would know any more.
fn from_entry(tail: &[u8]) -> &[u8] {
    let begins = |line: &[u8]| {
        line.first().is_some_and(|byte| byte.is_ascii_digit() || b"{[".contains(byte))
            || line.starts_with(b"time=")
            || line.starts_with(b"level=")
    };
    let mut from = 0;
    while let Some(end) = tail[from..].iter().position(|byte| *byte == b'\n') {
        from += end + 1;
        if begins(&tail[from..]) {
            return &tail[from..];
        }
    }
    &[]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cut_log_begins_with_an_entry() {
        let tail = b"9 rest of a token\nand more of it\n2026-11-23T09:12:00Z INF x\n";
        assert_eq!(from_entry(tail), b"2026-11-23T09:12:00Z INF x\n");
        assert_eq!(from_entry(b"no entry\nat all\n"), b"");
    }
}
