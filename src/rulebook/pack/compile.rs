//! From texts of rules to a pack.

use std::collections::BTreeSet;

use super::header::{Hash, Header, Part, hash};
use super::pieces;
use crate::model::change::How;
use crate::model::check::{RuleSource, Trust};
use crate::model::rulebook::Rulebook;
use crate::rulebook::language::{self, RuleFaults, RuleText};
use crate::rulebook::unpacked;

/// Why texts become no pack.
#[derive(Debug, thiserror::Error)]
pub enum NotCompiled {
    #[error("{0}")]
    Faulty(#[from] RuleFaults),
    #[error("the rules are too many for one pack")]
    TooLarge,
}

/// What a compiled part depends on besides its texts: this version, its built-in rules, and the form that
/// it gives to rules.
pub fn identity() -> Hash {
    hash(concat!(env!("CARGO_PKG_VERSION"), " ", env!("CMDOP_RULES_IDENTITY")).as_bytes())
}

/// A pack that was just made.
#[derive(Debug)]
pub struct Compiled {
    pub bytes: Vec<u8>,
    /// What tells it from all others.
    pub hash: Hash,
    /// How many rules are in it.
    pub rules: usize,
    /// Whether some of them have programs run, so that it is of use only when it is signed.
    pub commands: bool,
}

/// Compiles `texts`, each with its name, into a pack, to be added to `base`. Equal texts make equal packs.
///
/// # Errors
/// All faults of all texts, or that they are too many.
pub fn compile(base: &Rulebook, texts: &[(String, String)]) -> Result<Compiled, NotCompiled> {
    let (rulebook, commands) = read(base, texts)?;
    let (of_compiled, compiled) = pieces::write(&rulebook).map_err(|_| NotCompiled::TooLarge)?;
    let mut sources = Vec::new();
    for text in texts {
        sources = postcard::to_extend(text, sources).map_err(|_| NotCompiled::TooLarge)?;
    }
    let (alone, identity) = (!base.packed, identity());
    let of_texts = Part::of(&sources);
    if of_compiled.length.max(of_texts.length) > super::header::MOST {
        return Err(NotCompiled::TooLarge);
    }
    let header =
        Header { alone, commands, identity, compiled: of_compiled, texts: of_texts, signature: None };
    let rules = added(&rulebook, &unpacked(base));
    Ok(Compiled { bytes: [header.write(), compiled, sources].concat(), hash: header.hash(), rules, commands })
}

/// The rules of `base` and `texts`, and whether they need the trust that a signature gives.
fn read(base: &Rulebook, texts: &[(String, String)]) -> Result<(Rulebook, bool), RuleFaults> {
    let base = unpacked(base);
    let as_trusted = |trust| {
        let texts: Vec<RuleText<'_>> =
            texts.iter().map(|(name, text)| RuleText { name, text, trust }).collect();
        language::extend(base, &texts)
    };
    match as_trusted(Trust::Named) {
        Ok(rulebook) => Ok((rulebook, false)),
        Err(_) => Ok((as_trusted(Trust::Signed)?, true)),
    }
}

/// How many rules from outside are in `rulebook`: what is new beside `base`, and what changes a check of it. One
/// rule may disable several checks.
fn added(rulebook: &Rulebook, base: &Rulebook) -> usize {
    let outside = |source: RuleSource| source.trust != Trust::BuiltIn;
    let checks = rulebook.checks.into_iter().filter(|check| outside(check.source)).count();
    let causes = rulebook.causes.into_iter().filter(|cause| outside(cause.source)).count();
    let logs = rulebook.logs.into_iter().filter(|rule| outside(rule.source)).count();
    let symptoms = rulebook.symptoms.into_iter().filter(|rule| outside(rule.source)).count();
    let shapes = rulebook.shapes.len().saturating_sub(base.shapes.len());
    let profiles = rulebook.profiles.len().saturating_sub(base.profiles.len());
    // What extends or overrides a check stands in its place.
    let disabled = rulebook.changes.into_iter().filter(|change| change.how == How::Disabled);
    let disabling: BTreeSet<(&str, u32)> = disabled.map(|change| (change.file, change.line)).collect();
    checks + causes + logs + symptoms + shapes + profiles + disabling.len()
}
