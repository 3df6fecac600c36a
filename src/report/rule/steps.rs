//! The steps of a fix before anything is filled in.

use crate::model::fix::{Action, AuthAction, FileAction, FileVerb, ShellAction, ShellVerb, Step};
use crate::model::list::List;
use crate::model::template::Template;

/// A step before anything is filled in.
pub fn step_words(step: &Step) -> String {
    let written = |words: List<Template>| words.iter().map(|word| word.written).collect::<Vec<_>>().join(" ");
    match &step.action {
        Action::Auth(AuthAction { operation, args }) => {
            format!("cmdop {} {}", operation.argv().join(" "), written(*args)).trim_end().to_owned()
        }
        Action::File(action) => file_words(action),
        Action::Shell(ShellAction { verb: ShellVerb::Unset, variable, .. }) => {
            format!("unset {}", variable.written)
        }
        Action::Shell(ShellAction { verb: ShellVerb::Export, variable, value }) => {
            format!("export {}={}", variable.written, value.written)
        }
        Action::Restart(process) => format!("kill {} && cmdop connect", process.written),
        Action::Run(argv) => written(*argv),
        Action::Manual(words) => words.written.to_owned(),
    }
}

fn file_words(action: &FileAction) -> String {
    let (path, to) = (action.path.written, action.to.written);
    match action.verb {
        FileVerb::Chmod => format!("chmod {} {path}", to.trim_start_matches('0')),
        FileVerb::Chown => format!("chown {to} {path}"),
        FileVerb::Move => format!("mv {path} {to}"),
        FileVerb::Remove => format!("rm {path}"),
        FileVerb::Mkdir => format!("mkdir {path}"),
        FileVerb::StripMark => format!(r"sed -i '1s/^\xEF\xBB\xBF//' {path}"),
    }
}
