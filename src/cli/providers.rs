//! The identity providers in force: those of this program's table and those that `config.yaml`
//! describes, as far as the environment says nothing else.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::config::ConfiguredProvider;
use crate::auth::NotSignedIn;
use crate::auth::oauth::provider::{Said, named, names};
use crate::model::provider::{Provider, that_gave};
use crate::model::settings::Settings;
use crate::world::Env;

/// The variable that says where the provider is.
const ISSUER: &str = "CMDOP_PROVIDER_ISSUER";

/// All that are known by a name, and the one that the environment names by its address.
pub(super) fn in_force(configured: &BTreeMap<String, ConfiguredProvider>, env: &Env) -> Vec<Arc<Provider>> {
    let mut known: BTreeSet<&str> = names().collect();
    known.extend(configured.keys().map(String::as_str).chain(env.text(ISSUER)));
    let described = |name: &str| {
        let provider = named(name, said(configured.get(name).cloned().unwrap_or_default(), env));
        provider.map(Arc::new)
    };
    known.into_iter().filter_map(described).collect()
}

/// The provider that somebody asks for by `name`, or by the address of its issuer.
///
/// # Errors
/// When nobody knows whom that means.
pub(super) fn asked(name: &str, settings: &Settings, env: &Env) -> Result<Arc<Provider>, NotSignedIn> {
    let all = &settings.providers;
    let named_so = all.iter().find(|provider| provider.name == name);
    let known = named_so.or_else(|| that_gave(all, name, None)).cloned();
    let by_address = || named(name, said(ConfiguredProvider::default(), env)).map(Arc::new);
    known.or_else(by_address).ok_or_else(|| {
        let known = all.iter().map(|provider| provider.name.as_str());
        NotSignedIn::NoProvider { name: name.to_owned(), known: known.collect::<Vec<_>>().join(", ") }
    })
}

fn said(configured: ConfiguredProvider, env: &Env) -> Said {
    let of = |variable: &str, known: Option<String>| env.text(variable).map(str::to_owned).or(known);
    Said {
        issuer: of(ISSUER, configured.issuer),
        client_id: of("CMDOP_PROVIDER_CLIENT_ID", configured.client_id),
        client_secret: of("CMDOP_PROVIDER_CLIENT_SECRET", configured.client_secret),
        scope: of("CMDOP_PROVIDER_SCOPE", configured.scope),
        tenant: of("CMDOP_PROVIDER_TENANT", configured.tenant),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(configured: &[(&str, &str)], env: &[(&str, &str)]) -> Vec<Arc<Provider>> {
        let described = |(name, issuer): &(&str, &str)| {
            let issuer = Some((*issuer).to_owned());
            ((*name).to_owned(), ConfiguredProvider { issuer, ..ConfiguredProvider::default() })
        };
        in_force(&configured.iter().map(described).collect(), &Env::made_of(env.iter().copied()))
    }

    fn giver(known: &[Arc<Provider>], issuer: &str, name: Option<&str>) -> Option<String> {
        that_gave(known, issuer, name).map(|provider| provider.name.clone())
    }

    #[test]
    fn the_table_is_known_without_a_word_and_the_file_adds_to_it() {
        let known = of(&[("corp", "https://id.corp.test"), ("google", "https://g.test")], &[]);
        assert_eq!(giver(&known, "https://github.com", None).as_deref(), Some("github"));
        assert_eq!(giver(&known, "https://id.corp.test", None).as_deref(), Some("corp"));
        assert_eq!(giver(&known, "https://g.test", None).as_deref(), Some("google"));
        assert_eq!(giver(&known, "https://accounts.google.com", None), None, "it is elsewhere now");
        assert_eq!(giver(&known, "https://evil.test", Some("google")), None, "a name alone says nothing");
    }

    #[test]
    fn the_issuer_of_the_environment_is_known_by_the_name_that_was_asked_for() {
        let known = of(&[], &[(ISSUER, "https://id.test")]);
        for name in ["google", "https://id.test"] {
            assert_eq!(giver(&known, "https://id.test", Some(name)).as_deref(), Some(name));
        }
    }

    #[test]
    fn the_documented_issuer_named_again_is_no_other() {
        let known = of(&[("google", "https://accounts.google.com")], &[]);
        assert!(!that_gave(&known, "https://accounts.google.com", None).unwrap().described);
    }
}
