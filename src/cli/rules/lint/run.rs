//! Which files are meant, what is mended, and what is left.

use std::path::{Path, PathBuf};

use super::look::{Files, Finding};
use super::{annotations, json, sarif, text, waivers};
use crate::cli::failure::Failure;
use crate::cli::grammar::{Global, LintFormat, LintRules, RuleFiles};
use crate::cli::output::print;
use crate::cli::rules::load::{FOLDER, PATIENCE, load, rules_of};
use crate::cli::settings::in_force;
use crate::model::check::Trust;
use crate::rulebook::lint::{Mended, mend};
use crate::rulebook::{Source, base};
use crate::world::files::words;
use crate::world::save::save;
use crate::world::{World, guarded};

/// All that the formats tell.
pub(super) struct Results {
    /// Files that were looked at.
    pub(super) files: usize,
    pub(super) findings: Vec<Finding>,
    /// Whether it was mended what can be.
    pub(super) fixed: bool,
    /// What was mended, each with its file.
    pub(super) mended: Vec<(String, Mended)>,
}

/// Looks at the rules, mends what can be if that is wanted, and prints what is left.
pub(in crate::cli) fn run(
    typed: &LintRules,
    named: &RuleFiles,
    global: &Global,
    world: &World,
) -> Result<u8, Failure> {
    let in_force = in_force(global, world, PATIENCE, true)?;
    let own = in_force.settings.config_dir.as_ref().map(|dir| dir.value.join(FOLDER));
    let own = own.filter(|own| guarded::is_folder(own));
    let (policies, rules): (Vec<&PathBuf>, Vec<&PathBuf>) =
        typed.paths.iter().partition(|path| waivers::is_one(path));
    let paths: Vec<PathBuf> = match typed.paths.as_slice() {
        [] => own.iter().chain(&named.rules).cloned().collect(),
        _ => rules.into_iter().map(|path| rules_of(path)).collect(),
    };
    if paths.is_empty() && policies.is_empty() {
        return Err(Failure::new(
            "there are no rules of yours to look at: name files or folders, or put them into `rules/` in the \
             config folder",
        ));
    }
    let named_sources =
        named.rules.iter().chain(&paths).map(|path| Source { path: path.clone(), trust: Trust::Named });
    let own = own.into_iter().map(|path| Source { path, trust: Trust::Config });
    let sources: Vec<Source> = own.chain(named_sources).collect();
    let read = || Files::read(&sources, &paths);
    let mut files = read()?;
    let mended = if typed.fix { mend_all(&files)? } else { Vec::new() };
    if !mended.is_empty() {
        files = read()?;
    }
    let mut findings = files.findings(base(!named.no_builtin));
    if !policies.is_empty() {
        let rulebook = load(named, &in_force, PATIENCE)?.rulebook;
        findings.extend(policies.iter().flat_map(|path| waivers::findings(path, &rulebook)));
    }
    let files = files.seen.len() + policies.len();
    let results = Results { files, findings, fixed: typed.fix, mended };
    let format = if global.json { LintFormat::Json } else { typed.format.unwrap_or(LintFormat::Text) };
    let printed = match format {
        LintFormat::Text => text::render(&results),
        LintFormat::Json => json::render(&results),
        LintFormat::Github => annotations::render(&results),
        LintFormat::Sarif => sarif::render(&results),
    };
    print(&printed).map(|()| u8::from(!results.findings.is_empty()))
}

/// Writes every file that can be mended, whole or not at all.
fn mend_all(files: &Files) -> Result<Vec<(String, Mended)>, Failure> {
    let mut all = Vec::new();
    for seen in &files.seen {
        let (text, mended) = mend(seen.file.text());
        if mended.is_empty() {
            continue;
        }
        save(Path::new(&seen.file.name), text.as_bytes()).map_err(|error| {
            Failure::new(format!("{} cannot be written: {}", seen.file.name, words(&error)))
        })?;
        all.extend(mended.into_iter().map(|mended| (seen.file.name.clone(), mended)));
    }
    Ok(all)
}
