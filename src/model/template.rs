//! Sentences with holes: what a rule says, filled in from evidence.

use serde::{Deserialize, Serialize};

use super::condition::FactRef;
use super::list::{List, Str};
use super::slab;

/// A text of a rule with `{evidence.fact}` holes, already taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(from = "Encoded", into = "Encoded", bound(deserialize = "'de: 'static"))]
pub struct Template {
    /// As it stands in the rule file; probe keys are made of this.
    pub written: Str,
    pub pieces: List<Piece>,
}

impl Template {
    pub const EMPTY: Template = Template { written: "", pieces: List::EMPTY };

    pub fn is_empty(&self) -> bool {
        self.written.is_empty()
    }
}

/// A template as it is encoded: most are left out, or have no holes, and need not say so twice.
#[derive(Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
enum Encoded {
    LeftOut,
    Plain(Str),
    Whole(Str, List<Piece>),
}

impl From<Template> for Encoded {
    fn from(template: Template) -> Encoded {
        match &*template.pieces {
            [] if template.written.is_empty() => Encoded::LeftOut,
            [Piece::Words(words)] if *words == template.written => Encoded::Plain(template.written),
            _ => Encoded::Whole(template.written, template.pieces),
        }
    }
}

impl From<Encoded> for Template {
    fn from(encoded: Encoded) -> Template {
        match encoded {
            Encoded::LeftOut => Template::EMPTY,
            Encoded::Plain(written) => {
                Template { written, pieces: List::of(slab::kept(&[Piece::Words(written)])) }
            }
            Encoded::Whole(written, pieces) => Template { written, pieces },
        }
    }
}

/// A piece of a template.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub enum Piece {
    Words(Str),
    Hole(Hole),
}

/// `{token.expires_at|since:now.time}`; a hole with an empty evidence name is a symbol such as `{api}`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Hole {
    pub fact: FactRef,
    pub filters: List<Filter>,
}

/// The closed list of what a hole may do to its value.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub enum Filter {
    /// How long before the time that is named, as "3 h".
    Since(FactRef),
    /// How long after the time that is named, as "3 h".
    Until(FactRef),
    /// A time as its date alone, "2026-03-14".
    Date,
    /// How many elements a list has.
    Count,
    /// A list's elements joined with ", ".
    Join,
    /// A list's first element.
    First,
    /// The last component of a path.
    Name,
    /// The folder of a path.
    Folder,
    /// The absolute value of a duration or number.
    Abs,
}

impl Filter {
    /// The filters without a parameter, by the name that rules use.
    pub const PLAIN: [(&'static str, Filter); 7] = [
        ("date", Filter::Date),
        ("count", Filter::Count),
        ("join", Filter::Join),
        ("first", Filter::First),
        ("name", Filter::Name),
        ("folder", Filter::Folder),
        ("abs", Filter::Abs),
    ];

    /// The filters that take a reference to a time, by the name that rules use.
    pub const WITH_TIME: [&'static str; 2] = ["since", "until"];
}
