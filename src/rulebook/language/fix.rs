//! `fix:`: the steps that a rule prescribes, and how much each may do without asking.

use super::condition;
use super::fault::{either, quoted};
use super::keys::{Form, Key};
use super::literal;
use super::node::{Content, Entry, Node};
use super::reader::{Fields, Reader};
use super::scope::Scope;
use super::template;
use crate::model::check::Trust;
use crate::model::fact::FactType;
use crate::model::fix::{
    Action, Audience, AuthAction, FileAction, FileVerb, Safety, ShellAction, ShellVerb, Step,
};
use crate::model::list::List;
use crate::model::operation::Operation;
use crate::model::template::{Piece, Template};

/// The kinds of steps, each with the keys that belong to it alone.
pub const KINDS: [(Key, &[Key]); 6] = [
    (
        Key::must("auth", Form::Operation, "an operation of this program"),
        &[Key::may("args", Form::Templates, "further words of its command")],
    ),
    (
        Key::must(
            "file",
            Form::FileVerb,
            "a change to a file that the check has looked at; `undo` takes it back",
        ),
        &[
            Key::must("path", Form::Template, "the file"),
            Key::may("to", Form::Template, "chmod: the mode; chown: the owner; move: the new path"),
        ],
    ),
    (
        Key::must(
            "restart",
            Form::Template,
            "one's own agent, by the fact of the `process` probe that names it",
        ),
        &[],
    ),
    (
        Key::must("shell", Form::ShellVerb, "a variable of the user's own shell; shown only"),
        &[
            Key::must("variable", Form::Template, "the variable"),
            Key::may("value", Form::Template, "what it is set to"),
        ],
    ),
    (Key::must("run", Form::Templates, "a command, word by word; shown only"), &[]),
    (Key::must("manual", Form::Template, "words; name a command wherever there is one"), &[]),
];

/// The keys that every kind of step may have.
pub const SHARED: [Key; 4] = [
    Key::may("when", Form::Condition, "the step is left out unless this holds"),
    Key::may("for", Form::Audience, "who can do it"),
    Key::may("message", Form::Template, "a text to paste to whoever can do it"),
    Key::may("safety", Form::Safety, "only stricter than the kind's own"),
];

pub const SAFETIES: [(&str, Safety); 3] =
    [("safe", Safety::Safe), ("asks", Safety::Asks), ("show_only", Safety::ShowOnly)];

pub const AUDIENCES: [(&str, Audience); 3] = [
    ("user", Audience::User),
    ("workspace_admin", Audience::WorkspaceAdmin),
    ("it_admin", Audience::ItAdmin),
];

pub const SHELL_VERBS: [(&str, ShellVerb); 2] = [("unset", ShellVerb::Unset), ("export", ShellVerb::Export)];

/// Reads one step or a list of steps.
pub(super) fn read_if(reader: &mut Reader<'_>, scope: &Scope<'_>, node: Option<&Node<'_>>) -> List<Step> {
    let Some(node) = node else { return List::EMPTY };
    let steps = match &node.content {
        Content::List(steps) => steps.as_slice(),
        _ => std::slice::from_ref(node),
    };
    if steps.is_empty() {
        reader.report(reader.fault(node.pos, "this fix has no steps").hint("leave `fix` out"));
    }
    List::keep(steps.iter().filter_map(|step| read_step(reader, scope, step)).collect())
}

fn read_step(reader: &mut Reader<'_>, scope: &Scope<'_>, node: &Node<'_>) -> Option<Step> {
    let (kind, own) = kind_of(reader, node)?;
    let known: Vec<Key> = [kind].iter().chain(own).chain(&SHARED).copied().collect();
    let fields = reader.keyed(node, "a step", &known)?;
    let action = read_action(reader, scope, fields, fields.entry(kind.name)?);
    let when = condition::read_if(reader, scope, fields.get("when"));
    let written = fields.get("safety").and_then(|node| reader.word(node, &SAFETIES));
    let audience = fields.get("for").and_then(|node| reader.word(node, &AUDIENCES));
    let message = template::read_if(reader, scope, fields.get("message"));
    let action = action?;
    let least = least_safety(&action);
    if let (Some(written), Some(node)) = (written, fields.get("safety"))
        && written < least
    {
        let what = format!("this step is `{}`, and a rule cannot loosen that", least.name());
        reader.report(reader.fault(node.pos, what).hint("leave `safety` out"));
    }
    let outside = (reader.document.trust < Trust::BuiltIn).then_some(Safety::ShowOnly);
    let safety = least.max(written.unwrap_or(least)).max(outside.unwrap_or(least));
    Some(Step { action, when, safety, audience: audience.unwrap_or(Audience::User), message })
}

/// Which kind of step this is: exactly one of the kinds' keys stands in it.
fn kind_of(reader: &mut Reader<'_>, node: &Node<'_>) -> Option<(Key, &'static [Key])> {
    let kinds: Vec<&str> = KINDS.iter().map(|(kind, _)| kind.name).collect();
    let Content::Map(entries) = &node.content else {
        reader.wrong_type(node, &format!("a step: a map with {}", either(&kinds)));
        return None;
    };
    let mut given = KINDS.into_iter().filter(|(kind, _)| entries.iter().any(|entry| entry.key == kind.name));
    match (given.next(), given.next()) {
        (Some(only), None) => Some(only),
        (None, _) => {
            let near = entries.first().map_or("", |entry| &*entry.key);
            let fault = reader.fault(node.pos, "this step does nothing");
            reader.report(fault.expected(format!("one of {}", either(&kinds))).did_you_mean(near, kinds));
            None
        }
        (Some((first, _)), Some((second, _))) => {
            let what = format!("this step is `{}` and `{}` at once", first.name, second.name);
            reader.report(reader.fault(node.pos, what).hint("write a list of two steps"));
            None
        }
    }
}

fn read_action(
    reader: &mut Reader<'_>,
    scope: &Scope<'_>,
    fields: Fields<'_, '_>,
    entry: &Entry<'_>,
) -> Option<Action> {
    match &*entry.key {
        "auth" => {
            let operation = reader.word(&entry.value, Operation::ALL);
            let args = fields.get("args").map_or(List::EMPTY, |node| words(reader, scope, node));
            Some(Action::Auth(AuthAction { operation: operation?, args }))
        }
        "file" => read_file_action(reader, scope, fields, &entry.value).map(Action::File),
        "restart" => Some(Action::Restart(template::read(reader, scope, &entry.value))),
        "shell" => read_shell_action(reader, scope, fields, &entry.value).map(Action::Shell),
        "run" => {
            let argv = words(reader, scope, &entry.value);
            if argv.is_empty() && matches!(entry.value.content, Content::List(_)) {
                reader.report(reader.fault(entry.value.pos, "this command is empty"));
            }
            Some(Action::Run(argv))
        }
        _ => Some(Action::Manual(template::read(reader, scope, &entry.value))),
    }
}

/// The words of a command: a list, never one text for a shell to take apart.
fn words(reader: &mut Reader<'_>, scope: &Scope<'_>, node: &Node<'_>) -> List<Template> {
    let members = reader.members(node, "the words of a command, each by itself");
    List::keep(members.iter().map(|member| template::read(reader, scope, member)).collect())
}

fn read_file_action(
    reader: &mut Reader<'_>,
    scope: &Scope<'_>,
    fields: Fields<'_, '_>,
    verb: &Node<'_>,
) -> Option<FileAction> {
    let path = template::read_if(reader, scope, fields.get("path"));
    let verb = reader.word(verb, &FileVerb::ALL)?;
    let takes_to = TAKE_TO.contains(&verb);
    let to = match fields.entry("to") {
        None if takes_to => {
            reader.required(fields, "to");
            Template::EMPTY
        }
        None => Template::EMPTY,
        Some(entry) if !takes_to => {
            let fault = reader.fault(entry.key_pos, "this step has no `to`");
            reader.report(fault.hint("only chmod, chown and move have"));
            Template::EMPTY
        }
        Some(entry) => read_to(reader, scope, verb, &entry.value),
    };
    Some(FileAction { verb, path, to })
}

/// The verbs that need `to`; the others have none.
pub const TAKE_TO: [FileVerb; 3] = [FileVerb::Chmod, FileVerb::Chown, FileVerb::Move];

fn read_to(reader: &mut Reader<'_>, scope: &Scope<'_>, verb: FileVerb, node: &Node<'_>) -> Template {
    let to = template::read(reader, scope, node);
    let is_mode = match (&node.content, &*to.pieces) {
        (Content::Text(_), [Piece::Words(words)]) => literal::mode(words).is_some(),
        (Content::Text(_), _) => true,
        _ => false,
    };
    if verb == FileVerb::Chmod && !is_mode {
        reader.wrong_type(node, literal::form(FactType::Mode));
    }
    to
}

fn read_shell_action(
    reader: &mut Reader<'_>,
    scope: &Scope<'_>,
    fields: Fields<'_, '_>,
    verb: &Node<'_>,
) -> Option<ShellAction> {
    let variable = fields.get("variable");
    let verb = reader.word(verb, &SHELL_VERBS)?;
    let variable = variable.map_or(Template::EMPTY, |node| read_variable(reader, scope, node));
    let value = match (verb, fields.entry("value")) {
        (ShellVerb::Export, None) => {
            reader.required(fields, "value");
            Template::EMPTY
        }
        (ShellVerb::Unset, Some(entry)) => {
            reader.report(reader.fault(entry.key_pos, "a variable that is unset has no value"));
            Template::EMPTY
        }
        (_, entry) => template::read_if(reader, scope, entry.map(|entry| &entry.value)),
    };
    Some(ShellAction { verb, variable, value })
}

/// The name of an environment variable, as POSIX has it (XBD 3.216), or a fact that is one.
fn read_variable(reader: &mut Reader<'_>, scope: &Scope<'_>, node: &Node<'_>) -> Template {
    let variable = template::read(reader, scope, node);
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '_';
    if let [Piece::Words(name)] = &*variable.pieces
        && (!name.chars().all(fits) || name.starts_with(|c: char| c.is_ascii_digit()))
    {
        let fault = reader.fault(node.pos, format!("{} is no variable", quoted(name)));
        reader.report(fault.expected("letters, digits and `_`"));
    }
    variable
}

/// What a step's kind allows at best.
fn least_safety(action: &Action) -> Safety {
    match action {
        Action::Auth(auth) => auth.operation.safety(),
        Action::File(file) => match file.verb {
            // What is removed or exchanged is kept in the journal; a rule says where it is a credential.
            FileVerb::Chmod | FileVerb::Mkdir | FileVerb::Move | FileVerb::Remove => Safety::Safe,
            FileVerb::StripMark => Safety::Safe,
            FileVerb::Chown => Safety::ShowOnly,
        },
        Action::Restart(_) => Safety::Asks,
        Action::Shell(_) | Action::Run(_) | Action::Manual(_) => Safety::ShowOnly,
    }
}
