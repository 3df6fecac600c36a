//! Who is calling, and whether they may.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use jiff::Timestamp;

use super::answer::Refusal;
use super::door::Shared;
use super::permission::{Permission, Role};
use super::random::equal_in_constant_time;
use super::records::{Demand, Grant, Kind, Records, Workspace};

/// The documented words for a credential that is not accepted.
const NOT_ACCEPTED: &str = "Invalid or expired API token";

/// The caller of a request: proof that a credential was accepted.
#[derive(Debug, Clone)]
pub(super) struct Caller {
    /// The id of the grant.
    pub(super) grant: String,
    pub(super) kind: Kind,
    /// The id of the user that the grant acts for.
    pub(super) user: String,
    /// The id of the workspace that the grant is for.
    pub(super) workspace: Option<String>,
    /// The role in that workspace; `None` where the user is no member.
    pub(super) role: Option<Role>,
    pub(super) expires_at: Option<Timestamp>,
    second_factor: bool,
    granted: Vec<Permission>,
}

impl FromRequestParts<Shared> for Caller {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, core: &Shared) -> Result<Caller, Refusal> {
        let raw = bearer(&parts.headers).ok_or_else(|| Refusal::unauthorized("Missing API token", None))?;
        Caller::accept(&mut core.records(), raw, Timestamp::now())
    }
}

/// The credential of a request (RFC 6750, section 2.1; the scheme in any case, RFC 9110, 11.1).
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, raw) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    (scheme.eq_ignore_ascii_case("bearer") && !raw.is_empty()).then_some(raw)
}

impl Caller {
    fn accept(records: &mut Records, raw: &str, now: Timestamp) -> Result<Caller, Refusal> {
        let why_unknown = records.why_unknown;
        let grant = find(&mut records.grants, raw)
            .ok_or_else(|| Refusal::unauthorized(NOT_ACCEPTED, Some(why_unknown)))?;
        if grant.expired(now) {
            return Err(Refusal::unauthorized(NOT_ACCEPTED, Some("The access token expired")));
        }
        grant.last_used_at = Some(now);
        let mut caller = Caller {
            grant: grant.id.clone(),
            kind: grant.kind,
            user: grant.user.clone(),
            workspace: grant.workspace.clone(),
            role: None,
            expires_at: grant.expires_at,
            second_factor: grant.second_factor,
            granted: Permission::ALL.iter().copied().filter(|permission| grant.has(*permission)).collect(),
        };
        let home = caller.workspace.as_deref().and_then(|id| records.workspace(id));
        caller.role = home.and_then(|workspace| workspace.role_of(&caller.user));
        caller.meets(records)
    }

    /// The caller, unless more than a credential is asked of them.
    fn meets(self, records: &Records) -> Result<Caller, Refusal> {
        match records.demand {
            Some(Demand::TwoFactor) if self.kind == Kind::Token && !self.second_factor => {
                Err(Refusal::two_factor_required())
            }
            Some(Demand::SignOn) if !records.signed_on.contains(&self.user) => {
                Err(Refusal::sso_required(&records.base))
            }
            Some(_) | None => Ok(self),
        }
    }

    /// What the caller may do: what the grant has and the role allows.
    pub(super) fn permissions(&self) -> Vec<Permission> {
        self.granted.iter().copied().filter(|permission| self.role_allows(*permission)).collect()
    }

    fn role_allows(&self, permission: Permission) -> bool {
        self.role.is_none_or(|role| role.allows(permission))
    }

    /// The caller's workspace, if the caller may use `permission` there.
    pub(super) fn may<'r>(
        &self,
        permission: Permission,
        records: &'r Records,
    ) -> Result<&'r Workspace, Refusal> {
        let workspace = self.home(records)?;
        let role = self.role.ok_or_else(|| not_a_member(workspace))?;
        let name = permission.name();
        if !self.granted.contains(&permission) {
            return Err(Refusal::forbidden(format!("Token lacks required permission: {name}")));
        }
        if !role.allows(permission) {
            let role = role.name();
            return Err(Refusal::forbidden(format!("Role {role} lacks required permission: {name}")));
        }
        match records.demand {
            Some(Demand::MachinePassword) => Err(Refusal::machine_password_required()),
            _ => Ok(workspace),
        }
    }

    /// The workspace that the grant is for, member or not.
    pub(super) fn home<'r>(&self, records: &'r Records) -> Result<&'r Workspace, Refusal> {
        let Some(id) = self.workspace.as_deref() else {
            return Err(Refusal::forbidden("No workspace selected"));
        };
        records.workspace(id).ok_or_else(|| no_workspace(id))
    }

    /// The workspace `id`, if the caller may look into it: it is the grant's, or, for a person who
    /// signed in, one that they are a member of.
    pub(super) fn look_into<'r>(&self, id: &str, records: &'r Records) -> Result<&'r Workspace, Refusal> {
        let workspace = records.workspace(id).ok_or_else(|| no_workspace(id))?;
        let home = self.workspace.as_deref() == Some(id);
        if home || (self.kind == Kind::Token && workspace.role_of(&self.user).is_some()) {
            return Ok(workspace);
        }
        Err(not_a_member(workspace))
    }
}

/// The grant that `raw` is, found in a time that does not tell how near a guess came.
fn find<'r>(grants: &'r mut [Grant], raw: &str) -> Option<&'r mut Grant> {
    grants.iter_mut().fold(None, |found, grant| match equal_in_constant_time(&grant.raw, raw) {
        true => Some(grant),
        false => found,
    })
}

fn no_workspace(id: &str) -> Refusal {
    Refusal::not_found(format!("Workspace not found: {id}"))
}

fn not_a_member(workspace: &Workspace) -> Refusal {
    Refusal::forbidden(format!("Not a member of workspace: {}", workspace.name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(value: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(header::AUTHORIZATION, value.parse().unwrap())])
    }

    #[test]
    fn only_the_bearer_scheme_carries_a_credential() {
        assert_eq!(bearer(&header("Bearer abc")), Some("abc"));
        assert_eq!(bearer(&header("bEARER abc")), Some("abc"));
        assert_eq!(bearer(&header("Basic abc")), None);
        assert_eq!(bearer(&header("abc")), None);
        assert_eq!(bearer(&header("Bearer ")), None);
        assert_eq!(bearer(&HeaderMap::new()), None);
    }
}
