//! The rules of a run: built in, from the config folder, from `--rules`.

use super::failure::Failure;
use super::grammar::RuleFiles;
use crate::model::check::Trust;
use crate::model::rulebook::Rulebook;
use crate::model::settings::Settings;
use crate::rulebook::{self, Source};

/// Loads and validates all rules that `files` and `settings` name.
pub(super) fn load(files: &RuleFiles, settings: &Settings) -> Result<Rulebook, Failure> {
    let of_config = settings.config_dir.as_ref().map(|dir| dir.value.join("rules"));
    let of_config = of_config.map(|path| Source { path, trust: Trust::Config });
    let named = files.rules.iter().map(|path| Source { path: path.clone(), trust: Trust::Named });
    let sources: Vec<Source> = of_config.into_iter().chain(named).collect();
    rulebook::load(!files.no_builtin, &sources).map_err(|faults| Failure::new(faults.to_string()))
}
