//! What a state file keeps over the end of a sandbox, and how it is written.
#![expect(clippy::disallowed_methods, reason = "looks at what the sandbox has made")]

use std::fs;
use std::path::{Path, PathBuf};

use cmdop_doctor::sandbox::{Options, Sandbox, Terms};
use serde_json::json;

use crate::client::{Client, error, refused, said, text, value};
use crate::visit::Visit;
use crate::wire::Ask;

fn start(state: &Path) -> Client {
    let terms = Terms { device_interval: 0, ..Terms::default() };
    Client::of(
        Sandbox::start(Options { state: Some(state.to_owned()), terms, ..Options::default() }).unwrap(),
    )
}

fn folder() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("state.json");
    (folder, file)
}

#[test]
fn logins_and_keys_outlive_the_sandbox() {
    let (_folder, file) = folder();
    let (login, raw, read_only) = {
        let client = start(&file);
        let post = Ask::new(client.sandbox.port(), "POST", "/v1/api-keys").bearer(client.sandbox.token());
        let made = post.json(&json!({ "name": "ci" })).send().unwrap().json();
        (client.login(), text(&made["data"], "raw_key"), client.sandbox.key().to_owned())
    };
    let client = start(&file);
    assert_eq!(client.sandbox.key(), read_only);
    assert_eq!(client.sandbox.keys().count(), 5, "only seeded keys are shown");
    for token in [text(&login, "access_token"), raw] {
        assert_eq!(client.api(&token).status, 200);
    }
    assert_eq!(client.refresh(&text(&login, "refresh_token")).status, 200);
    assert_eq!(client.refresh(client.sandbox.refresh_token()).status, 200, "there is a new login as well");
}

#[test]
fn what_an_option_accepts_is_accepted_once() {
    let (_folder, file) = folder();
    let accept_keys = vec!["cmd_acme_mine".to_owned()];
    let options = Options { state: Some(file.clone()), accept_keys, ..Options::default() };
    assert_eq!(Client::of(Sandbox::start(options).unwrap()).api("cmd_acme_mine").status, 200);
    assert_eq!(start(&file).api("cmd_acme_mine").status, 401);
}

#[test]
fn a_reuse_is_detected_after_a_restart() {
    let (_folder, file) = folder();
    let first = {
        let client = start(&file);
        let first = client.sandbox.refresh_token().to_owned();
        assert_eq!(client.refresh(&first).status, 200);
        first
    };
    assert_eq!(error(&start(&file).refresh(&first)), refused("invalid_grant"));
}

#[test]
fn a_device_may_wait_over_a_restart() {
    let (_folder, file) = folder();
    let device = start(&file).device();
    start(&file).sandbox.approve_device(&text(&device, "user_code")).unwrap();
    assert_eq!(start(&file).poll(&device).status, 200);
}

#[test]
fn a_person_goes_on_where_they_were_and_a_code_is_still_good_once() {
    let (_folder, file) = folder();
    let (port, mut visit) = {
        let client = start(&file);
        (client.sandbox.port(), Visit::of(&client))
    };
    let again = || {
        let terms = Terms { device_interval: 0, ..Terms::default() };
        let options = Options { port, state: Some(file.clone()), terms, ..Options::default() };
        Client::of(Sandbox::start(options).unwrap())
    };
    let client = again();
    visit.press("allow", &[("user", "user_ada")]);
    let code = value(&said(visit.location().unwrap()), "code").unwrap();
    drop(client);
    let client = again();
    let redemption = client.redemption(&code);
    assert_eq!(client.token(&redemption).status, 200);
    drop(client);
    assert_eq!(error(&again().token(&redemption)), refused("invalid_grant"), "not twice");
}

#[test]
fn what_was_revoked_stays_revoked() {
    let (_folder, file) = folder();
    let (token, refresh) = {
        let client = start(&file);
        let (token, refresh) = (client.sandbox.token().to_owned(), client.sandbox.refresh_token().to_owned());
        client.revoke(&refresh);
        (token, refresh)
    };
    let client = start(&file);
    assert_eq!(client.api(&token).status, 401);
    assert_eq!(error(&client.refresh(&refresh)), refused("invalid_grant"));
}

#[cfg(unix)]
#[test]
fn the_file_is_private_and_alone() {
    use std::os::unix::fs::PermissionsExt;
    let (folder, file) = folder();
    fs::write(
        &file,
        r#"{"schema":"cmdop.sandbox.state/1","grants":[],"families":[],"devices":[],"signed_on":[]}"#,
    )
    .unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
    let client = start(&file);
    client.login();
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o7777, 0o600);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[cfg(unix)]
#[test]
fn a_link_stays_a_link() {
    let (folder, file) = folder();
    let link = folder.path().join("link.json");
    fs::write(
        &file,
        r#"{"schema":"cmdop.sandbox.state/1","grants":[],"families":[],"devices":[],"signed_on":[]}"#,
    )
    .unwrap();
    std::os::unix::fs::symlink(&file, &link).unwrap();
    start(&link).login();
    assert!(fs::symlink_metadata(&link).unwrap().file_type().is_symlink());
    assert!(fs::read_to_string(&file).unwrap().contains("\"refresh\""));
}

#[test]
fn a_file_that_is_no_state_is_named_and_left_alone() {
    let (_folder, file) = folder();
    let other_form = r#"{"schema":"other/1","grants":[],"families":[],"devices":[],"signed_on":[]}"#;
    for text in ["", "{", r#"{"access_token":"mine"}"#, other_form] {
        fs::write(&file, text).unwrap();
        let error = Sandbox::start(Options { state: Some(file.clone()), ..Options::default() }).unwrap_err();
        assert!(error.to_string().contains("state.json: no state of a sandbox"), "{error}");
        assert_eq!(fs::read_to_string(&file).unwrap(), text);
    }
}

#[test]
fn a_folder_that_is_not_there_is_an_error_at_the_start() {
    let (folder, _) = folder();
    let state = Some(folder.path().join("no/state.json"));
    let error = Sandbox::start(Options { state, ..Options::default() }).unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::NotFound);
}

#[test]
fn what_cannot_be_kept_is_no_success() {
    let (folder, file) = folder();
    let client = start(&file);
    let refresh = client.sandbox.refresh_token().to_owned();
    drop(folder);
    assert_eq!(client.refresh(&refresh).status, 500);
}
