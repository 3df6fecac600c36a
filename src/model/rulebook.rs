//! The validated whole of all rules.

use serde::{Deserialize, Serialize};

use super::cause::Cause;
use super::change::{Change, How};
use super::check::{Check, Trust};
use super::list::{List, Str};
use super::log_rule::LogRule;
use super::severity::Severity;
use super::symptom::Symptom;

/// All rules of a run, validated: every id is known, every fact exists, every `needs` is acyclic.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Rulebook {
    /// In an order in which every check stands after what it needs.
    pub checks: List<Check>,
    pub causes: List<Cause>,
    pub shapes: List<Shape>,
    pub profiles: List<Profile>,
    pub logs: List<LogRule>,
    pub symptoms: List<Symptom>,
    /// What rules from outside changed of the built-in checks.
    pub changes: List<Change>,
    /// The built-in rules of the last two kinds belong to it too, and are still packed: most runs need
    /// none of them.
    pub packed: bool,
}

/// What a credential looks like: a vendor's, a product generation's, ours.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Shape {
    pub id: Str,
    /// "a GitHub personal access token": fits after "this is".
    pub says: Str,
    pub family: Family,
    /// What one of these begins with; empty where only the pattern tells.
    pub prefixes: List<Str>,
    /// The whole credential, as a regular expression without anchors; both ends are implied.
    pub pattern: Str,
}

/// To whom a credential belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Family {
    /// This generation's API key.
    Key,
    /// An access or refresh token of this product.
    Token,
    /// A credential of another CMDOP generation.
    OtherGeneration,
    /// Another vendor's.
    Foreign,
    /// A placeholder from a documentation page.
    Example,
}

impl Family {
    pub const ALL: [(&'static str, Family); 5] = [
        ("key", Family::Key),
        ("token", Family::Token),
        ("other_generation", Family::OtherGeneration),
        ("foreign", Family::Foreign),
        ("example", Family::Example),
    ];
}

/// A named selection of checks.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Profile {
    pub id: Str,
    pub title: Str,
    /// Ids or areas; empty means all.
    pub only: List<Str>,
    pub skip: List<Str>,
    pub fail_on: Option<Severity>,
    /// Nobody sits there: nothing is asked, and nobody is sent to a browser.
    pub unattended: bool,
}

impl Rulebook {
    pub const EMPTY: Rulebook = Rulebook {
        checks: List::EMPTY,
        causes: List::EMPTY,
        shapes: List::EMPTY,
        profiles: List::EMPTY,
        logs: List::EMPTY,
        symptoms: List::EMPTY,
        changes: List::EMPTY,
        packed: false,
    };

    pub fn check(&self, id: &str) -> Option<&'static Check> {
        self.checks.into_iter().find(|check| check.id == id)
    }

    /// The check `id` as it is built in; none where a rule from outside has changed it.
    pub fn unchanged(&self, id: &str) -> Option<&'static Check> {
        self.check(id).filter(|check| check.source.trust == Trust::BuiltIn)
    }

    /// What was changed of the built-in check `id`.
    pub fn change(&self, id: &str) -> Option<&'static Change> {
        self.changes.into_iter().find(|change| change.check == id)
    }

    /// Why the built-in check `id` is not there, if rules took it away.
    pub fn disabled(&self, id: &str) -> Option<&'static Change> {
        self.change(id).filter(|change| change.how == How::Disabled)
    }
}
