//! The tables that the parser reads rule files by, for who describes the language: the schema for
//! editors, and the scaffolds.

pub use super::assemble::{KINDS, Kind, SIGNS};
pub use super::body_fact::{BODY_FACT, OUTPUT_FACT, TYPES as BODY_TYPES};
pub use super::cases::text::{SAMPLE, SPELLING, TRAP};
pub use super::cases::{
    ANSWERS as CASE_ANSWERS, KEYS as CASE, ROOTS as CASE_ROOTS, VERDICTS, WORDS as CASE_WORDS,
};
pub use super::cause::{REFERENCE as CORRECTION, WITHOUT_ROOT};
pub use super::check::SEVERITIES;
pub use super::comparison::{Comparand, NOTHING, OPERATORS, REFERENCE};
pub use super::condition::{OVER_A_LIST, WORDS as CONDITION_WORDS, Word};
pub use super::extension::OUTCOME_KEYS as CHANGED_OUTCOME;
pub use super::fix::{AUDIENCES, KINDS as STEPS, SAFETIES, SHARED as OF_EVERY_STEP, SHELL_VERBS, TAKE_TO};
pub use super::id::RESERVED;
pub use super::keys::{Form, IdKind, Key};
pub use super::outcome::{KEYS as OUTCOME, NOT_OF_THE_HEALTHY, OF_THE_SICK, UNDECIDED};
pub use super::witness::KEYS as WITNESS;
