//! Waivers, severities and profiles: the one schema of `.cmdop-doctor.yaml`, which lies with a
//! project, and of the same keys in `config.yaml`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Deserialize;
use serde_yaml::Spanned;

use super::config;
use super::failure::Failure;
use super::select::unknown;
use crate::model::check::{Check, Outcome};
use crate::model::list::{List, keep_text};
use crate::model::rulebook::{Profile, Rulebook};
use crate::model::severity::Severity;
use crate::model::waiver::Waiver;
use crate::world::guarded::{self, Refused};
use crate::world::patience::within;

/// The file of a project.
pub(super) const FILE: &str = ".cmdop-doctor.yaml";

/// A hundred waivers need far less.
const LIMIT: u64 = 64 * 1024;

/// What the file of a project may say. Everybody who may change the project may write it, so there is
/// nothing in it that names a rule, a server or a command.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Policy {
    pub(super) ignore: Vec<Ignored>,
    pub(super) severities: BTreeMap<String, Level>,
    pub(super) profiles: Vec<NamedSelection>,
}

/// A waiver as it is written.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Ignored {
    id: Spanned<String>,
    reason: String,
    until: Option<Day>,
    owner: Option<String>,
}

/// A day, as `2026-12-31`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Day(Date);

impl TryFrom<String> for Day {
    type Error = String;

    fn try_from(text: String) -> Result<Day, String> {
        text.parse().map(Day).map_err(|_| "a day is expected, as in 2026-12-31".to_owned())
    }
}

/// A severity as it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Level {
    Warning,
    Error,
}

impl From<Level> for Severity {
    fn from(level: Level) -> Severity {
        match level {
            Level::Warning => Severity::Warning,
            Level::Error => Severity::Error,
        }
    }
}

/// A profile as it is written.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NamedSelection {
    id: String,
    #[serde(default)]
    title: String,
    #[serde(default)]
    only: Vec<String>,
    #[serde(default)]
    skip: Vec<String>,
    fail_on: Option<Level>,
    #[serde(default)]
    unattended: bool,
}

/// A policy, and the file that it stands in.
#[derive(Debug, Clone, Default)]
pub(super) struct Written {
    pub(super) policy: Policy,
    pub(super) file: PathBuf,
}

/// Finds the file of the project that `from` lies in: the nearest one on the way up to the root of the
/// repository or to `home`. One that others could have written is left out, with a remark.
///
/// # Errors
/// When it cannot be understood.
pub(super) fn of_project(
    from: Option<PathBuf>,
    home: Option<PathBuf>,
    patience: Duration,
) -> Result<(Option<Written>, Option<String>), Failure> {
    let Some(from) = from else { return Ok((None, None)) };
    let Some(found) = within(patience, move || nearest(&from, home.as_deref())) else {
        return Ok((None, Some(format!("{FILE} was not looked for: the file system gives no answer"))));
    };
    let Some((file, read)) = found else { return Ok((None, None)) };
    match read {
        Ok(bytes) => {
            let policy = config::understood::<Policy>(&file, &bytes)?.unwrap_or_default();
            Ok((Some(Written { policy, file }), None))
        }
        Err(why) => Ok((None, Some(format!("{} was left out: {why}", file.display())))),
    }
}

/// Reads the file of a project at `file`.
///
/// # Errors
/// When it cannot be read, is not trusted, or cannot be understood.
pub(super) fn named(file: &Path, patience: Duration) -> Result<Written, Failure> {
    let path = file.to_owned();
    let read =
        within(patience, move || guarded::judge_folder_of(&path).and_then(|()| guarded::read(&path, LIMIT)));
    let told = |why: String| Failure::new(why).at(&file.display().to_string());
    let bytes = read.ok_or_else(|| told("the file system gives no answer".to_owned()))?;
    let bytes = bytes.map_err(|refused| told(format!("this is not read: {refused}")))?;
    let policy = config::understood::<Policy>(file, &bytes)?.unwrap_or_default();
    Ok(Written { policy, file: file.to_owned() })
}

fn nearest(from: &Path, home: Option<&Path>) -> Option<(PathBuf, Result<Vec<u8>, Refused>)> {
    for folder in from.ancestors() {
        let file = folder.join(FILE);
        if guarded::is_there(&file) {
            let read = guarded::judge_folder_of(&file).and_then(|()| guarded::read(&file, LIMIT));
            return Some((file, read));
        }
        if guarded::is_there(&folder.join(".git")) || Some(folder) == home {
            return None;
        }
    }
    None
}

impl Written {
    /// The waivers, each with its place.
    ///
    /// # Errors
    /// When a waiver names nothing that `rulebook` knows.
    pub(super) fn waivers(&self, rulebook: &Rulebook) -> Result<Vec<Waiver>, Failure> {
        self.policy.ignore.iter().map(|ignored| self.waiver(ignored, rulebook)).collect()
    }

    fn waiver(&self, ignored: &Ignored, rulebook: &Rulebook) -> Result<Waiver, Failure> {
        let id = &ignored.id.value;
        let place = format!("{}:{}", self.file.display(), ignored.id.referenced.line());
        let known = nameable(rulebook).any(|known| known == id.split(['/', '[']).next().unwrap_or_default());
        if !known {
            return Err(unknown("check or cause", id, nameable(rulebook)).at(&place));
        }
        if ignored.reason.trim().is_empty() {
            return Err(Failure::new(format!("{place}: a waiver says why: `reason` is empty")));
        }
        let over = ignored.until.and_then(|day| {
            let next = day.0.tomorrow().ok()?.at(0, 0, 0, 0);
            TimeZone::UTC.to_timestamp(next).ok()
        });
        Ok(Waiver {
            id: id.clone(),
            reason: ignored.reason.clone(),
            until: ignored.until.map(|day| day.0.to_string()),
            over_at: over.map(|moment| moment.as_millisecond()),
            owner: ignored.owner.clone(),
            place,
        })
    }

    /// `rulebook` with the severities and the profiles of this file.
    ///
    /// # Errors
    /// When a severity is of nothing that `rulebook` knows.
    pub(super) fn over(&self, rulebook: Rulebook) -> Result<Rulebook, Failure> {
        let place = self.file.display().to_string();
        for id in self.policy.severities.keys() {
            let known = |check: &Check| {
                let outcomes = check.outcomes.iter().map(|outcome| outcome.id);
                id == check.id || outcomes.map(|one| format!("{}/{one}", check.id)).any(|one| one == *id)
            };
            let gone = rulebook.disabled(id.split('/').next().unwrap_or_default()).is_some();
            if !gone && !rulebook.checks.iter().any(known) {
                return Err(unknown("check or outcome", id, nameable(&rulebook)).at(&place));
            }
        }
        let mut changed = rulebook;
        if !self.policy.severities.is_empty() {
            let checks = rulebook.checks.iter().map(|check| self.graded(check));
            changed.checks = List::keep(checks.collect());
        }
        if !self.policy.profiles.is_empty() {
            let own = self.policy.profiles.iter().map(kept);
            changed.profiles = List::keep(rulebook.profiles.iter().copied().chain(own).collect());
        }
        Ok(changed)
    }

    fn graded(&self, check: &Check) -> Check {
        let levels = &self.policy.severities;
        let level = |outcome: &Outcome| {
            let exact = levels.get(&format!("{}/{}", check.id, outcome.id));
            exact.or_else(|| levels.get(check.id)).map(|level| Severity::from(*level))
        };
        if !check.outcomes.iter().any(|outcome| level(outcome).is_some()) {
            return *check;
        }
        let graded = |outcome: &Outcome| {
            let severity = outcome.severity.map(|severity| level(outcome).unwrap_or(severity));
            Outcome { severity, ..*outcome }
        };
        Check { outcomes: List::keep(check.outcomes.iter().map(graded).collect()), ..*check }
    }
}

/// What a waiver may name. One of a check that rules took away is about nothing, and no fault: it may lie
/// with a project that others examine as well.
fn nameable(rulebook: &Rulebook) -> impl Iterator<Item = &'static str> {
    let gone = rulebook.changes.into_iter().map(|change| change.check);
    let checks = rulebook.checks.into_iter().map(|check| check.id).chain(gone);
    checks.chain(rulebook.causes.into_iter().map(|cause| cause.id))
}

fn kept(profile: &NamedSelection) -> Profile {
    let list = |ids: &[String]| List::keep(ids.iter().map(|id| keep_text(id)).collect());
    Profile {
        id: keep_text(&profile.id),
        title: keep_text(&profile.title),
        only: list(&profile.only),
        skip: list(&profile.skip),
        fail_on: profile.fail_on.map(Severity::from),
        unattended: profile.unattended,
    }
}
