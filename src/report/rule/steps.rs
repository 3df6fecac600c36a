//! The steps of a fix before anything is filled in.

use crate::model::fix::{Action, AuthAction, FileAction, FileVerb, ShellAction, ShellVerb, Step};
use crate::model::list::List;
use crate::model::template::{Piece, Template};

/// A step as its rule writes it.
pub(super) fn step_words(step: &Step) -> String {
    words(step, |template| template.written.to_owned())
}

/// A step for whoever does not know the rule: what would be filled in reads "…".
pub fn step_outline(step: &Step) -> String {
    words(step, |template| {
        let pieces = template.pieces.iter().map(|piece| match piece {
            Piece::Words(words) => words,
            Piece::Hole(_) => "…",
        });
        pieces.collect()
    })
}

fn words(step: &Step, write: fn(&Template) -> String) -> String {
    let all =
        |words: List<Template>| words.iter().map(|word| kept(write(word))).collect::<Vec<_>>().join(" ");
    match &step.action {
        Action::Auth(AuthAction { operation, args }) => {
            format!("cmdop {} {}", operation.argv().join(" "), all(*args)).trim_end().to_owned()
        }
        Action::File(action) => file_words(action, write),
        Action::Shell(ShellAction { verb: ShellVerb::Unset, variable, .. }) => {
            format!("unset {}", write(variable))
        }
        Action::Shell(ShellAction { verb: ShellVerb::Export, variable, value }) => {
            format!("export {}={}", write(variable), write(value))
        }
        Action::Restart(process) => format!("kill {} && cmdop connect", write(process)),
        Action::Run(argv) => all(*argv),
        Action::Manual(words) => write(words),
    }
}

/// A word of a command, kept together where blanks would take it apart.
fn kept(word: String) -> String {
    if word.contains(' ') { format!("\"{word}\"") } else { word }
}

fn file_words(action: &FileAction, write: fn(&Template) -> String) -> String {
    let (path, to) = (write(&action.path), write(&action.to));
    match action.verb {
        FileVerb::Chmod => format!("chmod {} {path}", to.trim_start_matches('0')),
        FileVerb::Chown => format!("chown {to} {path}"),
        FileVerb::Move => format!("mv {path} {to}"),
        FileVerb::Remove => format!("rm {path}"),
        FileVerb::Mkdir => format!("mkdir {path}"),
        FileVerb::StripMark => format!(r"sed -i '1s/^\xEF\xBB\xBF//' {path}"),
    }
}
