//! Regular expressions of rules: they must compile, and stay small.

use std::cell::RefCell;
use std::collections::HashSet;

use super::fault::quoted;
use super::node::Node;
use super::reader::Reader;
use super::sieve;
use crate::model::list::{Str, keep_text};

/// Bytes that a compiled expression may take; a rule's own are about a hundredth of this.
pub(super) const SIZE_LIMIT: usize = 1 << 20;

/// Reads a regular expression that compiles.
pub(super) fn read(reader: &mut Reader<'_>, node: &Node<'_>) -> Option<Str> {
    let text = reader.text(node)?;
    match fault_of(text) {
        None => Some(keep_text(text)),
        Some(why) => {
            let fault = reader.fault(node.pos, format!("{} is no regular expression", quoted(text)));
            reader.report(fault.hint(why));
            None
        }
    }
}

/// Reads a regular expression that log lines and messages are compared with: over bytes, as the
/// scanner takes them, and with a text in it that can be searched for. Its groups' names, by number.
pub(super) fn read_phrase(reader: &mut Reader<'_>, node: &Node<'_>) -> Option<(Str, Vec<Option<String>>)> {
    let text = reader.text(node)?;
    let groups = match sieve::expression(text) {
        Ok(regex) => regex.capture_names().map(|name| name.map(str::to_owned)).collect(),
        Err(error) => {
            let fault = reader.fault(node.pos, format!("{} is no regular expression", quoted(text)));
            reader.report(fault.hint(last_line(&error)));
            return None;
        }
    };
    if sieve::of(text).is_none() {
        let fault = reader.fault(node.pos, format!("{} has no text to search for", quoted(text)));
        let expected =
            format!("{} or more letters, digits or blanks in a row that every match has", sieve::SHORTEST);
        reader.report(fault.expected(expected));
        return None;
    }
    Some((keep_text(text), groups))
}

/// Reads an expression that only narrows what [`read_phrase`] has found.
pub(super) fn read_narrowing(reader: &mut Reader<'_>, node: &Node<'_>) -> Option<Str> {
    let text = reader.text(node)?;
    match sieve::expression(text) {
        Ok(_) => Some(keep_text(text)),
        Err(error) => {
            let fault = reader.fault(node.pos, format!("{} is no regular expression", quoted(text)));
            reader.report(fault.hint(last_line(&error)));
            None
        }
    }
}

/// Why `pattern` does not compile, if so. Rules repeat their patterns, and compiling is the
/// dearest thing that loading does, so good ones are remembered.
fn fault_of(pattern: &str) -> Option<String> {
    thread_local! {
        static GOOD: RefCell<HashSet<String>> = RefCell::default();
    }
    if GOOD.with_borrow(|good| good.contains(pattern)) {
        return None;
    }
    match regex::RegexBuilder::new(pattern).size_limit(SIZE_LIMIT).build() {
        Ok(_) => {
            GOOD.with_borrow_mut(|good| good.insert(pattern.to_owned()));
            None
        }
        Err(error) => Some(last_line(&error.to_string())),
    }
}

/// The error's words without its drawing of the pattern, which spans several lines.
fn last_line(message: &str) -> String {
    let line = message.lines().last().unwrap_or_default();
    line.strip_prefix("error: ").unwrap_or(line).to_owned()
}
