//! Which fixes of a diagnosis are applied, and in which order.

use std::collections::HashSet;

use crate::model::diagnosis::{Diagnosis, Root};
use crate::model::finding::Finding;
use crate::model::fix::{Act, FileChange, FileVerb, Fix, FixStep, Safety};
use crate::model::operation::Operation;
use crate::model::severity::Severity;
use crate::model::treatment::{Attempt, Fate};

/// Which fixes the user wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wish {
    /// Those that need no consent.
    Safe,
    /// Those too that ask first.
    All,
    /// Those of these findings: a check's id, with or without outcome or element.
    These(Vec<String>),
}

/// A fix that is to be applied.
#[derive(Debug, Clone, PartialEq)]
pub struct Planned {
    pub root: String,
    pub finding: String,
    pub title: String,
    pub severity: Severity,
    pub cause: String,
    pub fix: Fix,
    /// The strictest of the steps that this program does.
    pub safety: Safety,
}

impl Planned {
    fn of(root: &Root) -> Option<Planned> {
        let fix = root.fix.clone()?;
        let safety = fix.doable().iter().map(|step| step.safety).max()?;
        Some(Planned {
            root: root.id.clone(),
            finding: finding_id(root),
            title: root.title.clone(),
            severity: root.severity,
            cause: root.cause.clone(),
            fix,
            safety,
        })
    }

    /// The commands of its steps that ask first.
    pub fn asking(&self) -> impl Iterator<Item = &str> {
        let asks = self.fix.doable().iter().filter(|step| step.safety == Safety::Asks);
        asks.map(|step| step.command.as_str())
    }

    /// Whether what it would change has become another object by what was done `before`: an operation
    /// writes files anew, and so does every change of a file but one of its mode. What is there now has
    /// to be judged first.
    pub fn is_outdated_by(&self, before: &Attempt) -> bool {
        let changes = || self.fix.doable().iter().filter_map(|step| step.act.file_change());
        let done = before.steps.iter().filter(|taken| taken.fate == Fate::Done);
        done.map(|taken| &taken.step.act).any(|act| match act {
            Act::Operation(_) => changes().next().is_some(),
            Act::File(done) if done.verb == FileVerb::Chmod => false,
            Act::File(done) => changes().any(|change| [&done.path, &done.to].contains(&&change.path)),
            Act::Restart(_) | Act::Shown => false,
        })
    }

    /// By what it is known again: the same fix is not applied twice in one run.
    pub fn mark(&self) -> (String, String) {
        (self.finding.clone(), self.fix.command())
    }
}

impl Wish {
    fn takes(&self, planned: &Planned) -> bool {
        match self {
            Wish::Safe => planned.safety == Safety::Safe,
            Wish::All => true,
            Wish::These(ids) => ids.iter().any(|id| names(id, &planned.root, &planned.finding)),
        }
    }
}

/// Whether `id` means this root: its own id, its finding's, or its check's.
fn names(id: &str, root: &str, finding: &str) -> bool {
    let check = finding.split('[').next().unwrap_or_default();
    let outcome = root.split('[').next().unwrap_or_default();
    [root, finding, check, outcome].contains(&id)
}

/// The id of the finding that a root stands for: `check`, `check[element]`, or a cause rule's own.
pub fn finding_id(root: &Root) -> String {
    match root.check {
        Some(check) => match root.id.find('[') {
            Some(at) => format!("{check}{}", root.id.get(at..).unwrap_or_default()),
            None => check.to_owned(),
        },
        None => root.id.clone(),
    }
}

/// The fixes of `diagnosis` that `wish` takes and that were not tried yet, in the order in which they
/// are applied: files before operations, a sign-in before what needs one, and each check after those
/// that it needs. A root whose open outcomes disagree has no fix.
pub fn plan(diagnosis: &Diagnosis, wish: &Wish, tried: &HashSet<(String, String)>) -> Vec<Planned> {
    let mut planned: Vec<Planned> = diagnosis
        .roots
        .iter()
        .filter_map(Planned::of)
        .filter(|planned| wish.takes(planned) && !tried.contains(&planned.mark()))
        .collect();
    let place = |planned: &Planned| place_of(&planned.finding, &diagnosis.findings);
    planned.sort_by_key(|planned| (stage(&planned.fix), place(planned)));
    planned
}

/// Findings stand in the order of their needs; a cause rule stands before all that it explains.
fn place_of(finding: &str, findings: &[Finding]) -> usize {
    findings.iter().position(|known| known.id() == finding).map_or(0, |place| place + 1)
}

/// What a fix needs to have been done before it: nothing, files in order, a login.
fn stage(fix: &Fix) -> u8 {
    let of_step = |step: &FixStep| match &step.act {
        Act::File(_) | Act::Restart(_) | Act::Shown => 0,
        Act::Operation(Operation::LogIn | Operation::RefreshToken | Operation::LogOut) => 1,
        Act::Operation(_) => 2,
    };
    fix.doable().iter().map(of_step).max().unwrap_or(0)
}

/// What a step changes, in words, as far as that is known before.
pub fn effect(step: &FixStep) -> String {
    match &step.act {
        Act::File(change) => effect_on_file(change),
        Act::Operation(operation) => effect_of(*operation).to_owned(),
        Act::Restart(_) => "the agent is ended, and started again with the arguments that it has".to_owned(),
        Act::Shown => String::new(),
    }
}

fn effect_on_file(change: &FileChange) -> String {
    match change.verb {
        FileVerb::Chmod => match change.object.as_ref().and_then(|object| object.mode) {
            Some(before) => format!("mode {before:04o} → {:04o}", change.mode),
            None => format!("mode → {:04o}", change.mode),
        },
        FileVerb::Move if change.over.is_some() => "what stands there is replaced, and kept".to_owned(),
        FileVerb::Move => "renamed; nothing is replaced".to_owned(),
        FileVerb::Remove => "removed, and kept".to_owned(),
        FileVerb::StripMark => "the first 3 bytes are taken off".to_owned(),
        FileVerb::Mkdir => "a new folder, mode 0700".to_owned(),
        FileVerb::Chown => String::new(),
    }
}

fn effect_of(operation: Operation) -> &'static str {
    match operation {
        Operation::LogIn => "signs in; the stored login is replaced",
        Operation::LogOut => "the stored login is revoked and deleted",
        Operation::RefreshToken => "the access token is renewed",
        Operation::CreateKey => "a new API key is made and shown once",
        Operation::RevokeKey => "the API key is revoked",
        Operation::UseWorkspace => "later commands act in another workspace",
        Operation::ShowStatus | Operation::ListKeys | Operation::ListWorkspaces => "nothing is changed",
    }
}
