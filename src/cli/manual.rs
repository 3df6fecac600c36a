//! `cmdop completions` and `cmdop man`: made of the grammar itself.

use std::path::Path;

use clap::{Command, CommandFactory};
use clap_complete::Shell;
use clap_mangen::Man;

use super::failure::Failure;
use super::grammar::CommandLine;
use super::output::print;
use crate::model::list::keep_text;
use crate::world::files::words;
use crate::world::save::{make_folder, save};

/// Prints the completion script of `shell`.
pub(super) fn completions(shell: Shell) -> Result<u8, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut CommandLine::command(), "cmdop", &mut script);
    print(&script).map(|()| 0)
}

/// Writes a man page for every command into `folder`, which is made where it is not there.
pub(super) fn man(folder: &Path) -> Result<u8, Failure> {
    let unwritable = |file: &Path, error: &std::io::Error| {
        Failure::new(format!("{} cannot be written: {}", file.display(), words(error)))
    };
    make_folder(folder).map_err(|error| unwritable(folder, &error))?;
    let mut whole = CommandLine::command();
    whole.build();
    for (name, page) in pages(&whole, "cmdop") {
        let file = folder.join(format!("{name}.1"));
        save(&file, &page).map_err(|error| unwritable(&file, &error))?;
    }
    Ok(0)
}

/// A page for `command`, named `name`, and for all below it.
fn pages(command: &Command, name: &str) -> Vec<(String, Vec<u8>)> {
    let mut page = Vec::new();
    let spoken = command.clone().name(keep_text(name)).display_name(name.to_owned());
    // Writing into memory does not fail.
    let _infallible = Man::new(spoken).render(&mut page);
    let mut all = vec![(name.to_owned(), page)];
    for verb in command.get_subcommands().filter(|verb| !verb.is_hide_set() && verb.get_name() != "help") {
        all.extend(pages(verb, &format!("{name}-{}", verb.get_name())));
    }
    all
}
