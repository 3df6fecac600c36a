//! Facts: the typed fields of a reading.

use serde::{Deserialize, Serialize};

use super::condition::Literal;
use super::list::{List, Str};

/// The type of a fact, as a probe's schema declares it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub enum FactType {
    Bool,
    Int,
    /// Text from outside; compared as it is, encoded by each report format.
    Text,
    /// Milliseconds since 1970-01-01T00:00:00Z.
    Time,
    /// Milliseconds.
    Duration,
    /// A size in bytes.
    Bytes,
    /// Permission bits of a file, `07777`; compared as bits, never as digits.
    Mode,
    Uid,
    /// A list of texts.
    Texts,
    /// A list of maps with these fields.
    Maps(List<FactSpec>),
}

impl FactType {
    /// The word that rule files and error messages use.
    pub fn name(self) -> &'static str {
        match self {
            FactType::Bool => "bool",
            FactType::Int => "int",
            FactType::Text => "text",
            FactType::Time => "time",
            FactType::Duration => "duration",
            FactType::Bytes => "bytes",
            FactType::Mode => "mode",
            FactType::Uid => "uid",
            FactType::Texts | FactType::Maps(_) => "list",
        }
    }
}

/// One field that a reading can have: its name, its type, and what it tells.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct FactSpec {
    pub name: Str,
    pub kind: FactType,
    pub about: Str,
}

/// A known value of a fact.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    Bool(bool),
    Int(i64),
    Text(String),
    Time(i64),
    Duration(i64),
    Bytes(u64),
    Mode(u32),
    Uid(u32),
    Texts(Vec<String>),
    Maps(Vec<Facts>),
}

/// What a rule writes, as a reading would have it.
impl From<Literal> for Value {
    fn from(literal: Literal) -> Value {
        match literal {
            Literal::Bool(value) => Value::Bool(value),
            Literal::Int(value) => Value::Int(value),
            Literal::Text(text) => Value::Text(text.to_owned()),
            Literal::Time(value) => Value::Time(value),
            Literal::Duration(value) => Value::Duration(value),
            Literal::Bytes(value) => Value::Bytes(value),
            Literal::Mode(value) => Value::Mode(value),
            Literal::Uid(value) => Value::Uid(value),
        }
    }
}

/// What is known of one field: a value, that there is none, or that this source cannot tell.
#[derive(Debug, Clone, PartialEq)]
pub enum Fact {
    Known(Value),
    Nothing,
    Unknown,
}

impl From<Option<Value>> for Fact {
    fn from(value: Option<Value>) -> Fact {
        value.map_or(Fact::Nothing, Fact::Known)
    }
}

macro_rules! into_fact {
    ($($from:ty => |$v:ident| $value:expr;)*) => {$(
        impl From<$from> for Fact {
            fn from($v: $from) -> Fact { Fact::Known($value) }
        }
        impl From<Option<$from>> for Fact {
            fn from(v: Option<$from>) -> Fact { v.map_or(Fact::Nothing, Fact::from) }
        }
    )*};
}
into_fact! {
    bool => |v| Value::Bool(v);
    i64 => |v| Value::Int(v);
    String => |v| Value::Text(v);
    &str => |v| Value::Text(v.to_owned());
    Vec<String> => |v| Value::Texts(v);
    Vec<Facts> => |v| Value::Maps(v);
}

/// The fields of a reading, in the order in which they were put. Readings are small, so a search
/// from the front beats a map.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Facts(Vec<(Str, Fact)>);

impl Facts {
    pub fn new() -> Facts {
        Facts::default()
    }

    /// Adds or replaces the field `name`; chainable.
    #[must_use]
    pub fn with(mut self, name: Str, fact: impl Into<Fact>) -> Facts {
        self.put(name, fact);
        self
    }

    /// Adds or replaces the field `name`.
    pub fn put(&mut self, name: Str, fact: impl Into<Fact>) {
        let fact = fact.into();
        match self.0.iter_mut().find(|(known, _)| *known == name) {
            Some((_, old)) => *old = fact,
            None => self.0.push((name, fact)),
        }
    }

    /// The field `name`, if this reading carries it.
    pub fn get(&self, name: &str) -> Option<&Fact> {
        self.0.iter().find(|(known, _)| *known == name).map(|(_, fact)| fact)
    }

    /// All fields, in the order in which they were put.
    pub fn iter(&self) -> impl Iterator<Item = (Str, &Fact)> {
        self.0.iter().map(|(name, fact)| (*name, fact))
    }

    /// Lets `change` see every text and replace it, those of lists and of lists of maps too.
    pub fn change_texts(&mut self, change: &mut impl FnMut(&mut String)) {
        for (_, fact) in &mut self.0 {
            match fact {
                Fact::Known(Value::Text(text)) => change(text),
                Fact::Known(Value::Texts(texts)) => texts.iter_mut().for_each(&mut *change),
                Fact::Known(Value::Maps(maps)) => maps.iter_mut().for_each(|map| map.change_texts(change)),
                _ => {}
            }
        }
    }

    /// All fields but `name`.
    #[must_use]
    pub fn without(&self, name: &str) -> Facts {
        Facts(self.0.iter().filter(|(known, _)| *known != name).cloned().collect())
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
