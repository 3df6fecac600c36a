//! What a line must contain to be looked at: texts that stand in it the same in whatever form the line
//! is written, plain or as JSON, so that a log is scanned once for all rules and few lines are parsed.

use std::cmp::Reverse;

use regex::bytes::{Regex, RegexBuilder};
use regex_syntax::hir::Hir;

use super::assemble::in_shares;
use super::pattern::SIZE_LIMIT;
use crate::model::list::{List, Str};
use crate::scan::{Needle, Planned, Test, demanded, parsed};

/// The fewest characters that are worth looking for.
pub(super) const SHORTEST: usize = 4;

/// Compiles the expression of a log rule or symptom: over bytes, with ASCII classes, as the scanner's.
///
/// # Errors
/// What is wrong with it, in the words of `regex`.
pub fn expression(pattern: &str) -> Result<Regex, String> {
    let build = RegexBuilder::new(pattern).unicode(false).size_limit(SIZE_LIMIT).build();
    build.map_err(|error| error.to_string())
}

/// Whether there is something to look for where `hir` matches.
pub(super) fn has_text(hir: &Hir) -> bool {
    !lists(hir).is_empty()
}

/// The needles of `pattern`, one of which stands in every line that it can match. `None` where there
/// is nothing to look for.
pub fn of(pattern: &str) -> Option<Planned> {
    let best = lists(&parsed(pattern).ok()?).into_iter().next()?;
    Some(planned(vec![best]))
}

/// The same of each of `patterns`, with all that every line must have which it can match: what is rarest in
/// a log is looked for. Many are taken apart on as many threads as pay.
pub fn in_full(patterns: &[Str]) -> Vec<Option<Planned>> {
    let one = |pattern: &Str| {
        let lists = lists(&parsed(pattern).ok()?);
        (!lists.is_empty()).then(|| planned(lists))
    };
    in_shares(patterns, |share| share.iter().map(one).collect::<Vec<_>>()).concat()
}

fn planned(lists: Vec<Vec<Needle>>) -> Planned {
    Planned { test: Test::Needles, needles: List::keep(lists.into_iter().map(List::keep).collect()) }
}

/// Lists of needles, of each of which one stands in every line; the most telling first.
fn lists(hir: &Hir) -> Vec<Vec<Needle>> {
    let lists = demanded(hir).unwrap_or_default();
    let plain = |list: Vec<Needle>| list.iter().map(plain_part).collect::<Option<Vec<Needle>>>();
    let mut lists: Vec<Vec<Needle>> = lists.into_iter().filter_map(plain).collect();
    lists.sort_by_cached_key(|list| (Reverse(list.iter().map(Needle::telling).min()), list.len()));
    lists
}

/// The longest part of a needle that no form of a line writes in another way: quotes, backslashes, `<`,
/// `>`, `&` and what is not ASCII are escaped in JSON by one program or another.
fn plain_part(needle: &Needle) -> Option<Needle> {
    let is_plain = |byte: &u8| (b' '..=b'~').contains(byte) && !b"\"\\<>&'".contains(byte);
    let parts = needle.bytes.split(|byte| !is_plain(byte));
    let longest = parts.max_by_key(|part| part.len()).filter(|part| part.len() >= SHORTEST)?;
    Some(Needle { bytes: List::keep(longest.to_vec()), any_case: needle.any_case })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn needles(pattern: &str) -> Vec<String> {
        let found = of(pattern).into_iter().flat_map(|planned| planned.needles).flat_map(|list| *list);
        found.map(|needle| String::from_utf8(needle.bytes.to_vec()).unwrap()).collect()
    }

    #[test]
    fn a_line_has_all_that_is_demanded() {
        let planned = in_full(&[r"(?i)identity[ \t]+of.*gone"])[0].unwrap();
        assert!(planned.needles.len() > 1);
        let scanner = crate::scan::Scanner::new(crate::scan::Plan { signatures: List::keep(vec![planned]) });
        let text = "the identity of x\nIdentity\tof x is gone\ngone: the ident\n";
        let mut lines = Vec::new();
        scanner.scan(text.as_bytes(), 1, |hit| lines.push(hit.line)).unwrap();
        assert_eq!(lines, [2]);
    }

    #[test]
    fn many_are_taken_apart_in_their_order() {
        let patterns: Vec<Str> =
            (0..500).map(|at| crate::model::list::keep_text(&format!("number {at:03}x"))).collect();
        let found = in_full(&[patterns.as_slice(), &[".*"]].concat());
        let needles = found.iter().map(|planned| planned.map(|planned| planned.needles[0][0].bytes.to_vec()));
        let expected = patterns.iter().map(|text| Some(text.as_bytes().to_vec())).chain([None]);
        assert!(needles.eq(expected));
    }

    #[test]
    fn what_json_writes_otherwise_is_not_looked_for() {
        assert_eq!(needles(r#"^Post "https://router"#), ["https://router"]);
        assert_eq!(needles("(?i)token expired"), ["token expired"]);
        assert_eq!(needles("a<bcde>f"), ["bcde"]);
        assert_eq!(needles("(?:permission|access) denied"), ["access denied", "permission denied"]);
        assert!(needles(r#"a"b\\c"#).is_empty());
        assert!(needles(r"\d+ ms").is_empty());
    }
}
