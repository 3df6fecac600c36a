//! The auth operations that a fix can name.

use serde::{Deserialize, Serialize};

use super::fix::Safety;

macro_rules! operations {
    ($($(#[$doc:meta])* $variant:ident $name:literal $argv:expr, $safety:ident;)*) => {
        /// A verb of this program that changes or shows credentials.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
        pub enum Operation { $($(#[$doc])* $variant,)* }

        impl Operation {
            /// Every operation, by the name that rules use.
            pub const ALL: &'static [(&'static str, Operation)] = &[$(($name, Operation::$variant),)*];

            /// The words after `cmdop`.
            pub fn argv(self) -> &'static [&'static str] {
                match self { $(Operation::$variant => &$argv,)* }
            }

            /// What it takes to run it as a fix.
            pub fn safety(self) -> Safety {
                match self { $(Operation::$variant => Safety::$safety,)* }
            }
        }
    };
}

operations! {
    /// Opens a browser, or shows a code where none can work.
    LogIn "login" ["login"], Asks;
    /// Revokes and deletes the stored credential.
    LogOut "logout" ["logout"], Asks;
    /// Exchanges the refresh token for a new access token.
    RefreshToken "refresh" ["auth", "refresh"], Safe;
    /// Shows which credential is in force.
    ShowStatus "status" ["auth", "status"], Safe;
    CreateKey "create-key" ["auth", "create-key"], Asks;
    ListKeys "list-keys" ["auth", "list-keys"], Safe;
    RevokeKey "revoke-key" ["auth", "revoke-key"], Asks;
    /// Chooses the workspace that later commands talk to.
    UseWorkspace "workspace-use" ["workspace", "use"], Safe;
    ListWorkspaces "workspace-list" ["workspace", "list"], Safe;
}
