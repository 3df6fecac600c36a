//! What an ordinary user may not read.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;

use crate::corpus::{examine, tame};
use crate::support::server::Server;
use crate::support::{Home, far_future};

/// Examines `home` as an ordinary user, and gives the ids of the roots that are found.
fn roots(home: &Home) -> Vec<String> {
    let server = Server::answering(|_| crate::support::server::answer("401 No", "", "{}"));
    let dress = |run: crate::support::Run| run.env("CMDOP_API_URL", server.url()).by_ordinary_user();
    examine(home, dress);
    dress(home.cmdop(&["doctor", "auth", "--json"])).report().roots()
}

fn signed_in() -> Home {
    let home = Home::new();
    home.sign_in("at-4711", far_future());
    home.give_away();
    home
}

#[test]
fn ones_own_files_can_be_read() {
    let found = roots(&signed_in());
    assert!(
        !found.iter().any(|root| root.starts_with("token.file") || root.starts_with("host.")),
        "{found:?}"
    );
}

#[test]
fn a_file_that_is_shut() {
    let home = signed_in();
    home.mode(".cmdop/auth.json", 0);
    assert!(roots(&home).iter().any(|root| root.starts_with("token.file_readable")));
}

#[test]
fn a_folder_that_is_shut() {
    let home = signed_in();
    home.mode(".cmdop", 0);
    let found = roots(&home);
    home.mode(".cmdop", 0o700);
    assert!(found.iter().any(|root| root.starts_with("token.folder_readable")), "{found:?}");
}

#[test]
fn settings_and_rules_that_are_shut() {
    let home = signed_in();
    home.file(".cmdop/config.yaml", "workspace: acme\n");
    home.folder_in(".cmdop/rules", 0);
    home.mode(".cmdop/config.yaml", 0);
    home.give_away();
    tame("shut", &home.cmdop(&["doctor", "auth", "--json", "--offline"]).by_ordinary_user().output());
    home.mode(".cmdop/rules", 0o700);
}

#[test]
fn a_home_of_somebody_else() {
    let home = Home::new();
    home.sign_in("at-4711", far_future());
    fs::set_permissions(home.path(), Permissions::from_mode(0o755)).unwrap();
    let found = roots(&home);
    assert!(!crate::support::is_root() || !found.is_empty(), "{found:?}");
}
