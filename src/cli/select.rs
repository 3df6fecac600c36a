//! Which checks a run is about.

use super::failure::{Failure, conceal};
use super::grammar::Examine;
use crate::engine::Selection;
use crate::model::change::{Change, How};
use crate::model::rulebook::{Profile, Rulebook};
use crate::model::severity::Severity;
use crate::rulebook::language::spell::nearest;

/// A selection, and the least severity that counts as sick.
#[derive(Debug)]
pub(super) struct Chosen {
    /// None where nothing was typed about it.
    pub(super) selection: Option<Selection>,
    pub(super) fail_on: Option<Severity>,
    /// Nobody is there who could answer a question or sign in.
    pub(super) unattended: bool,
}

/// Understands `--only`, `--skip`, `--profile` and `--fail-on`. What is typed adds to a profile.
pub(super) fn choose(args: &Examine, rulebook: &Rulebook) -> Result<Chosen, Failure> {
    for name in args.only.iter().chain(&args.skip) {
        known(name, rulebook)?;
    }
    let profile = args.profile.as_deref().map(|name| profile(name, rulebook)).transpose()?;
    let both = |typed: &[String], named: Option<crate::model::list::List<&'static str>>| {
        let named = named.into_iter().flatten().map(|name| (*name).to_owned());
        typed.iter().cloned().chain(named).collect::<Vec<String>>()
    };
    let only = if args.only.is_empty() { profile.map(|profile| profile.only) } else { None };
    let fail_on = args.fail_on.map(Severity::from).or(profile.and_then(|profile| profile.fail_on));
    let selection = Selection {
        only: both(&args.only, only),
        skip: both(&args.skip, profile.map(|profile| profile.skip)),
    };
    let typed = !args.only.is_empty() || !args.skip.is_empty() || profile.is_some();
    let unattended = profile.is_some_and(|profile| profile.unattended);
    Ok(Chosen { selection: typed.then_some(selection), fail_on, unattended })
}

/// A check's area: what stands before the dot.
pub(super) fn area(id: &str) -> &str {
    id.split_once('.').map_or(id, |(area, _)| area)
}

fn known(name: &str, rulebook: &Rulebook) -> Result<(), Failure> {
    if rulebook.checks.iter().any(|check| check.id == name || area(check.id) == name) {
        return Ok(());
    }
    Err(not_there(name, rulebook)
        .unwrap_or_else(|| unknown("check or area", name, rulebook.checks.iter().map(|check| check.id))))
}

/// Says of the built-in check `name`, or of an area, that rules took it away.
pub(super) fn not_there(name: &str, rulebook: &Rulebook) -> Option<Failure> {
    let gone = |change: &&Change| change.how == How::Disabled;
    let named = |change: &&Change| change.check == name || area(change.check) == name;
    let change = rulebook.changes.into_iter().filter(gone).find(named)?;
    Some(Failure::new(format!("`{}` is {change}", change.check)))
}

fn profile(name: &str, rulebook: &Rulebook) -> Result<&'static Profile, Failure> {
    let called = |profile: &&Profile| profile.id == name || profile.id.strip_prefix("profile.") == Some(name);
    let named = rulebook.profiles.into_iter().find(called);
    named.ok_or_else(|| unknown("profile", name, rulebook.profiles.iter().map(|profile| profile.id)))
}

/// There is no `kind` called `name`; perhaps one of `ids` was meant.
pub(super) fn unknown<'k>(kind: &str, name: &str, ids: impl Iterator<Item = &'k str>) -> Failure {
    let shown = conceal(name, [name]);
    let hint = match nearest(name, ids) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "`cmdop doctor list` shows what there is".to_owned(),
    };
    Failure::new(format!("there is no {kind} `{shown}`; {hint}"))
}
