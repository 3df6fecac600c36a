//! What everybody looks and acts with.

use std::borrow::Cow;

use super::wallet::Wallet;
use crate::model::settings::Settings;
use crate::redact::mention;
use crate::world::World;

/// The machine, the settings in force, and the credentials, which attach themselves to requests
/// without being seen.
#[derive(Debug)]
pub struct Context {
    pub world: World,
    pub settings: Settings,
    pub wallet: Wallet,
}

impl Context {
    /// Takes out of `text` the secrets of this machine, and what looks like a CMDOP credential.
    /// Never blocks.
    pub fn scrub(&self, text: &mut String) {
        if let Cow::Owned(clean) = self.wallet.scrub(text, &self.settings, &self.world) {
            *text = clean;
        }
        if let Some(clean) = mention::masked(text) {
            *text = clean;
        }
    }
}
