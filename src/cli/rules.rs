//! The rules of a run: built in, from the config folder, from `--rules`.

use std::path::PathBuf;
use std::time::Duration;

use super::failure::Failure;
use super::grammar::RuleFiles;
use super::settings::InForce;
use crate::model::check::Trust;
use crate::model::rulebook::Rulebook;
use crate::model::settings::Settings;
use crate::rulebook::{self, Source};
use crate::world::files::is_there;
use crate::world::patience::within;

/// How long to wait for the config folder, which may lie on a dead mount.
const PATIENCE: Duration = Duration::from_millis(500);
/// The same for a folder that was silent before.
const IMPATIENCE: Duration = Duration::from_millis(50);

/// The rules of a run and the settings in force, with remarks on what was left out of either.
#[derive(Debug)]
pub(super) struct Loaded {
    pub(super) rulebook: Rulebook,
    pub(super) settings: Settings,
    pub(super) remarks: Vec<String>,
}

/// Loads and validates all rules that `files` and `in_force` name.
pub(super) fn load(files: &RuleFiles, in_force: InForce) -> Result<Loaded, Failure> {
    let InForce { settings, mut remarks } = in_force;
    let patience = if remarks.is_empty() { PATIENCE } else { IMPATIENCE };
    let of_config = settings.config_dir.as_ref().map(|dir| dir.value.join("rules"));
    let of_config = of_config.filter(|path| answers(path, patience, &mut remarks));
    let of_config = of_config.map(|path| Source { path, trust: Trust::Config });
    let named = files.rules.iter().map(|path| Source { path: path.clone(), trust: Trust::Named });
    let sources: Vec<Source> = of_config.into_iter().chain(named).collect();
    match rulebook::load(!files.no_builtin, &sources) {
        Ok(rulebook) => Ok(Loaded { rulebook, settings, remarks }),
        Err(faults) => Err(Failure::new(faults.to_string())),
    }
}

/// Whether the config folder's rules are there. A folder that gives no answer is left out, aloud.
fn answers(path: &PathBuf, patience: Duration, remarks: &mut Vec<String>) -> bool {
    let asked = path.clone();
    within(patience, move || is_there(&asked)).unwrap_or_else(|| {
        remarks.push(format!("{} gives no answer, so its rules were left out", path.display()));
        false
    })
}
