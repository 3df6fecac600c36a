//! Carrying fixes out, each step written down before it is done.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::change::{Change, Operated};
use super::journal::{Page, Places, Record, State};
use super::plan::{Planned, effect};
use super::seen::Refused;
use crate::model::fix::{Act, FileChange, FixStep};
use crate::model::operation::Operation;
use crate::model::settings::AGENT_SOCKET;
use crate::model::treatment::{Fate, Taken};
use crate::world::clock;
use crate::world::unix::restart::Running;
use crate::world::unix::sockets;

/// Whoever runs this program's own operations, as if they had been typed.
pub trait Performer {
    /// Runs the operation whose command this is, the program's name first.
    ///
    /// # Errors
    /// In words, when it did not succeed.
    fn perform(&mut self, argv: &[String]) -> Result<(), String>;
}

/// What fixes are applied with.
#[derive(Debug, Clone)]
pub struct Workplace {
    pub journal: Places,
    /// The credential file, which operations replace.
    pub store: Option<PathBuf>,
    /// The file of settings, which the choice of a workspace changes.
    pub settings: Option<PathBuf>,
}

/// What became of a fix.
#[derive(Debug)]
pub struct Applied {
    pub steps: Vec<Taken>,
    /// The journal's id of it.
    pub entry: Option<String>,
}

impl Applied {
    /// Nothing of `planned` was done, for the same reason throughout.
    pub fn not(planned: &Planned, why: &Fate) -> Applied {
        let doable = planned.fix.doable().len();
        let fate = |at: usize| if at < doable { why.clone() } else { Fate::Left };
        let steps = planned.fix.steps.iter().enumerate().map(|(at, step)| taken(step, fate(at))).collect();
        Applied { steps, entry: None }
    }

    /// Whether anything was changed.
    pub fn changed(&self) -> bool {
        self.steps.iter().any(|taken| taken.fate == Fate::Done)
    }
}

fn taken(step: &FixStep, fate: Fate) -> Taken {
    Taken { step: step.clone(), effect: effect(step), fate }
}

/// Applies the steps of `planned` that this program may do, until one fails.
pub fn apply(planned: &Planned, place: &Workplace, performer: &mut dyn Performer) -> Applied {
    let journal = place.journal.for_writing();
    let now = clock::now_ms();
    let mut page = match &journal {
        Ok(journal) => {
            journal.tidy(now);
            journal.begin(&planned.root, now)
        }
        Err(why) => Err(why.clone()),
    };
    let doable = planned.fix.doable().len();
    let mut failed = false;
    let mut steps = Vec::with_capacity(planned.fix.steps.len());
    for (at, step) in planned.fix.steps.iter().enumerate() {
        let fate = match (at < doable, failed) {
            (false, _) => Fate::Left,
            (true, true) => Fate::NotReached,
            (true, false) => match carry_out(step, place, &mut page, performer) {
                Ok(()) => Fate::Done,
                Err(why) => Fate::Failed(why),
            },
        };
        failed |= matches!(fate, Fate::Failed(_));
        steps.push(taken(step, fate));
    }
    let entry = page.ok().and_then(|page| match page.entry.steps.is_empty() {
        true => {
            page.drop_entry();
            None
        }
        false => Some(page.entry.id.clone()),
    });
    Applied { steps, entry }
}

fn carry_out(
    step: &FixStep,
    place: &Workplace,
    page: &mut Result<Page<'_>, String>,
    performer: &mut dyn Performer,
) -> Result<(), String> {
    match (&step.act, page) {
        (Act::File(_), Err(why)) => Err(why.clone()),
        (Act::File(change), Ok(page)) => change_file(step, change, page),
        (Act::Operation(operation), page) => {
            let page = page.as_mut().ok();
            operate(step, *operation, place, page, performer)
        }
        (Act::Restart(process), page) => restart(step, process, page.as_mut().ok()),
        (Act::Shown, _) => Err("this step is for a person".to_owned()),
    }
}

fn change_file(step: &FixStep, wanted: &FileChange, page: &mut Page<'_>) -> Result<(), String> {
    let number = page.entry.steps.len();
    let mut change = Change::prepare(wanted, page, number).map_err(|refused| refused.to_string())?;
    record(page, step, &change)?;
    match change.run() {
        Ok(()) => {
            settle(page, change);
            Ok(())
        }
        Err(refused) => {
            withdraw(page, &change);
            Err(refused.to_string())
        }
    }
}

/// Writes down what is about to be done; without that nothing is.
fn record(page: &mut Page<'_>, step: &FixStep, change: &Change) -> Result<(), String> {
    let command = step.command.clone();
    page.entry.steps.push(Record { command, state: State::Begun, change: change.clone() });
    page.save().map_err(|error| {
        withdraw(page, change);
        format!("what is changed cannot be written down: {}", crate::world::files::words(&error))
    })
}

/// Writes down that it was done. If that fails the entry says that it was begun, which is enough to
/// take it back.
fn settle(page: &mut Page<'_>, change: Change) {
    if let Some(last) = page.entry.steps.last_mut() {
        last.state = State::Done;
        last.change = change;
    }
    let _begun_is_enough = page.save();
}

/// Strikes out the last step, of which nothing was done.
fn withdraw(page: &mut Page<'_>, change: &Change) {
    // A change that made ready what it did not use takes that away.
    let _nothing_to_take_back = change.reverse();
    page.entry.steps.pop();
    if !page.entry.steps.is_empty() {
        let _stays_as_begun = page.save();
    }
}

fn operate(
    step: &FixStep,
    operation: Operation,
    place: &Workplace,
    page: Option<&mut Page<'_>>,
    performer: &mut dyn Performer,
) -> Result<(), String> {
    let Some(page) = page else { return performer.perform(&step.argv) };
    let number = page.entry.steps.len();
    let change = match (operation, &place.settings) {
        (Operation::UseWorkspace, Some(settings)) => {
            Operated::on_settings(&step.argv, settings, page, number)
        }
        _ => {
            let store = place.store.as_deref().filter(|_| operation == Operation::LogIn);
            Operated::on_credentials(&step.argv, store, page, number)
        }
    };
    let mut change = Change::Operation(change);
    record(page, step, &change)?;
    let done = performer.perform(&step.argv);
    match done {
        Ok(()) => {
            change.run().map_err(|refused| refused.to_string())?;
            settle(page, change);
            Ok(())
        }
        Err(why) => {
            withdraw(page, &change);
            Err(why)
        }
    }
}

/// How long an agent may take to end, and then to listen again; what it does later, the examination
/// does not see.
const PATIENCE: Duration = Duration::from_secs(5);

fn restart(step: &FixStep, process: &str, page: Option<&mut Page<'_>>) -> Result<(), String> {
    let running = Running::find(process).map_err(|error| error.to_string())?;
    if let Some(page) = page {
        let change = Change::Operation(Operated::on_process(process));
        record(page, step, &change)?;
        settle(page, change);
    }
    running.again(PATIENCE).map_err(|error| error.to_string())?;
    sockets::await_listener(Path::new(AGENT_SOCKET), PATIENCE);
    Ok(())
}

/// Takes back what was done under `entry`, as far as that can be.
pub fn roll_back(entry: &str, place: &Workplace) -> Vec<Result<(), Refused>> {
    super::undo::undo(&place.journal, Some(entry))
        .map(|undone| undone.steps.into_iter().map(|(_, done)| done).collect())
        .unwrap_or_default()
}

/// The path of the journal's place in the config folder, and of the other one in the state folder.
pub fn places(config: Option<&Path>, state: Option<&Path>) -> Places {
    Places {
        usual: config.map(|folder| folder.join("fixes")),
        other: state.map(|folder| folder.join("cmdop/fixes")),
    }
}
