//! A browser that a test holds in its own hands, page by page.

use cmdop_doctor::sandbox::Sandbox;

use crate::client::Client;
use crate::wire::{Answer, Ask};

pub(crate) struct Visit {
    port: u16,
    pub(crate) cookie: Option<String>,
    pub(crate) answer: Answer,
}

impl Visit {
    /// Opens the page at `target`.
    pub(crate) fn open(sandbox: &Sandbox, target: &str) -> Visit {
        let answer = Ask::new(sandbox.port(), "GET", target).send().unwrap();
        let cookie = answer.header("set-cookie").map(|value| value.split(';').next().unwrap().to_owned());
        Visit { port: sandbox.port(), cookie, answer }
    }

    /// Opens the page of a sign-in.
    pub(crate) fn of(client: &Client) -> Visit {
        let url = client.authorization_url(&client.request());
        Visit::open(&client.sandbox, url.strip_prefix(client.sandbox.base_url()).unwrap())
    }

    /// Presses the button `decision` of the form, with these fields filled in.
    pub(crate) fn press(&mut self, decision: &str, fields: &[(&str, &str)]) {
        let csrf = self.csrf();
        self.submit(&[&[("csrf", csrf.as_str()), ("decision", decision)], fields].concat());
    }

    /// Sends these fields as the form.
    pub(crate) fn submit(&mut self, fields: &[(&str, &str)]) {
        let ask = Ask::new(self.port, "POST", "/oauth/visit").form(fields);
        let ask = match &self.cookie {
            Some(cookie) => ask.header("cookie", cookie.clone()),
            None => ask,
        };
        self.answer = ask.send().unwrap();
    }

    pub(crate) fn csrf(&self) -> String {
        self.between("name=\"csrf\" value=\"", "\"").expect("a form")
    }

    pub(crate) fn heading(&self) -> String {
        self.between("<h1>", "</h1>").expect("a heading")
    }

    /// What the make-believe authenticator shows.
    pub(crate) fn digits(&self) -> String {
        self.between("id=\"authenticator\">", "<").expect("an authenticator")
    }

    pub(crate) fn text(&self) -> String {
        self.answer.text()
    }

    /// Where the browser is sent to.
    pub(crate) fn location(&self) -> Option<&str> {
        self.answer.header("location")
    }

    fn between(&self, start: &str, end: &str) -> Option<String> {
        let text = self.text();
        let (_, rest) = text.split_once(start)?;
        rest.split_once(end).map(|(found, _)| found.to_owned())
    }
}
