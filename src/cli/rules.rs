//! The rules of a run: built in, from the config folder, from `--rules`.

use std::time::Duration;

use super::failure::Failure;
use super::grammar::RuleFiles;
use crate::model::check::Trust;
use crate::model::rulebook::Rulebook;
use crate::model::settings::Settings;
use crate::rulebook::{self, Source};
use crate::world::patience::within;

/// The folder of rules in the config folder.
const FOLDER: &str = "rules";

/// How long to wait for rules that are to be shown, not used.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);

/// Rules, and a remark where some were left out.
#[derive(Debug)]
pub(super) struct Loaded {
    pub(super) rulebook: Rulebook,
    pub(super) remark: Option<String>,
}

/// Loads and validates all rules that `files` and `settings` name. Waits for a file system no
/// longer than `patience`; the config folder's rules are then left out, those that were named on
/// the command line are not.
pub(super) fn load(files: &RuleFiles, settings: &Settings, patience: Duration) -> Result<Loaded, Failure> {
    let builtin = !files.no_builtin;
    let named = files.rules.iter().map(|path| Source { path: path.clone(), trust: Trust::Named });
    let own = settings.config_dir.as_ref().map(|dir| dir.value.join(FOLDER));
    let own = own.map(|path| Source { path, trust: Trust::Config });
    let sources: Vec<Source> = own.into_iter().chain(named).collect();
    match within(patience, move || rulebook::load(builtin, &sources)) {
        Some(Ok(rulebook)) => Ok(Loaded { rulebook, remark: None }),
        Some(Err(faults)) => Err(Failure::new(faults.to_string())),
        None if files.rules.is_empty() => without_own(builtin),
        None => Err(Failure::new("the rules cannot be read: a file system gives no answer")),
    }
}

fn without_own(builtin: bool) -> Result<Loaded, Failure> {
    let rulebook = rulebook::load(builtin, &[]).map_err(|faults| Failure::new(faults.to_string()))?;
    let remark = "the rules of the config folder were left out: the file system gives no answer";
    Ok(Loaded { rulebook, remark: Some(remark.to_owned()) })
}
