//! A pack that was read whole: to find out whether its parts are about the same rules, and to sign it.
//! Whoever signs says that the rules are theirs, and can read them only as texts. So a pack is signed only
//! if its compiled part is what this program makes of its texts.

use std::path::Path;

use super::header::{Broken, Hash, Header, LENGTH, MOST};
use super::opened::{NotRead, texts_in};
use super::{Compiled, compile, identity, pieces};
use crate::credential::signing::{PublicKey, SigningKey};
use crate::model::rulebook::Rulebook;
use crate::world::guarded;

/// A pack whose parts are what its head says.
#[derive(Debug)]
pub struct Whole {
    header: Header,
    bytes: Vec<u8>,
}

/// How a pack's compiled part and its texts are to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Honesty {
    /// The one is made of the other.
    Honest,
    Dishonest,
    /// Another version made it, and this one cannot tell.
    OtherVersion,
}

impl Whole {
    /// Reads the pack at `path`.
    ///
    /// # Errors
    /// When it cannot be read, is not trusted, is not what its hashes say, or has a signature that is not
    /// of it.
    pub fn read(path: &Path) -> Result<Whole, NotRead> {
        guarded::judge_folder_of(path)?;
        let bytes = guarded::read(path, LENGTH as u64 + 2 * MOST)?;
        let header = Header::read(&bytes, bytes.len() as u64)?;
        let whole = Whole { header, bytes };
        let (compiled, texts) = whole.parts()?;
        pieces::judge(&whole.header.compiled, compiled)?;
        whole.header.texts.is(texts)?;
        Ok(whole)
    }

    fn parts(&self) -> Result<(&[u8], &[u8]), Broken> {
        let parts = self.bytes.get(LENGTH..).unwrap_or_default();
        let end = usize::try_from(self.header.compiled.length).unwrap_or(usize::MAX);
        parts.split_at_checked(end).ok_or(Broken::Length)
    }

    /// What tells it from all others.
    pub fn hash(&self) -> Hash {
        self.header.hash()
    }

    /// Whose signature it carries; the signature is theirs.
    pub fn signer(&self) -> Option<&PublicKey> {
        self.header.signature.as_ref().map(|(key, _)| key)
    }

    /// Whether the compiled part is what this program makes of the texts, over what `base` gives: the
    /// built-in rules, or none.
    ///
    /// # Errors
    /// When the texts are no list of texts.
    pub fn honesty(&self, base: fn(bool) -> Rulebook) -> Result<Honesty, NotRead> {
        if self.header.identity != identity() {
            return Ok(Honesty::OtherVersion);
        }
        let (_, texts) = self.parts()?;
        let again = compile(&base(!self.header.alone), &texts_in(texts)?);
        let same = |again: Compiled| again.hash == self.hash();
        Ok(if again.is_ok_and(same) { Honesty::Honest } else { Honesty::Dishonest })
    }

    /// Its bytes with a signature by `key`, in place of one that it may have.
    pub fn signed(&self, key: &SigningKey) -> Vec<u8> {
        let signature = Some((key.public(), key.sign(&self.header.to_sign())));
        let header = Header { signature, ..self.header.clone() };
        [header.write().as_slice(), self.bytes.get(LENGTH..).unwrap_or_default()].concat()
    }
}
