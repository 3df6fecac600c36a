//! The events of `--format ndjson` on standard output while the machine is still being examined. A
//! thread of its own writes them: a reader that is slow holds up no probe.

use std::sync::mpsc::{Sender, channel};
use std::thread::{self, JoinHandle};

use super::grammar::Doctor;
use super::output::print;
use crate::model::evidence::Evidence;
use crate::model::report::SourceName;
use crate::report::{Format, ndjson};
use crate::world::clock;

/// Whoever watches an examination; nobody, in other formats.
#[derive(Debug, Default)]
pub(super) struct Live {
    stream: Option<(Sender<Vec<u8>>, JoinHandle<()>)>,
}

impl Live {
    /// Watches an examination of this machine whose report is printed in `format`.
    pub(super) fn over(doctor: &Doctor, format: Format) -> Live {
        let (events, told) = channel::<Vec<u8>>();
        let writer = move || {
            for event in told {
                // Whether the stream can be written is found out at its end.
                let _tried = print(&event);
            }
        };
        let watched = format == Format::Ndjson && doctor.examine.from.is_empty();
        Live { stream: watched.then(|| (events, thread::spawn(writer))) }
    }

    /// An examination begins.
    pub(super) fn begin(&self) {
        self.tell(|| ndjson::started(&SourceName::this_machine(), clock::now_ms()));
    }

    /// A probe has answered.
    pub(super) fn probe(&self, key: &str, evidence: &Evidence) {
        self.tell(|| ndjson::probe(key, evidence));
    }

    fn tell(&self, event: impl FnOnce() -> Vec<u8>) {
        if let Some((events, _)) = &self.stream {
            let _nobody_listens = events.send(event());
        }
    }

    /// Whether events were told, so that only the rest of the report is left to print.
    pub(super) fn is_on(&self) -> bool {
        self.stream.is_some()
    }

    /// Waits until all is written.
    pub(super) fn end(self) {
        if let Some((events, writer)) = self.stream {
            drop(events);
            let _panicked = writer.join();
        }
    }
}
