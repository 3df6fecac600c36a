//! Taking fixes back: local state only, and only what is still as the fix left it.

use super::journal::{Entry, Places, State};
use super::seen::Refused;

/// What became of taking one entry back.
#[derive(Debug)]
pub struct Undone {
    pub entry: Entry,
    /// Each step's command and what became of it, the last step first.
    pub steps: Vec<(String, Result<(), Refused>)>,
}

/// Why nothing could be taken back.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotFound {
    #[error("no fix is written down that was not taken back already")]
    Nothing,
    #[error("there is no fix {0}")]
    NoSuch(String),
}

/// Takes back the entry `id`, or the last one of which anything is left to take back: its steps from
/// the last to the first, each by itself, so that one that cannot be taken back stops no other.
///
/// # Errors
/// When there is no such entry.
pub fn undo(places: &Places, id: Option<&str>) -> Result<Undone, NotFound> {
    let journal = places.for_reading();
    let mut pages = journal.pages();
    let wanted = match id {
        Some(id) => pages.iter().position(|page| page.entry.id == id),
        None => pages.iter().rposition(|page| page.entry.is_open()),
    };
    let missing = || id.map_or(NotFound::Nothing, |id| NotFound::NoSuch(id.to_owned()));
    let mut page = pages.swap_remove(wanted.ok_or_else(missing)?);
    let mut steps = Vec::new();
    for at in (0..page.entry.steps.len()).rev() {
        let Some(record) = page.entry.steps.get_mut(at) else { continue };
        if record.state == State::Undone {
            continue;
        }
        let done = record.change.reverse();
        if done.is_ok() {
            record.state = State::Undone;
        }
        steps.push((record.command.clone(), done));
        // If this cannot be written, another `undo` finds that all is as it was before.
        let _found_out_again = page.save();
    }
    Ok(Undone { entry: page.entry.clone(), steps })
}
