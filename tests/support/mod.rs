//! What the tests of the real binary share: throw-away homes, a scrubbed environment, skips that
//! are counted.
#![expect(clippy::disallowed_methods, reason = "tests make and break machines")]
#![allow(
    dead_code,
    unreachable_pub,
    clippy::allow_attributes,
    reason = "each test binary uses a part of this"
)]

pub mod chromium;
pub mod server;

use std::ffi::OsStr;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Duration;

/// The program under test.
pub const CMDOP: &str = env!("CARGO_BIN_EXE_cmdop");

/// The user and group that own nothing.
pub const NOBODY: u32 = 65534;

/// A throw-away home folder with a config folder in it.
pub struct Home {
    folder: tempfile::TempDir,
}

impl Home {
    pub fn new() -> Home {
        let folder = tempfile::Builder::new().prefix("home").tempdir().unwrap();
        let home = Home { folder };
        home.folder_in(".cmdop", 0o700);
        home
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    pub fn store(&self) -> PathBuf {
        self.path().join(".cmdop/auth.json")
    }

    /// Writes a file below the home, private unless changed afterwards.
    pub fn file(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path().join(name);
        std::fs::write(&path, text).unwrap();
        self.mode(name, 0o600);
        path
    }

    pub fn folder_in(&self, name: &str, mode: u32) {
        std::fs::create_dir_all(self.path().join(name)).unwrap();
        self.mode(name, mode);
    }

    /// Gives everything to the ordinary user, if this is root.
    pub fn give_away(&self) {
        fn give(path: &Path) {
            std::os::unix::fs::lchown(path, Some(NOBODY), Some(NOBODY)).unwrap();
            for entry in std::fs::read_dir(path).into_iter().flatten().flatten() {
                give(&entry.path());
            }
        }
        if is_root() {
            give(self.path());
        }
    }

    pub fn mode(&self, name: &str, mode: u32) {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(self.path().join(name), std::fs::Permissions::from_mode(mode)).unwrap();
    }

    /// A stored login: `token` good until `expires_at` (seconds since 1970), with a refresh token.
    pub fn sign_in(&self, token: &str, expires_at: i64) {
        let store = serde_json::json!({
            "access_token": token, "refresh_token": "clitr_0123456789abcdef", "token_type": "Bearer",
            "expires_at": expires_at, "workspace_name": "acme-corp", "user_email": "ada@example.test",
        });
        self.file(".cmdop/auth.json", store.to_string());
    }

    /// The program with nothing in its environment but this home.
    pub fn cmdop(&self, args: &[&str]) -> Run {
        let mut command = Command::new(CMDOP);
        command
            .args(args)
            .env_clear()
            .env("HOME", self.path())
            .env("PATH", "/usr/bin:/bin")
            .env("LANG", "C.UTF-8");
        command.current_dir(self.path()).stdin(Stdio::null());
        Run { command }
    }
}

/// A run of the program, about to start.
pub struct Run {
    command: Command,
}

impl Run {
    pub fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Run {
        self.command.env(name, value);
        self
    }

    pub fn argument(mut self, word: impl AsRef<OsStr>) -> Run {
        self.command.arg(word);
        self
    }

    /// For tests that hold the process in their own hands.
    pub fn into_command(self) -> Command {
        self.command
    }

    /// As an ordinary user: nobody, if this is root.
    pub fn by_ordinary_user(mut self) -> Run {
        use std::os::unix::process::CommandExt;
        if is_root() {
            self.command.uid(NOBODY).gid(NOBODY);
        }
        self
    }

    pub fn without(mut self, name: &str) -> Run {
        self.command.env_remove(name);
        self
    }

    pub fn output(mut self) -> Output {
        self.command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let child = self.command.spawn().unwrap();
        let pid = child.id();
        // A test must not hang where the program does.
        let (done, waiting) = std::sync::mpsc::channel::<()>();
        let guard = std::thread::spawn(move || {
            if waiting.recv_timeout(Duration::from_secs(60)).is_err() {
                let _ = Command::new("kill").args(["-9", &pid.to_string()]).status();
            }
        });
        let output = child.wait_with_output().unwrap();
        let _ = done.send(());
        guard.join().unwrap();
        output
    }

    /// Runs, and reads the JSON report.
    pub fn report(self) -> Told {
        let output = self.output();
        let json = serde_json::from_slice(&output.stdout).unwrap_or_else(|fault| {
            panic!(
                "no JSON report: {fault}\n{}\n{}",
                String::from_utf8_lossy(&output.stdout),
                String::from_utf8_lossy(&output.stderr)
            )
        });
        Told {
            json,
            code: output.status.code(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

/// `run` begun by a shell that does `first` before.
pub fn after(first: &str, run: Run) -> Command {
    let command = run.into_command();
    let mut shell = Command::new("/bin/sh");
    shell.args(["-c", &format!("{first}; exec \"$0\" \"$@\"")]).arg(command.get_program());
    shell.args(command.get_args()).env_clear();
    for (name, value) in command.get_envs() {
        if let Some(value) = value {
            shell.env(name, value);
        }
    }
    if let Some(folder) = command.get_current_dir() {
        shell.current_dir(folder);
    }
    shell
}

/// What a run told.
pub struct Told {
    pub json: serde_json::Value,
    pub code: Option<i32>,
    pub stderr: String,
}

impl Told {
    /// The ids of the roots, worst first.
    pub fn roots(&self) -> Vec<String> {
        let roots = self.json["roots"].as_array().unwrap();
        roots.iter().map(|root| root["id"].as_str().unwrap().to_owned()).collect()
    }

    /// The fix command of the first root.
    pub fn fix(&self) -> Option<&str> {
        self.json["roots"][0]["fix"]["command"].as_str()
    }

    /// The verdict on one check.
    pub fn verdict(&self, check: &str) -> &str {
        let findings = self.json["findings"].as_array().unwrap();
        findings
            .iter()
            .find(|finding| finding["check"] == check)
            .map_or("", |finding| finding["verdict"].as_str().unwrap())
    }
}

/// Whether this machine has `what` (root, netns, fuse). Without it the test is skipped, aloud; where
/// `CMDOP_TEST_REQUIRE` names it, a skip is a failure.
pub fn has(what: &str, there: bool) -> bool {
    if there {
        return true;
    }
    let required = std::env::var("CMDOP_TEST_REQUIRE").unwrap_or_default();
    assert!(!required.split(',').any(|name| name == what), "this test needs {what}, which is required here");
    let _ = writeln!(std::io::stderr(), "skipped: this machine has no {what}");
    false
}

pub fn is_root() -> bool {
    nix::unistd::geteuid().is_root()
}

/// A time that no test will live to see, in seconds since 1970: the year 2100.
pub fn far_future() -> i64 {
    4_102_444_800
}
