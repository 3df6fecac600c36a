//! What is wrong with a set of rules and cases, and what could be better.

use std::path::{Path, PathBuf};

use crate::cli::failure::Failure;
use crate::cli::rules::load::PATIENCE;
use crate::model::check::{RuleSource, Trust};
use crate::model::rulebook::Rulebook;
use crate::rulebook::lint::{Remark, remarks, remarks_of_cases};
use crate::rulebook::{
    RuleFault, RuleFaults, RuleFile, RuleText, Source, case_files, extend, texts, unpacked,
};
use crate::source::trial::{CaseFile, cover, try_all};
use crate::world::patience::within;

/// The code of what the parser refuses.
pub(super) const FAULT: &str = "fault";

/// The code of an answer that no case expects.
pub(super) const NO_CASE: &str = "no-case";

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    /// The rules are not read.
    Error,
    Warning,
}

impl Level {
    pub(super) fn name(self) -> &'static str {
        match self {
            Level::Error => "error",
            Level::Warning => "warning",
        }
    }
}

/// Something found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Finding {
    pub(super) level: Level,
    pub(super) code: &'static str,
    pub(super) fault: RuleFault,
    /// Whether `--fix` can set it right.
    pub(super) mendable: bool,
}

/// A file that was looked at.
#[derive(Debug, Clone)]
pub(super) struct Seen {
    pub(super) file: RuleFile,
    cases: bool,
}

/// All that there is to look at.
#[derive(Debug)]
pub(super) struct Files {
    /// All rules, so that they know each other.
    rules: Vec<RuleFile>,
    /// Those of the rules that were meant, and their cases.
    pub(super) seen: Vec<Seen>,
    unread: Vec<RuleFault>,
}

impl Files {
    /// Reads the rules of `sources`, and the cases of those at `paths`.
    pub(super) fn read(sources: &[Source], paths: &[PathBuf]) -> Result<Files, Failure> {
        let (sources, paths) = (sources.to_vec(), paths.to_vec());
        let read = within(PATIENCE, move || {
            let (rules, mut unread) = texts(&sources);
            let meant = |file: &&RuleFile| {
                !file.packed && paths.iter().any(|path| Path::new(&file.name).starts_with(path))
            };
            let own = rules.iter().filter(meant).map(|file| Seen { file: file.clone(), cases: false });
            let mut seen: Vec<Seen> = own.collect();
            for path in &paths {
                match case_files(path) {
                    Ok(files) => seen.extend(files.into_iter().map(|(name, text)| {
                        let file = RuleFile { name, text, trust: Trust::Named, packed: false };
                        Seen { file, cases: true }
                    })),
                    Err(RuleFaults(faults)) => unread.extend(faults),
                }
            }
            seen.sort_by(|a, b| a.file.name.cmp(&b.file.name));
            seen.dedup_by(|again, first| again.file.name == first.file.name);
            unread.dedup();
            Files { rules, seen, unread }
        });
        read.ok_or_else(|| Failure::new("the rules were not read: a file system gives no answer"))
    }

    /// Everything found, by file and place.
    pub(super) fn findings(&self, base: Rulebook) -> Vec<Finding> {
        let mut faults = self.unread.clone();
        let rules: Vec<RuleText<'_>> = self.rules.iter().map(RuleFile::text).collect();
        let mut all: Vec<Finding> = self.seen.iter().flat_map(Seen::remarks).map(improvable).collect();
        match extend(unpacked(&base), &rules) {
            Ok(rulebook) => match self.uncovered(&rulebook) {
                Ok(open) => all.extend(open),
                Err(RuleFaults(more)) => faults.extend(more),
            },
            Err(RuleFaults(more)) => faults.extend(more),
        }
        let wrong = |fault| Finding { level: Level::Error, code: FAULT, fault, mendable: false };
        all.extend(faults.into_iter().map(wrong));
        all.sort_by(|a, b| {
            let place = |finding: &Finding| (finding.fault.line, finding.fault.column, finding.level);
            a.fault.file.cmp(&b.fault.file).then_with(|| place(a).cmp(&place(b)))
        });
        all
    }

    /// The answers that no case expects.
    fn uncovered(&self, rulebook: &Rulebook) -> Result<Vec<Finding>, RuleFaults> {
        let cases = self.seen.iter().filter(|seen| seen.cases);
        let cases: Vec<CaseFile> = cases
            .map(|seen| CaseFile { name: seen.file.name.clone(), text: seen.file.text.clone() })
            .collect();
        let tried = try_all(rulebook, &cases)?;
        let meant = |_: &'static str, source: &RuleSource| {
            self.seen.iter().any(|seen| !seen.cases && seen.file.name == source.file)
        };
        let covered = cover(rulebook, &meant, &tried, false);
        let open = covered.iter().flat_map(|rule| {
            let whole = rule.cases == 0;
            let answers =
                rule.unreached().filter(move |_| !whole).map(|answer| format!(" expects `{answer}`"));
            let missing = whole.then(String::new).into_iter().chain(answers);
            missing.map(move |what| {
                let what = format!("no case of the {} `{}`{what}", rule.kind, rule.id);
                let fault = RuleFault {
                    line: rule.source.line,
                    column: 1,
                    ..RuleFault::of_file(rule.source.file, what)
                };
                let fault = fault.expected(format!("one in {}", CaseFile::name_beside(rule.source.file)));
                Finding { level: Level::Warning, code: NO_CASE, fault, mendable: false }
            })
        });
        Ok(open.collect())
    }
}

impl Seen {
    fn remarks(&self) -> Vec<Remark> {
        if self.cases { remarks_of_cases(self.file.text()) } else { remarks(self.file.text()) }
    }
}

fn improvable(remark: Remark) -> Finding {
    Finding { level: Level::Warning, code: remark.code, fault: remark.fault, mendable: remark.mendable }
}
