//! Faults that change what the service knows. "You" is Ada, for whom the seeded credentials act.

use crate::sandbox::permission::{Permission, Role};
use crate::sandbox::quota::Quota;
use crate::sandbox::records::{DAY, Grant, HOUR, Kind, Records, Sso, Workspace, from_now};
use crate::sandbox::seed::{ACME, ADA, STAGING};

pub(super) fn use_up_quota(records: &mut Records) {
    records.quota = Quota::used_up();
}

/// What must never reach a terminal, a web page or a CI log as it is.
const HOSTILE: &str = "\u{1b}[2J\u{202e}<script>alert(1)</script>\r\n::error::gone";

pub(super) fn hostile_names(records: &mut Records) {
    let poison = |name: &mut String| name.push_str(HOSTILE);
    records.users.iter_mut().for_each(|user| poison(&mut user.name));
    records.machines.iter_mut().for_each(|machine| poison(&mut machine.name));
    records.grants.iter_mut().for_each(|grant| poison(&mut grant.name));
    for workspace in &mut records.workspaces {
        poison(&mut workspace.name);
    }
}

pub(super) fn expire_all(records: &mut Records) {
    records.grants.iter_mut().for_each(|grant| grant.expires_at = Some(from_now(-HOUR)));
}

/// Nobody can renew a login any more.
pub(super) fn revoke_refresh(records: &mut Records) {
    records.ledger.families.iter_mut().for_each(|family| family.revoked = true);
}

/// No credential is known any more; `why` is what the challenge says.
pub(super) fn forget_all(records: &mut Records, why: &'static str) {
    revoke_refresh(records);
    records.grants.clear();
    records.why_unknown = why;
}

pub(super) fn lack_machines_read(records: &mut Records) {
    let lacking =
        |permission: &Permission| !matches!(permission, Permission::MachinesRead | Permission::Admin);
    records.grants.iter_mut().for_each(|grant| grant.permissions.retain(lacking));
}

fn acme(records: &mut Records) -> Option<&mut Workspace> {
    records.workspaces.iter_mut().find(|workspace| workspace.id == ACME)
}

pub(super) fn leave_workspace(records: &mut Records) {
    if let Some(acme) = acme(records) {
        acme.members.retain(|member| member.user != ADA);
    }
}

pub(super) fn become_viewer(records: &mut Records) {
    let members = acme(records).into_iter().flat_map(|acme| &mut acme.members);
    members.filter(|member| member.user == ADA).for_each(|member| member.role = Role::Viewer);
}

pub(super) fn move_machines(records: &mut Records) {
    records.machines.iter_mut().for_each(|machine| machine.workspace = STAGING.to_owned());
}

pub(super) fn delete_workspace(records: &mut Records) {
    records.workspaces.retain(|workspace| workspace.id != ACME);
}

pub(super) fn unselect_workspace(records: &mut Records) {
    records.grants.iter_mut().for_each(|grant| grant.workspace = None);
}

fn each_key(records: &mut Records, change: fn(&mut Grant)) {
    records.grants.iter_mut().filter(|grant| grant.kind == Kind::ApiKey).for_each(change);
}

pub(super) fn endless_keys(records: &mut Records) {
    each_key(records, |key| key.expires_at = None);
}

pub(super) fn powerful_keys(records: &mut Records) {
    each_key(records, |key| key.permissions = Permission::ALL.into());
}

pub(super) fn unnamed_keys(records: &mut Records) {
    each_key(records, |key| key.name = "test".to_owned());
}

pub(super) fn expiring_keys(records: &mut Records) {
    each_key(records, |key| key.expires_at = Some(from_now(DAY)));
}

pub(super) fn require_two_factor(records: &mut Records) {
    if let Some(acme) = acme(records) {
        acme.two_factor_required = true;
    }
}

pub(super) fn unset_two_factor(records: &mut Records) {
    require_two_factor(records);
    records.users.iter_mut().for_each(|user| user.two_factor = false);
}

/// Changes the single sign-on of every workspace.
pub(super) fn each_sso(records: &mut Records, change: fn(&mut Sso)) {
    records.workspaces.iter_mut().for_each(|workspace| change(&mut workspace.sso));
}

pub(super) fn enable_sso(records: &mut Records) {
    each_sso(records, |sso| {
        sso.enabled = true;
        sso.provider = Some("okta".to_owned());
    });
}

pub(super) fn unconfigured_sso(records: &mut Records) {
    each_sso(records, |sso| {
        sso.enabled = true;
        sso.provider = None;
    });
}

pub(super) fn unmapped_email(records: &mut Records) {
    each_sso(records, |sso| sso.mapped.retain(|attribute| *attribute != "email"));
}

pub(super) fn enforce_sso(records: &mut Records) {
    each_sso(records, |sso| {
        sso.enforced = true;
        sso.direct_oauth_allowed = false;
    });
}
