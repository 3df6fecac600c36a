//! A machine on which somebody has signed in to a sandbox, and the access token has ended.

use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Output};

use cmdop_doctor::sandbox::{Fault, Options, Sandbox, Terms};
use nix::mount::{MsFlags, mount};
use nix::sched::{CloneFlags, unshare};
use serde_json::{Value, json};

use crate::support::{Home, Run, is_root};

/// The machine, and the service that knows its login.
pub(crate) struct Lab {
    pub(crate) home: Home,
    pub(crate) sandbox: Sandbox,
}

impl Lab {
    pub(crate) fn new() -> Lab {
        Lab::with(&[], Terms::default())
    }

    pub(crate) fn with(faults: &[Fault], terms: Terms) -> Lab {
        let sandbox = Sandbox::start(Options { terms, ..Options::broken(faults) }).unwrap();
        let lab = Lab { home: Home::new(), sandbox };
        lab.sign_in(&json!({}));
        lab
    }

    /// Stores the seeded login, an hour past its end, with `others` in place of or beside its fields.
    pub(crate) fn sign_in(&self, others: &Value) {
        let mut store = json!({
            "version": 1, "access_token": self.sandbox.token(), "refresh_token": self.sandbox.refresh_token(),
            "token_type": "Bearer", "expires_at": "2026-01-01T00:00:00Z", "workspace_name": "acme-corp",
            "user_email": "ada@acme.example", "issuer": self.sandbox.base_url(),
        });
        for (name, value) in others.as_object().unwrap() {
            store[name] = value.clone();
        }
        self.home.file(".cmdop/auth.json", store.to_string());
    }

    /// The program with this service in force.
    pub(crate) fn cmdop(&self, args: &[&str]) -> Run {
        self.home.cmdop(args).env("CMDOP_API_URL", self.sandbox.base_url())
    }

    pub(crate) fn refresh(&self) -> Told {
        Told::of(self.cmdop(&["auth", "refresh"]))
    }

    /// The store as it is now.
    pub(crate) fn store(&self) -> Value {
        serde_json::from_slice(&std::fs::read(self.home.store()).unwrap()).unwrap()
    }

    /// Whether the stored login is the first, untouched but for notes.
    pub(crate) fn is_untouched(&self) -> bool {
        let store = self.store();
        store["access_token"] == self.sandbox.token()
            && store["refresh_token"] == self.sandbox.refresh_token()
    }

    /// The names in the config folder.
    pub(crate) fn names(&self) -> Vec<String> {
        names(&self.home.path().join(".cmdop"))
    }
}

pub(crate) fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut names: Vec<_> =
        entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

pub(crate) fn mode(path: &Path) -> u32 {
    std::fs::symlink_metadata(path).unwrap().mode() & 0o7777
}

/// What a run told.
#[derive(Debug)]
pub(crate) struct Told {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Told {
    pub(crate) fn of(run: Run) -> Told {
        Told::by(run.output())
    }

    pub(crate) fn by(output: Output) -> Told {
        Told {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// That it did what it was asked.
    #[track_caller]
    pub(crate) fn good(self) -> Told {
        assert_eq!(self.code, Some(0), "{self:#?}");
        self
    }

    /// That it did not, and said all of `words`.
    #[track_caller]
    pub(crate) fn refused(self, words: &[&str]) -> Told {
        assert_eq!(self.code, Some(1), "{self:#?}");
        let said = self.stderr.split_whitespace().collect::<Vec<_>>().join(" ");
        for word in words {
            assert!(said.contains(word), "{word}: {said}");
        }
        self
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|fault| panic!("{fault}: {self:#?}"))
    }
}

/// As the ordinary user, if this is root.
pub(crate) fn ordinary(mut command: Command) -> Command {
    if is_root() {
        command.uid(crate::support::NOBODY).gid(crate::support::NOBODY);
    }
    command
}

/// Does `work` on a thread with mounts of its own; `None` where this machine lets nobody have them.
pub(crate) fn with_own_mounts<T: Send>(work: impl FnOnce() -> T + Send) -> Option<T> {
    std::thread::scope(|scope| {
        let thread = scope.spawn(|| {
            let private = MsFlags::MS_REC | MsFlags::MS_PRIVATE;
            let apart = is_root()
                && unshare(CloneFlags::CLONE_NEWNS).is_ok()
                && mount(None::<&str>, "/", None::<&str>, private, None::<&str>).is_ok();
            apart.then(work)
        });
        thread.join().unwrap()
    })
}
