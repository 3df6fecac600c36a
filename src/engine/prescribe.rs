//! Fixes filled in from evidence.

use super::matcher;
use super::shell::quote;
use super::view::{Element, Seen, View};
use super::words::{fill, fill_strictly};
use crate::model::condition::FactRef;
use crate::model::evidence::Reading;
use crate::model::fact::{Fact, Facts, Value};
use crate::model::fix::{
    Act, Action, AuthAction, FileAction, FileChange, FileVerb, Fix, FixStep, Object, Safety, ShellAction,
    ShellVerb, Step,
};
use crate::model::list::List;
use crate::model::operation::Operation;
use crate::model::template::Template;
use crate::model::truth::Truth;

/// The evidence name under which every view carries the terminal, for `login`.
pub(super) const TERMINAL: &str = "(terminal)";

/// What a rule that looks at the stored login knows of the way that it came by, for `login`.
pub(super) const PROVIDER: FactRef = FactRef { evidence: "token", fact: "provider" };

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
    let (kind, argv, act) = match &step.action {
        Action::Auth(action) => ("auth", auth_words(action, view)?, Act::Operation(action.operation)),
        Action::File(action) => {
            let change = file_change(action, view)?;
            ("file", file_words(action, &change, view)?, Act::File(change))
        }
        Action::Run(argv) => ("run", all_words(*argv, view)?, Act::Shown),
        Action::Restart(process) => return restart_step(step, process, view),
        Action::Shell(action) => return shell_step(step, action, view),
        Action::Manual(words) => {
            let command = fill(words, view);
            return Some(FixStep {
                kind: "manual",
                argv: Vec::new(),
                command,
                safety: step.safety,
                audience: step.audience,
                act: Act::Shown,
            });
        }
    };
    let command = command_line(&argv, view)?;
    Some(FixStep { kind, argv, command, safety: step.safety, audience: step.audience, act })
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
    let login = action.operation == Operation::LogIn;
    if login && let Some(name) = provider(view).filter(|_| !argv.iter().any(|word| word.starts_with("--"))) {
        argv.extend(["--provider".to_owned(), name]);
    }
    let device_code = "--device-code";
    if login && !argv.iter().any(|word| word == device_code) && !browser_can_open(view) {
        argv.push(device_code.to_owned());
    }
    Some(argv)
}

/// The identity provider that the login at hand came by way of: signing in anew goes the same way.
fn provider(view: &View<'_>) -> Option<String> {
    match view.fact(&PROVIDER) {
        Seen::Known(value) => match &*value {
            Value::Text(name) if !name.starts_with('-') => Some(name.clone()),
            _ => None,
        },
        _ => None,
    }
}

/// Whether `login` may count on a browser; where nobody looked it may.
fn browser_can_open(view: &View<'_>) -> bool {
    match view.fact(&FactRef { evidence: TERMINAL, fact: "can_open_browser" }) {
        Seen::Known(value) => *value != Value::Bool(false),
        _ => true,
    }
}

/// The change, with what the check's evidence says of the objects at its paths.
fn file_change(action: &FileAction, view: &View<'_>) -> Option<FileChange> {
    let path = fill_strictly(&action.path, view).ok()?;
    let to = fill_strictly(&action.to, view).ok()?;
    let mode = match action.verb {
        FileVerb::Chmod => u32::from_str_radix(&to, 8).ok()?,
        _ => 0,
    };
    // What is moved or removed is what stands at the path, be it a link; what is changed is its target.
    let itself = matches!(action.verb, FileVerb::Move | FileVerb::Remove);
    let object = object_at(&path, itself, view);
    let over = (action.verb == FileVerb::Move).then(|| object_at(&to, true, view)).flatten();
    let to = if action.verb == FileVerb::Move { to } else { String::new() };
    Some(FileChange { verb: action.verb, path, to, mode, object, over })
}

/// The object at `path`, if a reading of this rule is about it: with `itself`, a link and not what
/// it leads to.
fn object_at(path: &str, itself: bool, view: &View<'_>) -> Option<Object> {
    let element = match view.element {
        Some(Element::Fields(facts)) => Some(facts),
        _ => None,
    };
    let found = view.readings.iter().filter_map(|(_, reading)| match reading {
        Some(Reading::Found(facts)) => Some(facts),
        _ => None,
    });
    let text = |facts: &Facts, name: &str| match facts.get(name) {
        Some(Fact::Known(Value::Text(text))) => Some(text.clone()),
        _ => None,
    };
    element.into_iter().chain(found).filter(|facts| text(facts, "path").as_deref() == Some(path)).find_map(
        |facts| {
            let entry = itself.then(|| text(facts, "entry")).flatten();
            let mode = match facts.get("mode") {
                Some(Fact::Known(Value::Mode(bits))) => Some(*bits),
                _ => None,
            };
            Some(Object { id: entry.or_else(|| text(facts, "object"))?, mode })
        },
    )
}

fn file_words(action: &FileAction, change: &FileChange, view: &View<'_>) -> Option<Vec<String>> {
    let path = plain_operand(&change.path);
    Some(match action.verb {
        FileVerb::Chmod => vec!["chmod".to_owned(), format!("{:o}", change.mode), path],
        FileVerb::Chown => vec!["chown".to_owned(), fill_strictly(&action.to, view).ok()?, path],
        FileVerb::Move => vec!["mv".to_owned(), path, plain_operand(&change.to)],
        FileVerb::Remove => vec!["rm".to_owned(), path],
        FileVerb::Mkdir => vec!["mkdir".to_owned(), path],
        FileVerb::StripMark => {
            vec!["sed".to_owned(), "-i".to_owned(), r"1s/^\xEF\xBB\xBF//".to_owned(), path]
        }
    })
}

/// A path that no command takes for an option.
fn plain_operand(path: &str) -> String {
    if path.starts_with('-') { format!("./{path}") } else { path.to_owned() }
}

/// The command shown is the equivalent with the default arguments: those that the process has may hold
/// a secret.
fn restart_step(step: &Step, process: &Template, view: &View<'_>) -> Option<FixStep> {
    let process = fill_strictly(process, view).ok()?;
    let pid = process.split('@').next().filter(|pid| pid.bytes().all(|byte| byte.is_ascii_digit()))?;
    Some(FixStep {
        kind: "restart",
        argv: Vec::new(),
        command: format!("kill {pid} && cmdop connect"),
        safety: step.safety,
        audience: step.audience,
        act: Act::Restart(process),
    })
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
    let (safety, audience) = (Safety::ShowOnly, step.audience);
    Some(FixStep { kind: "shell", argv, command, safety, audience, act: Act::Shown })
}

/// Whether a shell takes `name` for a variable (POSIX.1-2017, Base Definitions 3.235 "Name").
fn is_variable(name: &str) -> bool {
    !name.starts_with(|c: char| c.is_ascii_digit())
        && !name.is_empty()
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}
