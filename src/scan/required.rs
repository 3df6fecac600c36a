//! Which texts an expression cannot match without.

use std::cmp::Reverse;

use regex_syntax::hir::{Class, Hir, HirKind, Repetition};

use super::telling::telling;

/// A text that a match contains.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Text {
    pub(super) bytes: Vec<u8>,
    pub(super) any_case: bool,
}

/// So many ways of writing something are followed; beyond, the parts are taken apart.
const WAYS: usize = 64;

/// Shorter texts stand everywhere.
const TINY: usize = 4;

/// Longer texts tell no more.
const LONG: usize = 128;

/// A list with more texts is not looked for.
const MANY: usize = 1024;

/// So many lists of an expression are kept.
const LISTS: usize = 8;

/// A class of so many bytes is taken as that many ways.
const FEW: usize = 4;

/// What is known of an expression's matches.
struct Known {
    /// Every match is one of these.
    whole: Option<Vec<Text>>,
    /// Every match begins with one of these; of use where `whole` is unknown, as is the rest.
    starts: Vec<Text>,
    /// Every match ends with one of these.
    ends: Vec<Text>,
    /// Of each of these, every match contains one.
    parts: Vec<Vec<Text>>,
}

impl Default for Known {
    fn default() -> Known {
        Known { whole: None, starts: vec![text(&[])], ends: vec![text(&[])], parts: Vec::new() }
    }
}

/// Lists of texts; of each list, one text stands in every match of `hir`. The most telling list is
/// the first; there is none where no text is worth looking for.
pub(super) fn needles(hir: &Hir) -> Vec<Vec<Text>> {
    let mut lists = parts(know(hir));
    lists.iter_mut().for_each(prune);
    lists.retain(|list| shortest(list) >= super::choice::SHORTEST && list.len() <= MANY);
    lists.sort_by_cached_key(|list| Reverse(worth(list)));
    lists.dedup();
    lists.truncate(LISTS);
    lists
}

/// Leaves out what contains another text of the list.
fn prune(list: &mut Vec<Text>) {
    let mut kept: Vec<Text> = Vec::with_capacity(list.len());
    list.sort_by_key(|text| text.bytes.len());
    for text in list.drain(..) {
        if !kept.iter().any(|known| known.is_in(&text)) {
            kept.push(text);
        }
    }
    *list = kept;
}

impl Text {
    /// Whether whatever contains `other` contains this one.
    fn is_in(&self, other: &Text) -> bool {
        let mut windows = other.bytes.windows(self.bytes.len().max(1));
        match self.any_case {
            true => windows.any(|window| window.eq_ignore_ascii_case(&self.bytes)),
            false => !other.any_case && windows.any(|window| window == self.bytes),
        }
    }
}

/// What every match contains, where it does not matter whether it is all.
fn parts(known: Known) -> Vec<Vec<Text>> {
    match known.whole {
        Some(whole) => vec![whole],
        None => [known.parts, vec![known.starts, known.ends]].concat(),
    }
}

fn know(hir: &Hir) -> Known {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => exactly(vec![text(&[])]),
        HirKind::Literal(literal) if literal.0.len() <= LONG => exactly(vec![text(&literal.0)]),
        HirKind::Literal(literal) => {
            Known { parts: vec![vec![text(&literal.0[..LONG])]], ..Known::default() }
        }
        HirKind::Class(class) => of_class(class).map_or_else(Known::default, exactly),
        HirKind::Capture(capture) => know(&capture.sub),
        HirKind::Repetition(repetition) => of_repetition(repetition),
        HirKind::Concat(parts) => of_concatenation(parts),
        HirKind::Alternation(parts) => of_choice(parts.iter().map(know).collect()),
    }
}

fn text(bytes: &[u8]) -> Text {
    Text { bytes: bytes.to_vec(), any_case: false }
}

fn exactly(whole: Vec<Text>) -> Known {
    Known { whole: Some(whole), ..Known::default() }
}

/// The members of a small class; a letter in both cases is one member.
fn of_class(class: &Class) -> Option<Vec<Text>> {
    let ranges: Vec<(u8, u8)> = match class {
        Class::Bytes(class) => class.ranges().iter().map(|range| (range.start(), range.end())).collect(),
        Class::Unicode(class) => {
            let range = |range: &regex_syntax::hir::ClassUnicodeRange| {
                let (start, end) = (u8::try_from(range.start()).ok()?, u8::try_from(range.end()).ok()?);
                end.is_ascii().then_some((start, end))
            };
            class.ranges().iter().map(range).collect::<Option<_>>()?
        }
    };
    let members: Vec<u8> = ranges.iter().flat_map(|(start, end)| *start..=*end).take(FEW + 1).collect();
    match members.as_slice() {
        [capital, small] if capital.is_ascii_uppercase() && capital.to_ascii_lowercase() == *small => {
            Some(vec![Text { bytes: vec![*small], any_case: true }])
        }
        members if (1..=FEW).contains(&members.len()) => {
            Some(members.iter().map(|byte| text(&[*byte])).collect())
        }
        _ => None,
    }
}

fn of_repetition(repetition: &Repetition) -> Known {
    let once = know(&repetition.sub);
    match (repetition.min, repetition.max) {
        (0, Some(1)) => match once.whole {
            Some(mut whole) if whole.len() < WAYS => {
                whole.push(text(&[]));
                exactly(whole)
            }
            _ => Known::default(),
        },
        (0, _) => Known::default(),
        (1, Some(1)) => once,
        (least, most) => {
            let times = usize::try_from(least).unwrap_or(usize::MAX).min(LONG);
            let unfolded = of_sequence((0..times).map(|_| know(&repetition.sub)));
            if most == Some(least) && times < LONG { unfolded } else { loosened(unfolded) }
        }
    }
}

/// What is left to say if the same may follow.
fn loosened(known: Known) -> Known {
    match known.whole {
        Some(whole) => Known { whole: None, starts: whole.clone(), ends: whole.clone(), parts: vec![whole] },
        None => known,
    }
}

/// A sequence. What all members of a choice begin with was put before the choice by the parser; it is
/// given back to each, as it may be the better half of what one demands.
fn of_concatenation(parts: &[Hir]) -> Known {
    let is_choice = |part: &Hir| matches!(part.kind(), HirKind::Alternation(_)) && know(part).whole.is_none();
    let Some(at) = parts.iter().position(is_choice) else { return of_sequence(parts.iter().map(know)) };
    let HirKind::Alternation(members) = parts[at].kind() else { return of_sequence(parts.iter().map(know)) };
    let before = parts[..at].iter().rev().take_while(|part| know(part).whole.is_some()).count();
    let shared = &parts[at - before..at];
    let member = |member: &Hir| match member.kind() {
        HirKind::Concat(own) => of_concatenation(&[shared, own].concat()),
        _ => of_sequence(shared.iter().chain([member]).map(know)),
    };
    let choice = of_choice(members.iter().map(member).collect());
    let after = parts[at + 1..].iter().map(know);
    of_sequence(parts[..at - before].iter().map(know).chain([choice]).chain(after))
}

fn of_sequence(members: impl Iterator<Item = Known>) -> Known {
    let mut run = vec![text(&[])];
    let mut starts = None;
    let mut parts: Vec<Vec<Text>> = Vec::new();
    for member in members {
        let (begins, ends, known) = match member.whole {
            Some(whole) => match joined(&run, &whole) {
                Some(joined) => {
                    run = joined;
                    continue;
                }
                None => (vec![text(&[])], whole, Vec::new()),
            },
            None => (member.starts, member.ends, member.parts),
        };
        let before = std::mem::replace(&mut run, ends);
        let before = joined(&before, &begins).unwrap_or(before);
        starts.get_or_insert_with(|| before.clone());
        parts.push(before);
        parts.extend(known);
    }
    match starts {
        None => exactly(run),
        Some(starts) => Known { whole: None, starts, ends: run, parts },
    }
}

/// Every one of `first` followed by every one of `then`, unless that is too much.
fn joined(first: &[Text], then: &[Text]) -> Option<Vec<Text>> {
    let longest = |texts: &[Text]| texts.iter().map(|text| text.bytes.len()).max().unwrap_or(0);
    if first.len() * then.len() > WAYS || longest(first) + longest(then) > LONG {
        return None;
    }
    let join = |first: &Text, then: &Text| Text {
        bytes: [first.bytes.as_slice(), then.bytes.as_slice()].concat(),
        any_case: first.any_case || then.any_case,
    };
    Some(first.iter().flat_map(|first| then.iter().map(move |then| join(first, then))).collect())
}

fn of_choice(members: Vec<Known>) -> Known {
    let wholes: Option<Vec<Vec<Text>>> = members.iter().map(|member| member.whole.clone()).collect();
    if let Some(wholes) = wholes.map(|wholes| wholes.concat()).filter(|wholes| wholes.len() <= WAYS) {
        return exactly(wholes);
    }
    let best = |member: Known| parts(member).into_iter().max_by_key(|list| worth(list));
    let lists: Option<Vec<Vec<Text>>> = members.into_iter().map(best).collect();
    Known { parts: lists.map(|lists| lists.concat()).into_iter().collect(), ..Known::default() }
}

/// How much a list tells: no tiny texts, telling ones, long ones, then few.
fn worth(list: &[Text]) -> (usize, usize, usize, Reverse<usize>) {
    let least = list.iter().map(|text| telling(&text.bytes)).min().unwrap_or(0);
    (shortest(list).min(TINY), least, shortest(list), Reverse(list.len()))
}

fn shortest(texts: &[Text]) -> usize {
    texts.iter().map(|text| text.bytes.len()).min().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(pattern: &str) -> Vec<String> {
        let mut parser = regex_syntax::ParserBuilder::new().unicode(false).utf8(false).build();
        let shown = |text: Text| {
            let shown = String::from_utf8_lossy(&text.bytes).into_owned();
            if text.any_case { format!("{shown}/i") } else { shown }
        };
        let lists = needles(&parser.parse(pattern).unwrap());
        lists.into_iter().next().unwrap_or_default().into_iter().map(shown).collect()
    }

    #[test]
    fn the_longest_run_of_fixed_bytes_is_demanded() {
        assert_eq!(of(r"daemon UID: (?<a>\d+), caller"), [r"daemon UID: "]);
        assert_eq!(of(r"^\bError: (permission|access) denied$").len(), 2);
        assert_eq!(of("(?i)token expired"), ["token expired/i"]);
        assert_eq!(of("tokens? expired"), ["token expired", "tokens expired"]);
        assert_eq!(of("(?:the )?token expired"), ["token expired"]);
        assert_eq!(of("a+bcd{2}e*"), ["abcdd"]);
        assert_eq!(of(r"token[ \t]+expired")[0], "\texpired");
        assert_eq!(of("(?:ab){2,}"), ["abab"]);
        assert_eq!(of("(?:fatal|panic): .*"), ["fatal: ", "panic: "]);
    }

    #[test]
    fn words_that_every_log_has_tell_little() {
        assert_eq!(of(r"workspace\b.{0,60}\bnot (?:found|known)"), ["not found", "not known"]);
        assert_eq!(of(r"permission.*eperm"), ["eperm"]);
    }

    #[test]
    fn members_of_a_choice_keep_what_they_begin_with() {
        assert_eq!(of(r"\bsso.{0,40}gone|\bsaml.{0,60}(?:fail|error|invalid)"), ["gone", "saml"]);
        assert_eq!(of(r"code = (?:a\d+|bcd.*)x"), ["code = a", "code = bcd"]);
    }

    #[test]
    fn what_may_be_missing_is_not_demanded() {
        for pattern in ["(?:token expired)?", "(?:token)*", r"\d+", "token|.*", "ab", "", "[a-z]{8}"] {
            assert!(of(pattern).is_empty(), "{pattern}");
        }
    }
}
