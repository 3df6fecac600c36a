//! The keys of the maps in rule files: which there are, which must be there, and what stands under
//! them. The parser refuses what is not in these tables, and the schema for editors is made of them.

use crate::model::list::Str;

/// A key of a map.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key {
    pub name: Str,
    /// Whether the map cannot be without it.
    pub must: bool,
    pub form: Form,
    /// What it is for, as an editor shows it.
    pub about: Str,
}

/// What can stand under a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A text that is not empty.
    Text,
    Bool,
    /// `true`, and nothing else.
    True,
    /// The id of a rule of this kind.
    Id(IdKind),
    /// The id of some rule of this kind.
    IdOf(IdKind),
    /// Ids of rules.
    Ids,
    /// The name of an outcome.
    OutcomeName,
    /// What an outcome's name or `unknown` stands for.
    Otherwise,
    /// A check's id.
    CheckId,
    CheckIds,
    /// `check` or `check/outcome`.
    Findings,
    /// `check/outcome` or `check/*`.
    Suggestions,
    /// Ids of checks, or areas.
    Selections,
    /// Text with holes.
    Template,
    /// Texts with holes.
    Templates,
    Texts,
    Hosts,
    /// `evidence.fact`, of a list.
    ListFact,
    /// `evidence.fact`.
    FactName,
    Condition,
    /// A condition that can also be about findings.
    FindingCondition,
    Evidence,
    Outcomes,
    /// What is said anew of outcomes, by their names.
    ChangedOutcomes,
    Steps,
    Severity,
    Audience,
    Safety,
    Operation,
    FileVerb,
    ShellVerb,
    Family,
    /// A regular expression.
    Regex,
    /// The fields of a log line.
    LogFields,
    Witnesses,
    /// The key of a probe, parts of which may be left open.
    ProbePattern,
    WitnessedFacts,
    Corrections,
    Duration,
    /// A JSON pointer.
    Pointer,
    BodyType,
    /// Which of a command's streams.
    Stream,
    BodyFacts,
    /// What was read, by probe key.
    Readings,
    Expectation,
    Verdict,
    OutcomeNames,
    /// Outcomes or verdicts by element.
    Elements,
    Roots,
    /// The fields of a line, by name.
    SampleFields,
}

/// Kinds of rules, by what their ids look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IdKind {
    /// `area.name`; of a built-in check the path below `checks/`.
    Check,
    /// `cause.name`; of a built-in cause the name of its file.
    Cause,
    /// `profile.name`; of a built-in profile the name of its file.
    Profile,
    /// `log.name`.
    Log,
    /// `symptom.name`.
    Symptom,
    /// Any name or names joined by dots.
    Shape,
}

impl Key {
    /// A key that must be there.
    pub(super) const fn must(name: Str, form: Form, about: Str) -> Key {
        Key { name, must: true, form, about }
    }

    /// A key that may be there.
    pub(super) const fn may(name: Str, form: Form, about: Str) -> Key {
        Key { name, must: false, form, about }
    }
}
