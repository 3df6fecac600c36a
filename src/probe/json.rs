//! A JSON file, parsed strictly, with the position of the fault.

use std::collections::HashSet;
use std::path::Path;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::Value as Json;
use serde_json::error::Category;
use zeroize::Zeroizing;

use super::sheet::{self, Sheet};
use super::{Call, Context, pointer};
use crate::model::evidence::Reading;
use crate::model::fact::{Fact, Facts};
use crate::world::files::{self, ReadError};
use crate::world::unix::status;

/// The largest file that is read; a credential file has a few hundred bytes.
const LARGEST: u64 = 1024 * 1024;

/// How many duplicate keys are named, and how long each name may be.
const MOST_DUPLICATES: usize = 20;
const LONGEST_KEY: usize = 32;

/// What only the contents tell.
const UNREAD: &[&str] = &[
    "empty",
    "valid",
    "fault_line",
    "fault_column",
    "fault_offset",
    "cut",
    "trailing",
    "bom",
    "utf16",
    "utf8",
    "utf8_offset",
    "nuls",
    "html",
    "root",
    "duplicate_keys",
];

const UTF8_MARK: &[u8] = b"\xef\xbb\xbf";

pub(super) fn look(call: &Call, _ctx: &Context) -> Reading {
    read(call)
}

fn read(call: &Call) -> Reading {
    let path = Path::new(call.required("path"));
    let mut sheet = Sheet::new(call);
    sheet.put("path", || call.required("path"));
    let opened = files::open_plain(path);
    sheet.put("object", || {
        opened.as_ref().ok().and_then(|file| status::of_file(file).ok()).map(|s| s.identity())
    });
    let found = opened.and_then(|file| files::read_whole(file, LARGEST));
    sheet.put("readable", || matches!(found, Ok(_) | Err(ReadError::TooLarge)));
    let unread = match found {
        Ok(bytes) => return Reading::Found(describe(sheet, call, &Zeroizing::new(bytes))),
        Err(ReadError::Missing) => return Reading::Absent,
        Err(unread) => unread,
    };
    sheet.put("size", || status::of_target(path).map_or(Fact::Nothing, |found| sheet::bytes(found.size)));
    sheet.put("too_large", || unread == ReadError::TooLarge);
    sheet.put("fault", || matches!(unread, ReadError::Io(_)).then(|| unread.to_string()));
    sheet.put_nothing(UNREAD);
    Reading::Found(sheet.done())
}

fn describe(mut sheet: Sheet, call: &Call, bytes: &[u8]) -> Facts {
    let text = Text::of(bytes);
    let parsed = text.parsed();
    let fault = parsed.as_ref().err();
    let place = fault.map(|fault| place_of(bytes, fault.offset));
    let coordinate = |part: Option<usize>| part.map_or(Fact::Nothing, sheet::count);
    sheet.put("size", || sheet::bytes(bytes.len() as u64));
    sheet.put("too_large", || false);
    sheet.put("empty", || text.is_empty());
    sheet.put("valid", || parsed.is_ok());
    sheet.put("fault", || fault.map(|fault| fault.words.as_str()));
    sheet.put("fault_line", || coordinate(place.map(|(line, _)| line)));
    sheet.put("fault_column", || coordinate(place.map(|(_, column)| column)));
    sheet.put("fault_offset", || coordinate(fault.map(|fault| fault.offset)));
    sheet.put("cut", || fault.is_some_and(|fault| fault.sort == Sort::Cut));
    sheet.put("trailing", || fault.is_some_and(|fault| fault.sort == Sort::Trailing));
    sheet.put("bom", || text.mark);
    sheet.put("utf16", || text.utf16);
    sheet.put("utf8", || text.not_utf8.is_none());
    sheet.put("utf8_offset", || coordinate(text.not_utf8.filter(|_| !text.utf16)));
    sheet.put("nuls", || !text.utf16 && bytes.contains(&0));
    sheet.put("html", || text.is_html());
    let root = parsed.as_ref().ok();
    sheet.put("root", || root.map(kind_of));
    sheet.put("duplicate_keys", || match root {
        Some(Json::Object(_)) => Fact::from(duplicate_keys(text.body)),
        _ => Fact::Nothing,
    });
    let mut facts = sheet.done();
    pointer::declared(&call.body, root.unwrap_or(&Json::Null), &mut facts);
    facts
}

/// The contents of a file, before anything is parsed.
struct Text<'a> {
    whole: &'a [u8],
    /// What follows the byte-order mark.
    body: &'a [u8],
    /// It starts with a UTF-8 byte-order mark.
    mark: bool,
    utf16: bool,
    /// The bytes before the first that is not UTF-8.
    not_utf8: Option<usize>,
}

/// What is wrong with a document, without any of its contents.
struct Fault {
    words: String,
    /// Bytes from the start of the file.
    offset: usize,
    sort: Sort,
}

#[derive(PartialEq)]
enum Sort {
    Cut,
    Trailing,
    Other,
}

impl<'a> Text<'a> {
    fn of(whole: &'a [u8]) -> Text<'a> {
        let body = whole.strip_prefix(UTF8_MARK);
        let utf16 = is_utf16(whole);
        let not_utf8 = std::str::from_utf8(whole).err().map(|fault| fault.valid_up_to());
        Text {
            whole,
            body: body.unwrap_or(whole),
            mark: body.is_some(),
            utf16,
            // UTF-16 of plain English is valid UTF-8 full of NULs, and not meant as such.
            not_utf8: if utf16 { Some(0) } else { not_utf8 },
        }
    }

    fn is_empty(&self) -> bool {
        self.body.trim_ascii().is_empty()
    }

    fn is_html(&self) -> bool {
        self.body.trim_ascii_start().starts_with(b"<")
    }

    fn parsed(&self) -> Result<Json, Fault> {
        let other = |words: &str, offset| Err(Fault { words: words.to_owned(), offset, sort: Sort::Other });
        match self.not_utf8 {
            _ if self.utf16 => other("the text is UTF-16, not UTF-8", 0),
            Some(offset) => other("a byte that is not UTF-8", offset),
            None if self.is_empty() => other("there is nothing in it", self.whole.len()),
            None => self.parsed_strictly(),
        }
    }

    fn parsed_strictly(&self) -> Result<Json, Fault> {
        let mut parser = serde_json::Deserializer::from_slice(self.body);
        let document = Json::deserialize(&mut parser).map_err(|error| self.fault(&error, Sort::Other))?;
        parser.end().map_err(|error| self.fault(&error, Sort::Trailing))?;
        Ok(document)
    }

    fn fault(&self, error: &serde_json::Error, sort: Sort) -> Fault {
        let words = error.to_string();
        let words = words.split(" at line ").next().unwrap_or_default().to_owned();
        let before_body = self.whole.len() - self.body.len();
        match error.classify() {
            Category::Eof => Fault { words, offset: self.whole.len(), sort: Sort::Cut },
            _ => Fault {
                words,
                offset: before_body + offset_in(self.body, error.line(), error.column()),
                sort,
            },
        }
    }
}

/// Whether the bytes begin as UTF-16 does: with its byte-order mark, or with two characters of
/// which every other byte is NUL, as a JSON text does without one (RFC 4627 section 3).
fn is_utf16(bytes: &[u8]) -> bool {
    match bytes {
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => true,
        [a, 0, b, 0, ..] | [0, a, 0, b, ..] => *a != 0 && *b != 0,
        _ => false,
    }
}

/// The offset of a one-based line and column, of which the parser gives column 0 for the very end
/// of the line before.
fn offset_in(text: &[u8], line: usize, column: usize) -> usize {
    let starts = text.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(at, _)| at + 1);
    let start = std::iter::once(0).chain(starts).nth(line.saturating_sub(1)).unwrap_or(text.len());
    (start + column.saturating_sub(1)).min(text.len())
}

/// The one-based line and column, in bytes, of an offset.
fn place_of(text: &[u8], offset: usize) -> (usize, usize) {
    let before = &text[..offset.min(text.len())];
    let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
    let start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    (line, before.len() - start + 1)
}

fn kind_of(document: &Json) -> &'static str {
    match document {
        Json::Object(_) => "object",
        Json::Array(_) => "array",
        Json::String(_) => "string",
        Json::Number(_) => "number",
        Json::Bool(_) => "boolean",
        Json::Null => "null",
    }
}

/// The keys that stand more than once in the root object of a valid document.
fn duplicate_keys(text: &[u8]) -> Vec<String> {
    let mut keys = serde_json::from_slice::<Duplicates>(text).map_or(Vec::new(), |found| found.0);
    keys.retain(|key| is_field_name(key));
    keys.truncate(MOST_DUPLICATES);
    keys
}

/// Whether `key` is a name of the usual kind. Anything else may be a secret in the wrong place.
fn is_field_name(key: &str) -> bool {
    key.len() <= LONGEST_KEY && key.bytes().all(|byte| byte.is_ascii_alphabetic() || b"_-.".contains(&byte))
}

struct Duplicates(Vec<String>);

impl<'de> Deserialize<'de> for Duplicates {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Duplicates, D::Error> {
        deserializer.deserialize_map(RootKeys).map(Duplicates)
    }
}

struct RootKeys;

impl<'de> Visitor<'de> for RootKeys {
    type Value = Vec<String>;

    fn expecting(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Vec<String>, A::Error> {
        let mut seen = HashSet::new();
        let mut twice: Vec<String> = Vec::new();
        while let Some((key, IgnoredAny)) = map.next_entry::<String, _>()? {
            if seen.contains(&key) && !twice.contains(&key) && twice.len() < MOST_DUPLICATES {
                twice.push(key.clone());
            }
            seen.insert(key);
        }
        Ok(twice)
    }
}

#[cfg(test)]
mod tests;
