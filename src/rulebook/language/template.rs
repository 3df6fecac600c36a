//! Sentences with holes, taken apart: `{evidence.fact|filter}`, `{symbol}`, `{{` and `}}`.

use super::fault::quoted;
use super::node::{Content, Node, Pos};
use super::reader::Reader;
use super::scope::{Scope, Use};
use crate::model::condition::FactRef;
use crate::model::fact::FactType;
use crate::model::list::{List, keep_text};
use crate::model::settings::SYMBOLS;
use crate::model::template::{Filter, Hole, Piece, Template};

/// Reads a text with holes; a number counts as the text that it is written as.
pub(super) fn read(reader: &mut Reader<'_>, scope: &Scope<'_>, node: &Node<'_>) -> Template {
    match &node.content {
        Content::Int(number) => plain(&number.to_string()),
        // Block scalars have a line end, which no sentence or parameter means.
        _ => match reader.text(node) {
            Some(text) => parse(reader, scope, text.trim_end_matches('\n'), node.pos),
            None => Template::EMPTY,
        },
    }
}

/// Reads the text of a key that need not be there.
pub(super) fn read_if(reader: &mut Reader<'_>, scope: &Scope<'_>, node: Option<&Node<'_>>) -> Template {
    node.map_or(Template::EMPTY, |node| read(reader, scope, node))
}

/// A text without holes.
fn plain(text: &str) -> Template {
    let written = keep_text(text);
    Template { written, pieces: List::keep(vec![Piece::Words(written)]) }
}

fn parse(reader: &mut Reader<'_>, scope: &Scope<'_>, text: &str, pos: Pos) -> Template {
    if !text.contains(['{', '}']) {
        return plain(text);
    }
    let mut pieces = Vec::new();
    let mut words = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(['{', '}']) {
        words.push_str(&rest[..at]);
        let (brace, after) = (&rest[at..=at], &rest[at + 1..]);
        let offset = text.len() - rest.len() + at;
        if let Some(after) = after.strip_prefix(brace) {
            words.push_str(brace);
            rest = after;
            continue;
        }
        let Some((inside, after)) =
            after.split_once('}').filter(|(inside, _)| brace == "{" && !inside.contains('{'))
        else {
            let place = reader.document.place_in(text, offset, pos);
            let fault = reader.fault(place, format!("a single {} opens or closes no hole", quoted(brace)));
            reader.report(fault.hint(format!("write `{brace}{brace}` for the character itself")));
            return Template::EMPTY;
        };
        push_words(&mut pieces, &mut words);
        let faults = reader.count();
        let mut found = hole(reader, scope, inside, pos);
        if reader.count() > faults {
            // Searching for the exact place takes time that only a fault is worth.
            reader.retract(faults);
            let place = reader.document.place_in(text, offset, pos);
            found = hole(reader, scope, inside, place);
        }
        pieces.extend(found.map(Piece::Hole));
        rest = after;
    }
    words.push_str(rest);
    push_words(&mut pieces, &mut words);
    Template { written: keep_text(text), pieces: List::keep(pieces) }
}

fn push_words(pieces: &mut Vec<Piece>, words: &mut String) {
    if !words.is_empty() {
        pieces.push(Piece::Words(keep_text(words)));
        words.clear();
    }
}

fn hole(reader: &mut Reader<'_>, scope: &Scope<'_>, inside: &str, pos: Pos) -> Option<Hole> {
    let mut parts = inside.split('|').map(str::trim);
    let name = parts.next().unwrap_or_default();
    let (fact, mut kind) = variable(reader, scope, name, pos)?;
    let mut filters = Vec::new();
    for written in parts {
        let (filter, result) = filter(reader, scope, written, kind, pos)?;
        filters.push(filter);
        kind = result;
    }
    if matches!(kind, FactType::Texts | FactType::Maps(_)) {
        let fault = reader.fault(pos, format!("{} is a list, not a text", quoted(name)));
        reader.report(fault.expected("`|count`, or for a list of texts `|join` or `|first`"));
        return None;
    }
    Some(Hole { fact, filters: List::keep(filters) })
}

/// The fact or symbol that a hole names.
fn variable(reader: &mut Reader<'_>, scope: &Scope<'_>, name: &str, pos: Pos) -> Option<(FactRef, FactType)> {
    if name.contains('.') || scope.is_element(name) {
        let (fact, kind) = scope.resolve(reader, name, pos, Use::Text)?;
        return Some((fact, kind));
    }
    let symbols = || SYMBOLS.iter().map(|(symbol, _)| *symbol);
    let symbol = symbols().find(|symbol| *symbol == name);
    if symbol.is_none() {
        let known: Vec<&str> = symbols().collect();
        let fault = reader
            .fault(pos, format!("there is no symbol {}", quoted(name)))
            .expected(format!("`evidence.fact`, or one of {}", known.join(", ")))
            .did_you_mean(name, symbols());
        reader.report(fault);
    }
    symbol.map(|symbol| (FactRef { evidence: "", fact: symbol }, FactType::Text))
}

/// A filter, and the type of what comes out of it.
fn filter(
    reader: &mut Reader<'_>,
    scope: &Scope<'_>,
    written: &str,
    of: FactType,
    pos: Pos,
) -> Option<(Filter, FactType)> {
    let (name, argument) = written.split_once(':').map_or((written, None), |(name, arg)| (name, Some(arg)));
    let plain = Filter::PLAIN.iter().find(|(known, _)| *known == name).map(|(_, filter)| *filter);
    let timed = Filter::WITH_TIME.contains(&name);
    let filter = match (plain, argument) {
        (Some(filter), None) => filter,
        (None, Some(argument)) if timed => {
            let (fact, kind) = scope.resolve(reader, argument.trim(), pos, Use::Text)?;
            if kind != FactType::Time {
                reader.report(reader.fault(pos, format!("{} is no time", quoted(argument))));
                return None;
            }
            if name == "since" { Filter::Since(fact) } else { Filter::Until(fact) }
        }
        _ => {
            report_bad_filter(reader, name, plain.is_some(), timed, pos);
            return None;
        }
    };
    let result = result_of(filter, of);
    if result.is_none() {
        let what = format!("the filter {} cannot take the type {}", quoted(name), of.name());
        reader.report(reader.fault(pos, what));
    }
    result.map(|result| (filter, result))
}

fn report_bad_filter(reader: &mut Reader<'_>, name: &str, plain: bool, timed: bool, pos: Pos) {
    let names = || Filter::PLAIN.iter().map(|(name, _)| *name).chain(Filter::WITH_TIME);
    let fault = if plain {
        reader.fault(pos, format!("the filter {} takes no argument", quoted(name)))
    } else if timed {
        reader.fault(pos, format!("the filter {} needs a time: `{name}:now.time`", quoted(name)))
    } else {
        let known: Vec<&str> = names().collect();
        let what = format!("there is no filter {}", quoted(name));
        reader.fault(pos, what).expected(known.join(", ")).did_you_mean(name, names())
    };
    reader.report(fault);
}

/// The type that `filter` makes of the type `of`, if it can.
fn result_of(filter: Filter, of: FactType) -> Option<FactType> {
    match (filter, of) {
        (Filter::Since(_) | Filter::Until(_), FactType::Time) => Some(FactType::Duration),
        (Filter::Count, FactType::Texts | FactType::Maps(_)) => Some(FactType::Int),
        (Filter::Join | Filter::First, FactType::Texts) => Some(FactType::Text),
        (Filter::Name | Filter::Folder, FactType::Text) | (Filter::Date, FactType::Time) => {
            Some(FactType::Text)
        }
        (Filter::Abs, FactType::Int | FactType::Duration) => Some(of),
        _ => None,
    }
}
