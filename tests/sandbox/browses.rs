//! The pages in a real browser, where there is one: signing in is more than answering requests.
#![expect(clippy::disallowed_methods, reason = "waits for the browser's answer")]

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;

use cmdop_doctor::sandbox::{Fault, Terms};

use crate::client::{Client, but, error, refused, said, text, value};
use crate::support::chromium::{Chromium, PROGRAM};
use crate::support::has;

fn browser() -> Option<Chromium> {
    has("chromium", Path::new(PROGRAM).exists()).then(Chromium::start)
}

/// A client that waits for its callback.
struct Waiting {
    listener: TcpListener,
    uri: String,
}

impl Waiting {
    fn new() -> Waiting {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let uri = format!("http://{}/callback", listener.local_addr().unwrap());
        Waiting { listener, uri }
    }

    /// What the browser brings.
    fn brought(&self) -> Vec<(String, String)> {
        let (mut stream, _) = self.listener.accept().unwrap();
        let mut head = Vec::new();
        let mut chunk = [0; 4096];
        while !head.windows(4).any(|four| four == b"\r\n\r\n") {
            let read = stream.read(&mut chunk).unwrap();
            head.extend_from_slice(&chunk[..read]);
        }
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 13\r\n\r\n<h1>Done</h1>").unwrap();
        let head = String::from_utf8(head).unwrap();
        said(&format!("http://127.0.0.1{}", head.split(' ').nth(1).unwrap()))
    }
}

#[test]
fn a_browser_signs_in_with_all_that_is_due() {
    let Some(mut browser) = browser() else { return };
    let client = Client::with(&[Fault::TwoFactorRequired, Fault::SsoEnforced], Terms::default());
    let waiting = Waiting::new();
    let request = but(&client.request(), "redirect_uri", Some(&waiting.uri));
    browser.open(&client.authorization_url(&request));
    browser.wait_for("Sign in with CMDOP");
    assert!(browser.fits(360) && browser.fits(1440));
    browser.click("button[value=allow]");
    browser.wait_for("Single sign-on");
    browser.click("button[value=allow]");
    browser.wait_for("Second factor");
    browser.wait_until("document.activeElement.id", "otp");
    let digits = browser.evaluate("document.querySelector('#authenticator').textContent");
    browser.write(digits.as_str().unwrap());
    browser.click("button[value=allow]");
    let code = value(&waiting.brought(), "code").unwrap();
    browser.wait_for("Done");
    let login = client.token(&but(&client.redemption(&code), "redirect_uri", Some(&waiting.uri))).json();
    assert_eq!(client.api(&text(&login, "access_token")).status, 200);
}

#[test]
fn a_browser_says_no() {
    let Some(mut browser) = browser() else { return };
    let (client, waiting) = (Client::new(), Waiting::new());
    browser.open(&client.authorization_url(&but(&client.request(), "redirect_uri", Some(&waiting.uri))));
    browser.wait_for("Sign in with CMDOP");
    browser.click("button[value=deny]");
    assert_eq!(value(&waiting.brought(), "error").as_deref(), Some("access_denied"));
}

#[test]
fn a_browser_approves_a_device() {
    let Some(mut browser) = browser() else { return };
    let client = Client::with(&[], Terms { device_interval: 0, ..Terms::default() });
    let device = client.device();
    browser.open(&text(&device, "verification_uri"));
    browser.wait_for("Sign in a device");
    assert!(browser.fits(360));
    browser.wait_until("document.activeElement.id", "user_code");
    browser.write(&text(&device, "user_code").to_lowercase());
    browser.click("button");
    browser.wait_for("Sign in a device with CMDOP");
    assert_eq!(error(&client.poll(&device)), refused("authorization_pending"));
    browser.click("button[value=allow]");
    browser.wait_for("Your device is approved");
    assert_eq!(client.poll(&device).status, 200);
}
