//! Signing in with another provider.

use cmdop_doctor::sandbox::Fault;

use crate::lab::{Lab, Login, value, visit};

/// Where the sandbox's make-believe Google is, and its secret that is none.
fn google(lab: &Lab) -> String {
    let base = lab.sandbox.base_url();
    format!("providers:\n  google: {{ issuer: {base}/provider/google, client_secret: not-a-secret }}\n")
}

#[test]
fn a_provider_signs_in_and_the_api_takes_it() {
    let lab = Lab::new();
    lab.home.file(".cmdop/config.yaml", google(&lab));
    let mut login = lab.login(&["--provider", "google", "--no-browser"]);
    let url = login.url();
    assert_eq!(value(&url, "access_type").as_deref(), Some("offline"));
    visit(&lab.sandbox.authorize(&url, true).unwrap());
    assert!(login.end().good().stdout.contains("ada@acme.example"));
    assert_eq!(lab.store().unwrap()["issuer"], format!("{}/provider/google", lab.sandbox.base_url()));
}

#[test]
fn its_device_flow_has_other_words_and_other_statuses() {
    let lab = Lab::new();
    lab.home.file(".cmdop/config.yaml", google(&lab));
    let mut login = lab.login(&["--provider", "google", "--device-code"]);
    let code = login.user_code();
    lab.sandbox.approve_device(&code).unwrap();
    login.end().good();
}

#[test]
fn a_workspace_that_forbids_it_is_named() {
    let lab = Lab::broken(&[Fault::SsoEnforced]);
    lab.home.file(".cmdop/config.yaml", google(&lab));
    let mut login = lab.login(&["--provider", "google", "--no-browser"]);
    visit(&lab.sandbox.authorize(&login.url(), true).unwrap());
    login.end().refused("does not allow signing in with Google");
    lab.home.sign_in(lab.sandbox.token(), 4_102_444_800);
    let login = lab.login(&["--provider", "google", "--no-browser"]);
    login.end().refused("the workspace acme-corp does not allow signing in with another provider");
    assert_eq!(lab.store().unwrap()["access_token"], lab.sandbox.token());
}

#[test]
fn an_issuer_can_be_named_by_its_address() {
    let lab = Lab::new();
    let issuer = format!("{}/provider/google", lab.sandbox.base_url());
    let run = lab.cmdop(&["login", "--no-browser", "--provider", &issuer]);
    let run = run.env("CMDOP_PROVIDER_CLIENT_SECRET", "not-a-secret");
    let mut login = Login::start(run);
    visit(&lab.sandbox.authorize(&login.url(), true).unwrap());
    login.end().good();
}

#[test]
fn a_provider_that_nobody_knows_or_configured_is_a_matter_of_configuration() {
    let lab = Lab::new();
    for (name, words) in [("gogle", "no provider is called"), ("github", "no published client at github")] {
        let ended = lab.login(&["--provider", name]).end();
        assert_eq!(ended.code, Some(2));
        assert!(ended.stderr.contains(words), "{}", ended.stderr);
    }
    assert!(!std::fs::exists(lab.home.store()).unwrap());
}
