//! A recording of a machine, in place of the machine: what bundles and logs tell.

use std::sync::Arc;

use super::given::{Content, Given, NotRead, Opened, Stop, Stream, open};
use super::log::{self, Log};
use crate::engine::{Plan, Selection, Symbols};
use crate::model::evidence::{EvidenceSet, SourceKind};
use crate::model::history::History;
use crate::model::report::SourceName;
use crate::model::rulebook::Rulebook;
use crate::model::severity::Severity;
use crate::model::symptom::Suggested;

/// What to do where a recording tells nothing.
const WHAT_TO_CAPTURE: &str = "nothing in this tells about authentication; on the machine in question, \
    `cmdop --debug login 2>&1 | tee auth-debug.log` or `cmdop doctor auth --capture bundle.json` records it";

/// What was recorded of a machine.
#[derive(Debug)]
pub struct Recording {
    pub name: SourceName,
    /// What the symbols stood for there.
    pub symbols: Symbols,
    /// Milliseconds since 1970, by the recorded machine's clock; none where nothing tells.
    pub started_at: Option<i64>,
    /// How long the recorded examination took.
    pub duration_ms: Option<u64>,
    /// What was asked then.
    pub asked: Asked,
    pub remarks: Vec<String>,
    evidence: EvidenceSet,
    log: Option<Log>,
}

/// What an examination was asked for.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    pub selection: Selection,
    pub fail_on: Option<Severity>,
}

impl Recording {
    /// Opens `given` and finds out what was recorded; until `stop` is said.
    ///
    /// # Errors
    /// When something that was named cannot be read.
    pub fn open(given: &[Given], rulebook: &Rulebook, stop: &Stop) -> Result<Recording, NotRead> {
        open(given, stop).map(|opened| Recording::of(opened, rulebook))
    }

    fn of(opened: Opened, rulebook: &Rulebook) -> Recording {
        let mut logs: Vec<Stream> = Vec::new();
        let mut names: Vec<Arc<str>> = Vec::new();
        for content in opened.contents {
            match content {
                Content::Bundle { name, .. } => names.push(name),
                Content::Log(stream) => {
                    names.push(Arc::clone(&stream.name));
                    logs.push(stream);
                }
            }
        }
        let log = (!logs.is_empty()).then(|| log::read(&mut logs, rulebook));
        let mut remarks = opened.remarks;
        remarks.extend(logs.iter().filter_map(|log| Some(format!("{}: {}", log.name, log.told()?))));
        Recording {
            name: SourceName { kind: SourceKind::Log, name: names.join(", ") },
            symbols: log.as_ref().map_or_else(Symbols::unknown, |log| log.symbols.clone()),
            started_at: log.as_ref().and_then(|log| log.ended_at),
            duration_ms: None,
            asked: Asked::default(),
            remarks,
            evidence: EvidenceSet::default(),
            log,
        }
    }

    /// All that the recording tells about what `plan` asks.
    pub fn evidence(&mut self, plan: &Plan) -> EvidenceSet {
        let mut evidence = std::mem::take(&mut self.evidence);
        if let Some(log) = &mut self.log {
            for (key, told) in log.evidence(plan, &self.symbols).into_entries() {
                evidence.insert(key, told);
            }
        }
        if self.log.as_ref().is_some_and(Log::is_silent) {
            self.remarks.push(WHAT_TO_CAPTURE.to_owned());
        }
        evidence
    }

    /// What lines suggest.
    pub fn suggested(&self) -> Vec<Suggested> {
        self.log.as_ref().map(Log::suggested).unwrap_or_default()
    }

    /// The story of the logs, if there are any.
    pub fn history(&self) -> Option<History> {
        self.log.as_ref().map(Log::history)
    }
}
