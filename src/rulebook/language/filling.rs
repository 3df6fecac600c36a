//! Texts with what a line shows put in: `{name}`, `{name:conversion}`, in keys also `{symbol}`.

use super::fault::{either, quoted};
use super::node::Pos;
use super::reader::Reader;
use crate::model::list::{List, Str, keep_text};
use crate::model::log_rule::{Conversion, FieldTest, Filling, Part, Source};
use crate::model::settings::SYMBOLS;

/// What can be taken from the lines that a rule is about.
pub(super) struct Takes<'g> {
    /// The names of the groups of its pattern, by number; none where the pattern was not understood.
    pub groups: Option<&'g [Option<String>]>,
    pub fields: List<FieldTest>,
}

impl Takes<'_> {
    /// Where the text called `name` is. Reports it where there is none.
    fn find(&self, reader: &mut Reader<'_>, name: &str, pos: Pos) -> Option<Source> {
        let groups = self.groups?;
        if let Some(group) = groups.iter().position(|group| group.as_deref() == Some(name)) {
            return Some(Source::Group(group));
        }
        if let Some(field) = self.fields.iter().find(|field| field.name == name) {
            return Some(Source::Field(field.name));
        }
        let fields = self.fields.iter().map(|field| field.name);
        let known: Vec<&str> = groups.iter().flatten().map(String::as_str).chain(fields).collect();
        let fault =
            reader.fault(pos, format!("neither a group of `match` nor a field is called {}", quoted(name)));
        let fault = fault.did_you_mean(name, known.iter().copied());
        let names = if known.is_empty() { "a group `(?<name>…)`".to_owned() } else { either(&known) };
        reader.report(fault.expected(names));
        None
    }
}

/// A part with the conversion that is written in it.
pub(super) struct Piece {
    pub part: Part,
    pub conversion: Option<Conversion>,
}

/// Whether `{api}` and its like mean symbols.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Symbols {
    Allowed,
    None,
}

/// Takes `text` apart. `None` where something is wrong, which was reported.
pub(super) fn parse(
    reader: &mut Reader<'_>,
    takes: &Takes<'_>,
    symbols: Symbols,
    text: &str,
    pos: Pos,
) -> Option<Vec<Piece>> {
    let mut pieces = Vec::new();
    let mut just = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(['{', '}']) {
        just.push_str(&rest[..at]);
        let (brace, after) = (&rest[at..=at], &rest[at + 1..]);
        if let Some(after) = after.strip_prefix(brace) {
            just.push_str(brace);
            rest = after;
            continue;
        }
        let place = reader.document.place_in(text, text.len() - rest.len() + at, pos);
        let Some((inside, after)) =
            after.split_once('}').filter(|(inside, _)| brace == "{" && !inside.contains('{'))
        else {
            let fault = reader.fault(place, format!("a single {} opens or closes no hole", quoted(brace)));
            reader.report(fault.hint(format!("write `{brace}{brace}` for the character itself")));
            return None;
        };
        push_words(&mut pieces, &mut just);
        pieces.push(hole(reader, takes, symbols, inside, place)?);
        rest = after;
    }
    just.push_str(rest);
    push_words(&mut pieces, &mut just);
    Some(pieces)
}

fn push_words(pieces: &mut Vec<Piece>, just: &mut String) {
    if !just.is_empty() {
        pieces.push(Piece { part: Part::Just(keep_text(just)), conversion: None });
        just.clear();
    }
}

fn hole(
    reader: &mut Reader<'_>,
    takes: &Takes<'_>,
    symbols: Symbols,
    inside: &str,
    pos: Pos,
) -> Option<Piece> {
    let (name, conversion) = match inside.split_once(':') {
        Some((name, conversion)) => (name, Some(read_conversion(reader, conversion, pos)?)),
        None => (inside, None),
    };
    let symbol = SYMBOLS.iter().find(|(symbol, _)| symbols == Symbols::Allowed && *symbol == name);
    let part = match symbol {
        Some((symbol, _)) => Part::Symbol(symbol),
        None => Part::Shown(takes.find(reader, name, pos)?),
    };
    Some(Piece { part, conversion })
}

fn read_conversion(reader: &mut Reader<'_>, name: &str, pos: Pos) -> Option<Conversion> {
    let found = Conversion::ALL.iter().find(|(known, _)| *known == name).map(|(_, conversion)| *conversion);
    if found.is_none() {
        let names: Vec<Str> = Conversion::ALL.iter().map(|(name, _)| *name).collect();
        let fault = reader.fault(pos, format!("there is no conversion {}", quoted(name)));
        reader.report(fault.expected(either(&names)).did_you_mean(name, names.iter().copied()));
    }
    found
}

/// Reads a text whose parts are put together as they are.
pub(super) fn read(
    reader: &mut Reader<'_>,
    takes: &Takes<'_>,
    symbols: Symbols,
    text: &str,
    pos: Pos,
) -> Option<Filling> {
    let pieces = parse(reader, takes, symbols, text, pos)?;
    let converted =
        |piece: &&Piece| piece.conversion.is_some_and(|conversion| conversion != Conversion::ToText);
    if pieces.iter().any(|piece| converted(&piece)) {
        reader.report(reader.fault(pos, "a part of a text is a text").hint("leave the conversion out"));
        return None;
    }
    Some(Filling(List::keep(pieces.into_iter().map(|piece| piece.part).collect())))
}
