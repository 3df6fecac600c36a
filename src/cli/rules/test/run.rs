//! Which rules and cases are meant, and what came of them.

use std::path::{Path, PathBuf};

use super::super::load::{FOLDER, PATIENCE, load_as, rules_of};
use super::{json, junit, text};
use crate::cli::failure::Failure;
use crate::cli::grammar::{Global, RuleFiles, TestFormat, TestRules};
use crate::cli::output::print;
use crate::cli::screen;
use crate::cli::settings::in_force;
use crate::model::check::{RuleSource, Trust};
use crate::model::list::Str;
use crate::rulebook::{RuleFaults, case_files};
use crate::source::trial::{CaseFile, Covered, Tried, cover, try_all};
use crate::world::{World, guarded};

/// All that the formats tell.
pub(super) struct Results {
    pub(super) tried: Vec<Tried>,
    pub(super) rules: Vec<Covered>,
    /// Whether it was looked for what the cases leave open.
    pub(super) thorough: bool,
}

impl Results {
    /// How many cases ended otherwise than they should.
    pub(super) fn wrong(&self) -> usize {
        self.tried.iter().filter(|tried| !tried.misses.is_empty()).count()
    }

    /// The files of rules none of which has a case.
    pub(super) fn without_cases(&self) -> Vec<Str> {
        let mut files: Vec<Str> = self.rules.iter().map(|rule| rule.source.file).collect();
        files.sort_unstable();
        files.dedup();
        files.retain(|file| self.rules.iter().all(|rule| rule.source.file != *file || rule.cases == 0));
        files
    }

    fn is_good(&self) -> bool {
        let open = self.thorough && self.rules.iter().any(|rule| !rule.is_whole());
        self.wrong() == 0 && !self.tried.is_empty() && !open
    }
}

/// Tries the cases, and prints what came of them.
pub(in crate::cli) fn run(
    typed: &TestRules,
    files: RuleFiles,
    global: &Global,
    world: &World,
) -> Result<u8, Failure> {
    let in_force = in_force(global, world, PATIENCE, true)?;
    let own = in_force.settings.config_dir.as_ref().map(|dir| dir.value.join(FOLDER));
    let paths: Vec<PathBuf> = match typed.paths.as_slice() {
        [] => {
            own.into_iter().filter(|own| guarded::is_folder(own)).chain(files.rules.iter().cloned()).collect()
        }
        named => named.iter().map(|path| rules_of(path)).collect(),
    };
    let named = files.rules.into_iter().chain(typed.paths.iter().map(|path| rules_of(path)));
    let files = RuleFiles { rules: named.collect(), no_builtin: files.no_builtin };
    // Cases look at nothing: rules that are to be signed one day can be tried before.
    let rulebook = load_as(Trust::Signed, &files, &in_force, PATIENCE)?.rulebook;
    let chosen = |_: Str, source: &RuleSource| {
        let file = Path::new(source.file);
        source.trust < Trust::BuiltIn && paths.iter().any(|path| file.starts_with(path))
    };
    let unread = |faults: RuleFaults| Failure::new(faults.to_string());
    let tried = try_all(&rulebook, &cases_of(&paths).map_err(unread)?).map_err(unread)?;
    let rules = cover(&rulebook, &chosen, &tried, typed.coverage);
    if rules.is_empty() && tried.is_empty() {
        return Err(Failure::new(
            "there are no rules of yours to test: name files or folders, or put them into `rules/` in the \
             config folder",
        ));
    }
    let results = Results { tried, rules, thorough: typed.coverage };
    let format = if global.json { TestFormat::Json } else { typed.format.unwrap_or(TestFormat::Text) };
    let printed = match format {
        TestFormat::Text => {
            let style = screen::style(global.color, screen::columns(), &world.env);
            text::render(&results, &style).into_bytes()
        }
        TestFormat::Json => json::render(&results),
        TestFormat::Junit => junit::render(&results),
    };
    print(&printed).map(|()| u8::from(!results.is_good()))
}

fn cases_of(paths: &[PathBuf]) -> Result<Vec<CaseFile>, RuleFaults> {
    let mut files: Vec<CaseFile> = Vec::new();
    for path in paths {
        for (name, text) in case_files(path)? {
            if !files.iter().any(|known| known.name == name) {
                files.push(CaseFile { name, text });
            }
        }
    }
    Ok(files)
}
