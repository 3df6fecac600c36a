//! Machines to examine: a throw-away home in which somebody has just signed in, what it talks to,
//! and what is then done to it.

use std::any::Any;
use std::os::unix::fs::symlink;
use std::process::Output;
use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cmdop_doctor::sandbox::{Fault, Options, Sandbox};
use serde_json::{Value, json};

use crate::broken::tcp::Refusing;
use crate::broken::tls::Tls;
use crate::parity;
use crate::support::{Home, Told};

/// A token that no server knows.
const STRANGER: &str = "at-0123456789abcdefghijklmnopqrstuvwxyz";

/// A machine to examine. What it consists of lasts as long as it does.
pub(crate) struct Machine {
    pub(crate) home: Home,
    pub(crate) api: String,
    token: String,
    key: String,
    store: Value,
    env: Vec<(&'static str, String)>,
    /// What the machine that runs the test would need to have, and has not.
    pub(crate) lacks: Option<&'static str>,
    kept: Vec<Box<dyn Any>>,
}

impl Machine {
    /// Somebody has just signed in, and everything is in order.
    pub(crate) fn well() -> Machine {
        Machine::served(&[])
    }

    /// Somebody has just signed in to a service that is broken in these ways.
    pub(crate) fn served(faults: &[Fault]) -> Machine {
        Machine::with_service(Options::broken(faults))
    }

    pub(crate) fn with_service(options: Options) -> Machine {
        let accepted = options.accept_tokens.first().cloned();
        let sandbox = Sandbox::start(options).unwrap();
        let token = accepted.unwrap_or_else(|| sandbox.token().to_owned());
        let mut machine = Machine::signed_in(sandbox.base_url(), &token);
        machine.key = sandbox.key().to_owned();
        machine.keep(sandbox)
    }

    /// The login is a JSON Web Token that says this of itself, and the service knows it.
    pub(crate) fn with_web_token(claims: Value) -> Machine {
        let part = |text: String| URL_SAFE_NO_PAD.encode(text);
        let token = format!(
            "{}.{}.{}",
            part(json!({"alg": "none"}).to_string()),
            part(claims.to_string()),
            part("signature".to_owned())
        );
        Machine::with_service(Options { accept_tokens: vec![token], ..Options::default() })
    }

    /// Everything is in order, and the service is reached by TLS, through a server like this.
    pub(crate) fn behind_tls(tls: Tls) -> Machine {
        let sandbox = Sandbox::start(Options::default()).unwrap();
        let running = tls.in_front_of(sandbox.port()).start();
        sandbox.reached_at(&running.server.url("https"));
        let mut machine = Machine::signed_in(&running.server.url("https"), sandbox.token());
        machine.key = sandbox.key().to_owned();
        machine.file("root.pem", &running.root_pem).keep((running, sandbox))
    }

    /// A login at `api`, whatever answers there.
    pub(crate) fn at(api: impl AsRef<str>) -> Machine {
        Machine::signed_in(api.as_ref(), STRANGER)
    }

    /// A login at a port of this machine where nothing listens.
    pub(crate) fn refused() -> Machine {
        let refusing = Refusing::start();
        Machine::at(refusing.url("http")).keep(refusing)
    }

    fn signed_in(api: &str, token: &str) -> Machine {
        let store = json!({
            "access_token": token, "refresh_token": "rt-0123456789abcdefghijklmnopqrstuvwxyz",
            "token_type": "Bearer", "expires_at": in_seconds(3600), "scope": "workspace:access",
            "workspace_id": "ws_acme", "workspace_name": "acme-corp", "user_id": "user_ada",
            "user_email": "ada@acme.example", "issuer": origin(api),
        });
        let machine = Machine {
            home: Home::new(),
            api: api.to_owned(),
            token: token.to_owned(),
            key: "cmd_acme_a1b2c3d4e5f6g7h8i9j0".to_owned(),
            store,
            env: Vec::new(),
            lacks: None,
            kept: Vec::new(),
        };
        machine.env("CMDOP_API_URL", api).field("version", json!(1))
    }

    /// Cannot be shown, for want of `what`, unless it is `there`.
    pub(crate) fn unless(mut self, there: bool, what: &'static str) -> Machine {
        if !there {
            self.lacks = Some(what);
        }
        self
    }

    /// Something that has to last as long as the machine.
    pub(crate) fn keep(mut self, what: impl Any) -> Machine {
        self.kept.push(Box::new(what));
        self
    }

    /// Sets a variable; `{key}`, `{token}`, `{api}` and `{home}` are replaced.
    pub(crate) fn env(mut self, name: &'static str, value: impl AsRef<str>) -> Machine {
        let value = self.filled(value.as_ref());
        self.env.retain(|(known, _)| *known != name);
        self.env.push((name, value));
        self
    }

    /// Takes a variable away.
    pub(crate) fn unset(mut self, name: &str) -> Machine {
        self.env.retain(|(known, _)| *known != name);
        self
    }

    /// Sets a field of the token file; null takes it away.
    pub(crate) fn field(mut self, name: &str, value: Value) -> Machine {
        match value {
            Value::Null => drop(self.store.as_object_mut().unwrap().remove(name)),
            value => self.store[name] = value,
        }
        let text = self.store.to_string();
        self.raw(text)
    }

    /// The token ended two days ago; there is still a refresh token.
    pub(crate) fn expired(self) -> Machine {
        self.field("expires_at", json!(in_seconds(-2 * 86_400)))
    }

    /// What stands in the token file.
    pub(crate) fn raw(self, text: impl AsRef<[u8]>) -> Machine {
        self.file(".cmdop/auth.json", text)
    }

    /// The token file's text, changed.
    pub(crate) fn rewritten(self, change: impl FnOnce(String) -> Vec<u8>) -> Machine {
        let text = change(format!("{:#}\n", self.store));
        self.raw(text)
    }

    pub(crate) fn file(self, name: &str, text: impl AsRef<[u8]>) -> Machine {
        self.home.file(name, text);
        self
    }

    pub(crate) fn mode(self, name: &str, mode: u32) -> Machine {
        self.home.mode(name, mode);
        self
    }

    pub(crate) fn signed_out(self) -> Machine {
        self.without(".cmdop/auth.json")
    }

    pub(crate) fn without(self, name: &str) -> Machine {
        std::fs::remove_file(self.home.path().join(name)).unwrap();
        self
    }

    pub(crate) fn folder(self, name: &str) -> Machine {
        self.home.folder_in(name, 0o700);
        self
    }

    /// A named pipe, at which nobody writes.
    pub(crate) fn pipe(self, name: &str) -> Machine {
        nix::unistd::mkfifo(&self.home.path().join(name), nix::sys::stat::Mode::S_IRWXU).unwrap();
        self
    }

    /// A key in place of the login.
    pub(crate) fn with_key_alone(self) -> Machine {
        self.signed_out().env("CMDOP_API_KEY", "{key}")
    }

    /// The token file is a link to where it has been moved.
    pub(crate) fn linked_to(self, place: &str) -> Machine {
        let moved = self.home.path().join(place);
        std::fs::create_dir_all(moved.parent().unwrap()).unwrap();
        std::fs::rename(self.home.store(), &moved).unwrap();
        symlink(moved, self.home.store()).unwrap();
        self
    }

    /// `text` with what its placeholders stand for.
    pub(crate) fn filled(&self, text: &str) -> String {
        text.replace("{token}", &self.token)
            .replace("{key}", &self.key)
            .replace("{prefix}", self.key.get(..12).unwrap_or_default())
            .replace("{host}", authority(&self.api))
            .replace("{port}", authority(&self.api).rsplit(':').next().unwrap_or_default())
            .replace("{api}", &self.api)
            .replace("{home}", &self.home.path().to_string_lossy())
    }

    /// What the program says of it.
    pub(crate) fn examined(&self) -> Told {
        let folder = tempfile::tempdir().unwrap();
        let (words, files) = parity::into_files(folder.path());
        let words: Vec<&str> = words.iter().map(String::as_str).chain(["--format", "json"]).collect();
        let run = self.home.cmdop(&words);
        let told = self.env.iter().fold(run, |run, (name, value)| run.env(name, value)).report();
        parity::demand_parity(&parity::read_files(&files, |_, _| {}));
        told
    }

    /// Records it, and has the recording examined elsewhere: that must say the same.
    #[track_caller]
    pub(crate) fn prove_parity(&self) {
        let desk = Home::new();
        let at = |name: &str| desk.path().join(name).to_string_lossy().into_owned();
        let text = |name: &str| format!("text={}", at(name));
        let words = [
            "doctor",
            "auth",
            "--all",
            "--format",
            "json",
            "--output",
            &text("live.txt"),
            "--capture",
            &at("b.json"),
        ];
        let run = self.env.iter().fold(self.home.cmdop(&words), |run, (name, value)| run.env(name, value));
        let live = run.output();
        let words = [
            "doctor",
            "auth",
            "--all",
            "--format",
            "json",
            "--output",
            &text("read.txt"),
            "--from",
            &at("b.json"),
        ];
        let read = desk.cmdop(&words).output();
        let shown = |output: &Output| String::from_utf8_lossy(&output.stdout).into_owned();
        let said =
            String::from_utf8_lossy(&read.stderr).into_owned() + &String::from_utf8_lossy(&live.stderr);
        assert_eq!(live.status.code(), read.status.code(), "{said}");
        assert_eq!(without_stated(&shown(&live)), without_stated(&shown(&read)), "{said}");
        let told = |name: &str| std::fs::read_to_string(at(name)).unwrap();
        assert_eq!(without_source(&told("live.txt")), without_source(&told("read.txt")));
        let made = desk.cmdop(&["doctor", "rules", "case", "--from", &at("b.json")]).output();
        assert_eq!(made.status.code(), Some(0), "{}", String::from_utf8_lossy(&made.stderr));
    }
}

/// A report in JSON without what the README says differs between a machine and its bundle.
fn without_stated(json: &str) -> String {
    let head = |line: &&str| !line.starts_with("  \"source\":") && !line.starts_with("  \"timings\":");
    let lines: Vec<&str> = json.lines().filter(head).collect();
    lines.join("\n").replace("\"origin\": \"bundle\"", "\"origin\": \"live\"")
}

/// A report in words, without its last line about fixes or the source.
fn without_source(text: &str) -> String {
    let closes =
        |line: &&str| !line.starts_with("read from ") && !line.starts_with("cmdop doctor auth --fix ");
    text.lines().filter(closes).collect::<Vec<_>>().join("\n")
}

/// The time in so many seconds, as seconds since 1970.
pub(crate) fn in_seconds(seconds: i64) -> i64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    i64::try_from(now.as_secs()).unwrap() + seconds
}

/// Scheme, host and port of a URL.
fn origin(url: &str) -> &str {
    let path = url.match_indices('/').nth(2).map_or(url.len(), |(at, _)| at);
    &url[..path]
}

fn authority(url: &str) -> &str {
    origin(url).rsplit('/').next().unwrap_or_default()
}
