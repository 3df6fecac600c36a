//! Fixes: what a rule prescribes ([`Step`]), and the same filled in from evidence ([`Fix`]).

use serde::{Deserialize, Serialize};

use super::condition::Cond;
use super::list::List;
use super::operation::Operation;
use super::template::Template;

/// One step of a fix, as a rule writes it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Step {
    pub action: Action,
    /// The step is left out where this does not hold.
    pub when: List<Cond>,
    pub safety: Safety,
    pub audience: Audience,
    /// A text to paste to whoever has to do this step.
    pub message: Template,
}

/// What a step does.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub enum Action {
    Auth(AuthAction),
    File(FileAction),
    /// A process of the user's own, ended and started again as it was; by the fact that names it.
    Restart(Template),
    Shell(ShellAction),
    /// An argument vector, never a shell string; shown only.
    Run(List<Template>),
    /// Words, with a command wherever one exists.
    Manual(Template),
}

/// An operation of this program.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct AuthAction {
    pub operation: Operation,
    pub args: List<Template>,
}

/// A change to a file, done through a descriptor.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct FileAction {
    pub verb: FileVerb,
    pub path: Template,
    /// `move`: the new path. `chown`: the new owner. `chmod`: the octal mode.
    pub to: Template,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum FileVerb {
    Chmod,
    Chown,
    Move,
    Remove,
    Mkdir,
    /// Takes the byte-order mark off a text in UTF-8.
    StripMark,
}

impl FileVerb {
    pub const ALL: [(&'static str, FileVerb); 6] = [
        ("chmod", FileVerb::Chmod),
        ("chown", FileVerb::Chown),
        ("move", FileVerb::Move),
        ("remove", FileVerb::Remove),
        ("mkdir", FileVerb::Mkdir),
        ("strip_mark", FileVerb::StripMark),
    ];
}

/// A change to the user's own shell, which no child process can make; shown only.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct ShellAction {
    pub verb: ShellVerb,
    /// The variable's name, which may be a fact such as `{proxy.variable}`.
    pub variable: Template,
    pub value: Template,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ShellVerb {
    Unset,
    Export,
}

/// What may be done without asking, strictest last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Safety {
    /// Local, reversible, loses nothing.
    Safe,
    /// Opens a browser, replaces or deletes a credential, touches a process.
    Asks,
    /// Needs rights or another person, or comes from a rule outside the binary.
    ShowOnly,
}

impl Safety {
    /// The word used in rules and reports.
    pub fn name(self) -> &'static str {
        match self {
            Safety::Safe => "safe",
            Safety::Asks => "asks",
            Safety::ShowOnly => "show_only",
        }
    }
}

/// Who can do a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Audience {
    User,
    WorkspaceAdmin,
    ItAdmin,
}

impl Audience {
    pub fn name(self) -> &'static str {
        match self {
            Audience::User => "user",
            Audience::WorkspaceAdmin => "workspace_admin",
            Audience::ItAdmin => "it_admin",
        }
    }
}

/// A fix filled in from evidence.
#[derive(Debug, Clone, PartialEq)]
pub struct Fix {
    pub steps: Vec<FixStep>,
    /// The strictest of its steps.
    pub safety: Safety,
    /// What to paste to an admin, where one is needed.
    pub message: Option<String>,
}

/// One filled-in step.
#[derive(Debug, Clone, PartialEq)]
pub struct FixStep {
    /// `auth`, `file`, `restart`, `shell`, `run` or `manual`.
    pub kind: &'static str,
    /// The words of the command; empty for a manual step, and for one that takes several commands.
    pub argv: Vec<String>,
    /// As a person types it, quoted for a POSIX shell; a sentence for a manual step.
    pub command: String,
    pub safety: Safety,
    pub audience: Audience,
    pub act: Act,
}

/// What this program does when it carries out a step. A step is never read back from its text.
#[derive(Debug, Clone, PartialEq)]
pub enum Act {
    /// An operation of this program, by the step's `argv`.
    Operation(Operation),
    File(FileChange),
    /// A process is ended and started again: its id and its start, as the probe `process` writes them.
    Restart(String),
    /// The step is for a person.
    Shown,
}

impl Act {
    /// The change to a file that it is, if it is one.
    pub fn file_change(&self) -> Option<&FileChange> {
        match self {
            Act::File(change) => Some(change),
            Act::Operation(_) | Act::Restart(_) | Act::Shown => None,
        }
    }

    /// Whether what it does can be taken back.
    pub fn is_undoable(&self) -> bool {
        matches!(self, Act::File(_) | Act::Operation(Operation::UseWorkspace))
    }
}

/// A change to an object that a check has judged.
#[derive(Debug, Clone, PartialEq)]
pub struct FileChange {
    pub verb: FileVerb,
    pub path: String,
    /// `move`: the new path, otherwise empty.
    pub to: String,
    /// `chmod`: the new permission bits, otherwise 0.
    pub mode: u32,
    /// What was judged; where nothing tells, nothing may be changed.
    pub object: Option<Object>,
    /// What stands in the way of a `move` and was judged too, so that it may make room.
    pub over: Option<Object>,
}

/// What a check has looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Object {
    /// Device, inode, owner, kind and birth, as the facts `entry` and `object` write them.
    pub id: String,
    /// Its permission bits as they were seen.
    pub mode: Option<u32>,
}

impl Fix {
    /// The whole fix as one line: the steps in order, joined as a shell would run them.
    pub fn command(&self) -> String {
        let commands: Vec<&str> = self.steps.iter().map(|step| step.command.as_str()).collect();
        commands.join(if self.steps.iter().any(|step| step.argv.is_empty()) { "; " } else { " && " })
    }

    /// The steps that this program may do, in their order. What comes after a step for a person may
    /// build on it, or be another way instead of it, and so is left to the person too.
    pub fn doable(&self) -> &[FixStep] {
        let shown = self.steps.iter().position(|step| step.safety == Safety::ShowOnly);
        self.steps.get(..shown.unwrap_or(self.steps.len())).unwrap_or_default()
    }
}
