//! A pack that was opened: whole, from who may write such files, and as far trusted as whoever signed it.

use std::path::Path;

use super::header::{Broken, Hash, Header, LENGTH, MOST};
use super::notes::PackTrust;
use super::{identity, pieces};
use crate::credential::signing::PublicKey;
use crate::model::check::{RuleSource, Trust};
use crate::model::list::List;
use crate::model::rulebook::Rulebook;
use crate::world::guarded::{self, Refused};

/// Why a pack is not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotRead {
    #[error("{0}")]
    Refused(#[from] Refused),
    #[error("{0}")]
    Broken(#[from] Broken),
}

/// A pack. Its head fits together; its parts are compared with their hashes when they are taken.
#[derive(Debug)]
pub struct Pack {
    header: Header,
    file: guarded::Opened,
}

/// Whether the compiled part can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It can.
    Believed,
    /// Another version made it.
    OtherVersion,
    /// Nobody who is believed made it.
    Stranger,
    /// It is for a run with the built-in rules, or for one without them, and this is the other.
    OtherBase,
    /// Its rules need more trust than it has here: the texts say which.
    TooBold,
}

/// A pack with the trust that it has.
#[derive(Debug)]
pub struct Judged {
    pub pack: Pack,
    pub trust: Trust,
    pub standing: Standing,
}

/// The most files that a pack can have the texts of.
const FILES: usize = 50_000;

impl Pack {
    /// Opens the pack at `path`, if only this user or root can have written it.
    ///
    /// # Errors
    /// When it cannot be read, is not trusted, is no whole pack, or has a signature that is not of it.
    pub fn open(path: &Path) -> Result<Pack, NotRead> {
        guarded::judge_folder_of(path)?;
        let mut file = guarded::open(path)?;
        let length = file.left();
        if length > LENGTH as u64 + 2 * MOST {
            return Err(Broken::Length.into());
        }
        let header = Header::read(&file.take(LENGTH as u64)?, length)?;
        Ok(Pack { header, file })
    }

    /// What tells it from all others.
    pub fn hash(&self) -> Hash {
        self.header.hash()
    }

    /// Whose signature it carries; the signature is theirs.
    pub fn signer(&self) -> Option<&PublicKey> {
        self.header.signature.as_ref().map(|(key, _)| key)
    }

    /// How far it is trusted where a file of rules in its place had `trust`, in a run over `base`.
    pub fn judge(self, trust: Trust, base: &Rulebook, believed: &PackTrust) -> Judged {
        let signed = self.signer().is_some_and(|signer| believed.keys.iter().any(|key| key.is(signer)));
        let trust = if signed { Trust::Signed } else { trust };
        let standing = if self.header.identity != identity() {
            Standing::OtherVersion
        } else if !signed && !believed.has_note(&self.hash()) {
            Standing::Stranger
        } else if self.header.alone == base.packed {
            Standing::OtherBase
        } else if self.header.commands && !trust.may_run_commands() {
            Standing::TooBold
        } else {
            Standing::Believed
        };
        Judged { pack: self, trust, standing }
    }

    /// The texts of its rules, each with its name.
    ///
    /// # Errors
    /// When they are not what the head says.
    pub fn texts(mut self) -> Result<Vec<(String, String)>, NotRead> {
        self.file.skip(self.header.compiled.length)?;
        let bytes = self.file.take(self.header.texts.length)?;
        self.header.texts.is(&bytes)?;
        Ok(texts_in(&bytes)?)
    }
}

/// The names and texts that a part holds.
pub(super) fn texts_in(bytes: &[u8]) -> Result<Vec<(String, String)>, Broken> {
    let mut left = bytes;
    let mut texts = Vec::new();
    while !left.is_empty() {
        let ((name, text), rest): ((&str, &str), &[u8]) =
            postcard::take_from_bytes(left).map_err(|_| Broken::Changed)?;
        texts.push((name.to_owned(), text.to_owned()));
        left = rest;
        if texts.len() > FILES {
            return Err(Broken::TooMany);
        }
    }
    Ok(texts)
}

impl Judged {
    /// The rules of the compiled part together with the built-in ones.
    ///
    /// # Errors
    /// When it is not what the head says, or cannot be decoded.
    pub fn compiled(self) -> Result<Rulebook, NotRead> {
        let written = if self.pack.header.commands { Trust::Signed } else { Trust::Named };
        let rulebook = pieces::read(&self.pack.header.compiled, &self.pack.file, LENGTH as u64)?;
        Ok(if self.trust == written { rulebook } else { with_trust(rulebook, self.trust) })
    }
}

/// `rulebook` with rules from outside the binary that have this `trust`.
fn with_trust(rulebook: Rulebook, trust: Trust) -> Rulebook {
    Rulebook {
        checks: trusted(rulebook.checks, trust, |check| &mut check.source),
        causes: trusted(rulebook.causes, trust, |cause| &mut cause.source),
        logs: trusted(rulebook.logs, trust, |rule| &mut rule.source),
        symptoms: trusted(rulebook.symptoms, trust, |symptom| &mut symptom.source),
        ..rulebook
    }
}

fn trusted<T: Copy>(rules: List<T>, trust: Trust, source: fn(&mut T) -> &mut RuleSource) -> List<T> {
    let mut own = rules.to_vec();
    for source in own.iter_mut().map(source).filter(|source| source.trust < Trust::BuiltIn) {
        source.trust = trust;
    }
    List::keep(own)
}
