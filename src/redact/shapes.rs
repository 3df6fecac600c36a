//! Credentials by their shape: the table of `rules/shapes/`, looked for in running text.

use std::sync::OnceLock;

use memchr::memchr_iter;
use regex::bytes::Regex;

use crate::model::list::List;
use crate::model::rulebook::{Family, Shape};

/// What the table knows and is no credential, or is found in other ways.
const OTHERWISE: [&str; 12] = [
    "cmdop_key",
    "json_web_token",
    "pem_block",
    "ssh_public_key",
    "url",
    "connection_string",
    "json_document",
    "email_address",
    "uuid",
    "hexadecimal_digits",
    "password_hash",
    "cmdop_sdk_key",
];

/// How web tokens and credentials of ours begin.
const OURS: [[u8; 2]; 3] = [*b"ey", *b"cm", *b"cl"];

/// The longest credential that is looked for.
const LONGEST: usize = 8 * 1024;

/// A credential of another CMDOP generation has so many random characters at least: below, names of
/// programs begin like them.
const OTHER_GENERATION: usize = 16;

/// The table, by how its shapes begin.
pub(super) struct Table {
    /// For every two bytes, which of `groups` has the beginnings that begin with them; the first is
    /// empty.
    pairs: Vec<u8>,
    /// A beginning and its shape, the longest first.
    groups: Vec<Vec<(&'static [u8], usize)>>,
    /// A bit for every two bytes that a credential may begin with, ours and web tokens included.
    begins: Box<[u64; 1024]>,
    /// The shapes without a beginning, and the length of the shortest text that is one of them.
    bare: Vec<usize>,
    shortest: OnceLock<usize>,
    shapes: Vec<Entry>,
}

struct Entry {
    shape: &'static Shape,
    pattern: OnceLock<Option<Regex>>,
}

/// A credential at a known place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Match {
    pub(super) length: usize,
    /// The length of its kind's fixed beginning.
    pub(super) beginning: usize,
    pub(super) says: &'static str,
}

impl Table {
    pub(super) fn new(table: List<Shape>) -> Table {
        let wanted = |shape: &&Shape| shape.family != Family::Example && !OTHERWISE.contains(&shape.id);
        let shapes: Vec<Entry> =
            table.into_iter().filter(wanted).map(|shape| Entry { shape, pattern: OnceLock::new() }).collect();
        let numbered = shapes.iter().enumerate();
        let bare = numbered.filter(|(_, entry)| entry.shape.prefixes.is_empty()).map(|(index, _)| index);
        let bare = bare.collect();
        let (pairs, groups, begins) = (vec![0; 1 << 16], vec![Vec::new()], Box::new([0; 1024]));
        let mut table = Table { pairs, groups, begins, bare, shortest: OnceLock::new(), shapes };
        for pair in OURS {
            table.begin(pair);
        }
        for index in 0..table.shapes.len() {
            for prefix in table.shapes[index].shape.prefixes {
                table.add(prefix.as_bytes(), index);
            }
        }
        for group in &mut table.groups {
            group.sort_by_key(|(beginning, _)| std::cmp::Reverse(beginning.len()));
        }
        table
    }

    fn add(&mut self, beginning: &'static [u8], shape: usize) {
        let Some(pair) = beginning.first_chunk() else { return };
        self.begin(*pair);
        let group = &mut self.pairs[usize::from(u16::from_le_bytes(*pair))];
        if *group == 0 {
            // More than 255 pairs share the last group: it is a quick look that becomes slower.
            *group = u8::try_from(self.groups.len()).unwrap_or(u8::MAX);
            self.groups.resize(self.groups.len().max(usize::from(*group) + 1), Vec::new());
        }
        self.groups[usize::from(*group)].push((beginning, shape));
    }

    fn begin(&mut self, pair: [u8; 2]) {
        let pair = usize::from(u16::from_le_bytes(pair));
        self.begins[pair / 64] |= 1 << (pair % 64);
    }

    /// Whether `text` may begin with a credential, one of ours or a web token included.
    pub(super) fn may_begin(&self, text: &[u8]) -> bool {
        let pair = usize::from(u16::from_le_bytes(text.first_chunk().copied().unwrap_or_default()));
        self.begins[pair / 64] >> (pair % 64) & 1 == 1
    }

    /// The credential that `text` begins with.
    pub(super) fn at_start_of(&self, text: &[u8]) -> Option<Match> {
        let pair = text.first_chunk()?;
        let group = &self.groups[usize::from(self.pairs[usize::from(u16::from_le_bytes(*pair))])];
        let mut begun = group.iter().filter(|(beginning, _)| text.starts_with(beginning));
        begun.find_map(|(beginning, index)| self.fit(*index, beginning.len(), text))
    }

    /// The credential without a fixed beginning that `text` is as a whole.
    pub(super) fn whole(&self, text: &[u8]) -> Option<Match> {
        let shortest = || self.bare.iter().map(|index| self.shapes[*index].least()).min().unwrap_or(0);
        if text.len() < *self.shortest.get_or_init(shortest) {
            return None;
        }
        let mut fits = self.bare.iter().filter_map(|index| self.fit(*index, 0, text));
        fits.find(|found| found.length == text.len())
    }

    fn fit(&self, index: usize, beginning: usize, text: &[u8]) -> Option<Match> {
        let Entry { shape, pattern } = &self.shapes[index];
        let build = || Regex::new(&format!(r"\A(?-u:{})", shape.pattern)).ok();
        let text = &text[..text.len().min(LONGEST)];
        let length = pattern.get_or_init(build).as_ref()?.find(text)?.end();
        let random = &text[beginning..length];
        let cut_off = text.get(length).is_some_and(|next| next.is_ascii_alphanumeric());
        let long_enough = shape.family != Family::OtherGeneration || random.len() >= OTHER_GENERATION;
        let found = !cut_off && long_enough && is_drawn(random);
        found.then_some(Match { length, beginning, says: shape.says })
    }
}

impl Entry {
    /// The length of the shortest text that has the shape.
    fn least(&self) -> usize {
        let parsed = regex_syntax::parse(&format!("(?-u:{})", self.shape.pattern)).ok();
        parsed.and_then(|pattern| pattern.properties().minimum_len()).unwrap_or(0)
    }
}

/// Whether a random part has what names of things lack: a digit, or capitals among small letters.
fn is_drawn(text: &[u8]) -> bool {
    let has = |test: fn(&u8) -> bool| text.iter().any(test);
    has(u8::is_ascii_digit) || has(u8::is_ascii_lowercase) && has(u8::is_ascii_uppercase)
}

/// How many bytes before a credential in a run of word bytes are not its own: the rest of an escape
/// (`\n`, `\u003d`, `%3D`, `ESC [36m`) that happens to be made of such bytes.
pub(super) fn lead(text: &[u8], start: usize) -> usize {
    let run = &text[start..];
    match start.checked_sub(1).map(|before| text[before]) {
        Some(b'\\') if run[0] == b'u' && run.len() > 5 => 5,
        Some(b'\\') => 1,
        Some(b'%') => 2,
        Some(b'[' | b';') => {
            let digits = run.iter().take_while(|byte| byte.is_ascii_digit()).count();
            if run.get(digits) == Some(&b'm') { digits + 1 } else { 0 }
        }
        _ => 0,
    }
}

/// The places in a run where a credential may begin: its start, and behind every hyphen.
pub(super) fn places(run: &[u8]) -> impl Iterator<Item = usize> {
    std::iter::once(0).chain(memchr_iter(b'-', run).map(|at| at + 1).filter(|at| *at < run.len()))
}
