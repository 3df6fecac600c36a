//! Permissions and roles: what a credential may do, and what its user may do at most.

use serde::{Deserialize, Serialize};

macro_rules! permissions {
    ($($variant:ident $name:literal;)*) => {
        /// A permission of an API key, by the names that the product's documentation uses.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
        pub(super) enum Permission { $(#[serde(rename = $name)] $variant,)* }

        impl Permission {
            /// Every permission: what a key has that is made without naming any.
            pub(super) const ALL: &'static [Permission] = &[$(Permission::$variant,)*];

            /// The name in requests, answers and error messages.
            pub(super) fn name(self) -> &'static str {
                match self { $(Permission::$variant => $name,)* }
            }
        }
    };
}

permissions! {
    MachinesRead "machines:read";
    MachinesWrite "machines:write";
    SessionsRead "sessions:read";
    CommandsExecute "commands:execute";
    FilesRead "files:read";
    FilesWrite "files:write";
    SchedulesRead "schedules:read";
    SchedulesWrite "schedules:write";
    WebhooksManage "webhooks:manage";
    AgentInvoke "agent:invoke";
    PermissionsManage "permissions:manage";
    Admin "admin";
}

impl Permission {
    /// The permission called `name`.
    pub(super) fn named(name: &str) -> Option<Permission> {
        Permission::ALL.iter().copied().find(|permission| permission.name() == name)
    }

    /// Whether it lets nobody change anything.
    fn only_reads(self) -> bool {
        self.name().ends_with(":read")
    }

    /// Whether it governs other people's rights.
    fn governs(self) -> bool {
        matches!(self, Permission::WebhooksManage | Permission::PermissionsManage | Permission::Admin)
    }
}

/// What a member is in a workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Role {
    Owner,
    Admin,
    Member,
    Viewer,
}

impl Role {
    /// The name in answers and error messages.
    pub(super) fn name(self) -> &'static str {
        match self {
            Role::Owner => "owner",
            Role::Admin => "admin",
            Role::Member => "member",
            Role::Viewer => "viewer",
        }
    }

    /// Whether somebody in this role may use `permission`, given a credential that has it.
    pub(super) fn allows(self, permission: Permission) -> bool {
        match self {
            Role::Owner | Role::Admin => true,
            Role::Member => !permission.governs(),
            Role::Viewer => permission.only_reads(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_permission_is_found_by_its_name() {
        for permission in Permission::ALL {
            assert_eq!(Permission::named(permission.name()), Some(*permission));
        }
        assert_eq!(Permission::named("machines:*"), None);
    }

    #[test]
    fn a_viewer_only_reads_and_a_member_governs_nobody() {
        assert!(Role::Viewer.allows(Permission::MachinesRead));
        assert!(!Role::Viewer.allows(Permission::MachinesWrite));
        assert!(!Role::Viewer.allows(Permission::AgentInvoke));
        assert!(Role::Member.allows(Permission::MachinesWrite));
        assert!(!Role::Member.allows(Permission::Admin));
        assert!(Role::Owner.allows(Permission::Admin));
    }
}
