//! A code that is typed elsewhere.

use cmdop_doctor::sandbox::{Fault, Terms};

use crate::lab::{Lab, Login};

#[test]
fn a_code_that_is_approved_signs_in() {
    let lab = Lab::new();
    let mut login = lab.login(&["--device-code"]);
    let page = login.url();
    assert_eq!(page, format!("{}/device", lab.sandbox.base_url()));
    let code = login.user_code();
    assert!(login.url().contains(&code), "the page with the code in it");
    lab.sandbox.approve_device(&code).unwrap();
    let ended = login.end().good();
    assert_eq!(ended.stdout, "✓ Authenticated as: ada@acme.example\n✓ Workspace: acme-corp\n");
    assert!(lab.store().unwrap()["refresh_token"].is_string());
}

#[test]
fn a_code_that_is_denied_does_not() {
    let lab = Lab::new();
    let mut login = lab.login(&["--device-code"]);
    let code = login.user_code();
    lab.sandbox.deny_device(&code).unwrap();
    login.end().refused("the sign-in was denied in the browser");
    assert!(lab.store().is_none());
}

#[test]
fn a_code_that_ends_is_not_waited_for() {
    for fault in [Fault::DeviceExpired, Fault::DeviceStaysPending] {
        let lab = Lab::with(&[fault], Terms { device_interval: 1, device_life: 2, ..Terms::default() });
        lab.login(&["--device-code"]).end().refused("the code expired");
    }
}

#[test]
fn a_server_without_device_codes_says_so() {
    let lab = Lab::broken(&[Fault::DeviceUnsupported]);
    lab.login(&["--device-code"]).end().refused("offers no signing in with a device code");
}

#[test]
fn where_no_browser_can_work_a_code_is_chosen_and_that_is_said() {
    for (variable, value, why) in [
        ("SSH_CONNECTION", "192.0.2.1 5 192.0.2.2 22", "remote shell"),
        ("GITHUB_ACTIONS", "true", "GitHub Actions"),
        ("LANG", "C.UTF-8", ": "),
    ] {
        let lab = Lab::new();
        let mut login = Login::start(lab.cmdop(&["login"]).env(variable, value));
        let said = login.line(|line| line.starts_with("Signing in with a device code"));
        assert!(said.contains(why), "{said}");
        let code = login.user_code();
        lab.sandbox.approve_device(&code).unwrap();
        login.end().good();
    }
}

#[test]
fn where_nothing_else_is_there_the_address_is_printed_after_all() {
    let lab = Lab::broken(&[Fault::DeviceUnsupported]);
    let mut login = Login::start(lab.cmdop(&["login"]).env("SSH_TTY", "/dev/pts/1"));
    login.line(|line| line.starts_with("Signing in with a browser"));
    crate::lab::visit(&lab.sandbox.authorize(&login.url(), true).unwrap());
    login.end().good();
}

#[test]
fn a_signal_ends_it() {
    let lab = Lab::new();
    let mut login = lab.login(&["--device-code"]);
    login.user_code();
    login.interrupt();
    assert_eq!(login.end().code, Some(130));
}
