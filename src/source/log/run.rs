//! One run of a program in a log: what its lines tell, kept in bounds.

use std::collections::VecDeque;
use std::sync::Arc;

use super::stamp::Stamp;
use crate::model::history::{Event, EventKind, Moment, Outline, Quote, Time};
use crate::model::line::Line;
use crate::model::list::{List, Str};
use crate::model::symptom::Suggestion;
use crate::rulebook::Testimony;

/// So many different things are kept of a run; a run that tells more tells it again and again.
const MOST: usize = 512;

/// So many events are kept from the beginning of a run, and as many from its end.
const EVENTS: usize = 40;

/// Something that a line testified.
#[derive(Debug, Clone)]
pub(super) struct Told {
    pub(super) line: Line,
    pub(super) time: Option<Stamp>,
    pub(super) testimony: Testimony,
    /// The line's words; none of a reading that this program wrote.
    pub(super) text: Option<String>,
}

/// What a command begins its last word with.
const ERROR: &str = "Error: ";

/// What a line suggests, and whether the run got over it.
#[derive(Debug, Clone)]
pub(super) struct Accusation {
    pub(super) rule: Str,
    pub(super) suggests: List<Suggestion>,
    pub(super) lines: Vec<Line>,
    pub(super) text: String,
    /// The command of a paste whose output it is.
    command: usize,
    pub(super) recovered: bool,
}

/// Something that succeeded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Success {
    /// A request was answered; with a credential, and well.
    Answered { well: bool },
    /// Somebody is signed in, or tokens were renewed.
    SignedIn,
    /// The run, or the command with this number, ended well.
    Ended(Option<usize>),
}

/// One run.
#[derive(Debug, Default)]
pub(super) struct Run {
    pub(super) outline: Outline,
    /// A marker or a prompt begins it; otherwise it is only what stands together.
    pub(super) is_marked: bool,
    pub(super) is_known: bool,
    /// This program is looking at the machine; what it meets then is in its readings.
    pub(super) is_examining: bool,
    pub(super) last_time: Option<Stamp>,
    pub(super) told: Vec<Told>,
    pub(super) accusations: Vec<Accusation>,
    early: Vec<Event>,
    late: VecDeque<Event>,
    left_out: u64,
    /// The commands typed in a paste, each with how many accusations stood before it.
    commands: Vec<(String, usize)>,
}

impl Run {
    pub(super) fn new(outline: Outline, is_marked: bool) -> Run {
        Run { outline, is_marked, ..Run::default() }
    }

    /// Notes that a line of this run was read.
    pub(super) fn note(&mut self, line: &Line, time: Option<Stamp>) {
        self.outline.first.get_or_insert_with(|| line.clone());
        self.outline.last = Some(line.clone());
        self.last_time = time.or(self.last_time);
    }

    pub(super) fn moment(&self, line: &Line) -> Moment {
        let time = self.last_time.map(|Stamp { ms, zoned, dated }| Time { ms, zoned, dated });
        Moment { time, line: line.clone() }
    }

    pub(super) fn testify(&mut self, line: &Line, testimony: Testimony, text: Option<String>) {
        // The same probe told of again and again is kept once, the latest.
        if self.told.len() >= MOST {
            let same = |told: &Told| {
                told.testimony.kind == testimony.kind && told.testimony.params == testimony.params
            };
            match self.told.iter().position(same) {
                Some(at) => drop(self.told.remove(at)),
                None => return,
            }
        }
        self.told.push(Told { line: line.clone(), time: self.last_time, testimony, text });
    }

    /// Notes what a line suggests. The same words of the same rule are one accusation, and so is the last
    /// word of a command on what one of its parts has just told.
    pub(super) fn accuse(&mut self, rule: Str, suggests: List<Suggestion>, line: &Line, text: String) {
        let (command, has_room) = (self.commands.len(), self.accusations.len() < MOST);
        let known = self.accusations.iter_mut().find(|known| {
            let same = known.rule == rule && known.text == text || known.is_summed_up(&text, line);
            same && known.command == command && !known.recovered
        });
        match known {
            // The first and the last line are enough.
            Some(known) => {
                known.lines.truncate(1);
                known.lines.push(line.clone());
            }
            None if has_room => {
                let lines = vec![line.clone()];
                self.accusations.push(Accusation { rule, suggests, lines, text, command, recovered: false });
            }
            None => {}
        }
    }

    /// Notes a success, and what the run got over by it.
    pub(super) fn succeed(&mut self, success: Success) {
        let commands = &self.commands;
        let same_command = |accusation: &Accusation, now: usize| {
            let words = |number: usize| commands.get(number.checked_sub(1)?).map(|(words, _)| words);
            accusation.command < now && words(accusation.command).is_some_and(|old| words(now) == Some(old))
        };
        for accusation in &mut self.accusations {
            accusation.recovered |= match success {
                Success::Answered { well } => {
                    accusation.is_about(&["net"]) || (well && accusation.is_about_credential())
                }
                Success::SignedIn => accusation.is_about_credential(),
                Success::Ended(None) => true,
                Success::Ended(Some(now)) => same_command(accusation, now),
            };
        }
        if success == Success::SignedIn {
            // What was known of the credential is of the one before.
            let is_token = |told: &Told| told.testimony.kind == crate::model::probe::ProbeKind::Token;
            self.told.retain(|told| !is_token(told));
        }
    }

    /// Begins the next command of a paste; the one before ended well if nothing was said against it.
    pub(super) fn begin_command(&mut self, command: &str) {
        self.end_command();
        let before = self.accusations.len();
        if self.commands.len() == MOST {
            self.commands.clear();
        }
        self.commands.push((essence(command), before));
        self.outline.command = Some(command.to_owned());
    }

    fn end_command(&mut self) {
        if let Some((words, before)) = self.commands.last()
            && self.accusations.len() == *before
            && !words.is_empty()
        {
            self.succeed(Success::Ended(Some(self.commands.len())));
        }
    }

    pub(super) fn happen(&mut self, kind: EventKind, what: String, line: &Line) -> Moment {
        let at = self.moment(line);
        let before = self.late.back().or(self.early.last());
        if before.is_some_and(|before| before.kind == kind && before.what == what) {
            return at;
        }
        let event = Event { at: at.clone(), kind, what };
        if self.early.len() < EVENTS {
            self.early.push(event);
        } else {
            if self.late.len() == EVENTS {
                self.late.pop_front();
                self.left_out += 1;
            }
            self.late.push_back(event);
        }
        at
    }

    /// What happened, and how many events were left out in the middle.
    pub(super) fn events(&mut self) -> (Vec<Event>, u64) {
        let mut events = std::mem::take(&mut self.early);
        events.extend(self.late.drain(..));
        (events, self.left_out)
    }

    /// What the run got over.
    pub(super) fn recovered(&self) -> Vec<Quote> {
        let over = self.accusations.iter().filter(|accusation| accusation.recovered);
        over.filter_map(|accusation| {
            Some(Quote { line: accusation.lines.last()?.clone(), text: accusation.text.clone() })
        })
        .collect()
    }

    /// Ends the run.
    pub(super) fn end(&mut self) {
        self.end_command();
    }
}

impl Accusation {
    /// Whether `text`, on `line`, is an error that says in general what this has told in detail right
    /// before: `Error: permission denied`, below `dial unix agent.sock: connect: permission denied`.
    fn is_summed_up(&self, text: &str, line: &Line) -> bool {
        const NEAR: u64 = 3;
        let Some(last) = self.lines.last().filter(|last| last.file == line.file) else { return false };
        let near = last.line < line.line && line.line - last.line <= NEAR;
        let summary = text.get(..ERROR.len()).filter(|start| start.eq_ignore_ascii_case(ERROR));
        let words = summary.map_or("", |_| text[ERROR.len()..].trim());
        near && !words.is_empty()
            && self.text.len() > text.len()
            && self.text.to_lowercase().ends_with(&words.to_lowercase())
    }

    /// Whether all that it suggests is in one of these areas.
    fn is_about(&self, areas: &[&str]) -> bool {
        self.suggests.iter().all(|suggestion| {
            let area = suggestion.outcome.split('.').next().unwrap_or_default();
            areas.contains(&area)
        })
    }

    /// Whether a credential that works does away with it.
    fn is_about_credential(&self) -> bool {
        self.suggests.iter().any(|suggestion| {
            let (check, _) = suggestion.parts();
            check.starts_with("token.") || check.starts_with("oauth.") || check == "key.accepted"
        })
    }
}

/// The words of a command that say what it does: without redirections, variables and flags of the log.
fn essence(command: &str) -> String {
    let command = command.split(['|', '>']).next().unwrap_or_default();
    let command = command.strip_suffix(" 2").unwrap_or(command);
    let words = command.split_whitespace().filter(|word| !matches!(*word, "--debug" | "--verbose" | "-v"));
    words.collect::<Vec<_>>().join(" ")
}

/// A line of a file.
pub(super) fn line(file: &Arc<str>, number: u64) -> Line {
    Line { file: Arc::clone(file), line: number }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CREDENTIAL: List<Suggestion> = List::of(&[Suggestion { outcome: "token.accepted/rejected" }]);
    const RIGHTS: List<Suggestion> = List::of(&[Suggestion { outcome: "workspace.role/too_low" }]);
    const NETWORK: List<Suggestion> = List::of(&[Suggestion { outcome: "net.api_connects/refused" }]);

    fn at(number: u64) -> Line {
        line(&"x.log".into(), number)
    }

    fn left(run: &Run) -> Vec<&'static str> {
        run.accusations.iter().filter(|one| !one.recovered).map(|one| one.rule).collect()
    }

    fn accused() -> Run {
        let mut run = Run::default();
        run.accuse("credential", CREDENTIAL, &at(1), "Error: x".to_owned());
        run.accuse("rights", RIGHTS, &at(2), "Error: y".to_owned());
        run.accuse("network", NETWORK, &at(3), "Error: z".to_owned());
        run
    }

    #[test]
    fn a_success_does_away_with_what_it_disproves() {
        let after = |success| {
            let mut run = accused();
            run.succeed(success);
            left(&run).join(" ")
        };
        assert_eq!(after(Success::Answered { well: false }), "credential rights");
        assert_eq!(after(Success::Answered { well: true }), "rights");
        assert_eq!(after(Success::SignedIn), "rights network");
        assert_eq!(after(Success::Ended(None)), "");
    }

    #[test]
    fn the_same_command_again_does_away_with_its_errors() {
        let mut run = Run::default();
        run.begin_command("cmdop --debug workspace list 2>&1 | tee x.log");
        run.accuse("rights", RIGHTS, &at(2), "Error: y".to_owned());
        run.begin_command("cmdop workspace current");
        assert_eq!(left(&run), ["rights"]);
        run.begin_command("cmdop workspace list");
        run.end();
        assert_eq!(left(&run), [""; 0]);
    }

    #[test]
    fn what_is_said_again_is_one_accusation_with_its_first_and_last_line() {
        let mut run = Run::default();
        (1..1000).for_each(|number| run.accuse("credential", CREDENTIAL, &at(number), "Error: x".to_owned()));
        assert_eq!(run.accusations[0].lines, [at(1), at(999)]);
        assert_eq!(run.accusations.len(), 1);
    }

    #[test]
    fn a_summary_belongs_to_what_it_sums_up() {
        let detail = "dial unix /tmp/cmdop-1000.sock: connect: permission denied";
        let rules = |number: u64, summary: &str| {
            let mut run = Run::default();
            run.accuse("network", NETWORK, &at(1), detail.to_owned());
            run.accuse("rights", RIGHTS, &at(number), summary.to_owned());
            left(&run).len()
        };
        assert_eq!(rules(2, "Error: permission denied"), 1);
        assert_eq!(rules(2, "error: PERMISSION DENIED"), 1);
        for (number, other) in
            [(2, "Error: token expired"), (2, "permission denied"), (9, "Error: permission denied")]
        {
            assert_eq!(rules(number, other), 2, "{number} {other}");
        }
    }

    #[test]
    fn a_long_story_keeps_its_beginning_and_its_end() {
        let mut run = Run::default();
        (1..1000).for_each(|number| drop(run.happen(EventKind::Failed, number.to_string(), &at(number))));
        let (events, left_out) = run.events();
        assert_eq!((events.len(), left_out), (2 * EVENTS, 999 - 2 * EVENTS as u64));
        assert_eq!((events[0].what.as_str(), events.last().unwrap().what.as_str()), ("1", "999"));
    }
}
