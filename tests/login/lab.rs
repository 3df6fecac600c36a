//! A sandbox, a home, and a sign-in under way that a test talks to.
#![expect(clippy::disallowed_methods, reason = "tests make and read their own machines")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
use std::process::{Child, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use cmdop_doctor::sandbox::{Fault, Options, Sandbox, Terms};
use serde_json::Value;

use crate::support::{Home, Run};

/// No step takes longer on any machine.
const PATIENCE: Duration = Duration::from_secs(50);

pub(crate) struct Lab {
    pub(crate) sandbox: Sandbox,
    pub(crate) home: Home,
}

impl Lab {
    pub(crate) fn new() -> Lab {
        Lab::broken(&[])
    }

    /// A sandbox that is broken in these ways. Device codes may be asked for every second.
    pub(crate) fn broken(faults: &[Fault]) -> Lab {
        Lab::with(faults, Terms { device_interval: 1, ..Terms::default() })
    }

    pub(crate) fn with(faults: &[Fault], terms: Terms) -> Lab {
        let options = Options { terms, ..Options::broken(faults) };
        Lab { sandbox: Sandbox::start(options).unwrap(), home: Home::new() }
    }

    pub(crate) fn cmdop(&self, args: &[&str]) -> Run {
        self.home.cmdop(args).env("CMDOP_API_URL", self.sandbox.base_url())
    }

    /// `cmdop login` with these flags, which waits for somebody.
    pub(crate) fn login(&self, args: &[&str]) -> Login {
        Login::start(self.cmdop(&[&["login"], args].concat()))
    }

    /// A browser command that writes its arguments down, and its file.
    pub(crate) fn browser(&self) -> (String, std::path::PathBuf) {
        let (seen, script) = (self.home.path().join("seen"), self.home.path().join("browser"));
        let text = format!("#!/bin/sh\nprintf '%s\\n' \"$#\" \"$@\" > {}\n", seen.display());
        std::fs::write(&script, text).unwrap();
        std::fs::set_permissions(&script, PermissionsExt::from_mode(0o755)).unwrap();
        (script.to_str().unwrap().to_owned(), seen)
    }

    pub(crate) fn store(&self) -> Option<Value> {
        let bytes = std::fs::read(self.home.store()).ok()?;
        Some(serde_json::from_slice(&bytes).unwrap())
    }
}

/// A sign-in under way.
pub(crate) struct Login {
    child: Child,
    lines: Receiver<String>,
    /// What it said so far.
    pub(crate) said: String,
}

impl Login {
    pub(crate) fn start(run: Run) -> Login {
        let mut command = run.into_command();
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let stderr = child.stderr.take().unwrap();
        let (tell, lines) = channel();
        std::thread::spawn(move || {
            for line in BufReader::new(stderr).lines().map_while(Result::ok) {
                let _ = tell.send(line);
            }
        });
        Login { child, lines, said: String::new() }
    }

    /// The next line that is what is wanted.
    #[track_caller]
    pub(crate) fn line(&mut self, wanted: impl Fn(&str) -> bool) -> String {
        loop {
            let Ok(line) = self.lines.recv_timeout(PATIENCE) else {
                panic!("it never said what was waited for:\n{}", self.said)
            };
            self.said += &format!("{line}\n");
            if wanted(&line) {
                return line;
            }
        }
    }

    /// The next address, which stands in a line of its own.
    #[track_caller]
    pub(crate) fn url(&mut self) -> String {
        self.line(|line| line.starts_with("http") && !line.contains(' '))
    }

    /// The code to type.
    #[track_caller]
    pub(crate) fn user_code(&mut self) -> String {
        self.line(|line| line.len() == 7 && line.as_bytes()[3] == b'-')
    }

    pub(crate) fn interrupt(&self) {
        let pid = nix::unistd::Pid::from_raw(i32::try_from(self.child.id()).unwrap());
        nix::sys::signal::kill(pid, nix::sys::signal::Signal::SIGINT).unwrap();
    }

    /// Waits for the end.
    pub(crate) fn end(mut self) -> Ended {
        let mut stdout = String::new();
        self.child.stdout.take().unwrap().read_to_string(&mut stdout).unwrap();
        let code = self.child.wait().unwrap().code();
        while let Ok(line) = self.lines.recv_timeout(PATIENCE) {
            self.said += &format!("{line}\n");
        }
        Ended { code, stdout, stderr: std::mem::take(&mut self.said) }
    }
}

impl Drop for Login {
    fn drop(&mut self) {
        let _ended_already = self.child.kill();
    }
}

/// How it ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ended {
    #[track_caller]
    pub(crate) fn good(self) -> Ended {
        assert_eq!(self.code, Some(0), "{}\n{}", self.stdout, self.stderr);
        self
    }

    /// It failed, and said `words` about it.
    #[track_caller]
    pub(crate) fn refused(self, words: &str) -> Ended {
        assert_eq!(self.code, Some(1), "{}\n{}", self.stdout, self.stderr);
        let flat = self.stderr.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(flat.contains(words), "{}", self.stderr);
        self
    }
}

/// What the loopback server of a sign-in answers to a browser: status and page.
pub(crate) fn visit(url: &str) -> (u16, String) {
    let rest = url.strip_prefix("http://").unwrap();
    let (authority, target) = rest.split_at(rest.find('/').unwrap());
    request(authority, &format!("GET {target} HTTP/1.1\r\nHost: {authority}\r\n\r\n"))
}

/// What it answers to these bytes.
pub(crate) fn request(authority: &str, bytes: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(authority).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.write_all(bytes.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    (answer.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0), answer)
}

/// The value of `name` in a query.
pub(crate) fn value(url: &str, name: &str) -> Option<String> {
    let url = url::Url::parse(url).unwrap();
    url.query_pairs().find(|(known, _)| known == name).map(|(_, value)| value.into_owned())
}
