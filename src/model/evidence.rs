//! Evidence: what a probe read, when, and how long it took.

use std::collections::HashMap;
use std::sync::Arc;

use super::fact::{Fact, Facts};
use super::line::Line;

/// What a probe says about what it looked at.
#[derive(Debug, Clone, PartialEq)]
pub enum Reading {
    /// It is there; its fields follow. A field that is not listed is unknown.
    Found(Facts),
    /// It was looked for and is not there: `present` is false, every other fact is none.
    Absent,
    /// It could not be looked at: every fact is unknown. The text says why, for people.
    Unavailable(Why),
}

/// Why a probe could not look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// The probe's own deadline, or the run's, passed first.
    Stalled,
    /// The user asked for no network.
    Offline,
    /// The probe panicked; the judged check becomes `crashed`.
    Crashed,
    /// A parameter of this probe is another probe's fact, and that one is not known.
    Blocked(String),
    /// This source holds nothing about it (a bundle, a log, a case).
    NotRecorded,
    /// Anything else, in words.
    Refused(String),
}

impl Why {
    /// What `words` say, as `Display` writes them: a recording has only the words.
    pub fn told(words: &str) -> Why {
        const PLAIN: [Why; 4] = [Why::Stalled, Why::Offline, Why::Crashed, Why::NotRecorded];
        let plain = PLAIN.into_iter().find(|why| why.to_string() == words);
        plain.unwrap_or_else(|| Why::Refused(words.to_owned()))
    }
}

impl std::fmt::Display for Why {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Why::Stalled => f.write_str("no answer before the deadline"),
            Why::Offline => f.write_str("not asked: offline"),
            Why::Crashed => f.write_str("the probe crashed"),
            Why::Blocked(on) => write!(f, "not asked: {on} is not known"),
            Why::NotRecorded => f.write_str("not in this input"),
            Why::Refused(why) => f.write_str(why),
        }
    }
}

impl Reading {
    /// Lets `change` see every text in it and replace it.
    pub fn change_texts(&mut self, change: &mut impl FnMut(&mut String)) {
        match self {
            Reading::Found(facts) => facts.change_texts(change),
            Reading::Unavailable(Why::Refused(words) | Why::Blocked(words)) => change(words),
            Reading::Unavailable(_) | Reading::Absent => {}
        }
    }

    /// The fact `name` of this reading.
    pub fn fact(&self, name: &str) -> Fact {
        match self {
            Reading::Found(facts) => match facts.get(name) {
                Some(fact) => fact.clone(),
                None if name == "present" => Fact::from(true),
                None => Fact::Unknown,
            },
            Reading::Absent if name == "present" => Fact::from(false),
            Reading::Absent => Fact::Nothing,
            Reading::Unavailable(_) => Fact::Unknown,
        }
    }
}

/// Where evidence comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SourceKind {
    /// The machine that this runs on.
    Live,
    /// What a machine was captured in.
    Bundle,
    Log,
    Case,
}

impl SourceKind {
    /// The word used in every format.
    pub fn name(self) -> &'static str {
        match self {
            SourceKind::Live => "live",
            SourceKind::Bundle => "bundle",
            SourceKind::Log => "log",
            SourceKind::Case => "case",
        }
    }
}

/// One reading with its circumstances.
#[derive(Debug, Clone, PartialEq)]
pub struct Evidence {
    pub reading: Reading,
    /// Milliseconds since 1970, by the machine's own clock.
    pub taken_at: i64,
    pub duration_ms: u64,
    pub origin: SourceKind,
    /// The lines that show it; none where it was not read from a log.
    pub lines: Vec<Line>,
}

impl Evidence {
    /// A reading that rests on no line of a file.
    pub fn new(reading: Reading, taken_at: i64, duration_ms: u64, origin: SourceKind) -> Evidence {
        Evidence { reading, taken_at, duration_ms, origin, lines: Vec::new() }
    }
}

/// All that one source could tell, by probe key.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct EvidenceSet {
    by_key: HashMap<Arc<str>, Evidence>,
}

impl EvidenceSet {
    pub fn with_capacity(capacity: usize) -> EvidenceSet {
        EvidenceSet { by_key: HashMap::with_capacity(capacity) }
    }

    pub fn insert(&mut self, key: Arc<str>, evidence: Evidence) {
        self.by_key.insert(key, evidence);
    }

    pub fn get(&self, key: &str) -> Option<&Evidence> {
        self.by_key.get(key)
    }

    /// The fact `name` of the probe `key`; unknown where nothing was read.
    pub fn fact(&self, key: &str, name: &str) -> Fact {
        self.get(key).map_or(Fact::Unknown, |evidence| evidence.reading.fact(name))
    }

    /// All evidence, in no order.
    pub fn iter(&self) -> impl Iterator<Item = (&Arc<str>, &Evidence)> {
        self.by_key.iter()
    }

    /// All readings, to be changed.
    pub fn readings_mut(&mut self) -> impl Iterator<Item = &mut Reading> {
        self.by_key.values_mut().map(|evidence| &mut evidence.reading)
    }

    /// All evidence by key, given away.
    pub fn into_entries(self) -> impl Iterator<Item = (Arc<str>, Evidence)> {
        self.by_key.into_iter()
    }

    pub fn len(&self) -> usize {
        self.by_key.len()
    }

    pub fn is_empty(&self) -> bool {
        self.by_key.is_empty()
    }
}
