//! What a server may want besides: a second factor, a single sign-on.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use cmdop_doctor::sandbox::Fault;
use serde_json::json;

use crate::lab::{Lab, Login, value, visit};
use crate::support::Home;
use crate::support::server::{Server, json as answer_json, path};

#[test]
fn a_second_factor_is_given_with_the_sign_in() {
    let lab = Lab::broken(&[Fault::TwoFactorRequired]);
    let mut login = lab.login(&["--no-browser"]);
    visit(&lab.sandbox.authorize(&login.url(), true).unwrap());
    login.end().good();
}

#[test]
fn a_single_sign_on_is_given_with_the_sign_in() {
    let lab = Lab::broken(&[Fault::SsoRequired]);
    let mut login = lab.login(&["--no-browser"]);
    visit(&lab.sandbox.authorize(&login.url(), true).unwrap());
    login.end().good();
}

#[test]
fn a_page_where_the_sign_on_is_given_is_shown_and_what_comes_of_it_proved() {
    let given = Arc::new(AtomicBool::new(false));
    let seen = Arc::clone(&given);
    let server = server(move |_| match seen.load(Ordering::SeqCst) {
        true => answer_json("200 OK", &json!({ "data": { "id": "u", "email": "ada@example.test" } })),
        false => {
            let details = json!({ "login_url": "https://idp.example/sign-on" });
            let error = json!({ "code": "sso_required", "message": "again", "details": details });
            answer_json("401 Unauthorized", &json!({ "error": error }))
        }
    });
    let home = Home::new();
    let mut login = login(&home, &server);
    let url = login.url();
    let browser = std::thread::spawn(move || come_back(&url));
    login.line(|line| line.contains("single sign-on is due"));
    assert_eq!(login.url(), "https://idp.example/sign-on");
    login.line(|line| line.contains("idp.example, not at the address of the server in force"));
    given.store(true, Ordering::SeqCst);
    assert!(browser.join().unwrap().1.contains("You are signed in as ada@example.test"));
    login.end().good();
}

/// A server that signs everybody in, and whose API says `me` to the so manieth question.
fn server(me: impl Fn(usize) -> Vec<u8> + Send + Sync + 'static) -> Server {
    let asked = AtomicUsize::new(0);
    Server::answering(move |head| match path(head) {
        "/oauth/token" => answer_json("200 OK", &json!({ "access_token": "clit_new" })),
        "/v1/auth/me" => me(asked.fetch_add(1, Ordering::SeqCst)),
        _ => answer_json("404 Not Found", &json!({})),
    })
}

fn login(home: &Home, server: &Server) -> Login {
    Login::start(home.cmdop(&["login", "--no-browser"]).env("CMDOP_API_URL", server.url()))
}

/// Comes back as a browser does.
fn come_back(url: &str) -> (u16, String) {
    let (redirect, state) = (value(url, "redirect_uri").unwrap(), value(url, "state").unwrap());
    visit(&format!("{redirect}?code=c&state={state}"))
}

fn wants(code: &str) -> Vec<u8> {
    answer_json("403 Forbidden", &json!({ "error": { "code": code, "message": "more" } }))
}

#[test]
fn without_a_page_for_it_the_person_signs_in_anew() {
    let server = server(|asked| match asked {
        0 => wants("two_factor_required"),
        _ => answer_json("200 OK", &json!({ "data": { "id": "u", "email": "ada@example.test" } })),
    });
    let home = Home::new();
    let mut login = login(&home, &server);
    let first = login.url();
    assert_eq!(value(&first, "prompt"), None);
    come_back(&first);
    login.line(|line| line.contains("second factor"));
    let second = login.url();
    assert_eq!(value(&second, "prompt").as_deref(), Some("login"));
    assert_ne!(value(&first, "state"), value(&second, "state"));
    come_back(&second);
    assert_eq!(login.end().good().stdout, "✓ Authenticated as: ada@example.test\n");
}

#[test]
fn what_is_still_due_after_that_is_no_login() {
    let server = server(|_| wants("two_factor_required"));
    let home = Home::new();
    let mut login = login(&home, &server);
    come_back(&login.url());
    come_back(&login.url());
    login.end().refused("a second factor is still due");
    assert!(!home.store().exists());
}

#[test]
fn a_token_that_the_api_refuses_is_not_kept_and_is_given_back() {
    let server = server(|_| {
        answer_json("401 Unauthorized", &json!({ "error": { "code": "unauthorized", "message": "no" } }))
    });
    let home = Home::new();
    let mut login = login(&home, &server);
    come_back(&login.url());
    login.end().refused("the API refuses the new token");
    assert!(!home.store().exists());
    let given_back = server.heads().iter().filter(|head| path(head).contains("/revoke")).count();
    assert_eq!(given_back, 1, "nobody will use it");
}

#[test]
fn a_page_that_is_not_safe_is_not_opened() {
    let server = server(|_| {
        let details = json!({ "login_url": "http://evil.test/sso" });
        answer_json(
            "401 Unauthorized",
            &json!({ "error": { "code": "sso_required", "message": "x", "details": details } }),
        )
    });
    let home = Home::new();
    let mut login = login(&home, &server);
    come_back(&login.url());
    come_back(&login.url());
    let ended = login.end().refused("still due");
    assert!(!ended.stderr.contains("evil.test"), "{}", ended.stderr);
}

#[test]
fn what_a_command_finds_due_is_said_and_a_login_clears_it() {
    for (fault, words) in
        [(Fault::TwoFactorRequired, "two_factor_required"), (Fault::SsoRequired, "sso_required")]
    {
        let lab = Lab::broken(&[fault]);
        lab.home.sign_in(lab.sandbox.token(), 4_102_444_800);
        let list = || Login::start(lab.cmdop(&["workspace", "list", "--json"])).end();
        let ended = list().refused("cmdop login");
        let said: serde_json::Value = serde_json::from_str(&ended.stdout).unwrap();
        assert_eq!(said["error"]["why"], words, "{said}");
        let mut login = lab.login(&["--no-browser"]);
        visit(&lab.sandbox.authorize(&login.url(), true).unwrap());
        login.end().good();
        list().good();
    }
}
