//! What was done about a diagnosis: the fixes that were applied, with their proof, and what is left.

use super::finding::Verdict;
use super::fix::FixStep;
use super::severity::Severity;

/// The outcome of `--fix`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Treatment {
    /// Only planned: nothing was changed.
    pub dry_run: bool,
    /// In the order in which they were, or would be, applied.
    pub attempts: Vec<Attempt>,
    /// Findings that were healthy before and are sick now.
    pub newly_sick: Vec<String>,
}

/// One fix.
#[derive(Debug, Clone, PartialEq)]
pub struct Attempt {
    /// The root's id.
    pub root: String,
    /// `check`, or `check[element]`; a cause rule's own id.
    pub finding: String,
    pub title: String,
    pub severity: Severity,
    /// What was wrong, in words.
    pub cause: String,
    pub steps: Vec<Taken>,
    /// What to paste to whoever has to do what is left.
    pub message: Option<String>,
    pub result: FixResult,
    /// The verdict of the second examination.
    pub after: Option<Verdict>,
    /// By this `cmdop doctor undo` takes it back.
    pub undo: Option<String>,
}

impl Attempt {
    /// Whether anything of it was done.
    pub fn was_applied(&self) -> bool {
        self.steps.iter().any(|taken| taken.fate == Fate::Done)
    }

    /// Whether all of it that was done can be taken back.
    pub fn is_undoable(&self) -> bool {
        let mut done = self.steps.iter().filter(|taken| taken.fate == Fate::Done);
        self.undo.is_some() && done.all(|taken| taken.step.act.is_undoable())
    }
}

/// What came of a fix.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FixResult {
    /// With `--dry-run`: what would be done.
    Planned,
    /// The second examination finds nothing wrong there.
    Healed,
    /// The second examination finds the same thing sick.
    StillSick,
    /// The second examination could not tell.
    Unproven,
    /// It made something else sick, and was taken back.
    RolledBack,
    /// Nothing of it was done.
    NotApplied,
}

impl FixResult {
    /// The word used in every format.
    pub fn name(self) -> &'static str {
        match self {
            FixResult::Planned => "planned",
            FixResult::Healed => "healed",
            FixResult::StillSick => "still_sick",
            FixResult::Unproven => "unproven",
            FixResult::RolledBack => "rolled_back",
            FixResult::NotApplied => "not_applied",
        }
    }
}

/// One step, and what became of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Taken {
    pub step: FixStep,
    /// What it changes, as in `mode 0644 → 0600`; empty for a step that is shown only.
    pub effect: String,
    pub fate: Fate,
}

/// What became of a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    Planned,
    Done,
    /// In words.
    Failed(String),
    /// A step before it failed, or the run was stopped first.
    NotReached,
    /// The user said no.
    Declined,
    /// It asks first, and nobody was there to answer.
    NotAsked,
    /// It is for a person.
    Left,
    RolledBack,
}

impl Fate {
    /// The word used in every format.
    pub fn name(&self) -> &'static str {
        match self {
            Fate::Planned => "planned",
            Fate::Done => "done",
            Fate::Failed(_) => "failed",
            Fate::NotReached => "not_reached",
            Fate::Declined => "declined",
            Fate::NotAsked => "not_asked",
            Fate::Left => "left",
            Fate::RolledBack => "rolled_back",
        }
    }
}
