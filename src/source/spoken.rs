//! What a user sees and says in words, as evidence: the message that they typed, and what it suggests.

use crate::model::rulebook::Rulebook;
use crate::model::symptom::Suggested;
use crate::redact::{Redactor, Style};
use crate::rulebook::{Phrases, recognise};

/// Characters of a message that are shown.
const SHOWN: usize = 160;

/// Bytes of a message that are kept: an error with all that stands around it has fewer.
const KEPT: usize = 4096;

/// So many messages are taken from a bundle: nobody types more.
const MOST: usize = 32;

/// What the messages in `text` suggest; nothing where no rule knows one.
pub fn suggested(text: &str, rulebook: &Rulebook) -> Vec<Suggested> {
    let heard = recognise(&Phrases::typed(rulebook), text);
    let shown = shown(text, rulebook);
    let suggested = heard.into_iter().map(|heard| Suggested {
        rule: heard.rule,
        outcomes: heard.suggests,
        text: shown.clone(),
        lines: Vec::new(),
    });
    suggested.collect()
}

/// What messages out of a bundle suggest.
pub(super) fn recorded(texts: &mut Vec<String>, rulebook: &Rulebook) -> Vec<Suggested> {
    texts.truncate(MOST);
    for text in texts.iter_mut() {
        text.truncate(text.floor_char_boundary(KEPT));
    }
    texts.iter().flat_map(|text| suggested(text, rulebook)).collect()
}

/// `text` without secrets, and not at any length: as a bundle keeps it.
pub fn kept(text: &str, rulebook: &Rulebook) -> String {
    let mut clean = without_secrets(text, rulebook);
    clean.truncate(clean.floor_char_boundary(KEPT));
    clean
}

/// The first line of `text` that says something, without secrets.
pub fn shown(text: &str, rulebook: &Rulebook) -> String {
    let clean = without_secrets(text, rulebook);
    let line = clean.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
    let line = line.trim_matches(['"', '\'', '`']);
    match line.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line.to_owned(),
    }
}

fn without_secrets(text: &str, rulebook: &Rulebook) -> String {
    let clean = Redactor::new(rulebook.shapes, Style::default()).text(text.as_bytes());
    String::from_utf8_lossy(&clean).into_owned()
}
