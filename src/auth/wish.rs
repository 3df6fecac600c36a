//! What is asked for when signing in.

use super::keys::PERMISSIONS;
use super::oauth::Endpoints;

/// Scopes worth having, where a server offers them: who the user is, tokens that can be renewed, the
/// workspace (facts: "Token answer there"); and of the permissions those that do not administrate.
const OF_A_LOGIN: [&str; 5] = ["openid", "profile", "email", "offline_access", "workspace:access"];

/// Permissions that no login asks for: who needs them makes a key for that.
const ADMINISTRATION: [&str; 2] = ["permissions:manage", "admin"];

/// What to ask for.
#[derive(Debug, Clone, Default)]
pub(super) struct Wish {
    pub(super) scope: Option<String>,
    /// What else goes with the authorization request.
    pub(super) extra: Vec<(&'static str, String)>,
}

impl Wish {
    /// What `endpoints` can give; `scope` where the provider wants a certain one. With `anew` the
    /// person has to prove again who they are.
    pub(super) fn of(endpoints: &Endpoints, scope: Option<&str>, anew: bool) -> Wish {
        let offered = |offered: &Vec<String>| {
            let permissions = PERMISSIONS.iter().filter(|permission| !ADMINISTRATION.contains(*permission));
            let worth_having = OF_A_LOGIN.iter().chain(permissions);
            let chosen = worth_having.filter(|scope| offered.iter().any(|known| known == *scope));
            chosen.copied().collect::<Vec<_>>().join(" ")
        };
        let scope = scope.map(str::to_owned).or_else(|| endpoints.scopes.as_ref().map(offered));
        let scope = scope.filter(|scope| !scope.is_empty());
        let lasting =
            scope.as_deref().is_some_and(|scope| scope.split(' ').any(|one| one == "offline_access"));
        // OpenID Connect Core 1.0 sections 3.1.2.1 and 11: tokens for later need consent each time.
        let prompt = [anew.then_some("login"), lasting.then_some("consent")];
        let prompt = prompt.into_iter().flatten().collect::<Vec<_>>().join(" ");
        let mut extra = endpoints
            .quirks
            .authorization
            .iter()
            .map(|(name, value)| (*name, (*value).to_owned()))
            .collect::<Vec<_>>();
        if !prompt.is_empty() {
            extra.push(("prompt", prompt));
        }
        Wish { scope, extra }
    }
}
