//! Whoever else knocks at the callback address.

use cmdop_doctor::sandbox::Fault;

use crate::lab::{Lab, request, value, visit};

#[test]
fn strangers_are_shown_the_door_and_the_waiting_goes_on() {
    let lab = Lab::new();
    let mut login = lab.login(&["--no-browser"]);
    let url = login.url();
    let callback = lab.sandbox.authorize(&url, true).unwrap();
    let authority = callback.strip_prefix("http://").unwrap().split('/').next().unwrap().to_owned();
    let (_, query) = callback.split_once('?').unwrap();
    let from = |host: &str| format!("GET /callback?{query} HTTP/1.1\r\nHost: {host}\r\n\r\n");
    assert_eq!(request(&authority, &from("evil.test")).0, 421);
    assert_eq!(request(&authority, &format!("POST{}", &from(&authority)[3..])).0, 405);
    assert_eq!(visit(&format!("http://{authority}/?{query}")).0, 404);
    let state = value(&url, "state").unwrap();
    assert_eq!(visit(&callback.replace(&state, "guessed")).0, 400);
    login.line(|line| line.contains("refused") && line.contains("Still waiting"));
    assert_eq!(visit(&format!("http://{authority}/callback?error=access_denied")).0, 400);
    assert_eq!(request(&authority, "\x16\x03\x01 this is TLS\r\n\r\n").0, 400);
    visit(&callback);
    login.end().good();
}

#[test]
fn a_state_that_nobody_sent_is_no_answer() {
    let lab = Lab::broken(&[Fault::StateChanged]);
    let mut login = lab.login(&["--no-browser", "--timeout", "2s"]);
    let (status, page) = visit(&lab.sandbox.authorize(&login.url(), true).unwrap());
    assert!(status == 400 && page.contains("belongs to another sign-in"), "{page}");
    login.end().refused("nobody came back");
}
