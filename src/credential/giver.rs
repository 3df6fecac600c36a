//! Who gave a stored login: the server in force, or an identity provider. The file alone never
//! decides where its tokens may go: it must name a provider that this program's table or the user
//! knows.

use std::sync::Arc;

use url::Url;

use super::destination::{same_origin, same_server};
use super::store::About;
use crate::model::provider::Provider;
use crate::model::settings::Settings;

/// The authorization server that renews and revokes a stored login.
#[derive(Debug, Clone, Copy)]
pub enum Giver<'s> {
    /// The issuer in force.
    InForce,
    Provider(&'s Provider),
}

impl About {
    /// The identity provider in force that the login came from.
    pub fn provider<'s>(&self, settings: &'s Settings) -> Option<&'s Arc<Provider>> {
        settings.provider_of(self.issuer.as_deref()?, self.provider.as_deref())
    }

    /// Whether a provider's tokens were obtained for the API in force.
    pub fn is_for_api(&self, settings: &Settings) -> bool {
        let parsed = |text: &str| Url::parse(text).ok();
        let (obtained, api) = (self.api_url.as_deref().and_then(parsed), parsed(&settings.api.value));
        obtained.zip(api).is_some_and(|(obtained, api)| same_server(&obtained, &api))
    }

    /// Who renews and revokes the tokens; `None` where that is nobody whom this program asks.
    pub(super) fn giver<'s>(&self, settings: &'s Settings) -> Option<Giver<'s>> {
        match (&self.issuer, self.provider(settings)) {
            (_, Some(provider)) => Some(Giver::Provider(provider)),
            (Some(issuer), None) if !is_in_force(issuer, settings) => None,
            _ => Some(Giver::InForce),
        }
    }
}

/// Whether the issuer that a file names is the one in force, or the API, which some name in its
/// place.
fn is_in_force(stored: &str, settings: &Settings) -> bool {
    let Ok(stored) = Url::parse(stored) else { return false };
    let bases = [&settings.issuer.value, &settings.api.value];
    bases.iter().any(|base| Url::parse(base).is_ok_and(|base| same_origin(&base, &stored)))
}
