//! Fixes filled in from evidence.

use super::matcher;
use super::shell::quote;
use super::view::{Seen, View};
use super::words::{fill, fill_strictly};
use crate::model::condition::FactRef;
use crate::model::fact::Value;
use crate::model::fix::{
    Action, AuthAction, FileAction, FileVerb, Fix, FixStep, Safety, ShellAction, ShellVerb, Step,
};
use crate::model::list::List;
use crate::model::operation::Operation;
use crate::model::template::Template;
use crate::model::truth::Truth;

/// The evidence name under which every view carries the terminal, for `login`.
pub(super) const TERMINAL: &str = "(terminal)";

/// Fills in the steps whose conditions hold. A step that lacks a value, or has one that must not
/// enter a command, is left out; without any step there is no fix.
pub(super) fn prescribe(steps: List<Step>, view: &View<'_>) -> Option<Fix> {
    let due = steps.into_iter().filter(|step| matcher::all(step.when, view) == Truth::True);
    let mut message = None;
    let mut filled = Vec::new();
    for step in due {
        if let Some(done) = fill_step(step, view) {
            filled.push(done);
            if !step.message.is_empty() {
                message = Some(fill(&step.message, view));
            }
        }
    }
    let safety = filled.iter().map(|step| step.safety).max()?;
    Some(Fix { steps: filled, safety, message })
}

fn fill_step(step: &Step, view: &View<'_>) -> Option<FixStep> {
    let (kind, argv) = match &step.action {
        Action::Auth(action) => ("auth", auth_words(action, view)?),
        Action::File(action) => ("file", file_words(action, view)?),
        Action::Run(argv) => ("run", all_words(*argv, view)?),
        Action::Shell(action) => return shell_step(step, action, view),
        Action::Manual(words) => {
            let command = fill(words, view);
            return Some(FixStep {
                kind: "manual",
                argv: Vec::new(),
                command,
                safety: step.safety,
                audience: step.audience,
            });
        }
    };
    let command = command_line(&argv, view)?;
    Some(FixStep { kind, argv, command, safety: step.safety, audience: step.audience })
}

fn command_line(argv: &[String], view: &View<'_>) -> Option<String> {
    let words: Option<Vec<String>> = argv.iter().map(|word| quote(word, view.symbols.home())).collect();
    Some(words?.join(" "))
}

fn all_words(templates: List<Template>, view: &View<'_>) -> Option<Vec<String>> {
    templates.into_iter().map(|word| operand(word, view)).collect()
}

/// A word of a command. One that evidence makes begin with `-` would be taken for an option.
fn operand(template: &Template, view: &View<'_>) -> Option<String> {
    let word = fill_strictly(template, view).ok()?;
    (!word.starts_with('-') || template.written.starts_with('-')).then_some(word)
}

fn auth_words(action: &AuthAction, view: &View<'_>) -> Option<Vec<String>> {
    let mut argv = vec!["cmdop".to_owned()];
    argv.extend(action.operation.argv().iter().map(|word| (*word).to_owned()));
    argv.extend(all_words(action.args, view)?);
    let device_code = "--device-code";
    if action.operation == Operation::LogIn
        && !argv.iter().any(|word| word == device_code)
        && !browser_can_open(view)
    {
        argv.push(device_code.to_owned());
    }
    Some(argv)
}

/// Whether `login` may count on a browser; where nobody looked it may.
fn browser_can_open(view: &View<'_>) -> bool {
    match view.fact(&FactRef { evidence: TERMINAL, fact: "can_open_browser" }) {
        Seen::Known(value) => *value != Value::Bool(false),
        _ => true,
    }
}

fn file_words(action: &FileAction, view: &View<'_>) -> Option<Vec<String>> {
    let path = path_word(&action.path, view)?;
    let to = || fill_strictly(&action.to, view).ok();
    Some(match action.verb {
        FileVerb::Chmod => vec!["chmod".to_owned(), to()?.trim_start_matches('0').to_owned(), path],
        FileVerb::Chown => vec!["chown".to_owned(), to()?, path],
        FileVerb::Move => vec!["mv".to_owned(), path, path_word(&action.to, view)?],
        FileVerb::Remove => vec!["rm".to_owned(), path],
        FileVerb::Mkdir => vec!["mkdir".to_owned(), "-p".to_owned(), path],
    })
}

fn path_word(template: &Template, view: &View<'_>) -> Option<String> {
    let path = fill_strictly(template, view).ok()?;
    Some(if path.starts_with('-') { format!("./{path}") } else { path })
}

fn shell_step(step: &Step, action: &ShellAction, view: &View<'_>) -> Option<FixStep> {
    let name = fill_strictly(&action.variable, view).ok().filter(|name| is_variable(name))?;
    let (argv, command) = match action.verb {
        ShellVerb::Unset => (vec!["unset".to_owned(), name.clone()], format!("unset {name}")),
        ShellVerb::Export => {
            let value = fill_strictly(&action.value, view).ok()?;
            let command = format!("export {name}={}", quote(&value, view.symbols.home())?);
            (vec!["export".to_owned(), format!("{name}={value}")], command)
        }
    };
    Some(FixStep { kind: "shell", argv, command, safety: Safety::ShowOnly, audience: step.audience })
}

/// Whether a shell takes `name` for a variable (POSIX.1-2017, Base Definitions 3.235 "Name").
fn is_variable(name: &str) -> bool {
    !name.starts_with(|c: char| c.is_ascii_digit())
        && !name.is_empty()
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}
