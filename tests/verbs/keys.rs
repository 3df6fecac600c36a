//! `cmdop auth create-key`, `list-keys` and `revoke-key`.

use std::os::unix::fs::PermissionsExt;

use cmdop_doctor::sandbox::Fault;
use serde_json::json;

use crate::desk::{Desk, Said};
use crate::support::after;

#[test]
fn a_key_is_shown_once_and_works() {
    let desk = Desk::new();
    let said =
        desk.run("auth create-key --name ci --expires 7d --permissions machines:read,sessions:read").exits(0);
    let (first, second) = said.out.split_once('\n').unwrap();
    assert_eq!(second, "⚠ Copy this key now. It won't be shown again.\n");
    let key = first.strip_prefix("API Key created: ").unwrap();
    assert!(key.starts_with("cmd_acme_"), "{said:?}");
    let json = Said::by(desk.cmdop("auth status --json").env("CMDOP_API_KEY", key)).exits(0).json();
    assert_eq!(json["permissions"], json!(["machines:read", "sessions:read"]));
    let listed = desk.run("auth list-keys --json").exits(0);
    assert!(!listed.out.contains(&key[12..]), "{listed:?}");
    assert!(listed.out.contains("\"name\": \"ci\""), "{listed:?}");
}

#[test]
fn a_program_gets_the_key_out_of_one_document() {
    let desk = Desk::new();
    let json = desk.run("auth create-key --name ci --json").exits(0).json();
    assert_eq!((&json["schema"], &json["name"]), (&json!("cmdop.key.created/1"), &json!("ci")));
    assert!(json["raw_key"].as_str().unwrap().starts_with(json["key_prefix"].as_str().unwrap()));
    assert_eq!((&json["expires_at"], &json["file"]), (&json!(null), &json!(null)));
}

#[test]
fn a_key_in_a_file_is_private_whatever_the_umask_and_not_printed() {
    for umask in ["000", "077", "777"] {
        let desk = Desk::new();
        let run = desk.cmdop("auth create-key --name deploy --expires 2w --output deploy.key");
        let output = after(&format!("umask {umask}"), run).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{umask}: {output:?}");
        let path = desk.home.path().join("deploy.key");
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o7777, 0o600, "{umask}");
        let key = std::fs::read_to_string(&path).unwrap();
        assert!(key.starts_with("cmd_acme_") && key.ends_with('\n') && key.lines().count() == 1);
        let out = String::from_utf8(output.stdout).unwrap();
        assert!(out.contains("which only you can read") && !out.contains(key.trim()), "{out}");
        let names = std::fs::read_dir(desk.home.path()).unwrap().count();
        assert_eq!(names, 2, "nothing but the key and the config folder");
        assert_eq!(Said::by(desk.cmdop("auth status").env("CMDOP_API_KEY", key.trim())).code, Some(0));
    }
}

#[test]
fn a_file_that_is_there_is_not_replaced_unasked_and_no_key_is_made_for_it() {
    let desk = Desk::new();
    let file = desk.home.file("deploy.key", "mine");
    desk.run("auth create-key --name deploy --output deploy.key")
        .refuses(2, "is there already; --force replaces it");
    assert_eq!(std::fs::read(&file).unwrap(), b"mine");
    let json = desk.run("auth create-key --name deploy --output deploy.key --force --json").exits(0).json();
    assert_eq!((&json["file"], json.get("raw_key")), (&json!("deploy.key"), None));
    assert!(std::fs::read_to_string(&file).unwrap().starts_with("cmd_acme_"));
    assert_eq!(desk.asked("POST /v1/api-keys"), 1);
}

#[test]
fn where_nothing_can_be_written_no_key_is_made() {
    let desk = Desk::new();
    desk.home.folder_in("folder", 0o700);
    desk.home.file("a.key.tmp", "somebody's");
    for (file, why) in [
        ("no/such/folder.key", "the key cannot be written"),
        ("folder", "is there already"),
        ("/dev/full", "is there already"),
        ("a.key", "a.key.tmp is in the way"),
    ] {
        desk.run(&format!("auth create-key --name ci --output {file}")).refuses(2, why);
    }
    assert_eq!(std::fs::read(desk.home.path().join("a.key.tmp")).unwrap(), b"somebody's");
    assert_eq!(desk.asked("POST /v1/api-keys"), 0);
}

#[test]
fn wishes_that_make_no_sense_are_not_sent() {
    let desk = Desk::new();
    for (words, why) in [
        ("auth create-key", "--name"),
        ("auth create-key --name ci --expires 7h", "as in 7d or 12w"),
        ("auth create-key --name ci --expires 0d", "1d to 3650d is expected"),
        ("auth create-key --name ci --permissions machines:raed", "did you mean machines:read?"),
        ("auth create-key --name ci --permissions a;b", "the permissions are machines:read"),
        ("auth create-key --name ci --force", "--output"),
        ("auth create-key --name cmd_acme_a1b2c3d4e5f6g7h8", "this looks like a key"),
    ] {
        desk.run(words).refuses(2, why);
    }
    assert_eq!(desk.sandbox.requests().len(), 0);
}

#[test]
fn what_the_server_has_against_a_wish_is_told() {
    let desk = Desk::new();
    desk.run("auth create-key --name ci").exits(0);
    let again = desk.run("auth create-key --name ci");
    desk.snapshot("create-key-conflict", &again);
    again.refuses(1, "A key named ci exists");
    let unknown = desk.run("auth create-key --name other --permissions billing:export").exits(1);
    assert!(unknown.err.starts_with("warning: billing:export is no documented permission"), "{unknown:?}");
    assert!(unknown.err.contains("Unknown permission:"), "{unknown:?}");
    let key = desk.sandbox.key();
    let lacking = Said::by(desk.cmdop("auth create-key --name other").env("CMDOP_API_KEY", key));
    desk.snapshot("create-key-denied", &lacking);
    lacking.refuses(1, "Error: PERMISSION_DENIED\n");
}

#[test]
fn an_answer_that_makes_no_sense_may_have_made_a_key() {
    let desk = Desk::broken(&[Fault::NotJson]);
    desk.run("auth create-key --name ci").refuses(1, "the server may have made the key all the same");
}

#[test]
fn keys_are_listed() {
    let desk = Desk::new();
    let said = desk.run("auth list-keys").exits(0);
    desk.snapshot("list-keys", &said);
    let json = desk.run("auth list-keys --json").exits(0).json();
    assert_eq!(json["schema"], "cmdop.keys/1");
    assert_eq!(json["keys"].as_array().unwrap().len(), 5);
    assert_eq!(json["keys"][0]["name"], "deploy-read-only");
}

#[test]
fn all_pages_are_read_to_a_limit() {
    let desk = Desk::new();
    for number in 0..60 {
        desk.run(&format!("auth create-key --name key-{number}")).exits(0);
    }
    let json = desk.run("auth list-keys --json").exits(0).json();
    assert_eq!((json["keys"].as_array().unwrap().len(), &json["incomplete"]), (65, &json!(false)));
    let endless = Desk::broken(&[Fault::EndlessPages]);
    let json = endless.run("auth list-keys --json").exits(0).json();
    assert_eq!(json["keys"].as_array().unwrap().len(), 5, "an empty page is the end");
}

#[test]
fn a_key_is_revoked_by_id_name_or_prefix() {
    let desk = Desk::new();
    let prefix = &desk.sandbox.key_named("old-runner-expired").unwrap()[..12];
    for (word, name) in [
        ("key_deploy_read_only", "deploy-read-only"),
        ("nightly-backup-expiring", "nightly-backup-expiring"),
        (prefix, "old-runner-expired"),
    ] {
        let said = desk.run(&format!("auth revoke-key {word} -y")).exits(0);
        assert!(said.out.starts_with(&format!("✓ API key revoked: {name} (cmd_acme_")), "{said:?}");
    }
    let json = desk.run("auth revoke-key dashboard-of-a-viewer --yes --json").exits(0).json();
    assert_eq!(
        (&json["schema"], &json["name"]),
        (&json!("cmdop.key.revoked/1"), &json!("dashboard-of-a-viewer"))
    );
    assert_eq!(desk.run("auth list-keys --json").json()["keys"].as_array().unwrap().len(), 1);
}

#[test]
fn a_whole_key_stands_for_itself_and_is_not_repeated() {
    let desk = Desk::new();
    let key = desk.sandbox.key();
    let said = desk.run(&format!("auth revoke-key {key} -y --debug")).exits(0);
    assert!(said.err.contains("warning: a whole key stood on the command line"), "{said:?}");
    assert!(!said.err.contains(&key[12..20]) && !said.out.contains(&key[12..20]), "{said:?}");
}

#[test]
fn nothing_is_revoked_by_guess_or_without_a_yes() {
    let desk = Desk::new();
    let several = desk.run("auth revoke-key cmd_acme -y");
    several.refuses(1, "Error: `cmd_acme` means 5 API keys; none was revoked");
    desk.run("auth revoke-key deploy-raed-only -y").refuses(1, "did you mean `deploy-read-only`?");
    desk.run("auth revoke-key nobody -y").refuses(1, "Error: no API key is called `nobody`");
    let unasked = desk.run("auth revoke-key deploy-read-only");
    desk.snapshot("revoke-key-unconfirmed", &unasked);
    unasked.refuses(1, "no terminal is here to ask on");
    let json = desk.run("auth revoke-key cmd_acme -y --json").exits(1).json();
    assert_eq!((&json["schema"], &json["error"]["why"]), (&json!("cmdop.error/1"), &json!("ambiguous")));
    assert_eq!(desk.sandbox.requests().iter().filter(|seen| seen.method == "DELETE").count(), 0);
}

#[test]
fn hostile_names_drive_no_terminal() {
    let desk = Desk::broken(&[Fault::HostileText]);
    for words in
        ["auth list-keys", "workspace list", "workspace current", "auth status", "auth revoke-key key_x -y"]
    {
        let said = desk.run(words);
        let whole = said.out + &said.err;
        assert!(!whole.contains(['\u{1b}', '\u{202e}', '\r']) && !whole.contains("\n::"), "{words}: {whole}");
    }
}
