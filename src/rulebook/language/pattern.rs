//! Regular expressions of rules: they must compile, and stay small. Compiling one takes many times as long
//! as reading it, and a run needs few of those that it loads: what is certain to compile is not compiled
//! before somebody asks it.

use std::cell::RefCell;
use std::collections::HashSet;

use regex_syntax::hir::{Class, Hir, HirKind};

use super::fault::quoted;
use super::node::Node;
use super::reader::Reader;
use super::sieve;
use crate::model::list::{Str, keep_text};
use crate::scan::parsed;

/// Bytes that a compiled expression may take; a rule's own are about a hundredth of this.
pub(super) const SIZE_LIMIT: usize = 1 << 20;

/// Bytes that one of [`parts`] takes compiled: three states of 32 bytes and two transitions at most, which
/// is about half of this.
const PART: usize = 256;

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
    let hir = match understood(text) {
        Ok(hir) => hir,
        Err(error) => {
            let fault = reader.fault(node.pos, format!("{} is no regular expression", quoted(text)));
            reader.report(fault.hint(last_line(&error)));
            return None;
        }
    };
    if !sieve::has_text(&hir) {
        let fault = reader.fault(node.pos, format!("{} has no text to search for", quoted(text)));
        let expected =
            format!("{} or more letters, digits or blanks in a row that every match has", sieve::SHORTEST);
        reader.report(fault.expected(expected));
        return None;
    }
    Some((keep_text(text), groups(&hir)))
}

/// Reads an expression that only narrows what [`read_phrase`] has found.
pub(super) fn read_narrowing(reader: &mut Reader<'_>, node: &Node<'_>) -> Option<Str> {
    let text = reader.text(node)?;
    match understood(text) {
        Ok(_) => Some(keep_text(text)),
        Err(error) => {
            let fault = reader.fault(node.pos, format!("{} is no regular expression", quoted(text)));
            reader.report(fault.hint(last_line(&error)));
            None
        }
    }
}

/// The syntax of an expression for lines that compiles.
fn understood(pattern: &str) -> Result<Hir, String> {
    let hir = parsed(pattern);
    if let Ok(hir) = &hir
        && !is_small(hir)
    {
        sieve::expression(pattern)?;
    }
    hir
}

/// The names of the groups of an expression, by number.
fn groups(hir: &Hir) -> Vec<Option<String>> {
    fn gather(hir: &Hir, groups: &mut Vec<Option<String>>) {
        if let HirKind::Capture(capture) = hir.kind() {
            let number = capture.index as usize;
            groups.resize(groups.len().max(number + 1), None);
            groups[number] = capture.name.as_deref().map(str::to_owned);
        }
        hir.kind().subs().iter().for_each(|sub| gather(sub, groups));
    }
    let mut groups = vec![None];
    gather(hir, &mut groups);
    groups
}

/// Whether an expression compiles for certain: size is all that can be wrong with one that was understood.
fn is_small(hir: &Hir) -> bool {
    parts(hir) <= SIZE_LIMIT / PART
}

/// At least as many parts as an expression has when its repetitions are written out.
fn parts(hir: &Hir) -> usize {
    /// A range of characters is so many sequences of bytes at most, each of up to four.
    const OF_CHARACTERS: usize = 64;
    let of_all = |subs: &[Hir]| subs.iter().map(parts).fold(subs.len(), usize::saturating_add);
    let own = match hir.kind() {
        HirKind::Empty | HirKind::Look(_) | HirKind::Capture(_) | HirKind::Concat(_) => 0,
        HirKind::Literal(literal) => literal.0.len(),
        HirKind::Class(Class::Bytes(class)) => class.ranges().len(),
        HirKind::Class(Class::Unicode(class)) => OF_CHARACTERS * class.ranges().len(),
        HirKind::Alternation(members) => members.len(),
        HirKind::Repetition(repetition) => {
            let times = repetition.max.unwrap_or(repetition.min).max(1);
            let times = usize::try_from(times).unwrap_or(usize::MAX);
            // What is written once below.
            times.saturating_sub(1).saturating_mul(parts(&repetition.sub).saturating_add(1))
        }
    };
    own.saturating_add(of_all(hir.kind().subs())).saturating_add(1)
}

/// Why `pattern` does not compile, if so. Rules repeat their patterns, so good ones are remembered.
fn fault_of(pattern: &str) -> Option<String> {
    thread_local! {
        static GOOD: RefCell<HashSet<String>> = RefCell::default();
    }
    if GOOD.with_borrow(|good| good.contains(pattern)) {
        return None;
    }
    if !regex_syntax::parse(pattern).is_ok_and(|hir| is_small(&hir))
        && let Err(error) = regex::RegexBuilder::new(pattern).size_limit(SIZE_LIMIT).build()
    {
        return Some(last_line(&error.to_string()));
    }
    GOOD.with_borrow_mut(|good| good.insert(pattern.to_owned()));
    None
}

/// The error's words without its drawing of the pattern, which spans several lines.
fn last_line(message: &str) -> String {
    let line = message.lines().last().unwrap_or_default();
    line.strip_prefix("error: ").unwrap_or(line).to_owned()
}

#[cfg(test)]
mod tests {
    use regex_syntax::ParserBuilder;

    use super::*;

    /// Whether an expression is taken without being compiled, as one of text and one of lines.
    fn is_certain(pattern: &str) -> [bool; 2] {
        [true, false].map(|unicode| {
            let mut parser = ParserBuilder::new().unicode(unicode).utf8(unicode).build();
            parser.parse(pattern).is_ok_and(|hir| is_small(&hir))
        })
    }

    #[test]
    fn what_is_certain_to_compile_compiles() {
        let atoms = [
            "a",
            "abcdefgh",
            "[a-c]",
            "[^\"]",
            ".",
            r"\b",
            "^",
            "(?:)",
            "(x)",
            "(?<n>y|)",
            "(?i:ks)",
            "(?u:é)",
            r"(?u:\w)",
            "a|bc|[de]",
            "(?:a|(?:b|^)*)",
            "(?s-u:.)",
            r"[\s\S]",
            r"[^\s\S]",
            "x*?",
        ];
        let times = ["{0}", "{1}", "{40}", "{99}", "{3,70}?", "*", "+", "?", "{150,}", "{2000}", "{3000}"];
        let (mut certain, mut others) = (0, 0);
        for (atom, inner, outer) in
            atoms.iter().flat_map(|a| times.map(|b| times.map(|c| (a, b, c)))).flatten()
        {
            let pattern = format!("z(?:(?:{atom}){inner}|q){outer}");
            let [as_text, as_line] = is_certain(&pattern);
            if as_text {
                let built = regex::RegexBuilder::new(&pattern).size_limit(SIZE_LIMIT).build();
                assert!(built.is_ok(), "{pattern}");
            }
            if as_line {
                assert!(sieve::expression(&pattern).is_ok(), "{pattern}");
            }
            certain += usize::from(as_line);
            others += usize::from(!as_line);
        }
        assert!(certain > 1000 && others > 100, "{certain} {others}");
    }

    #[test]
    fn groups_are_known_without_compiling() {
        let patterns = [
            "a",
            "(a)(?<b>c)",
            "((?<x>a)|(b)){2}(?<y>)",
            "(?:(?<gone>a)){0}(b)(c){0}",
            "(?:(?<n>é)|[^\\s\\S])*",
        ];
        for pattern in patterns {
            assert!(is_certain(pattern)[1], "{pattern}");
            let compiled = sieve::expression(pattern).unwrap();
            let names: Vec<_> = compiled.capture_names().map(|name| name.map(str::to_owned)).collect();
            assert_eq!(groups(&understood(pattern).unwrap()), names, "{pattern}");
        }
    }

    #[test]
    fn what_is_too_large_is_refused() {
        for pattern in ["(?:a{99}){999}", r"(?u:\w{999})", "a(b"] {
            assert!(understood(pattern).is_err(), "{pattern}");
            assert!(fault_of(pattern).is_some(), "{pattern}");
        }
    }
}
