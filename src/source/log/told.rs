//! Readings that this program itself wrote into a log (ARCHITECTURE.md, "The log", `probe read`): they
//! are evidence as it was, not as a line shows it.

use super::entry::Entry;
use crate::model::evidence::Reading;
use crate::rulebook::{Known, Testimony, key, recorded::Recorded};

/// What `entry` says that a probe read, if it is such a line.
pub(super) fn by(entry: &Entry, known: &Recorded) -> Option<Testimony> {
    if entry.message != "probe read" || entry.component.as_deref() != Some("doctor") {
        return None;
    }
    let (probe, facts) = (entry.field("probe")?, entry.field("facts")?);
    let told = known.one(probe, &mut serde_json::Deserializer::from_str(facts)).ok()?;
    let (written, reading) = told.probe?;
    if matches!(reading, Reading::Unavailable(_)) {
        return None;
    }
    let parsed = key::parse(&written).ok()?;
    let given = |name: &str| parsed.args.iter().find(|(known, _)| *known == name).map(|(_, value)| value);
    let params = parsed.kind.spec().params.iter().map(|param| {
        let known = given(param.name).map_or(Known::NotGiven, |value| Known::Is(value.clone()));
        (param.name, known)
    });
    Some(Testimony { kind: parsed.kind, params: params.collect(), reading })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rulebook::built_in;

    fn told(line: &str) -> Option<Testimony> {
        by(&Entry::read(1, line.as_bytes()), &Recorded::of(&built_in()))
    }

    #[test]
    fn a_reading_is_read_as_it_was() {
        let line = "2026-11-23T09:12:00Z DBG probe read component=doctor probe=\"token active\" reading=found ms=0 \
                    facts=\"{\\\"origin\\\":\\\"file\\\",\\\"length\\\":43}\"";
        let testimony = told(line).unwrap();
        assert_eq!(testimony.params, [("slot", Known::Is("active".to_owned()))]);
        let Reading::Found(facts) = testimony.reading else { panic!("found") };
        assert_eq!(facts.iter().count(), 2);
    }

    #[test]
    fn what_is_no_reading_is_none() {
        for line in [
            "2026-11-23T09:12:00Z DBG probe read component=doctor probe=\"token active\" facts=x",
            "2026-11-23T09:12:00Z DBG probe read component=doctor probe=\"no such\" facts={}",
            "2026-11-23T09:12:00Z DBG probe read component=other probe=clock facts=absent",
            "probe read",
        ] {
            assert_eq!(told(line), None, "{line}");
        }
    }
}
