//! Reading a bundle. Whoever sent it may have written anything into it: it is bounded before it is
//! read, what a newer program added is told and left out, and nothing in it is asked or opened.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::SCHEMA;
use crate::engine::{Selection, Symbols};
use crate::model::evidence::{Evidence, EvidenceSet, SourceKind};
use crate::model::fact::{Fact, Value};
use crate::model::rulebook::Rulebook;
use crate::model::severity::Severity;
use crate::redact::mention::masked;
use crate::rulebook::identity;
use crate::rulebook::recorded::Recorded;
use crate::source::recording::Asked;

/// Probes that a bundle may have: a machine with a hundred agents has fewer.
const PROBES: usize = 50_000;
/// Bytes that a symbol may have: paths and addresses are shorter.
const SYMBOL: usize = 16 << 10;
/// Remarks on what is strange that are worth telling.
const REMARKS: usize = 20;

/// What a bundle says.
#[derive(Debug)]
pub struct Bundle {
    pub symbols: Symbols,
    /// None where it does not say, and recorded no clock.
    pub started_at: Option<i64>,
    pub duration_ms: u64,
    pub asked: Asked,
    pub remarks: Vec<String>,
    pub evidence: EvidenceSet,
}

/// Why a bundle cannot be read, and where in it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {what}")]
pub struct Broken {
    /// One-based.
    pub line: usize,
    /// One-based, in bytes.
    pub column: usize,
    pub what: String,
}

impl Bundle {
    /// Reads `bytes`; facts are what the probes and the rules of `rulebook` declare.
    ///
    /// # Errors
    /// When it is no JSON, no bundle of this kind, or says what cannot be.
    pub fn read(bytes: &[u8], rulebook: &Rulebook) -> Result<Bundle, Broken> {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let text = std::str::from_utf8(bytes).map_err(|error| {
            let before = String::from_utf8_lossy(&bytes[..error.valid_up_to()]);
            Broken::after(&before, "this is not UTF-8")
        })?;
        let document: Document<'_> = serde_json::from_str(text).map_err(|error| Broken::by(&error))?;
        if document.schema != SCHEMA {
            let what = format!(
                "this is a `{}`, and `{SCHEMA}` can be read: a newer cmdop may know it",
                document.schema
            );
            return Err(Broken { line: 1, column: 1, what });
        }
        document.bundle(text, rulebook)
    }
}

impl Broken {
    fn by(error: &serde_json::Error) -> Broken {
        let whole = error.to_string();
        let what = whole.rsplit_once(" at line ").map_or(whole.as_str(), |(what, _)| what).to_owned();
        Broken { line: error.line().max(1), column: error.column().max(1), what }
    }

    /// A fault where `before` ends.
    fn after(before: &str, what: impl Into<String>) -> Broken {
        let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
        let column = before.len() - before.rfind('\n').map_or(0, |at| at + 1) + 1;
        Broken { line, column, what: what.into() }
    }

    /// A fault at `part`, which is a part of `text`.
    fn at(text: &str, part: &str, what: impl Into<String>) -> Broken {
        let offset = (part.as_ptr() as usize).saturating_sub(text.as_ptr() as usize);
        Broken::after(text.get(..offset).unwrap_or_default(), what)
    }
}

/// The document. Keys that are not known are a newer program's.
#[derive(Deserialize)]
#[serde(bound(deserialize = "'de: 't"))]
struct Document<'t> {
    schema: String,
    #[serde(default)]
    started_at: Option<jiff::Timestamp>,
    #[serde(default)]
    duration_ms: u64,
    #[serde(default)]
    rulebook: Rules,
    #[serde(default)]
    asked: AskedThen,
    #[serde(default)]
    symbols: BTreeMap<String, Option<String>>,
    #[serde(default)]
    remarks: Vec<String>,
    evidence: Entries<'t>,
    #[serde(default)]
    readings: HashMap<String, Taken>,
}

#[derive(Default, Deserialize)]
struct Rules {
    #[serde(default)]
    sha256: String,
}

#[derive(Default, Deserialize)]
struct AskedThen {
    #[serde(default)]
    only: Vec<String>,
    #[serde(default)]
    skip: Vec<String>,
    #[serde(default)]
    fail_on: Option<String>,
    #[serde(default)]
    offline: bool,
    #[serde(default)]
    symptoms: Vec<String>,
}

/// When a reading was taken, and how long that took.
#[derive(Deserialize)]
struct Taken {
    taken_at: String,
    duration_ms: u64,
}

impl Document<'_> {
    fn bundle(self, text: &str, rulebook: &Rulebook) -> Result<Bundle, Broken> {
        let begun = self.started_at.map(jiff::Timestamp::as_millisecond);
        let started_at = begun.unwrap_or_default();
        let mut strange = Vec::new();
        let recorded = Recorded::of(rulebook);
        let mut evidence = EvidenceSet::with_capacity(self.evidence.all.len());
        for (key, value) in &self.evidence.all {
            let broken = |what: String| {
                Broken::at(text, value.get(), format!("the evidence `{}`: {what}", short(key)))
            };
            let told =
                recorded.one(key, &mut serde_json::Deserializer::from_str(value.get())).map_err(broken)?;
            strange.extend(told.strange);
            let Some((known, mut reading)) = told.probe else { continue };
            reading.change_texts(&mut conceal);
            let taken = self.readings.get(key.as_ref());
            let (taken_at, duration_ms) =
                taken.map_or((started_at, 0), |taken| (time(&taken.taken_at, started_at), taken.duration_ms));
            if evidence.get(&known).is_some() {
                return Err(broken("it stands here a second time".to_owned()));
            }
            evidence.insert(known.into(), Evidence::new(reading, taken_at, duration_ms, SourceKind::Bundle));
        }
        if let Some((name, _)) =
            self.symbols.iter().find(|(_, value)| value.as_ref().is_some_and(|value| value.len() > SYMBOL))
        {
            return Err(Broken {
                line: 1,
                column: 1,
                what: format!("the symbol `{}` is too long", short(name)),
            });
        }
        let mut remarks = self.remarks;
        remarks.extend(by_other_rules(&self.rulebook, rulebook));
        remarks.extend(summed_up(strange));
        remarks.iter_mut().for_each(conceal);
        let fail_on = self.asked.fail_on.as_deref().and_then(Severity::named);
        let selection = Selection { only: self.asked.only, skip: self.asked.skip };
        Ok(Bundle {
            symbols: Symbols::recorded(|name| {
                let mut value = self.symbols.get(name).cloned()?;
                value.iter_mut().for_each(conceal);
                Some(value)
            }),
            started_at: begun.or_else(|| clock(&evidence)),
            duration_ms: self.duration_ms,
            asked: Asked { selection, fail_on, offline: self.asked.offline, symptoms: self.asked.symptoms },
            remarks,
            evidence,
        })
    }
}

/// Takes keys out of a text of the bundle: whoever changed it by hand may have put one in.
fn conceal(text: &mut String) {
    if let Some(clean) = masked(text) {
        *text = clean;
    }
}

/// What the recorded machine's own clock said.
fn clock(evidence: &EvidenceSet) -> Option<i64> {
    match evidence.fact("clock", "time") {
        Fact::Known(Value::Time(now)) => Some(now),
        _ => None,
    }
}

fn by_other_rules(recorded: &Rules, rulebook: &Rulebook) -> Option<String> {
    let other = !recorded.sha256.is_empty() && recorded.sha256 != identity(rulebook);
    other.then(|| "judged by other rules than those that it was recorded with".to_owned())
}

fn summed_up(mut strange: Vec<String>) -> Vec<String> {
    strange.sort();
    strange.dedup();
    let more = strange.len().saturating_sub(REMARKS);
    strange.truncate(REMARKS);
    if more > 0 {
        strange.push(format!("{more} more things in this bundle are not known to this version"));
    }
    strange
}

/// A time as a bundle has it; one that no calendar has stands as milliseconds.
fn time(text: &str, otherwise: i64) -> i64 {
    let date = text.parse::<jiff::Timestamp>().ok().map(jiff::Timestamp::as_millisecond);
    date.or_else(|| text.parse().ok()).unwrap_or(otherwise)
}

/// A name from outside, not at any length.
fn short(name: &str) -> Cow<'_, str> {
    const SHOWN: usize = 80;
    match name.char_indices().nth(SHOWN) {
        Some((end, _)) => Cow::Owned(format!("{}…", &name[..end])),
        None => Cow::Borrowed(name),
    }
}

/// The members of an object in their order, unread.
struct Entries<'t> {
    all: Vec<(Cow<'t, str>, &'t RawValue)>,
}

impl<'de: 't, 't> Deserialize<'de> for Entries<'t> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Each<'t>(PhantomData<&'t ()>);
        impl<'de: 't, 't> Visitor<'de> for Each<'t> {
            type Value = Entries<'t>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a map of probe keys to what was read")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
                let mut all = Vec::new();
                while let Some(Name(key)) = members.next_key()? {
                    if all.len() == PROBES {
                        let _: IgnoredAny = members.next_value()?;
                        return Err(serde::de::Error::custom(format!("more than {PROBES} probes")));
                    }
                    all.push((key, members.next_value()?));
                }
                Ok(Entries { all })
            }
        }
        deserializer.deserialize_map(Each(PhantomData))
    }
}

/// A key, borrowed where it stands as it means.
#[derive(Deserialize)]
#[serde(bound(deserialize = "'de: 't"))]
struct Name<'t>(#[serde(borrow)] Cow<'t, str>);
