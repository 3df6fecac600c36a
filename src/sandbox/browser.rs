//! A person at a browser who presses the same button on every page: how tests sign in. It goes
//! through the pages over HTTP as a real one does, cookie included.
#![expect(clippy::disallowed_methods, reason = "the sandbox is the other side; this is its user")]

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::time::Duration;

use url::{Url, form_urlencoded};

use super::oauth::{DeviceAnswer, OWN};
use super::server::Sandbox;

/// How many pages a way through may have.
const PAGES: usize = 8;

/// How long to wait for a page.
const PATIENCE: Duration = Duration::from_secs(30);

impl Sandbox {
    /// Opens the authorization URL `url` like a user with a browser, presses Allow (or Deny) until
    /// there is nothing to press, and returns where the browser is sent back to: the callback, with
    /// `code` and `state` or with `error`. The callback is not requested.
    ///
    /// Fails if `url` is not this sandbox's, or a page says that it cannot go on.
    pub fn authorize(&self, url: &str, allow: bool) -> io::Result<String> {
        let public = self.core.records().base.clone();
        let rest = url.strip_prefix(self.base_url()).or_else(|| url.strip_prefix(&public));
        let target = rest.filter(|rest| rest.starts_with('/'));
        let target = target.ok_or_else(|| io::Error::other(format!("{url} is not of this sandbox")))?;
        match Browser::new(self.port()).walk(target, allow)? {
            End::Away(callback) => Ok(callback),
            End::Page(heading) => Err(io::Error::other(format!("a page says: {heading}"))),
        }
    }

    /// Types `user_code` on the device page and presses Allow. Fails if no device waits with it.
    pub fn approve_device(&self, user_code: &str) -> io::Result<()> {
        self.decide_device(user_code, true)
    }

    /// Types `user_code` on the device page and presses Deny. Fails if no device waits with it.
    pub fn deny_device(&self, user_code: &str) -> io::Result<()> {
        self.decide_device(user_code, false)
    }

    fn decide_device(&self, user_code: &str, allow: bool) -> io::Result<()> {
        let page = self.device_page(user_code);
        let End::Page(heading) = Browser::new(self.port()).walk(&page, allow)? else {
            return Err(io::Error::other("the device page led away"));
        };
        let mut records = self.core.records();
        let answer = records.ledger.device_named(user_code).map(|device| &device.answer);
        match (answer, allow) {
            (Some(DeviceAnswer::Approved(_)), true) | (Some(DeviceAnswer::Denied(_)), false) => Ok(()),
            _ => Err(io::Error::other(format!("a page says: {heading}"))),
        }
    }

    /// The device page of the issuer that gave `user_code`, filled in.
    fn device_page(&self, user_code: &str) -> String {
        let mut records = self.core.records();
        let device = records.ledger.device_named(user_code);
        let page = device.map_or(OWN.device_page(), |device| device.page());
        let typed: String = form_urlencoded::byte_serialize(user_code.as_bytes()).collect();
        format!("{page}?user_code={typed}")
    }
}

/// Where a way through the pages ends.
enum End {
    /// The browser is sent to somebody else.
    Away(String),
    /// A page with nothing to press; its heading.
    Page(String),
}

struct Browser {
    port: u16,
    cookie: Option<String>,
}

impl Browser {
    fn new(port: u16) -> Browser {
        Browser { port, cookie: None }
    }

    fn walk(&mut self, target: &str, allow: bool) -> io::Result<End> {
        let mut answer = self.send(&format!("GET {target}"), "")?;
        for _ in 0..PAGES {
            if let Some(location) = answer.header("location") {
                match Url::parse(location).is_ok() {
                    true => return Ok(End::Away(location.to_owned())),
                    false => answer = self.send(&format!("GET {location}"), "")?,
                }
                continue;
            }
            let Some(csrf) = between(&answer.body, "name=\"csrf\" value=\"", "\"") else {
                let heading = between(&answer.body, "<h1>", "</h1>").unwrap_or("nothing");
                return Ok(End::Page(heading.to_owned()));
            };
            let form = filled_in(&answer.body, csrf, allow);
            let action = between(&answer.body, "action=\"", "\"").unwrap_or_default().to_owned();
            answer = self.send(&format!("POST {action}"), &form)?;
        }
        Err(io::Error::other("the pages do not end"))
    }

    fn send(&mut self, what: &str, body: &str) -> io::Result<Answer> {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port))?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let mut request = format!(
            "{what} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nConnection: close\r\nContent-Length: {}\r\n",
            self.port,
            body.len()
        );
        if !body.is_empty() {
            request.push_str("Content-Type: application/x-www-form-urlencoded\r\n");
        }
        if let Some(cookie) = &self.cookie {
            request.push_str(&format!("Cookie: {cookie}\r\n"));
        }
        stream.write_all(format!("{request}\r\n{body}").as_bytes())?;
        let mut text = String::new();
        stream.read_to_string(&mut text)?;
        let answer = Answer::read(&text).ok_or_else(|| io::Error::other("no answer"))?;
        if let Some(cookie) = answer.header("set-cookie") {
            self.cookie = cookie.split(';').next().map(str::to_owned);
        }
        Ok(answer)
    }
}

/// The form of a page with what a person would have put in.
fn filled_in(page: &str, csrf: &str, allow: bool) -> String {
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.append_pair("csrf", csrf).append_pair("decision", if allow { "allow" } else { "deny" });
    let chosen = page.split("<option ").find(|option| option.contains(" selected>"));
    if let Some(user) = chosen.and_then(|option| between(option, "value=\"", "\"")) {
        form.append_pair("user", user);
    }
    if let Some(digits) = between(page, "id=\"authenticator\">", "<") {
        form.append_pair("otp", digits);
    }
    form.finish()
}

fn between<'t>(text: &'t str, start: &str, end: &str) -> Option<&'t str> {
    let (_, rest) = text.split_once(start)?;
    rest.split_once(end).map(|(found, _)| found)
}

struct Answer {
    head: String,
    body: String,
}

impl Answer {
    fn read(text: &str) -> Option<Answer> {
        let (head, body) = text.split_once("\r\n\r\n")?;
        Some(Answer { head: head.to_owned(), body: body.to_owned() })
    }

    fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines.filter(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value).next()
    }
}
