//! What a line says of probes: the facts that a log rule takes from it.

use regex::bytes::Captures;

use super::language::{duration_ms, mode, time_ms};
use super::phrases::Said;
use crate::model::evidence::Reading;
use crate::model::fact::{Fact, Facts, Value};
use crate::model::list::{List, Str};
use crate::model::log_rule::{
    Conversion, Filling, LogRule, ParamPattern, Part, SeenFact, SeenValue, Source, Taken,
};
use crate::model::probe::ProbeKind;

/// A reading of every probe that agrees with what is known of its parameters.
#[derive(Debug, Clone, PartialEq)]
pub struct Testimony {
    pub kind: ProbeKind,
    /// In the order of the probe's schema. A parameter that is not listed is not known.
    pub params: Vec<(Str, Known)>,
    pub reading: Reading,
}

/// What is known of a parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Known {
    NotGiven,
    /// Given, but not known.
    Anything,
    /// Symbols stand in it as `{api}`, and braces of the line's own are doubled, as in a probe key.
    Is(String),
}

/// What `rule` says of a line; `groups` are those of its pattern. A witness whose probe cannot be told,
/// because the line lacks a part of its key, says nothing.
pub(super) fn testimonies(rule: &LogRule, said: &Said<'_>, groups: &Captures<'_>) -> Vec<Testimony> {
    let line = Line { said, groups };
    let told = |params: List<_>| {
        let known = |param: &crate::model::log_rule::KnownParam| Some((param.name, line.known(param.value)?));
        params.iter().map(known).collect::<Option<Vec<_>>>()
    };
    let witness = |witness: &crate::model::log_rule::Witness| {
        let reading = witness.facts.map_or(Reading::Absent, |facts| Reading::Found(line.facts(facts)));
        Some(Testimony { kind: witness.probe.kind, params: told(witness.probe.params)?, reading })
    };
    rule.witness.iter().filter_map(witness).collect()
}

/// A line and what a rule's pattern took of it.
struct Line<'l> {
    said: &'l Said<'l>,
    groups: &'l Captures<'l>,
}

impl Line<'_> {
    fn text(&self, source: Source) -> Option<String> {
        match source {
            Source::Group(number) => {
                let group = self.groups.get(number)?;
                Some(String::from_utf8_lossy(group.as_bytes()).into_owned())
            }
            Source::Field(name) => self.said.field(name).map(str::to_owned),
        }
    }

    fn known(&self, pattern: ParamPattern) -> Option<Known> {
        Some(match pattern {
            ParamPattern::NotGiven => Known::NotGiven,
            ParamPattern::Anything => Known::Anything,
            ParamPattern::Filled(filling) => {
                Known::Is(self.filled(filling, |text| super::key::literal(&text).into_owned())?)
            }
        })
    }

    /// The filling with the line's own texts as `written` writes them.
    fn filled(&self, Filling(parts): Filling, written: impl Fn(String) -> String) -> Option<String> {
        let text = |part: &Part| match part {
            Part::Just(text) => Some(written((*text).to_owned())),
            Part::Symbol(name) => Some(format!("{{{name}}}")),
            Part::Shown(source) => self.text(*source).map(&written),
        };
        parts.iter().map(text).collect()
    }

    fn facts(&self, seen: List<SeenFact>) -> Facts {
        let mut facts = Facts::new();
        for fact in seen {
            if let Some(value) = self.fact(fact.value) {
                facts.put(fact.name, value);
            }
        }
        facts
    }

    /// The value; `None` where the line lacks it, or has it in another form.
    fn fact(&self, value: SeenValue) -> Option<Fact> {
        Some(Fact::Known(match value {
            SeenValue::Nothing => return Some(Fact::Nothing),
            SeenValue::Literally(literal) => Value::from(literal),
            SeenValue::Converted(Taken { from, conversion }) => convert(&self.text(from)?, conversion)?,
            SeenValue::Joined(filling) => Value::Text(self.filled(filling, |text| text)?),
            SeenValue::SeenTexts(fillings) => {
                let texts = fillings.iter().map(|filling| self.filled(*filling, |text| text));
                Value::Texts(texts.collect::<Option<_>>()?)
            }
            SeenValue::Elements(elements) => {
                Value::Maps(elements.iter().map(|facts| self.facts(*facts)).collect())
            }
        }))
    }
}

fn convert(text: &str, conversion: Conversion) -> Option<Value> {
    let text = text.trim();
    Some(match conversion {
        Conversion::ToBool => Value::Bool(text.parse().ok()?),
        Conversion::ToInt => Value::Int(text.parse().ok()?),
        Conversion::ToText => Value::Text(text.to_owned()),
        Conversion::ToTime => Value::Time(time_ms(text).or_else(|| http_time_ms(text))?),
        Conversion::ToDuration => {
            Value::Duration(duration_ms(text).or_else(|| millis(text.strip_suffix('s')?, 1e3))?)
        }
        Conversion::FromSeconds => Value::Duration(millis(text, 1e3)?),
        Conversion::FromMillis => Value::Duration(millis(text, 1.0)?),
        Conversion::ToBytes => Value::Bytes(text.parse().ok()?),
        Conversion::ToMode => Value::Mode(mode(text.strip_prefix("0o").unwrap_or(text))?),
        Conversion::ToUid => Value::Uid(text.parse().ok()?),
    })
}

/// `number` in a unit of so many milliseconds.
#[expect(clippy::cast_possible_truncation, reason = "a conversion from float to integer saturates")]
fn millis(number: &str, unit: f64) -> Option<i64> {
    let number: f64 = number.parse().ok()?;
    number.is_finite().then(|| (number * unit).round() as i64)
}

/// RFC 9110 section 5.6.7, in any of its three forms.
fn http_time_ms(text: &str) -> Option<i64> {
    let time = httpdate::parse_http_date(text).ok()?;
    let since = time.duration_since(std::time::UNIX_EPOCH).ok()?;
    i64::try_from(since.as_millis()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_become_values_by_their_conversion() {
        for (text, conversion, value) in [
            ("401", Conversion::ToInt, Some(Value::Int(401))),
            ("four", Conversion::ToInt, None),
            ("2026-01-02T08:00:00Z", Conversion::ToTime, Some(Value::Time(1_767_340_800_000))),
            ("Fri, 02 Jan 2026 08:00:00 GMT", Conversion::ToTime, Some(Value::Time(1_767_340_800_000))),
            ("30.0s", Conversion::ToDuration, Some(Value::Duration(30_000))),
            ("5m", Conversion::ToDuration, Some(Value::Duration(300_000))),
            ("-90.5", Conversion::FromSeconds, Some(Value::Duration(-90_500))),
            ("12", Conversion::FromMillis, Some(Value::Duration(12))),
            ("0o644", Conversion::ToMode, Some(Value::Mode(0o644))),
            ("0600", Conversion::ToMode, Some(Value::Mode(0o600))),
            ("1000", Conversion::ToUid, Some(Value::Uid(1000))),
            ("-1", Conversion::ToUid, None),
            ("inf", Conversion::FromSeconds, None),
        ] {
            assert_eq!(convert(text, conversion), value, "{text}");
        }
    }
}
