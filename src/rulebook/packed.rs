//! Log rules and symptoms apart from the other built-in rules, with what a log is searched for on
//! their account: most runs read no log, and need not decode them.

use serde::{Deserialize, Serialize};

use crate::model::list::List;
use crate::model::log_rule::LogRule;
use crate::model::symptom::Symptom;
use crate::scan::Planned;

/// The rules of both kinds, and the needles of each.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub(super) struct Packed {
    pub logs: List<LogRule>,
    pub symptoms: List<Symptom>,
    /// Of the logs, then of the symptoms.
    pub needles: List<Planned>,
}
