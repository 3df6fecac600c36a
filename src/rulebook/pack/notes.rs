//! Who is believed about packs: the owners of some keys, and this user's own program, which notes what it
//! compiled. A note is an empty file in the config folder that is called like the pack's hash: whoever can
//! write it could as well write rules there.

use std::path::{Path, PathBuf};

use super::header::Hash;
use crate::credential::signing::PublicKey;
use crate::redact::encodings::hex;
use crate::world::{guarded, save};

/// Who is believed about packs.
#[derive(Debug, Clone, Default)]
pub struct PackTrust {
    /// The keys that the user trusts.
    pub keys: Vec<PublicKey>,
    /// The folder of notes, where there is a config folder.
    pub notes: Option<PathBuf>,
}

impl PackTrust {
    /// Whether this user's own program made the pack with this hash.
    pub(super) fn has_note(&self, hash: &Hash) -> bool {
        let Some(note) = self.notes.as_ref().map(|folder| folder.join(hex(hash))) else { return false };
        guarded::judge_folder_of(&note).is_ok() && guarded::read(&note, 0).is_ok()
    }
}

/// Notes in `folder`, which is made where it is not there, that the pack with this hash was made here.
///
/// # Errors
/// When the system does not let it be, in its words.
pub fn note(folder: &Path, hash: &Hash) -> Result<(), String> {
    save::make_private_folder(folder)?;
    save::save_private(&folder.join(hex(hash)), b"").map_err(|error| crate::world::files::words(&error))
}
