//! From sightings to hits: the lines with needles in them, and what their signatures say.

use memchr::{memchr_iter, memmem};

use super::digest::Digest;
use super::hit::{Found, Span};
use super::lane::Hunt;
use super::pieces::{Piece, piece_with};
use super::plan::{Needle, Test};
use super::scanner::Scanner;
use super::sweep::Sighting;
use crate::model::list::List;

/// The state of judging one block.
pub(super) struct Judge<'s> {
    scanner: &'s Scanner,
    hunt: &'s Hunt,
    block: &'s [u8],
    /// Where lines are counted to, and how many there were.
    counted: usize,
    lines: u64,
    /// The signatures to ask about one line, with their first needle, and what the line may have.
    asked: Vec<(u32, Option<Span>)>,
    digest: Digest,
}

impl<'s> Judge<'s> {
    pub(super) fn new(scanner: &'s Scanner, hunt: &'s Hunt, block: &'s [u8]) -> Judge<'s> {
        Judge { scanner, hunt, block, counted: 0, lines: 0, asked: Vec::new(), digest: Digest::new() }
    }

    /// Keeps all hits of the block in `found` and counts its lines; `sightings` are in order.
    pub(super) fn judge(mut self, sightings: &[Sighting], found: &mut Found) {
        let every_line = !self.scanner.always.is_empty();
        let (mut known, mut left) = (0, sightings);
        while known < self.block.len() {
            let at = match left.first() {
                _ if every_line => known,
                Some(sighting) => known.max(sighting.start as usize),
                None => break,
            };
            let piece = piece_with(self.block, at, known);
            let here = left.iter().take_while(|sighting| (sighting.start as usize) < piece.next).count();
            self.judge_piece(piece, &left[..here], found);
            (known, left) = (piece.next, &left[here..]);
        }
        self.count_to(self.block.len());
        found.lines = self.lines;
    }

    fn count_to(&mut self, at: usize) {
        self.lines += memchr_iter(b'\n', &self.block[self.counted..at]).count() as u64;
        self.counted = at;
    }

    fn judge_piece(&mut self, piece: Piece, sightings: &[Sighting], found: &mut Found) {
        let mut asked = std::mem::take(&mut self.asked);
        asked.clear();
        asked.extend(self.scanner.always.iter().map(|signature| (*signature, None)));
        for sighting in sightings {
            let needle = self.hunt.quarry[sighting.needle as usize].needle;
            let start = sighting.start as usize;
            let end = start + needle.bytes.len();
            if start >= piece.start && end <= piece.end {
                let span = span(start - piece.start, end - piece.start);
                let signatures = self.hunt.signatures_with(sighting.needle).iter();
                asked.extend(signatures.map(|signature| (*signature, span)));
            }
        }
        asked.sort_unstable();
        asked.dedup_by_key(|(signature, _)| *signature);
        self.digest.clear();
        let mut kept = None;
        for (signature, first) in &asked {
            let text = &self.block[piece.start..piece.end];
            let Some(spans) = self.spans(*signature, text, *first) else { continue };
            self.count_to(piece.start);
            let line = kept.get_or_insert_with(|| found.keep_line(text)).clone();
            found.keep(*signature, (self.lines, piece.start), line, spans.into_iter());
        }
        self.asked = asked;
    }

    /// What the groups of `signature` took of `text`, if it has it; `first` is its first needle.
    fn spans(&mut self, signature: u32, text: &[u8], first: Option<Span>) -> Option<Vec<Option<Span>>> {
        let planned = self.scanner.plan.signatures[signature as usize];
        if planned.needles.len() > 1 && !self.digest.may_have(text, planned.needles) {
            return None;
        }
        if planned.test == Test::Needles {
            let has_all =
                planned.needles.len() == 1 || planned.needles.iter().all(|list| has_one(text, *list));
            return has_all.then(|| vec![first]);
        }
        let regex = self.scanner.regex(signature)?;
        if regex.captures_len() == 1 {
            let whole = regex.find(text)?;
            return Some(vec![span(whole.start(), whole.end())]);
        }
        let groups = regex.captures(text)?;
        Some(groups.iter().map(|group| group.and_then(|group| span(group.start(), group.end()))).collect())
    }
}

/// Whether `text` has one of `needles`.
fn has_one(text: &[u8], needles: List<Needle>) -> bool {
    needles.iter().any(|needle| match needle.any_case {
        true => text.windows(needle.bytes.len()).any(|part| part.eq_ignore_ascii_case(&needle.bytes)),
        false => memmem::find(text, &needle.bytes).is_some(),
    })
}

fn span(start: usize, end: usize) -> Option<Span> {
    Some((u32::try_from(start).ok()?, u32::try_from(end).ok()?))
}
