//! The rules of a run: built in, from the config folder, from `--rules`.

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::cli::failure::Failure;
use crate::cli::grammar::RuleFiles;
use crate::cli::settings::InForce;
use crate::model::check::Trust;
use crate::model::rulebook::Rulebook;
use crate::rulebook::pack::PackTrust;
use crate::rulebook::{self, RuleFaults, Source};
use crate::source::trial::CaseFile;
use crate::world::patience::within;

/// The folder of rules in the config folder.
pub(super) const FOLDER: &str = "rules";

/// The folder in the config folder with a note for each pack that was compiled here.
const NOTES: &str = "packs";

/// How long to wait for rules that are to be shown, not used.
pub(in crate::cli) const PATIENCE: Duration = Duration::from_secs(10);

/// Rules, and remarks: that some were left out, and what they make of the built-in ones.
#[derive(Debug)]
pub(in crate::cli) struct Loaded {
    pub(in crate::cli) rulebook: Rulebook,
    pub(in crate::cli) remarks: Vec<String>,
}

/// Loads and validates all rules that `files` and the config folder name. Waits for a file system
/// no longer than `patience`; the config folder's rules are then left out, those that were named on
/// the command line are not.
pub(in crate::cli) fn load(
    files: &RuleFiles,
    in_force: &InForce,
    patience: Duration,
) -> Result<Loaded, Failure> {
    load_as(Trust::Named, files, in_force, patience)
}

/// The same, where the rules named on the command line have this `trust`: more than others, where they are
/// only to be looked at.
pub(super) fn load_as(
    trust: Trust,
    files: &RuleFiles,
    in_force: &InForce,
    patience: Duration,
) -> Result<Loaded, Failure> {
    let named = files.rules.iter().map(|path| Source { path: path.clone(), trust });
    let own = in_force.settings.config_dir.as_ref().filter(|_| !in_force.stalled);
    let own = own.map(|dir| Source { path: dir.value.join(FOLDER), trust: Trust::Config });
    let sources: Vec<Source> = own.into_iter().chain(named).collect();
    let base = rulebook::base(!files.no_builtin);
    let believed = believed(in_force);
    match within(patience, move || rulebook::load_with_packs(base, &sources, &believed)) {
        Some(loaded) => told(loaded, in_force.stalled),
        None if files.rules.is_empty() => {
            told(Ok(rulebook::Loaded { rulebook: base, remarks: Vec::new() }), true)
        }
        None => Err(Failure::new(format!(
            "the rules were not read within {patience:?}: a file system gives no answer, or they are too many; \
             a longer --timeout gives them more time"
        ))),
    }
}

fn told(loaded: Result<rulebook::Loaded, RuleFaults>, incomplete: bool) -> Result<Loaded, Failure> {
    let rulebook::Loaded { rulebook, remarks: of_packs } =
        loaded.map_err(|faults| Failure::new(faults.to_string()))?;
    let remark = "the rules of the config folder were left out: the file system gives no answer";
    let remark = incomplete.then(|| remark.to_owned());
    let changes =
        rulebook.changes.iter().map(|change| format!("the built-in check {} is {change}", change.check));
    Ok(Loaded { rulebook, remarks: remark.into_iter().chain(of_packs).chain(changes).collect() })
}

/// Who is believed about packs: the keys of `config.yaml`, and the notes of what was compiled here.
pub(super) fn believed(in_force: &InForce) -> PackTrust {
    let notes = in_force.settings.config_dir.as_ref().filter(|_| !in_force.stalled);
    PackTrust { keys: in_force.trusted_keys.clone(), notes: notes.map(|dir| dir.value.join(NOTES)) }
}

/// The rules that `path` stands for: those beside it, where it is a file of cases.
pub(super) fn rules_of(path: &Path) -> PathBuf {
    let named = CaseFile { name: path.display().to_string(), text: String::new() };
    if path.to_str().is_some() { PathBuf::from(named.beside()) } else { path.to_owned() }
}
