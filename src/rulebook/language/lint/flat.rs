//! What a file says, without its layout: so that a change to the layout is known to be no other.

use super::super::document::{Places, RuleText};
use super::super::node::{Content, Node};
use crate::model::check::Trust;

/// The keys and values of all documents, in their order; none where one is no YAML.
pub(super) fn flat(text: &str) -> Option<Vec<String>> {
    let mut all = Vec::new();
    for document in (RuleText { name: "", text, trust: Trust::Named }).documents() {
        all.push("---".to_owned());
        put(&document.parse(Places::Kept).ok()?, &mut all);
    }
    Some(all)
}

fn put(node: &Node<'_>, all: &mut Vec<String>) {
    match &node.content {
        Content::List(members) => {
            all.push(format!("[{}", members.len()));
            members.iter().for_each(|member| put(member, all));
        }
        Content::Map(entries) => {
            all.push(format!("{{{}", entries.len()));
            for entry in entries {
                all.push(entry.key.to_string());
                put(&entry.value, all);
            }
        }
        // A text is told from a number that is written alike.
        Content::Text(text) => all.push(format!("\"{text}")),
        other => all.push(format!("{other:?}")),
    }
}

/// Whether `after` says what `before` said, but for one text.
pub(super) fn differs_in(before: &[String], after: &[String], written: &str, better: &str) -> bool {
    let mut changed = before.iter().zip(after).filter(|(before, after)| before != after);
    let only = changed.next();
    let text = |text: &str| format!("\"{text}");
    before.len() == after.len()
        && changed.next().is_none()
        && only.is_some_and(|(before, after)| *before == text(written) && *after == text(better))
}
