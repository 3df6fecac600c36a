//! Evidence, for `-v`: the probes that were read and what they said.

use std::borrow::Cow;
use std::sync::Arc;

use super::page::Page;
use crate::model::evidence::{Evidence, Reading};
use crate::model::fact::{Fact, Facts};
use crate::model::report::Report;
use crate::report::value;

/// Writes the readings of the probes `keys`.
pub(super) fn write(page: &mut Page, keys: &[Arc<str>], report: &Report) {
    for (number, key) in keys.iter().enumerate() {
        let label = if number == 0 { "evidence" } else { "" };
        let said = match find(report, key) {
            Some(evidence) => reading(&evidence.reading),
            None => "not asked".to_owned(),
        };
        page.field(label, &format!("{key}: {said}"));
    }
}

/// The reading of the probe `key`.
pub(super) fn find<'r>(report: &'r Report, key: &str) -> Option<&'r Evidence> {
    let at = report.evidence.binary_search_by(|(known, _)| known.as_ref().cmp(key)).ok()?;
    Some(&report.evidence[at].1)
}

/// What a reading says, on one line; not encoded.
pub(in crate::report) fn reading(reading: &Reading) -> String {
    match reading {
        Reading::Found(facts) => listing(facts),
        Reading::Absent => "absent".to_owned(),
        Reading::Unavailable(why) => why.to_string(),
    }
}

/// `mode=0644, owner=1000, user="Ada L"`; what is unknown is not listed, as in a case.
fn listing(facts: &Facts) -> String {
    let known = facts.iter().filter_map(|(name, fact)| match fact {
        Fact::Known(value) => Some(format!("{name}={}", quoted(value::line(value)))),
        Fact::Nothing => Some(format!("{name}=~")),
        Fact::Unknown => None,
    });
    let known: Vec<String> = known.collect();
    if known.is_empty() { "present".to_owned() } else { known.join(", ") }
}

fn quoted(text: Cow<'_, str>) -> Cow<'_, str> {
    let plain = !text.is_empty() && !text.contains([' ', ',', '"']) || text.starts_with('[');
    if plain { text } else { Cow::Owned(format!("{text:?}")) }
}
