//! From what lines testify to evidence: every probe of a plan has the testimonies that agree with it,
//! the latest first.

use std::collections::HashSet;
use std::sync::Arc;

use super::run::Told;
use crate::engine::{Plan, Symbols};
use crate::model::evidence::{Evidence, EvidenceSet, Reading, SourceKind};
use crate::model::fact::{Fact, Facts, Value};
use crate::model::history::Contradiction;
use crate::model::line::Line;
use crate::model::probe::ProbeKind;
use crate::rulebook::key::{self, ParsedKey};
use crate::rulebook::{Known, Testimony};

/// What the lines of a run testify, against what is asked.
#[derive(Debug, Default)]
pub(super) struct Hearing {
    pub(super) evidence: EvidenceSet,
    pub(super) contradictions: Vec<Contradiction>,
    pub(super) assumptions: Vec<String>,
}

/// Chains of probes are no longer.
const DEPTH: usize = 8;

impl Hearing {
    /// Hears `told`, in the log's order, about what `plan` asks. `symbols` are those of the log's
    /// machine, `clock` is the log's last moment.
    pub(super) fn of(told: &[Told], plan: &Plan, symbols: &Symbols, clock: Option<&(i64, Line)>) -> Hearing {
        let told: Vec<Told> = told.iter().map(|told| in_symbols(told, symbols)).collect();
        let mut hearing = Hearing::default();
        for ask in &plan.first {
            hearing.ask(&ask.key, &told);
        }
        let mut chained = HashSet::new();
        for _ in 0..DEPTH {
            let next = plan.next(&hearing.evidence, &chained);
            if next.is_empty() {
                break;
            }
            for ask in next {
                hearing.ask(&ask.key, &told);
                chained.insert(Arc::clone(&ask.key));
            }
        }
        hearing.keep_the_rest(&told);
        if let Some((ms, line)) = clock {
            let facts = Facts::new().with("time", Fact::Known(Value::Time(*ms)));
            hearing.put("clock".into(), Reading::Found(facts), *ms, vec![line.clone()]);
        }
        hearing
    }

    fn ask(&mut self, wanted: &Arc<str>, told: &[Told]) {
        let Ok(parsed) = key::parse(wanted) else { return };
        let agreeing: Vec<&Told> =
            told.iter().filter(|told| agrees(&told.testimony, &parsed).is_some()).collect();
        if agreeing.is_empty() {
            return;
        }
        if let Some(told) = agreeing.iter().find(|told| agrees(&told.testimony, &parsed) == Some(false)) {
            let said = format!(
                "{}: not everything about the request is told; it is taken for `{wanted}`",
                told.line
            );
            if !self.assumptions.contains(&said) && self.assumptions.len() < 16 {
                self.assumptions.push(said);
            }
        }
        self.merge(Arc::clone(wanted), &agreeing);
    }

    /// Keeps what nobody asks for, for whoever reads the evidence.
    fn keep_the_rest(&mut self, told: &[Told]) {
        for one in told {
            let Some(written) = whole_key(&one.testimony) else { continue };
            if self.evidence.get(&written).is_none() {
                let same: Vec<&Told> = told
                    .iter()
                    .filter(|other| {
                        other.testimony.params == one.testimony.params
                            && other.testimony.kind == one.testimony.kind
                    })
                    .collect();
                self.merge(written.into(), &same);
            }
        }
    }

    /// Merges testimonies about one probe. Where a later one contradicts what stands, all that stood is
    /// of another time.
    fn merge(&mut self, wanted: Arc<str>, agreeing: &[&Told]) {
        let mut standing: Option<(Reading, Vec<Line>)> = None;
        for told in agreeing {
            let fresh = told.testimony.reading.clone();
            let lines = vec![told.line.clone()];
            standing = Some(match standing.take() {
                None => (fresh, lines),
                Some((old, old_lines)) => {
                    self.note_contradictions(&wanted, (&old, &old_lines), (&fresh, &told.line));
                    join((old, old_lines), (fresh, lines))
                }
            });
        }
        let Some((reading, lines)) = standing else { return };
        let taken_at = agreeing.iter().rev().find_map(|told| told.time).filter(|time| time.dated);
        self.put(wanted, reading, taken_at.map_or(0, |time| time.ms), lines);
    }

    fn put(&mut self, wanted: Arc<str>, reading: Reading, taken_at: i64, lines: Vec<Line>) {
        let evidence = Evidence { lines, ..Evidence::new(reading, taken_at, 0, SourceKind::Log) };
        self.evidence.insert(wanted, evidence);
    }

    fn note_contradictions(&mut self, wanted: &str, old: (&Reading, &[Line]), new: (&Reading, &Line)) {
        let (Reading::Found(before), Reading::Found(after)) = (old.0, new.0) else { return };
        // How long something took and when is told anew each time.
        let changes = |name: &str| matches!(name, "latency" | "skew" | "date" | "request_id" | "time");
        for (fact, was) in before.iter().filter(|(name, _)| !changes(name)) {
            let (Fact::Known(was), Some(Fact::Known(is))) = (was, after.get(fact)) else { continue };
            if was != is && self.contradictions.len() < 32 {
                self.contradictions.push(Contradiction {
                    probe: wanted.to_owned(),
                    fact,
                    before: shown(was),
                    before_at: old.1.last().unwrap_or(new.1).clone(),
                    after: shown(is),
                    after_at: new.1.clone(),
                });
            }
        }
    }
}

/// The later reading, with what the earlier one adds where they agree.
fn join(
    (old, mut old_lines): (Reading, Vec<Line>),
    (new, lines): (Reading, Vec<Line>),
) -> (Reading, Vec<Line>) {
    let (Reading::Found(before), Reading::Found(after)) = (&old, &new) else { return (new, lines) };
    let agree = before.iter().all(|(name, was)| after.get(name).is_none_or(|is| is == was));
    if !agree {
        return (new, lines);
    }
    let mut all = before.clone();
    after.iter().for_each(|(name, fact)| all.put(name, fact.clone()));
    old_lines.extend(lines);
    old_lines.dedup();
    // The first and the last few are enough to look it up.
    if old_lines.len() > 4 {
        old_lines.drain(1..old_lines.len() - 3);
    }
    (Reading::Found(all), old_lines)
}

/// Whether a testimony is about the probe with this key; and if so, whether it says all of that key.
fn agrees(testimony: &Testimony, wanted: &ParsedKey) -> Option<bool> {
    if testimony.kind != wanted.kind {
        return None;
    }
    let mut whole = true;
    for param in wanted.kind.spec().params {
        let asked = wanted.args.iter().find(|(name, _)| *name == param.name).map(|(_, value)| value);
        let known = testimony.params.iter().find(|(name, _)| *name == param.name).map(|(_, known)| known);
        match (known, asked) {
            (Some(Known::Is(said)), Some(asked)) if said == asked => {}
            (Some(Known::NotGiven), None) => {}
            (Some(Known::Anything), Some(_)) => whole = false,
            (None, Some(_)) => whole = false,
            (None, None) => {}
            _ => return None,
        }
    }
    Some(whole)
}

/// The key of a testimony that says all of it.
fn whole_key(testimony: &Testimony) -> Option<String> {
    let mut args = Vec::new();
    for param in testimony.kind.spec().params {
        match testimony.params.iter().find(|(name, _)| *name == param.name).map(|(_, known)| known) {
            Some(Known::Is(value)) => args.push((param.name, value.clone())),
            Some(Known::NotGiven) => {}
            Some(Known::Anything) => return None,
            None if param.required => return None,
            None => {}
        }
    }
    let written = key::write(testimony.kind, &args);
    key::parse(&written).ok().map(|_| written)
}

/// The testimony with symbols in place of what they stand for.
fn in_symbols(told: &Told, symbols: &Symbols) -> Told {
    let mut told = told.clone();
    for (name, known) in &mut told.testimony.params {
        if let Known::Is(value) = known {
            *value = symbolic(told.testimony.kind, name, value, symbols);
        }
    }
    told
}

/// `https://api.cmdop.com/v1/machines?limit=1` is `{api}/v1/machines`.
fn symbolic(kind: ProbeKind, _param: &str, value: &str, symbols: &Symbols) -> String {
    let value = match kind {
        ProbeKind::Http => value.split(['?', '#']).next().unwrap_or(value),
        _ => value,
    };
    let mut known: Vec<(&str, &str)> = symbols
        .iter()
        .filter(|(name, _)| matches!(*name, "api" | "issuer" | "config" | "store" | "home"))
        .filter_map(|(name, value)| Some((name, value?)))
        .filter(|(_, value)| value.len() > 1)
        .collect();
    // The longest fits best; of the API and an issuer at the same place, the API is meant.
    known.sort_by_key(|(name, value)| (std::cmp::Reverse(value.len()), *name != "api"));
    let fits = known.iter().find_map(|(name, prefix)| {
        let prefix = key::literal(prefix.trim_end_matches('/'));
        let rest = value.strip_prefix(prefix.as_ref())?;
        (rest.is_empty() || rest.starts_with('/')).then(|| format!("{{{name}}}{rest}"))
    });
    fits.unwrap_or_else(|| value.to_owned())
}

fn shown(value: &Value) -> String {
    match value {
        Value::Bool(plain) => plain.to_string(),
        Value::Int(number) | Value::Duration(number) => number.to_string(),
        Value::Time(ms) => crate::world::clock::rfc3339(*ms),
        Value::Text(text) => text.clone(),
        Value::Bytes(bytes) => bytes.to_string(),
        Value::Mode(bits) => format!("{bits:04o}"),
        Value::Uid(uid) => uid.to_string(),
        Value::Texts(texts) => texts.join(", "),
        Value::Maps(maps) => format!("{} elements", maps.len()),
    }
}
