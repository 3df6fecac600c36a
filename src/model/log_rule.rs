//! Log rules: what a line of a log tells. A line that shows facts is a witness of probes; one that
//! shows none can still suggest what is wrong.

use serde::{Deserialize, Serialize};

use super::check::RuleSource;
use super::condition::Literal;
use super::list::{List, Str, later};
use super::probe::ProbeKind;
use super::symptom::Suggestion;

/// The meaning of one kind of line.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct LogRule {
    pub id: Str,
    /// A regular expression over what the line says: its message without time, level, component and
    /// fields; of a line without such a form, all of it but the colours.
    pub pattern: Str,
    /// Where this matches too, the line means something else.
    pub unless: Option<Str>,
    /// What the line's fields must be.
    pub fields: List<FieldTest>,
    #[serde(with = "later")]
    pub witness: List<Witness>,
    /// Likeliest first.
    pub suggests: List<Suggestion>,
    pub source: RuleSource,
}

/// A field of a line, by name.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct FieldTest {
    pub name: Str,
    /// A regular expression that the whole value must match; where there is none, the field need
    /// not be there.
    pub pattern: Option<Str>,
}

/// Facts of the probes that agree with a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Witness {
    pub probe: KeyPattern,
    /// The reading is "absent" where this is none.
    pub facts: Option<List<SeenFact>>,
}

/// A probe key of which not everything need be known.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct KeyPattern {
    pub kind: ProbeKind,
    /// In the order of the probe's schema. A parameter that is left out is not known.
    pub params: List<KnownParam>,
}

/// What is known of a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct KnownParam {
    pub name: Str,
    pub value: ParamPattern,
}

/// What is known of a parameter's value.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub enum ParamPattern {
    /// Written `none`: the probe was asked without it.
    NotGiven,
    /// Written `*`: the probe was asked with it, and with what is not known.
    Anything,
    Filled(Filling),
}

/// A text with what the line shows put in.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Filling(pub List<Part>);

/// A part of a filling.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub enum Part {
    Just(Str),
    /// `{api}`: stays as it is, because a probe key has its symbols unexpanded.
    Symbol(Str),
    Shown(Source),
}

/// Where in a line a text is taken from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub enum Source {
    /// What the group with this number of the rule's pattern took.
    Group(usize),
    /// The field with this name.
    Field(Str),
}

/// A fact that the line shows.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct SeenFact {
    pub name: Str,
    pub value: SeenValue,
}

/// Its value. Where a part of it is not in the line, the fact stays unknown.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub enum SeenValue {
    /// Written `~`: there is none.
    Nothing,
    Literally(Literal),
    /// `{status:int}`.
    Converted(Taken),
    /// A text with parts taken from the line.
    Joined(Filling),
    /// A list of texts.
    SeenTexts(List<Filling>),
    /// A list of maps.
    Elements(List<List<SeenFact>>),
}

/// A text of a line, and how it becomes a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Taken {
    pub from: Source,
    pub conversion: Conversion,
}

/// How a text of a line becomes a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Conversion {
    ToBool,
    ToInt,
    ToText,
    /// RFC 3339, or the form of HTTP's Date (RFC 9110 section 5.6.7).
    ToTime,
    /// As rules write it: `5m`, or `30.5s`.
    ToDuration,
    /// A number of seconds, fractions allowed.
    FromSeconds,
    /// A number of milliseconds.
    FromMillis,
    ToBytes,
    /// Octal digits, with `0o` or without.
    ToMode,
    ToUid,
}

impl Conversion {
    /// By the name that rules use.
    pub const ALL: [(&'static str, Conversion); 10] = [
        ("bool", Conversion::ToBool),
        ("int", Conversion::ToInt),
        ("text", Conversion::ToText),
        ("time", Conversion::ToTime),
        ("duration", Conversion::ToDuration),
        ("s", Conversion::FromSeconds),
        ("ms", Conversion::FromMillis),
        ("bytes", Conversion::ToBytes),
        ("mode", Conversion::ToMode),
        ("uid", Conversion::ToUid),
    ];
}
