//! What the service knows at the start: two workspaces, five people, three machines, and a
//! credential of each kind that a story needs.

use std::io;

use super::idp::Metadata;
use super::oauth::{Ledger, Terms};
use super::permission::{Permission, Role};
use super::quota::Quota;
use super::random;
use super::records::{
    DAY, Grant, HOUR, Kind, Machine, Member, REQUIRED_ATTRIBUTES, Records, Session, Sso, User, Workspace,
    from_now,
};

/// The workspace that seeded credentials are for, and the other one.
pub(super) const ACME: &str = "ws_acme";
pub(super) const STAGING: &str = "ws_staging";

/// The user that seeded credentials act for.
pub(super) const ADA: &str = "user_ada";
const VERA: &str = "user_vera";

/// The length of the random part of tokens and keys. Not published; long enough to be safe.
pub(super) const RANDOM_PART: usize = 40;

/// The permissions of a key that a program which only looks would be given.
const READ_ONLY: &[Permission] = &[Permission::MachinesRead, Permission::SessionsRead];

/// The service as it is before any fault.
pub(super) fn records(base: String, terms: Terms) -> io::Result<Records> {
    Ok(Records {
        base,
        users: users(),
        workspaces: vec![acme(), staging()],
        machines: machines(),
        sessions: sessions(),
        grants: keys()?,
        ledger: Ledger::new(terms),
        signed_on: Vec::new(),
        quota: Quota::ample(),
        why_unknown: "The access token is not known",
        demand: None,
        metadata: Metadata::InDate,
        endless_pages: false,
        published_fields_only: false,
    })
}

fn users() -> Vec<User> {
    ["grace", "ada", "linus", "vera", "sam"].map(user).into()
}

fn user(name: &str) -> User {
    User {
        id: format!("user_{name}"),
        email: format!("{name}@acme.example"),
        name: format!("{}{}", name[..1].to_uppercase(), &name[1..]),
        two_factor: true,
    }
}

fn acme() -> Workspace {
    let members = [
        member("user_grace", Role::Owner, 400),
        member(ADA, Role::Admin, 300),
        member("user_linus", Role::Member, 200),
        member(VERA, Role::Viewer, 100),
    ];
    workspace(ACME, "acme-corp", "acme", members.into())
}

fn staging() -> Workspace {
    let members = [member("user_sam", Role::Owner, 90), member(ADA, Role::Member, 80)];
    workspace(STAGING, "staging", "staging", members.into())
}

fn workspace(id: &str, name: &str, slug: &str, members: Vec<Member>) -> Workspace {
    Workspace {
        id: id.to_owned(),
        name: name.to_owned(),
        slug: slug.to_owned(),
        two_factor_required: false,
        sso: Sso {
            enabled: false,
            enforced: false,
            provider: None,
            direct_oauth_allowed: true,
            provisioned: members.iter().map(|member| member.user.clone()).collect(),
            mapped: REQUIRED_ATTRIBUTES.into(),
        },
        members,
    }
}

fn member(user: &str, role: Role, days_ago: i64) -> Member {
    let id = user.replace("user_", "mem_");
    Member { id, user: user.to_owned(), role, joined_at: from_now(-days_ago * DAY) }
}

fn machines() -> Vec<Machine> {
    vec![
        machine(ACME, "web-1", true, &["production", "web"]),
        machine(ACME, "db-1", false, &["production", "database"]),
        machine(STAGING, "build-1", true, &["ci"]),
    ]
}

fn machine(workspace: &str, name: &str, online: bool, tags: &[&'static str]) -> Machine {
    Machine {
        id: format!("mach_{}", name.replace('-', "")),
        workspace: workspace.to_owned(),
        name: name.to_owned(),
        hostname: format!("{name}.acme.example"),
        online,
        tags: tags.into(),
        created_at: from_now(-60 * DAY),
        last_seen: from_now(if online { -5 } else { -2 * DAY }),
    }
}

fn sessions() -> Vec<Session> {
    vec![Session {
        id: "sess_1".to_owned(),
        machine: "mach_web1".to_owned(),
        user: ADA.to_owned(),
        started_at: from_now(-HOUR),
    }]
}

fn keys() -> io::Result<Vec<Grant>> {
    let days = |count: i64| Some(from_now(count * DAY));
    Ok(vec![
        Grant { expires_at: days(30), ..key("deploy-read-only")? },
        Grant { expires_at: days(90), permissions: Permission::ALL.into(), ..key("release-full-access")? },
        Grant { expires_at: days(2), ..key("nightly-backup-expiring")? },
        Grant { expires_at: days(-1), ..key("old-runner-expired")? },
        Grant {
            expires_at: days(30),
            user: VERA.to_owned(),
            permissions: Permission::ALL.into(),
            ..key("dashboard-of-a-viewer")?
        },
    ])
}

fn key(name: &str) -> io::Result<Grant> {
    Ok(api_key(name, format!("cmd_acme_{}", random::letters(RANDOM_PART)?)))
}

/// A token with everything that Ada may do in acme.
pub(super) fn token(raw: String, expires_at: Option<jiff::Timestamp>) -> Grant {
    Grant {
        id: "token".to_owned(),
        kind: Kind::Token,
        name: String::new(),
        raw,
        user: ADA.to_owned(),
        workspace: Some(ACME.to_owned()),
        permissions: Permission::ALL.into(),
        second_factor: false,
        family: None,
        by_option: false,
        created_at: from_now(0),
        expires_at,
        last_used_at: None,
    }
}

/// A key of Ada's for acme as it should be: it only reads, and it ends.
pub(super) fn api_key(name: &str, raw: String) -> Grant {
    Grant {
        id: format!("key_{}", name.replace('-', "_")),
        kind: Kind::ApiKey,
        name: name.to_owned(),
        permissions: READ_ONLY.into(),
        created_at: from_now(-10 * DAY),
        ..token(raw, Some(from_now(30 * DAY)))
    }
}
