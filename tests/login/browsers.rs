//! A browser that comes back.
#![expect(clippy::disallowed_methods, reason = "tests make and read their own machines")]

use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;

use cmdop_doctor::sandbox::Fault;

use crate::lab::{Lab, value, visit};

#[test]
fn a_sign_in_is_proved_kept_and_said() {
    let lab = Lab::new();
    let mut login = lab.login(&["--no-browser"]);
    let url = login.url();
    assert_eq!(value(&url, "code_challenge_method").as_deref(), Some("S256"));
    assert!(value(&url, "state").unwrap().len() >= 43);
    let callback = lab.sandbox.authorize(&url, true).unwrap();
    let (status, page) = visit(&callback);
    assert!(status == 200 && page.contains("You are signed in as ada@acme.example"), "{page}");
    let ended = login.end().good();
    assert_eq!(ended.stdout, "✓ Authenticated as: ada@acme.example\n✓ Workspace: acme-corp\n");
    let store = lab.store().unwrap();
    assert_eq!(store["issuer"], lab.sandbox.base_url());
    assert!(store["refresh_token"].is_string() && store["expires_at"].is_string());
    let mode = std::fs::metadata(lab.home.store()).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let code = value(&callback, "code").unwrap();
    for secret in [&code, store["access_token"].as_str().unwrap(), store["refresh_token"].as_str().unwrap()] {
        assert!(!page.contains(secret) && !ended.stderr.contains(secret), "{}", ended.stderr);
    }
}

#[test]
fn json_is_one_document_on_standard_output() {
    let lab = Lab::new();
    let mut login = lab.login(&["--no-browser", "--json"]);
    let callback = lab.sandbox.authorize(&login.url(), true).unwrap();
    visit(&callback);
    let told: serde_json::Value = serde_json::from_str(&login.end().good().stdout).unwrap();
    assert_eq!((&told["schema"], &told["proved"]), (&"cmdop.login/1".into(), &true.into()));
    assert_eq!((&told["email"], &told["workspace"]), (&"ada@acme.example".into(), &"acme-corp".into()));
    assert!(told.get("access_token").is_none());
}

#[test]
fn the_browser_gets_the_address_as_one_argument_and_nobody_waits_for_it() {
    let lab = Lab::new();
    let (browser, seen) = lab.browser();
    let mut login =
        crate::lab::Login::start(lab.cmdop(&["login"]).env("BROWSER", format!("/bin/false:{browser}")));
    let url = login.url();
    login.line(|line| line.contains("was asked to open it"));
    assert_eq!(std::fs::read_to_string(seen).unwrap(), format!("1\n{url}\n"));
    visit(&lab.sandbox.authorize(&url, true).unwrap());
    login.end().good();
}

#[test]
fn a_browser_that_fails_or_hangs_is_survived_and_said() {
    for (browser, words) in [("/bin/false", "No browser opened"), ("sleep 40 --", "runs on")] {
        let lab = Lab::new();
        let browser = if browser.starts_with('/') { browser.to_owned() } else { hanging(&lab) };
        let mut login = crate::lab::Login::start(lab.cmdop(&["login"]).env("BROWSER", browser));
        let url = login.url();
        login.line(|line| line.contains(words));
        visit(&lab.sandbox.authorize(&url, true).unwrap());
        login.end().good();
    }
}

/// A browser command that does not end for as long as a test takes.
fn hanging(lab: &Lab) -> String {
    let script = lab.home.file("hang", "#!/bin/sh\nexec sleep 20\n");
    std::fs::set_permissions(&script, PermissionsExt::from_mode(0o755)).unwrap();
    script.to_str().unwrap().to_owned()
}

#[test]
fn who_says_no_is_told_so_and_keeps_the_earlier_login() {
    let lab = Lab::new();
    lab.home.sign_in("clit_earlier", 4_102_444_800);
    let mut login = lab.login(&["--no-browser"]);
    let (_, page) = visit(&lab.sandbox.authorize(&login.url(), false).unwrap());
    assert!(page.contains("You are not signed in"), "{page}");
    login.end().refused("OAuth callback failed: access_denied");
    assert_eq!(lab.store().unwrap()["access_token"], "clit_earlier");
}

#[test]
fn answers_of_another_server_are_not_used() {
    for fault in [Fault::IssWrong, Fault::NoIss] {
        let lab = Lab::broken(&[fault]);
        let mut login = lab.login(&["--no-browser"]);
        visit(&lab.sandbox.authorize(&login.url(), true).unwrap());
        login.end().refused("its code was not used");
        assert!(lab.store().is_none());
        let asked = lab.sandbox.requests();
        assert!(asked.iter().all(|seen| !seen.path.contains("token")), "{asked:?}");
    }
    let lab = Lab::broken(&[Fault::IssUnpromised]);
    let mut login = lab.login(&["--no-browser"]);
    visit(&lab.sandbox.authorize(&login.url(), true).unwrap());
    login.end().good();
}

#[test]
fn a_browser_that_never_returns_is_not_waited_for_for_ever() {
    let lab = Lab::new();
    let mut login = lab.login(&["--no-browser", "--timeout", "200ms"]);
    login.url();
    login.end().refused("nobody came back from the browser");
    assert!(lab.store().is_none());
}

#[test]
fn a_signal_ends_it_and_leaves_the_earlier_login() {
    let lab = Lab::new();
    lab.home.sign_in("clit_earlier", 4_102_444_800);
    let mut login = lab.login(&["--no-browser"]);
    login.url();
    login.interrupt();
    assert_eq!(login.end().code, Some(130));
    assert_eq!(lab.store().unwrap()["access_token"], "clit_earlier");
}

#[test]
fn a_fixed_port_is_used_and_a_busy_one_is_named() {
    let busy = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = busy.local_addr().unwrap().port().to_string();
    let lab = Lab::new();
    let run = || lab.cmdop(&["login", "--no-browser"]).env("CMDOP_CALLBACK_PORT", &port);
    crate::lab::Login::start(run()).end().refused(&format!("port {port} of this machine is in use"));
    drop(busy);
    let mut login = crate::lab::Login::start(run());
    let url = login.url();
    assert_eq!(value(&url, "redirect_uri"), Some(format!("http://127.0.0.1:{port}/callback")));
    visit(&lab.sandbox.authorize(&url, true).unwrap());
    login.end().good();
}

#[test]
fn the_other_loopback_address_is_used_where_it_is_wanted() {
    if !crate::support::has("ipv6", TcpListener::bind("[::1]:0").is_ok()) {
        return;
    }
    let lab = Lab::new();
    let mut login = lab.login(&["--no-browser", "--callback-host", "[::1]"]);
    let callback = lab.sandbox.authorize(&login.url(), true).unwrap();
    assert!(callback.starts_with("http://[::1]:"), "{callback}");
    visit(&callback);
    login.end().good();
}

#[test]
fn a_code_that_is_not_exchanged_is_no_login() {
    let lab = Lab::broken(&[Fault::TokenEndpointBroken]);
    let mut login = lab.login(&["--no-browser"]);
    let (_, page) = visit(&lab.sandbox.authorize(&login.url(), true).unwrap());
    assert!(page.contains("You are not signed in"), "{page}");
    login.end().refused("the code was not exchanged");
}

#[test]
fn nothing_is_sent_to_whom_a_wrong_document_names() {
    for (fault, words) in [
        (Fault::DiscoveryOtherIssuer, "describes the server `https://login.example`"),
        (Fault::DiscoveryForeignEndpoint, "is at another server, https://login.example/token"),
    ] {
        let lab = Lab::broken(&[fault]);
        lab.login(&["--no-browser"]).end().refused(words);
    }
}

#[test]
fn nobody_is_sent_to_a_browser_for_a_login_that_cannot_be_kept() {
    let lab = Lab::new();
    let run = lab.cmdop(&["login", "--no-browser"]).env("CMDOP_CONFIG_DIR", "/proc/none");
    let ended = crate::lab::Login::start(run).end().refused("cannot be kept");
    assert!(!ended.stderr.contains("/oauth/authorize"), "{}", ended.stderr);
}

#[test]
fn a_variable_that_precedes_the_login_is_named() {
    let lab = Lab::new();
    let mut login = crate::lab::Login::start(lab.cmdop(&["login", "--no-browser"]).env("CMDOP_API_KEY", "x"));
    visit(&lab.sandbox.authorize(&login.url(), true).unwrap());
    assert!(login.end().good().stderr.contains("CMDOP_API_KEY is set and precedes this login"));
}
