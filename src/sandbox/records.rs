//! Everything that the service knows: people, workspaces, machines, credentials.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::idp::Metadata;
use super::oauth::Ledger;
use super::permission::{Permission, Role};
use super::quota::Quota;

/// The whole of it. Plain lists: a sandbox holds a handful of each.
pub(super) struct Records {
    /// Where the service answers, as `http://127.0.0.1:PORT`.
    pub(super) base: String,
    pub(super) users: Vec<User>,
    pub(super) workspaces: Vec<Workspace>,
    pub(super) machines: Vec<Machine>,
    pub(super) sessions: Vec<Session>,
    pub(super) grants: Vec<Grant>,
    /// What the authorization server has handed out.
    pub(super) ledger: Ledger,
    /// Ids of the users whose single sign-on is up to date.
    pub(super) signed_on: Vec<String>,
    pub(super) quota: Quota,
    /// What the challenge says of a credential that is not among the grants.
    pub(super) why_unknown: &'static str,
    /// What is asked for beyond a credential.
    pub(super) demand: Option<Demand>,
    /// What the identity provider serves as its metadata.
    pub(super) metadata: Metadata,
    /// Every page claims that another one follows.
    pub(super) endless_pages: bool,
    /// Answers have no more than the fields that are published for them.
    pub(super) published_fields_only: bool,
}

/// What a caller has to give besides an accepted credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Demand {
    /// Of people only: keys bypass the second factor (facts: table of authentication issues, 2FA).
    /// A token that was got with a second factor meets it.
    TwoFactor,
    /// Of everybody whose single sign-on is not up to date.
    SignOn,
    /// For what is on machines only.
    MachinePassword,
}

/// A person.
pub(super) struct User {
    pub(super) id: String,
    pub(super) email: String,
    pub(super) name: String,
    pub(super) two_factor: bool,
}

/// A workspace with its members and its single sign-on.
pub(super) struct Workspace {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) slug: String,
    pub(super) members: Vec<Member>,
    pub(super) two_factor_required: bool,
    pub(super) sso: Sso,
}

/// A person in a workspace.
pub(super) struct Member {
    pub(super) id: String,
    /// The id of a [`User`].
    pub(super) user: String,
    pub(super) role: Role,
    pub(super) joined_at: Timestamp,
}

/// The single sign-on settings of a workspace.
pub(super) struct Sso {
    pub(super) enabled: bool,
    /// Nobody gets in any other way.
    pub(super) enforced: bool,
    /// `None` where no identity provider has been set up.
    pub(super) provider: Option<String>,
    pub(super) direct_oauth_allowed: bool,
    /// Ids of the users that the identity provider has made known.
    pub(super) provisioned: Vec<String>,
    /// The attributes that the identity provider sends, of those that are required.
    pub(super) mapped: Vec<&'static str>,
}

/// The attributes that an identity provider has to send.
pub(super) const REQUIRED_ATTRIBUTES: [&str; 3] = ["email", "first_name", "last_name"];

/// A machine, in exactly one workspace.
pub(super) struct Machine {
    pub(super) id: String,
    pub(super) workspace: String,
    pub(super) name: String,
    pub(super) hostname: String,
    pub(super) online: bool,
    pub(super) tags: Vec<&'static str>,
    pub(super) created_at: Timestamp,
    pub(super) last_seen: Timestamp,
}

/// A terminal session on a machine.
pub(super) struct Session {
    pub(super) id: String,
    /// The id of a [`Machine`].
    pub(super) machine: String,
    /// The id of a [`User`].
    pub(super) user: String,
    pub(super) started_at: Timestamp,
}

/// What kind of credential a grant is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Kind {
    /// The access token of a person who signed in.
    Token,
    ApiKey,
}

/// A credential. It has no `Debug`: the raw text must never be shown by accident.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Grant {
    pub(super) id: String,
    pub(super) kind: Kind,
    pub(super) name: String,
    pub(super) raw: String,
    /// The id of the [`User`] it acts for.
    pub(super) user: String,
    /// The id of the workspace it is for; `None` where the user has chosen none.
    pub(super) workspace: Option<String>,
    pub(super) permissions: Vec<Permission>,
    pub(super) created_at: Timestamp,
    /// The sign-in that got it came with a second factor.
    pub(super) second_factor: bool,
    /// The id of the family of tokens that it belongs to; `None` for what no sign-in has got.
    pub(super) family: Option<String>,
    /// It is accepted because an option says so, for as long as this sandbox runs.
    #[serde(skip)]
    pub(super) by_option: bool,
    /// `None` for a credential without end.
    pub(super) expires_at: Option<Timestamp>,
    pub(super) last_used_at: Option<Timestamp>,
}

/// How much of a key may be shown: what the published schema calls `key_prefix`.
const PREFIX: usize = 12;

impl Grant {
    /// The part of a key that is public.
    pub(super) fn prefix(&self) -> String {
        self.raw.chars().take(PREFIX).collect()
    }

    /// Whether the grant is past its end.
    pub(super) fn expired(&self, now: Timestamp) -> bool {
        self.expires_at.is_some_and(|end| end <= now)
    }

    /// Whether the grant has `permission`; `admin` is all of them.
    pub(super) fn has(&self, permission: Permission) -> bool {
        self.permissions.contains(&permission) || self.permissions.contains(&Permission::Admin)
    }
}

impl Workspace {
    /// The role of a user, if that user is a member.
    pub(super) fn role_of(&self, user: &str) -> Option<Role> {
        self.members.iter().find(|member| member.user == user).map(|member| member.role)
    }
}

impl Records {
    /// The workspace `id`.
    pub(super) fn workspace(&self, id: &str) -> Option<&Workspace> {
        self.workspaces.iter().find(|workspace| workspace.id == id)
    }

    /// The user `id`.
    pub(super) fn user(&self, id: &str) -> Option<&User> {
        self.users.iter().find(|user| user.id == id)
    }

    /// How many machines the workspace `id` has.
    pub(super) fn machine_count(&self, id: &str) -> usize {
        self.machines.iter().filter(|machine| machine.workspace == id).count()
    }
}

/// The time `seconds` from now, in whole seconds; negative for the past.
pub(super) fn from_now(seconds: i64) -> Timestamp {
    let second = Timestamp::now().as_second().saturating_add(seconds);
    Timestamp::from_second(second).unwrap_or(Timestamp::MAX)
}

/// Seconds in an hour and in a day.
pub(super) const HOUR: i64 = 3_600;
pub(super) const DAY: i64 = 24 * HOUR;
