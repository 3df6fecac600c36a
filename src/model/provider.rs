//! Identity providers that one can sign in with besides the server in force.

use std::sync::Arc;

use super::secret::Secret;

/// A provider as this program's own table or the user describes it.
#[derive(Debug, Default)]
pub struct Provider {
    pub name: String,
    /// What it calls itself, which is what a stored login of it names.
    pub issuer: String,
    /// The user says where it is, so its own document tells its addresses; else the table does.
    pub described: bool,
    pub client_id: Option<String>,
    /// What some providers call a secret though every copy of a program holds it
    /// (RFC 8252 section 8.5).
    pub client_secret: Option<Secret<String>>,
    pub scope: Option<String>,
    /// The directory of an organisation, where a provider has several.
    pub tenant: Option<String>,
    /// The shapes of its tokens, by their ids in `rules/shapes`: they are another vendor's, and go
    /// where a stored login of this provider may go.
    pub shapes: &'static [&'static str],
}

/// The one of `known` that gave a login which names `issuer` and, if it was kept by this program, the
/// provider's `name`. `None` where neither the table nor the user knows that issuer.
pub fn that_gave<'p>(
    known: &'p [Arc<Provider>],
    issuer: &str,
    name: Option<&str>,
) -> Option<&'p Arc<Provider>> {
    let named = |provider: &&Arc<Provider>| name == Some(provider.name.as_str());
    let mut giving = known.iter().filter(|provider| provider.issuer == issuer);
    giving.clone().find(named).or_else(|| giving.next())
}
