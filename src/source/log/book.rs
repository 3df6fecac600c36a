//! The runs of a log, told apart: by what programs write at their begin, by prompts, by process ids,
//! and by gaps in time. The last one is diagnosed; of those before it, only when something failed and
//! when something succeeded is kept.

use super::entry::Entry;
use super::prompt::Prompt;
use super::run::{Run, Success};
use super::stamp::Stamp;
use crate::model::history::{EventKind, History, Moment, Outline};
use crate::model::line::Line;

/// After so long without a line somebody has begun anew, in milliseconds.
const GAP: i64 = 60 * 60 * 1000;

/// So many runs go on at the same time, in what syslog collects.
const OPEN: usize = 32;

/// The lines with which programs of this product begin a run.
const BEGINNINGS: [&str; 2] = ["=== CMDOP SESSION START ===", "=== DAEMON SESSION START ==="];

/// And the one with which ours ends it.
const END: &str = "=== CMDOP SESSION END ===";

/// All that is kept of a log.
#[derive(Debug, Default)]
pub(super) struct Book {
    /// Those that may go on, the one begun last at the end.
    open: Vec<Run>,
    /// The one that the line before belonged to.
    current: usize,
    runs: u64,
    last_success: Option<Moment>,
    failing_since: Option<Moment>,
    /// The last moment that the log names.
    pub(super) last_moment: Option<(i64, Line)>,
}

impl Book {
    /// The run that goes on.
    pub(super) fn run(&mut self) -> &mut Run {
        if self.open.is_empty() {
            self.begin(Outline::default(), false);
        }
        let last = self.open.len() - 1;
        &mut self.open[self.current.min(last)]
    }

    fn begin(&mut self, outline: Outline, is_marked: bool) {
        self.runs += 1;
        if self.open.len() == OPEN {
            self.open.remove(0);
        }
        self.open.push(Run::new(outline, is_marked));
        self.current = self.open.len() - 1;
    }

    /// Finds the run that `entry` belongs to, or begins one.
    pub(super) fn turn_to(&mut self, entry: &Entry, line: &Line) {
        let begins = BEGINNINGS.iter().any(|beginning| entry.message.contains(beginning));
        if begins {
            let text = |name: &str| entry.field(name).map(str::to_owned);
            self.begin(Outline { command: text("argv"), pid: entry.pid, ..Outline::default() }, true);
            self.run().is_known = true;
        } else if let Some(pid) = entry.pid {
            self.turn_to_process(pid);
        } else if self.is_after_a_gap(entry.time) {
            self.begin(Outline::default(), false);
        }
        if let Some(Stamp { ms, zoned: true, dated: true }) = entry.time {
            self.last_moment = Some((ms, line.clone()));
        }
        let run = self.run();
        run.note(line, entry.time);
        if begins {
            let what = run.outline.command.clone().unwrap_or_else(|| "a run".to_owned());
            run.happen(EventKind::Began, what, line);
        }
        if entry.message.contains(END) {
            self.end(entry, line);
        }
    }

    /// A process has one run, unless it says that it begins another.
    fn turn_to_process(&mut self, pid: u32) {
        if let Some(at) = self.open.iter().rposition(|run| run.outline.pid == Some(pid)) {
            self.current = at;
        } else if self.run().outline.pid.is_none() && self.run().outline.first.is_none() {
            self.run().outline.pid = Some(pid);
        } else {
            self.begin(Outline { pid: Some(pid), ..Outline::default() }, false);
        }
    }

    fn is_after_a_gap(&mut self, time: Option<Stamp>) -> bool {
        let run = self.run();
        match (run.last_time, time) {
            _ if run.is_marked || run.outline.pid.is_some() => false,
            (Some(before), Some(now)) => before.dated == now.dated && now.ms - before.ms > GAP,
            _ => false,
        }
    }

    /// Whether an entry of no process, which begins and ends nothing, belongs to the run that goes on.
    pub(super) fn would_stay(&mut self, entry: &Entry) -> bool {
        !self.is_after_a_gap(entry.time)
    }

    fn end(&mut self, entry: &Entry, line: &Line) {
        let code = entry.field("exit_code").and_then(|code| code.parse().ok());
        let run = self.run();
        run.outline.exit_code = code;
        if code == Some(0) {
            run.succeed(Success::Ended(None));
        }
        let said = code.map_or_else(|| "the end".to_owned(), |code| format!("exit code {code}"));
        run.happen(EventKind::Ended, said, line);
    }

    /// Somebody typed a command. Commands of one person, one after another, are one run.
    pub(super) fn prompt(&mut self, prompt: &Prompt, line: &Line) {
        let (user, is_marked) = (self.run().outline.user.clone(), self.run().is_marked);
        let is_other = prompt.user.is_some() && user.is_some() && prompt.user != user;
        let has_ended = is_marked && self.run().outline.exit_code.is_some();
        if is_other || has_ended {
            self.begin(Outline { user: prompt.user.clone(), ..Outline::default() }, false);
        }
        let run = self.run();
        run.note(line, None);
        run.outline.user = prompt.user.clone().or(user.filter(|_| !is_other));
        run.begin_command(&prompt.command);
        run.happen(EventKind::Began, prompt.command.clone(), line);
    }

    pub(super) fn succeed(&mut self, success: Success, what: String, line: &Line) {
        let run = self.run();
        run.succeed(success);
        let moment = run.happen(EventKind::Succeeded, what, line);
        if success != (Success::Answered { well: false }) {
            self.last_success = Some(moment);
            self.failing_since = None;
        }
    }

    pub(super) fn fail(&mut self, what: String, line: &Line) {
        let moment = self.run().happen(EventKind::Failed, what, line);
        self.failing_since.get_or_insert(moment);
    }

    /// The run to diagnose, and what is to be told of the others.
    pub(super) fn close(mut self) -> (Run, History) {
        let mut run = self.open.pop().unwrap_or_default();
        run.end();
        let (events, left_out) = run.events();
        let history = History {
            runs: self.runs,
            run: run.outline.clone(),
            failing_since: self.failing_since,
            last_success: self.last_success,
            recovered: run.recovered(),
            events,
            left_out,
            ..History::default()
        };
        (run, history)
    }
}
