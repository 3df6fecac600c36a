//! `cmdop workspace current`, `list`, `use` and `members`.

use cmdop_doctor::sandbox::Fault;
use serde_json::json;

use crate::desk::{Desk, Said};

fn config(desk: &Desk) -> String {
    std::fs::read_to_string(desk.home.path().join(".cmdop/config.yaml")).unwrap_or_default()
}

#[test]
fn what_is_documented_is_printed() {
    let desk = Desk::new();
    desk.snapshot("workspace-list", &desk.run("workspace list"));
    desk.snapshot("workspace-current", &desk.run("workspace current"));
    desk.snapshot("workspace-members", &desk.run("workspace members"));
}

#[test]
fn programs_get_documents() {
    let desk = Desk::new();
    let list = desk.run("workspace list --json").exits(0).json();
    assert_eq!(
        (&list["schema"], &list["workspaces"][1]["slug"]),
        (&json!("cmdop.workspaces/1"), &json!("staging"))
    );
    let current = desk.run("workspace current --json").exits(0).json();
    assert_eq!((&current["name"], &current["from"]), (&json!("acme-corp"), &json!("credential")));
    let members = desk.run("workspace members --json").exits(0).json();
    assert_eq!(members["members"][0]["email"], "grace@acme.example");
}

#[test]
fn a_choice_counts_from_then_on_for_logins_and_keys_and_for_the_doctor() {
    let desk = Desk::new();
    let said = desk.run("workspace use staging").exits(0);
    assert_eq!((said.out.as_str(), said.err.as_str()), ("✓ Switched to workspace: staging\n", ""));
    let current = desk.run("workspace current --json").exits(0).json();
    assert_eq!((&current["id"], &current["from"]), (&json!("ws_staging"), &json!("config")));
    let members = desk.run("workspace members").exits(0);
    assert!(members.out.contains("sam@acme.example"), "{members:?}");
    let report = desk.cmdop("doctor auth --only workspace,token.workspace --json").report();
    assert_eq!(report.verdict("workspace.chosen"), "healthy");
    assert_eq!(report.verdict("token.workspace"), "not_applicable");
}

#[test]
fn a_choice_heals_what_the_doctor_finds() {
    let desk = Desk::broken(&[Fault::WorkspaceUnselected]);
    let only = "doctor auth --only workspace.chosen --json";
    let report = desk.cmdop(only).report();
    assert_eq!(report.fix(), Some("cmdop workspace use acme-corp"));
    desk.run("workspace current").refuses(1, "Error: no workspace is chosen");
    desk.run("workspace use acme-corp").exits(0);
    assert_eq!(desk.cmdop(only).report().verdict("workspace.chosen"), "healthy");
}

#[test]
fn the_rest_of_the_config_file_stays_as_it_is() {
    let desk = Desk::new();
    desk.home.file(".cmdop/config.yaml", "# mine\nclient_id: own # keep\nworkspace: acme\n");
    desk.run("workspace use STAGING").exits(0);
    assert_eq!(config(&desk), "# mine\nclient_id: own # keep\nworkspace: staging\n");
    desk.run("workspace use ws_acme").exits(0);
    assert_eq!(config(&desk), "# mine\nclient_id: own # keep\nworkspace: acme-corp\n");
}

#[test]
fn a_config_file_of_another_form_is_left_alone() {
    let desk = Desk::new();
    let flow = "{ workspace: acme }\n";
    desk.home.file(".cmdop/config.yaml", flow);
    desk.run("workspace use staging").refuses(2, "write `workspace: staging` there yourself");
    assert_eq!(config(&desk), flow);
    desk.home.file(".cmdop/config.yaml", "workspace: acme\n");
    desk.home.mode(".cmdop/config.yaml", 0o666);
    desk.run("workspace use staging").refuses(2, "others can write it");
}

#[test]
fn what_precedes_the_choice_is_told() {
    let desk = Desk::new();
    let said = Said::by(desk.cmdop("workspace use staging").env("CMDOP_WORKSPACE", "acme")).exits(0);
    assert!(said.err.contains("warning: CMDOP_WORKSPACE says acme and precedes this choice"), "{said:?}");
    assert_eq!(config(&desk), "workspace: staging\n");
    let current = Said::by(desk.cmdop("workspace current --json").env("CMDOP_WORKSPACE", "acme")).json();
    assert_eq!((&current["id"], &current["from"]), (&json!("ws_acme"), &json!("env")));
}

#[test]
fn a_workspace_that_is_none_of_yours() {
    let desk = Desk::new();
    let said = desk.run("workspace use stagin");
    desk.snapshot("workspace-misspelt", &said);
    said.refuses(1, "did you mean `staging`?");
    assert_eq!(config(&desk), "");
    let said = desk.run("workspace current --workspace beta");
    said.refuses(1, "Error: the workspace beta, chosen by flag, is none of yours");
}

#[test]
fn a_key_sees_its_own_workspace() {
    let desk = Desk::signed_out();
    let said = Said::by(desk.cmdop("workspace list").env("CMDOP_API_KEY", desk.sandbox.key())).exits(0);
    assert!(said.out.contains("acme-corp") && !said.out.contains("staging"), "{said:?}");
    Said::by(desk.cmdop("workspace members").env("CMDOP_API_KEY", desk.sandbox.key())).exits(0);
}

#[test]
fn a_server_without_these_routes_says_so() {
    let desk = Desk::broken(&[Fault::PublishedRoutesOnly]);
    let said = desk.run("workspace list");
    desk.snapshot("workspace-no-route", &said);
    said.refuses(1, "Error: the server cannot do this");
}

#[test]
fn without_a_home_a_choice_has_no_place() {
    let desk = Desk::new();
    let run = desk
        .cmdop("workspace use staging")
        .env("CMDOP_API_KEY", desk.sandbox.key_named("release-full-access").unwrap());
    let said = Said::by(run.env("CMDOP_CONFIG_DIR", "/nonexistent/cmdop"));
    assert_eq!(said.code, Some(1), "the key is for acme alone: {said:?}");
    let run = desk.cmdop("workspace use acme-corp").env("CMDOP_API_KEY", desk.sandbox.key());
    let said = Said::by(run.env("CMDOP_CONFIG_DIR", "/proc/cmdop"));
    said.refuses(2, "the choice cannot be kept");
}
