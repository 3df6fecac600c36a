//! Rules from outside the binary: which files they are, and whether they may be trusted at all.

use std::path::{Path, PathBuf};

use super::{RuleFault, RuleFaults, RuleText, built_in, language, unpacked};
use crate::model::check::Trust;
use crate::model::rulebook::Rulebook;
use crate::world::guarded::{self, Refused};

/// A file or folder of rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    pub path: PathBuf,
    /// [`Trust::Named`] for `--rules`, [`Trust::Config`] for the config folder's `rules`.
    pub trust: Trust,
}

/// Bytes that one file may have: about 100,000 rules.
const MAX_FILE: u64 = 64 << 20;
/// Files that one folder may have.
const MAX_FILES: usize = 50_000;
/// How the names of rule files end. Cases stand beside rules and are not loaded with them.
const ENDINGS: [&str; 2] = [".yaml", ".yml"];
const CASES: [&str; 2] = [".cases.yaml", ".cases.yml"];

/// What the rules of a run are added to: the built-in ones, unless they are not wanted. The built-in
/// shapes always stay, because the redactor needs them.
pub fn base(builtin: bool) -> Rulebook {
    if builtin { built_in() } else { Rulebook { shapes: built_in().shapes, ..Rulebook::EMPTY } }
}

/// The rules of this run: `base`, and those of `sources`.
///
/// # Errors
/// All faults of all files, files that cannot be read or trusted included. A folder that is not
/// there is a fault only if it was named on the command line.
pub fn load(base: Rulebook, sources: &[Source]) -> Result<Rulebook, RuleFaults> {
    if sources.is_empty() {
        return Ok(base);
    }
    let (texts, faults) = texts(sources);
    let texts: Vec<RuleText<'_>> =
        texts.iter().map(|(name, text, trust)| RuleText { name, text, trust: *trust }).collect();
    // Ids of all kinds must be known, so that none is given twice.
    let base = if texts.is_empty() { base } else { unpacked(&base) };
    match language::extend(base, &texts) {
        Ok(rulebook) if faults.is_empty() => Ok(rulebook),
        Ok(_) => Err(RuleFaults::new(faults)),
        Err(RuleFaults(more)) => Err(RuleFaults::new(faults.into_iter().chain(more).collect())),
    }
}

/// The rule files of `sources`, each with its text and its trust, and those that cannot be read or
/// trusted.
pub fn texts(sources: &[Source]) -> (Vec<(String, String, Trust)>, Vec<RuleFault>) {
    let mut faults = Vec::new();
    let mut files: Vec<(PathBuf, Trust)> = Vec::new();
    for source in sources {
        match files_of(source) {
            Ok(found) => files.extend(found.into_iter().map(|path| (path, source.trust))),
            Err(refused) => faults.push(refusal(&source.path, refused)),
        }
    }
    files.sort();
    files.dedup_by(|again, first| again.0 == first.0);
    let mut texts = Vec::with_capacity(files.len());
    for (path, trust) in files {
        match read(&path) {
            Ok(text) => texts.push((path.display().to_string(), text, trust)),
            Err(fault) => faults.push(*fault),
        }
    }
    (texts, faults)
}

/// The files of cases that belong to the rules at `path`, a folder or a file, each with its text: those
/// in the folder, or the one that stands beside. `path` may be a file of cases itself.
///
/// # Errors
/// All faults of files that cannot be read or trusted.
pub fn case_files(path: &Path) -> Result<Vec<(String, String)>, RuleFaults> {
    let refused = |refused| RuleFaults::new(vec![refusal(path, refused)]);
    let files = if guarded::is_folder(path) {
        guarded::list(path, &CASES, MAX_FILES).map_err(refused)?
    } else if is_named(path, &CASES) {
        vec![path.to_owned()]
    } else {
        let beside = CASES.map(|ending| path.with_extension(ending.trim_start_matches('.')));
        beside.into_iter().filter(|beside| guarded::is_there(beside)).collect()
    };
    let mut texts = Vec::with_capacity(files.len());
    let mut faults = Vec::new();
    for file in files {
        match read(&file) {
            Ok(text) => texts.push((file.display().to_string(), text)),
            Err(fault) => faults.push(*fault),
        }
    }
    if faults.is_empty() { Ok(texts) } else { Err(RuleFaults::new(faults)) }
}

/// The files that a source stands for.
fn files_of(source: &Source) -> Result<Vec<PathBuf>, Refused> {
    let path = &source.path;
    if guarded::is_folder(path) {
        let mut files = guarded::list(path, &ENDINGS, MAX_FILES)?;
        files.retain(|file| !is_named(file, &CASES));
        return Ok(files);
    }
    if source.trust == Trust::Config && !guarded::is_there(path) {
        return Ok(Vec::new());
    }
    guarded::judge_folder_of(path)?;
    Ok(vec![path.clone()])
}

fn is_named(path: &Path, endings: &[&str]) -> bool {
    let name = path.as_os_str().as_encoded_bytes();
    endings.iter().any(|ending| name.ends_with(ending.as_bytes()))
}

fn read(path: &Path) -> Result<String, Box<RuleFault>> {
    if !is_named(path, &ENDINGS) {
        // Faults show lines of the file, and a file of another kind can hold anything: a
        // credential file is YAML enough to be read.
        let fault = RuleFault::of_file(&path.display().to_string(), "this is not named like a file of rules");
        return Err(Box::new(fault.expected("a name that ends in .yaml or .yml")));
    }
    let bytes = guarded::read(path, MAX_FILE).map_err(|refused| Box::new(refusal(path, refused)))?;
    String::from_utf8(bytes).map_err(|error| {
        let before = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
        Box::new(RuleFault::of_file(&path.display().to_string(), format!("line {line} is not UTF-8")))
    })
}

fn refusal(path: &Path, refused: Refused) -> RuleFault {
    let fault =
        RuleFault::of_file(&path.display().to_string(), format!("these rules are not read: {refused}"));
    match refused {
        Refused::Foreign(_) => {
            fault.hint("rules decide what this program does: take over the file or leave it out")
        }
        Refused::Loose(_) => fault.hint("chmod go-w takes the right to write away from others"),
        Refused::Replaceable(_) => fault.hint("chmod go-w on the folder keeps others out"),
        Refused::Unreadable(_) | Refused::TooMany => fault,
    }
}
