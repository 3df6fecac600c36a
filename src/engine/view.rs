//! What one rule sees: its own evidence by the names that it gave them, and the element under
//! judgement.

use std::borrow::Cow;

use super::symbols::Symbols;
use super::words::show;
use crate::model::condition::{FactRef, FindingRef, IT};
use crate::model::evidence::Reading;
use crate::model::fact::{Fact, Facts, Value};
use crate::model::truth::Truth;

/// A fact as a rule sees it, borrowed where it can be.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Seen<'a> {
    Known(Cow<'a, Value>),
    Nothing,
    Unknown,
}

impl<'a> Seen<'a> {
    fn of(fact: &'a Fact) -> Seen<'a> {
        match fact {
            Fact::Known(value) => Seen::Known(Cow::Borrowed(value)),
            Fact::Nothing => Seen::Nothing,
            Fact::Unknown => Seen::Unknown,
        }
    }

    fn text(text: &str) -> Seen<'a> {
        Seen::Known(Cow::Owned(Value::Text(text.to_owned())))
    }
}

/// One element of a list that is judged by itself.
#[derive(Debug, Clone, Copy)]
pub(super) enum Element<'a> {
    Fields(&'a Facts),
    Word(&'a str),
}

impl Element<'_> {
    /// What the finding about this element is called: its first field.
    pub(super) fn name(self) -> String {
        match self {
            Element::Word(word) => word.to_owned(),
            Element::Fields(facts) => match facts.iter().next() {
                Some((_, Fact::Known(value))) => show(value),
                _ => String::new(),
            },
        }
    }
}

/// The evidence of one rule, and how findings of other checks are asked for.
#[derive(Clone, Copy)]
pub(super) struct View<'a> {
    /// Readings by the rule's own names, in the order of its declarations.
    pub(super) readings: &'a [(&'static str, Option<&'a Reading>)],
    pub(super) element: Option<Element<'a>>,
    pub(super) symbols: &'a Symbols,
    /// Answers `finding:` conditions; only causes have them.
    pub(super) findings: Option<&'a dyn Fn(&FindingRef) -> Truth>,
}

impl<'a> View<'a> {
    /// The same view with `element` as `it`.
    pub(super) fn at(&self, element: Element<'a>) -> View<'a> {
        View { element: Some(element), ..*self }
    }

    /// The reading that the rule calls `name`; none where nothing was read.
    pub(super) fn reading(&self, name: &str) -> Option<&'a Reading> {
        self.readings.iter().find(|(known, _)| *known == name).and_then(|(_, reading)| *reading)
    }

    /// The fact that a rule refers to.
    pub(super) fn fact(&self, wanted: &FactRef) -> Seen<'a> {
        match wanted.evidence {
            "" => match self.symbols.get(wanted.fact) {
                Some(value) => Seen::text(value),
                None if self.symbols.is_known(wanted.fact) => Seen::Nothing,
                None => Seen::Unknown,
            },
            IT => match self.element {
                Some(Element::Word(word)) => Seen::text(word),
                Some(Element::Fields(facts)) => facts.get(wanted.fact).map_or(Seen::Unknown, Seen::of),
                None => Seen::Unknown,
            },
            name => self.reading(name).map_or(Seen::Unknown, |reading| of_reading(reading, wanted.fact)),
        }
    }
}

fn of_reading<'a>(reading: &'a Reading, name: &str) -> Seen<'a> {
    match reading {
        Reading::Found(facts) => match facts.get(name) {
            Some(fact) => Seen::of(fact),
            None if name == "present" => Seen::Known(Cow::Owned(Value::Bool(true))),
            None => Seen::Unknown,
        },
        Reading::Absent if name == "present" => Seen::Known(Cow::Owned(Value::Bool(false))),
        Reading::Absent => Seen::Nothing,
        Reading::Unavailable(_) => Seen::Unknown,
    }
}
