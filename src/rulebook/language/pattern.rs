//! Regular expressions of rules: they must compile, and stay small.

use std::cell::RefCell;
use std::collections::HashSet;

use super::fault::quoted;
use super::node::Node;
use super::reader::Reader;
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
