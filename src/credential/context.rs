//! What everybody looks and acts with.

use super::wallet::Wallet;
use crate::model::settings::Settings;
use crate::world::World;

/// The machine, the settings in force, and the credentials, which attach themselves to requests
/// without being seen.
#[derive(Debug)]
pub struct Context {
    pub world: World,
    pub settings: Settings,
    pub wallet: Wallet,
}
