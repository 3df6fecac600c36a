//! A machine to be fixed: a home with a login that a sandbox knows, and what it looks like.

use std::collections::BTreeMap;
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::path::Path;

use cmdop_doctor::sandbox::{Options, Sandbox};
use serde_json::{Value, json};

use crate::support::{Home, Run, Told, far_future};

pub(crate) struct Bench {
    pub(crate) home: Home,
    sandbox: Sandbox,
}

impl Bench {
    /// Somebody has signed in, and everything is in order.
    pub(crate) fn well() -> Bench {
        let bench = Bench { home: Home::new(), sandbox: Sandbox::start(Options::default()).unwrap() };
        bench.home.file(".cmdop/auth.json", bench.login());
        bench
    }

    /// The text of a good token file.
    pub(crate) fn login(&self) -> String {
        let base = self.sandbox.base_url();
        let origin = base.match_indices('/').nth(2).map_or(base, |(at, _)| &base[..at]);
        let store = json!({
            "version": 1, "access_token": self.sandbox.token(), "refresh_token": "rt-0123456789abcdefghijklmnop",
            "token_type": "Bearer", "expires_at": far_future(), "workspace_id": "ws_acme",
            "workspace_name": "acme-corp", "issuer": origin,
        });
        format!("{store}\n")
    }

    /// The program on this machine, as an ordinary user where that matters.
    pub(crate) fn cmdop(&self, args: &[&str]) -> Run {
        let run = self.home.cmdop(args).env("CMDOP_API_URL", self.sandbox.base_url());
        run.env("XDG_STATE_HOME", self.home.path().join("state"))
    }

    pub(crate) fn examined(&self) -> Told {
        self.cmdop(&["doctor", "auth", "--format", "json"]).by_ordinary_user().report()
    }

    pub(crate) fn fixed(&self, args: &[&str]) -> Told {
        let all = [&["doctor", "auth", "--format", "json"], args].concat();
        self.cmdop(&all).by_ordinary_user().report()
    }

    /// Takes the last fix back: the exit code and what was told.
    pub(crate) fn taken_back(&self) -> (Option<i32>, Value) {
        let output = self.cmdop(&["doctor", "undo", "--json"]).by_ordinary_user().output();
        (output.status.code(), serde_json::from_slice(&output.stdout).unwrap())
    }

    /// Every object in the home, but for the journal: kind, mode, owner, contents.
    pub(crate) fn looks(&self) -> BTreeMap<String, String> {
        let mut seen = BTreeMap::new();
        look(self.home.path(), self.home.path(), &mut seen);
        seen
    }
}

fn look(root: &Path, path: &Path, seen: &mut BTreeMap<String, String>) {
    let name = path.strip_prefix(root).unwrap().to_string_lossy().into_owned();
    if [".cmdop/fixes", "state"].contains(&name.as_str()) {
        return;
    }
    let found = path.symlink_metadata().unwrap();
    let kind = found.file_type();
    let what = if kind.is_symlink() {
        format!("link to {}", std::fs::read_link(path).unwrap().display())
    } else if kind.is_dir() {
        let mut names: Vec<_> = std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()).collect();
        names.sort();
        names.iter().for_each(|below| look(root, below, seen));
        "folder".to_owned()
    } else if kind.is_fifo() {
        "fifo".to_owned()
    } else {
        format!("{:?}", std::fs::read(path).unwrap())
    };
    seen.insert(name, format!("{:o} {} {what}", found.mode(), found.uid()));
}

/// What a fix in the report came to, by the finding's id.
pub(crate) fn result<'t>(told: &'t Told, finding: &str) -> &'t str {
    let fixes = told.json["treatment"]["fixes"].as_array().unwrap();
    let of = fixes.iter().find(|fix| fix["finding"] == finding);
    of.map_or("", |fix| fix["result"].as_str().unwrap())
}

/// What became of each step of that fix.
pub(crate) fn fates(told: &Told, finding: &str) -> Vec<String> {
    let fixes = told.json["treatment"]["fixes"].as_array().unwrap();
    let of = fixes.iter().find(|fix| fix["finding"] == finding).unwrap();
    let steps = of["steps"].as_array().unwrap();
    steps.iter().map(|step| step["fate"].as_str().unwrap().to_owned()).collect()
}
