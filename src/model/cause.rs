//! Cause rules: several findings, one root.

use serde::{Deserialize, Serialize};

use super::check::{EvidenceDecl, RuleSource};
use super::condition::{Cond, FactRef};
use super::fix::Step;
use super::list::{List, Str};
use super::severity::Severity;
use super::template::Template;

/// Reasoning across findings: where `when` holds, one root explains several findings.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Cause {
    pub id: Str,
    pub title: Str,
    pub about: Str,
    /// All must hold.
    pub when: List<Cond>,
    pub evidence: List<EvidenceDecl>,
    /// The check whose finding supplies the words where this rule has none of its own.
    pub root: Option<Str>,
    /// Evidence that this cause distorts, and the truer value.
    pub corrects: List<Correction>,
    /// Findings folded under this root: a check's id, or `check/outcome`.
    pub explains: List<Str>,
    pub severity: Option<Severity>,
    pub symptom: Template,
    pub cause: Template,
    pub fix: List<Step>,
    pub source: RuleSource,
}

/// `clock.time: {ref: api.date}`: both by the names of the rule's own evidence.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Correction {
    pub wrong: FactRef,
    pub right: FactRef,
}
