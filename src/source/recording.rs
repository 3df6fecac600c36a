//! A recording of a machine, in place of the machine: what bundles and logs tell.

use std::sync::Arc;

use super::bundle::Bundle;
use super::given::{Content, Given, NotRead, Opened, Stop, Stream, open};
use super::log::{self, Log};
use super::spoken;
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

/// Why two bundles are not examined together.
const ONE_BUNDLE: &str = "one bundle is examined at a time; `cmdop doctor diff` compares two";

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
    /// What the user's words suggest.
    spoken: Vec<Suggested>,
}

/// What an examination was asked for.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    pub selection: Selection,
    pub fail_on: Option<Severity>,
    /// Nobody was to be asked over the network.
    pub offline: bool,
    /// What the user saw, in their words.
    pub symptoms: Vec<String>,
}

impl Recording {
    /// Opens `given` and finds out what was recorded, in terms of `rulebook`; until `stop` is said.
    ///
    /// # Errors
    /// When something that was named cannot be read.
    pub fn open(given: &[Given], rulebook: &Rulebook, stop: &Stop) -> Result<Recording, NotRead> {
        Recording::of(open(given, stop)?, rulebook)
    }

    fn of(opened: Opened, rulebook: &Rulebook) -> Result<Recording, NotRead> {
        let mut recording = Recording::blank(opened.remarks);
        let mut logs: Vec<Stream> = Vec::new();
        let mut names: Vec<Arc<str>> = Vec::new();
        for content in opened.contents {
            match content {
                Content::Bundle { name, bytes } => {
                    let not_read = |why: String| NotRead { name: name.to_string(), why };
                    if recording.name.kind == SourceKind::Bundle {
                        return Err(not_read(ONE_BUNDLE.to_owned()));
                    }
                    let bundle = Bundle::read(&bytes, rulebook);
                    recording.take_bundle(bundle.map_err(|broken| not_read(broken.to_string()))?, rulebook);
                    names.push(name);
                }
                Content::Log(stream) => {
                    names.push(Arc::clone(&stream.name));
                    logs.push(stream);
                }
            }
        }
        recording.name.name = names.join(", ");
        if !logs.is_empty() {
            recording.take_log(log::read(&mut logs, rulebook));
        }
        let told = logs.iter().filter_map(|log| Some(format!("{}: {}", log.name, log.told()?)));
        recording.remarks.extend(told);
        Ok(recording)
    }

    /// A recording in which nothing stands yet.
    fn blank(remarks: Vec<String>) -> Recording {
        Recording {
            name: SourceName { kind: SourceKind::Log, name: String::new() },
            symbols: Symbols::unknown(),
            started_at: None,
            duration_ms: None,
            asked: Asked::default(),
            remarks,
            evidence: EvidenceSet::default(),
            log: None,
            spoken: Vec::new(),
        }
    }

    /// Takes in what logs tell. Beside a bundle, its symbols and its clock count.
    fn take_log(&mut self, log: Log) {
        if self.name.kind == SourceKind::Log {
            self.symbols = log.symbols.clone();
            self.started_at = log.ended_at;
        }
        self.log = Some(log);
    }

    fn take_bundle(&mut self, bundle: Bundle, rulebook: &Rulebook) {
        let Bundle { symbols, started_at, duration_ms, mut asked, remarks, evidence } = bundle;
        self.spoken = spoken::recorded(&mut asked.symptoms, rulebook);
        self.name.kind = SourceKind::Bundle;
        (self.symbols, self.asked, self.evidence) = (symbols, asked, evidence);
        (self.started_at, self.duration_ms) = (started_at, Some(duration_ms));
        self.remarks.extend(remarks);
    }

    /// All that the recording tells about what `plan` asks.
    pub fn evidence(&mut self, plan: &Plan) -> EvidenceSet {
        let mut evidence = std::mem::take(&mut self.evidence);
        // When a log ends is no evidence of anything.
        if evidence.is_empty() && self.log.as_ref().is_none_or(Log::is_silent) {
            self.remarks.push(WHAT_TO_CAPTURE.to_owned());
        }
        if let Some(log) = &mut self.log {
            // A bundle tells of a probe all that there was; a line tells a part.
            for (key, told) in log.evidence(plan, &self.symbols).into_entries() {
                if evidence.get(&key).is_none() {
                    evidence.insert(key, told);
                }
            }
        }
        evidence
    }

    /// What the user's words and lines suggest.
    pub fn suggested(&self) -> Vec<Suggested> {
        let said = self.log.as_ref().map(Log::suggested).unwrap_or_default();
        self.spoken.iter().cloned().chain(said).collect()
    }

    /// The story of the logs, if there are any.
    pub fn history(&self) -> Option<History> {
        self.log.as_ref().map(Log::history)
    }
}
