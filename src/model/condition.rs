//! Conditions over facts, as rules write them under `when:` and `applies:`.

use serde::{Deserialize, Serialize};

use super::list::{List, Str};

/// A condition; three-valued when evaluated.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub enum Cond {
    All(List<Cond>),
    Any(List<Cond>),
    /// Not all of these.
    Not(List<Cond>),
    Test(Test),
    Each(Each),
    /// Another check's finding; only in `rules/causes/`.
    FindingIs(FindingRef),
}

/// One comparison: the atom of a condition.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Test {
    pub fact: FactRef,
    pub op: Op,
}

/// A condition over the elements of a list, each of which is `it` inside.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Each {
    pub how: Quantifier,
    pub list: FactRef,
    pub matching: List<Cond>,
}

/// How many elements must match.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Quantifier {
    Every,
    Some_,
    No,
}

/// A fact by the name that the check gave its evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct FactRef {
    /// The evidence's name; [`IT`] for the element under judgement; empty for a symbol.
    pub evidence: Str,
    /// The fact's name; empty where the element itself is a text.
    pub fact: Str,
}

/// The evidence name of the element that `each`, `any`, `all` and `none` judge.
pub const IT: &str = "it";

/// `check/outcome`; without an outcome any sick one counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct FindingRef {
    pub check: Str,
    pub outcome: Option<Str>,
}

/// How a fact is compared. A comparison with none is false, with unknown is unknown; `IsNot`,
/// `NoneOf` and `Lacks…` are the Kleene negations of their positive twins.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub enum Op {
    Is(Operand),
    IsNot(Operand),
    OneOf(List<Operand>),
    NoneOf(List<Operand>),
    /// True when the fact is none (`is: none`), or when it is not (`not: none`).
    IsNothing(bool),
    Before(Operand),
    After(Operand),
    Less(Operand),
    More(Operand),
    AtLeast(Operand),
    AtMost(Operand),
    /// At least one of these permission bits is set.
    AnyBits(u32),
    /// All of these permission bits are set.
    AllBits(u32),
    /// A list has this element, or a text has this part.
    Contains(Operand),
    Lacks(Operand),
    StartsWith(Operand),
    EndsWith(Operand),
    /// The text matches this regular expression.
    Matches(Str),
}

/// What a fact is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub enum Operand {
    Plain(Literal),
    Ref(RefOperand),
}

/// Another fact, shifted by `plus_ms` milliseconds where both are times or durations.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct RefOperand {
    pub fact: FactRef,
    pub plus_ms: i64,
}

/// A value that a rule file spells out.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub enum Literal {
    Bool(bool),
    Int(i64),
    Text(Str),
    Time(i64),
    Duration(i64),
    Bytes(u64),
    Mode(u32),
    Uid(u32),
}
