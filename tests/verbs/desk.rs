//! A desk to work at: a throw-away home in which somebody has signed in to a sandbox.

use cmdop_doctor::sandbox::{Fault, Options, Sandbox};
use regex::Regex;
use serde_json::Value;

use crate::support::{Home, Run, far_future};

pub(crate) struct Desk {
    pub(crate) home: Home,
    pub(crate) sandbox: Sandbox,
}

/// What a command said and how it ended.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Desk {
    pub(crate) fn new() -> Desk {
        Desk::broken(&[])
    }

    /// The sandbox misbehaves in these ways.
    pub(crate) fn broken(faults: &[Fault]) -> Desk {
        let desk = Desk { home: Home::new(), sandbox: Sandbox::start(Options::broken(faults)).unwrap() };
        desk.home.sign_in(desk.sandbox.token(), far_future());
        desk
    }

    /// Nobody has signed in.
    pub(crate) fn signed_out() -> Desk {
        let desk = Desk::new();
        std::fs::remove_file(desk.home.store()).unwrap();
        desk
    }

    /// `cmdop` with these words, about to talk to the sandbox.
    pub(crate) fn cmdop(&self, words: &str) -> Run {
        let words: Vec<&str> = words.split_whitespace().collect();
        self.home.cmdop(&words).env("CMDOP_API_URL", self.sandbox.base_url())
    }

    pub(crate) fn run(&self, words: &str) -> Said {
        Said::by(self.cmdop(words))
    }

    /// How often the sandbox was asked so, as `POST /v1/api-keys`.
    pub(crate) fn asked(&self, what: &str) -> usize {
        let seen = self.sandbox.requests();
        seen.iter().filter(|seen| format!("{} {}", seen.method, seen.path) == what).count()
    }

    /// `text` with what differs from run to run in placeholders.
    pub(crate) fn steady(&self, text: &str) -> String {
        let named = [
            (self.sandbox.base_url().to_owned(), "{api}"),
            (self.home.path().to_string_lossy().into_owned(), "{home}"),
        ];
        let text = named.iter().fold(text.to_owned(), |text, (value, name)| text.replace(value, name));
        let forms = [
            // What the machine is like is for programs; that it is told is for people.
            (
                r"(?s)(examining the machine component=doctor\n).*\n([^\n]*=== CMDOP SESSION END)",
                "$1{readings}\n$2",
            ),
            (r"\breq_[0-9a-f]{8}\b", "{request}"),
            (r"\bcmd_acme_[a-z0-9]{3}\b", "cmd_acme_###"),
            (r"\bcmd_acme_[a-z0-9]{40}\b", "{key}"),
            (r"\bat-[A-Za-z0-9]…", "{token}"),
            (r"\bprefix=at-[A-Za-z0-9]\b", "prefix={token}"),
            (r"\b20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z", "{time}"),
            (r"\b20[0-9]{2}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2} UTC", "{time}"),
            (r"\b20[0-9]{2}-[0-9]{2}-[0-9]{2}\b", "2026-00-00"),
            (r"\b(in|after) [0-9]+ (s|min|h|d)\b", "$1 {span}"),
            (r"\b(pid|latency_ms|duration_ms|skew_ms|bytes|expires_in_s)=-?[0-9]+", "$1={n}"),
            (r"fingerprint=[0-9a-f]{8}", "fingerprint={print}"),
            (r"\bversion=[0-9.]+", "version={version}"),
            (r"platform=\w+ arch=\w+", "platform={os} arch={arch}"),
        ];
        forms
            .iter()
            .fold(text, |text, (form, name)| Regex::new(form).unwrap().replace_all(&text, *name).into_owned())
    }

    /// What was said, as a snapshot of it: standard output, then standard error, then the code.
    pub(crate) fn snapshot(&self, name: &str, said: &Said) {
        let whole = format!("{}--- stderr\n{}--- exit {}\n", said.out, said.err, said.code.unwrap());
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path("../../snapshots/verbs");
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.bind(|| insta::assert_snapshot!(name, self.steady(&whole)));
    }
}

impl Said {
    pub(crate) fn by(run: Run) -> Said {
        let output = run.output();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Said { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
    }

    /// Standard output as one JSON document.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|fault| panic!("{fault}: {self:?}"))
    }

    /// It ended with this code.
    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Said {
        assert_eq!(self.code, Some(code), "{self:?}");
        self
    }

    /// It ended with this code, said this on standard error, and nothing on standard output.
    #[track_caller]
    pub(crate) fn refuses(self, code: i32, words: &str) {
        assert_eq!(self.code, Some(code), "{self:?}");
        assert!(self.err.contains(words) && self.out.is_empty(), "{words} in {self:?}");
    }
}
