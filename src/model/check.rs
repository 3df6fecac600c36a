//! A check as data: what to look at, which answers there are, and what each one means.

use serde::{Deserialize, Serialize};

use super::condition::{Cond, FactRef};
use super::fact::FactSpec;
use super::fix::Step;
use super::list::{List, Str, later};
use super::probe::ProbeKind;
use super::severity::Severity;
use super::template::Template;

/// A question about authentication with named outcomes. Read from one YAML document.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Check {
    /// Stable, never re-used; for a built-in check the path below `checks/` with dots.
    pub id: Str,
    /// A positive fact: "The access token is accepted".
    pub title: Str,
    /// Full sentences for `explain`.
    pub about: Str,
    /// Where this is not true the check is not applicable. All must hold; empty means always.
    pub applies: List<Cond>,
    /// Ids of checks that must not be sick for this one to be judged.
    pub needs: List<Str>,
    #[serde(with = "later")]
    pub evidence: List<EvidenceDecl>,
    /// Whether it is judged only where somebody names it.
    pub on_request: bool,
    /// The list fact whose elements are judged one by one, as `it`.
    pub each: Option<FactRef>,
    #[serde(with = "later")]
    pub outcomes: List<Outcome>,
    /// What it means when every outcome is ruled out.
    pub otherwise: Otherwise,
    pub source: RuleSource,
}

/// A named look: `token: { token: { slot: access } }`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct EvidenceDecl {
    pub name: Str,
    pub probe: ProbeCall,
}

/// A probe with its parameters, symbols unexpanded.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct ProbeCall {
    pub kind: ProbeKind,
    /// In the order of the probe's schema; parameters that are not given are left out.
    pub args: List<Arg>,
    /// Facts that the check declares itself (the bodies of `http`, the fields of `json`).
    pub body: List<BodyFact>,
}

/// One parameter of a probe call.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Arg {
    pub name: Str,
    pub value: Template,
}

/// A fact that a rule takes out of an answer itself.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct BodyFact {
    pub fact: FactSpec,
    /// RFC 6901 pointer; a step `*` takes every element of a list. Empty where it is taken from text.
    pub at: Str,
    pub take: Take,
    /// For a list of maps: the fields of one element, relative to it.
    pub of: List<BodyFact>,
}

/// What of an answer a fact is taken from.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub enum Take {
    /// The JSON document that it is, where the pointer leads to.
    Json,
    /// What a command says, without the blanks around it; of a list each line.
    Text(Stream),
    /// What the one group of an expression matches in the first line that it fits; of a list in each.
    Match(Stream, Str),
}

/// What a command says something on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Stream {
    Out,
    Err,
}

impl Stream {
    /// The words that rules use.
    pub const ALL: [(&'static str, Stream); 2] = [("stdout", Stream::Out), ("stderr", Stream::Err)];
}

/// A named answer of a check.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Outcome {
    /// Names the illness, never the remedy.
    pub id: Str,
    /// All must hold.
    pub when: List<Cond>,
    pub needs: List<Str>,
    /// `None` for a healthy outcome, which has neither symptom nor cause nor fix.
    pub severity: Option<Severity>,
    /// It can heal by itself: a network that is not up yet, a server that is starting or busy.
    pub transient: bool,
    pub symptom: Template,
    pub cause: Template,
    pub fix: List<Step>,
}

/// What a check answers when every outcome is ruled out.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum Otherwise {
    /// The outcomes are total, so this cannot happen.
    Total,
    Undecided,
    /// The index of an outcome.
    Falls(usize),
}

/// Where a rule was written, and how far it is trusted.
#[derive(Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct RuleSource {
    pub file: Str,
    /// One-based line of the document's first key.
    pub line: u32,
    pub trust: Trust,
    /// The only hosts that a rule from outside the binary may ask; empty for built-in rules.
    pub hosts: List<Str>,
}

/// Shows no place: the identity of rules is made of what they show, and the same rules in another file
/// are the same rules. What a machine calls its folders is nobody's business either.
impl std::fmt::Debug for RuleSource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RuleSource")
            .field("trust", &self.trust)
            .field("hosts", &self.hosts)
            .finish_non_exhaustive()
    }
}

/// How far a rule is trusted, least first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Trust {
    /// Named on the command line.
    Named,
    /// In the config folder, owned by the user or root and writable by nobody else.
    Config,
    /// In a pack with a signature of a key that the user trusts.
    Signed,
    /// Compiled into the binary.
    BuiltIn,
}

impl Trust {
    /// Whether a rule may have programs run to look with. All else that a rule from outside the binary
    /// may not do, a signed one may not do either.
    pub fn may_run_commands(self) -> bool {
        self >= Trust::Signed
    }
}

impl Check {
    /// The declared evidence `name`.
    pub fn evidence(&self, name: &str) -> Option<&'static EvidenceDecl> {
        self.evidence.into_iter().find(|decl| decl.name == name)
    }
}
