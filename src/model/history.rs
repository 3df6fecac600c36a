//! What a log tells beside facts: the runs in it, in which order things happened, what was said
//! first and otherwise later. A report of a machine that is looked at now has none.

use super::line::Line;

/// The story of a log.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct History {
    /// How many runs of a program the logs hold; the last is diagnosed.
    pub runs: u64,
    /// The run that is diagnosed.
    pub run: Outline,
    /// The failure since which nothing succeeded; none where the last thing that happened succeeded.
    pub failing_since: Option<Moment>,
    pub last_success: Option<Moment>,
    /// The time line of the run, in its order.
    pub events: Vec<Event>,
    /// How many events were left out in the middle.
    pub left_out: u64,
    /// Facts that the run tells in two ways; the later one counts.
    pub contradictions: Vec<Contradiction>,
    /// Errors that the run got over.
    pub recovered: Vec<Quote>,
    /// The lines that matter.
    pub quotes: Vec<Quote>,
    /// What was assumed where a line does not tell enough.
    pub assumptions: Vec<String>,
    /// What to do to have more in the log.
    pub capture: Vec<String>,
}

/// A run of a program, in short.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Outline {
    pub first: Option<Line>,
    pub last: Option<Line>,
    /// The command as it was typed, as far as the log shows it.
    pub command: Option<String>,
    /// Who ran it, as a prompt shows it.
    pub user: Option<String>,
    pub pid: Option<u32>,
    pub exit_code: Option<u8>,
}

/// Something that happened.
#[derive(Debug, Clone, PartialEq)]
pub struct Moment {
    /// As the log writes it; none where no line near says.
    pub time: Option<Time>,
    pub line: Line,
}

/// A time as far as a log tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Time {
    /// Milliseconds since 1970; as if in UTC where the log names no zone, and of the first of January
    /// 1970 where it names no date.
    pub ms: i64,
    pub zoned: bool,
    pub dated: bool,
}

/// A point of the time line.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    pub at: Moment,
    pub kind: EventKind,
    /// In a few words: `GET /v1/machines 401`.
    pub what: String,
}

/// What kind of thing happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventKind {
    Began,
    Succeeded,
    Failed,
    Ended,
}

impl EventKind {
    /// The word used in every format.
    pub fn name(self) -> &'static str {
        match self {
            EventKind::Began => "began",
            EventKind::Succeeded => "succeeded",
            EventKind::Failed => "failed",
            EventKind::Ended => "ended",
        }
    }
}

/// A fact of which a run tells two values.
#[derive(Debug, Clone, PartialEq)]
pub struct Contradiction {
    /// The probe's key.
    pub probe: String,
    pub fact: &'static str,
    pub before: String,
    pub before_at: Line,
    pub after: String,
    pub after_at: Line,
}

/// A line of a log, without secrets.
#[derive(Debug, Clone, PartialEq)]
pub struct Quote {
    pub line: Line,
    pub text: String,
}
