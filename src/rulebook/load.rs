//! Rules from outside the binary: which files they are, and whether they may be trusted at all.

use std::path::{Path, PathBuf};

use super::pack::{NotRead, Pack, PackTrust, Standing};
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
const PACKS: [&str; 1] = [".pack"];

/// What the rules of a run are added to: the built-in ones, unless they are not wanted. The built-in
/// shapes always stay, because the redactor needs them.
pub fn base(builtin: bool) -> Rulebook {
    if builtin { built_in() } else { Rulebook { shapes: built_in().shapes, ..Rulebook::EMPTY } }
}

/// The rules of a run, and remarks on packs that were read less quickly than they could be.
#[derive(Debug, Clone)]
pub struct Loaded {
    pub rulebook: Rulebook,
    pub remarks: Vec<String>,
}

/// The rules of this run: `base`, and those of `sources`.
///
/// # Errors
/// All faults of all files, files that cannot be read or trusted included. A folder that is not
/// there is a fault only if it was named on the command line.
pub fn load(base: Rulebook, sources: &[Source]) -> Result<Rulebook, RuleFaults> {
    load_with_packs(base, sources, &PackTrust::default()).map(|loaded| loaded.rulebook)
}

/// The same, where it is known who is `believed` about packs.
///
/// # Errors
/// As [`load`].
pub fn load_with_packs(
    base: Rulebook,
    sources: &[Source],
    believed: &PackTrust,
) -> Result<Loaded, RuleFaults> {
    let mut gathered = Gathered { base, ..Gathered::default() };
    if sources.is_empty() {
        return Ok(Loaded { rulebook: base, remarks: gathered.remarks });
    }
    let files = listed(sources, &mut gathered.faults);
    let (packs, files): (Vec<_>, Vec<_>) = files.into_iter().partition(|(path, _)| is_named(path, &PACKS));
    gathered.take_packs(packs, believed);
    for (path, trust) in files {
        match read(&path) {
            Ok(text) => gathered.texts.push((path.display().to_string(), text, trust)),
            Err(fault) => gathered.faults.push(*fault),
        }
    }
    gathered.linked()
}

/// The files that `sources` stand for, each once.
fn listed(sources: &[Source], faults: &mut Vec<RuleFault>) -> Vec<(PathBuf, Trust)> {
    let mut files: Vec<(PathBuf, Trust)> = Vec::new();
    for source in sources {
        match files_of(source) {
            Ok(found) => files.extend(found.into_iter().map(|path| (path, source.trust))),
            Err(refused) => faults.push(refusal(&source.path, refused)),
        }
    }
    files.sort();
    files.dedup_by(|again, first| again.0 == first.0);
    files
}

/// A file of rules as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleFile {
    pub name: String,
    pub text: String,
    pub trust: Trust,
    /// Whether it is part of a pack, so that no file is called like this.
    pub packed: bool,
}

impl RuleFile {
    /// What the parser reads.
    pub fn text(&self) -> RuleText<'_> {
        RuleText { name: &self.name, text: &self.text, trust: self.trust }
    }
}

/// The rule files of `sources`, and the faults of those that cannot be read or trusted. Of packs the
/// texts alone count.
pub fn texts(sources: &[Source]) -> (Vec<RuleFile>, Vec<RuleFault>) {
    let (mut texts, mut faults) = (Vec::new(), Vec::new());
    for (path, trust) in listed(sources, &mut faults) {
        if is_named(&path, &PACKS) {
            match Pack::open(&path).and_then(Pack::texts) {
                Ok(more) => texts.extend(more.into_iter().map(|(name, text)| RuleFile {
                    name,
                    text,
                    trust,
                    packed: true,
                })),
                Err(why) => faults.push(not_read(&path, why)),
            }
            continue;
        }
        match read(&path) {
            Ok(text) => {
                texts.push(RuleFile { name: path.display().to_string(), text, trust, packed: false });
            }
            Err(fault) => faults.push(*fault),
        }
    }
    (texts, faults)
}

/// What was read of the sources so far.
struct Gathered {
    base: Rulebook,
    texts: Vec<(String, String, Trust)>,
    faults: Vec<RuleFault>,
    remarks: Vec<String>,
}

impl Default for Gathered {
    fn default() -> Gathered {
        Gathered { base: Rulebook::EMPTY, texts: Vec::new(), faults: Vec::new(), remarks: Vec::new() }
    }
}

impl Gathered {
    /// Of a single pack whose maker is believed the compiled part counts: it was judged together with the
    /// built-in rules. The rules of several must be judged together, which takes their texts.
    fn take_packs(&mut self, packs: Vec<(PathBuf, Trust)>, believed: &PackTrust) {
        let single = packs.len() == 1;
        for (path, trust) in packs {
            let opened = Pack::open(&path).map(|pack| pack.judge(trust, &self.base, believed));
            let taken = opened.and_then(|judged| match judged.standing {
                Standing::Believed if single => judged.compiled().map(|rulebook| self.base = rulebook),
                standing => {
                    self.remarks.extend(remark(&path, standing, judged.pack.signer().is_some()));
                    let trust = judged.trust;
                    let texts = judged.pack.texts()?;
                    self.texts.extend(texts.into_iter().map(|(name, text)| (name, text, trust)));
                    Ok(())
                }
            });
            if let Err(why) = taken {
                self.faults.push(not_read(&path, why));
            }
        }
    }

    fn linked(self) -> Result<Loaded, RuleFaults> {
        let Gathered { base, texts, faults, remarks } = self;
        let texts: Vec<RuleText<'_>> =
            texts.iter().map(|(name, text, trust)| RuleText { name, text, trust: *trust }).collect();
        // Ids of all kinds must be known, so that none is given twice.
        let base = if texts.is_empty() { base } else { unpacked(&base) };
        match language::extend(base, &texts) {
            Ok(rulebook) if faults.is_empty() => Ok(Loaded { rulebook, remarks }),
            Ok(_) => Err(RuleFaults::new(faults)),
            Err(RuleFaults(more)) => Err(RuleFaults::new(faults.into_iter().chain(more).collect())),
        }
    }
}

/// Why the pack at `path` is not as quick as it could be, and what to do.
fn remark(path: &Path, standing: Standing, signed: bool) -> Option<String> {
    let why = match standing {
        Standing::OtherVersion => "another version of this program compiled it",
        Standing::Stranger if signed => "you do not trust the key that signed it",
        Standing::Stranger => "it was not compiled here, and nobody signed it",
        Standing::Believed | Standing::OtherBase | Standing::TooBold => return None,
    };
    Some(format!(
        "{}: {why}, so its rules were read from their texts, which takes longer; \
         `cmdop doctor rules compile PACK --output PACK` makes it quick here",
        path.display()
    ))
}

fn not_read(path: &Path, why: NotRead) -> RuleFault {
    match why {
        NotRead::Refused(refused) => refusal(path, refused),
        NotRead::Broken(broken) => {
            let what = format!("this pack is not read: {broken}");
            let fault = RuleFault::of_file(&path.display().to_string(), what);
            fault.hint("fetch it once more, or compile it again: `cmdop doctor rules compile`")
        }
    }
}

/// The texts of the rules at `path` (a folder, a file, a pack), to be compiled: each with a name that does
/// not depend on where they lie.
///
/// # Errors
/// All faults of files that cannot be read or trusted.
pub fn texts_of(path: &Path) -> Result<Vec<(String, String)>, RuleFaults> {
    let source = Source { path: path.to_owned(), trust: Trust::Named };
    let files = files_of(&source).map_err(|refused| RuleFaults::new(vec![refusal(path, refused)]))?;
    let (mut texts, mut faults) = (Vec::new(), Vec::new());
    let top = path.parent().filter(|_| path.file_name().is_some()).unwrap_or(path);
    for file in files {
        if is_named(&file, &PACKS) {
            match Pack::open(&file).and_then(Pack::texts) {
                Ok(more) => texts.extend(more),
                Err(why) => faults.push(not_read(&file, why)),
            }
            continue;
        }
        match read(&file) {
            Ok(text) => texts.push((file.strip_prefix(top).unwrap_or(&file).display().to_string(), text)),
            Err(fault) => faults.push(*fault),
        }
    }
    if faults.is_empty() { Ok(texts) } else { Err(RuleFaults::new(faults)) }
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
        let mut files = guarded::list(path, &[ENDINGS.as_slice(), &PACKS].concat(), MAX_FILES)?;
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
        return Err(Box::new(fault.expected("a name that ends in .yaml or .yml, or .pack for a pack")));
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
        Refused::Unreadable(_) | Refused::Exposed(_) | Refused::TooMany => fault,
    }
}
