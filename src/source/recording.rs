//! A recording of a machine, in place of the machine: what bundles and logs tell.

use std::sync::Arc;

use super::given::{Content, Given, NotRead, Opened, Stop, Stream, open};
use crate::engine::{Plan, Selection, Symbols};
use crate::model::evidence::{EvidenceSet, SourceKind};
use crate::model::report::SourceName;
use crate::model::severity::Severity;

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
    logs: Vec<Stream>,
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
    pub fn open(given: &[Given], stop: &Stop) -> Result<Recording, NotRead> {
        open(given, stop).map(Recording::of)
    }

    fn of(opened: Opened) -> Recording {
        let mut logs = Vec::new();
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
        Recording {
            name: SourceName { kind: SourceKind::Log, name: names.join(", ") },
            symbols: Symbols::unknown(),
            started_at: None,
            duration_ms: None,
            asked: Asked::default(),
            remarks: opened.remarks,
            evidence: EvidenceSet::default(),
            logs,
        }
    }

    /// All that the recording tells about what `plan` asks.
    pub fn evidence(&mut self, _plan: &Plan) -> EvidenceSet {
        for log in self.logs.drain(..) {
            self.remarks.extend(log.told().map(|told| format!("{}: {told}", log.name)));
        }
        let evidence = std::mem::take(&mut self.evidence);
        if evidence.is_empty() {
            self.remarks.push(WHAT_TO_CAPTURE.to_owned());
        }
        evidence
    }
}
