//! Compiles the built-in rules into bytes, with the parser and the checks that read a user's
//! rules at run time. A faulty rule fails the build, with all faults of all files.
#![expect(
    clippy::disallowed_methods,
    clippy::print_stderr,
    reason = "a build script reads the project's files and talks to people through cargo"
)]

use std::error::Error;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

#[expect(dead_code, unreachable_pub, reason = "the rules need a part of it")]
#[path = "src/model/mod.rs"]
mod model;

#[expect(dead_code, unreachable_pub, unused_imports, reason = "rules are only prepared for it")]
#[path = "src/scan/mod.rs"]
mod scan;

#[expect(dead_code, unreachable_pub, unused_imports, reason = "the library needs more of it")]
#[path = "src/rulebook/language/mod.rs"]
mod language;

#[path = "src/rulebook/packed.rs"]
mod packed;

use language::RuleText;
use model::check::Trust;
use model::list::List;
use model::rulebook::Rulebook;
use packed::Packed;
use serde::{Deserialize, Serialize};

/// The folders of rules, with those folders' kinds of files.
const FOLDERS: [&str; 7] = [
    "checks",
    "rules/generations",
    "rules/causes",
    "rules/shapes",
    "rules/profiles",
    "rules/logs",
    "rules/symptoms",
];

fn main() -> ExitCode {
    match compile() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn compile() -> Result<(), Box<dyn Error>> {
    let mut paths = Vec::new();
    for folder in FOLDERS {
        println!("cargo::rerun-if-changed={folder}");
        collect(Path::new(folder), &mut paths)?;
    }
    paths.sort();
    let mut texts = Vec::new();
    for path in &paths {
        let name = path.to_str().ok_or("a rule's path is not UTF-8")?.replace('\\', "/");
        texts.push((name, std::fs::read_to_string(path)?));
    }
    let files: Vec<RuleText<'_>> =
        texts.iter().map(|(name, text)| RuleText { name, text, trust: Trust::BuiltIn }).collect();
    let rulebook = language::parse_all(&files)?;
    let out = PathBuf::from(std::env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR")?);
    let Rulebook { logs, symptoms, .. } = rulebook;
    write(&out.join("phrases.bin"), &Packed { logs, symptoms, needles: needles(&rulebook)? })?;
    let rulebook = Rulebook { logs: List::EMPTY, symptoms: List::EMPTY, packed: true, ..rulebook };
    write(&out.join("rulebook.bin"), &rulebook)?;
    println!("cargo::rustc-env=CMDOP_RULES_IDENTITY={:016x}", identity(&texts)?);
    Ok(())
}

/// Tells the rules of this build from those of another: what they say, and what is made of them. Packs
/// compiled by one build are not decoded by another.
fn identity(rules: &[(String, String)]) -> Result<u64, Box<dyn Error>> {
    let mut code = Vec::new();
    for folder in ["src/model", "src/rulebook/language"] {
        println!("cargo::rerun-if-changed={folder}");
        collect_all(Path::new(folder), ".rs", &mut code)?;
    }
    code.sort();
    let mut hasher = DefaultHasher::new();
    rules.hash(&mut hasher);
    for file in code {
        std::fs::read(file)?.hash(&mut hasher);
    }
    Ok(hasher.finish())
}

/// Writes `packed` into `file`, once it is sure that it can be read again.
fn write<T: Serialize + Deserialize<'static> + PartialEq>(
    file: &Path,
    packed: &T,
) -> Result<(), Box<dyn Error>> {
    let bytes: &'static [u8] = postcard::to_allocvec(packed)?.leak();
    if postcard::from_bytes::<T>(bytes)? != *packed {
        return Err(format!("{} is not what was written", file.display()).into());
    }
    Ok(std::fs::write(file, bytes)?)
}

/// What logs are searched for on account of the rules for lines, and then of those for messages.
fn needles(rulebook: &Rulebook) -> Result<List<scan::Planned>, Box<dyn Error>> {
    let of_logs = rulebook.logs.iter().map(|rule| (rule.id, rule.pattern));
    let patterns = of_logs.chain(rulebook.symptoms.iter().map(|symptom| (symptom.id, symptom.pattern)));
    let needles = patterns.map(|(id, pattern)| language::sieve::of(pattern).ok_or(id));
    Ok(List::keep(needles.collect::<Result<_, _>>()?))
}

/// The rule files below `folder`, which need not be there.
fn collect(folder: &Path, into: &mut Vec<PathBuf>) -> Result<(), Box<dyn Error>> {
    if folder.is_dir() {
        collect_all(folder, ".yaml", into)?;
        into.retain(|path| !path.to_string_lossy().ends_with(".cases.yaml"));
    }
    Ok(())
}

/// The files below `folder` whose names have this `ending`.
fn collect_all(folder: &Path, ending: &str, into: &mut Vec<PathBuf>) -> Result<(), Box<dyn Error>> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect_all(&path, ending, into)?;
        } else if path.to_string_lossy().ends_with(ending) {
            into.push(path);
        }
    }
    Ok(())
}
