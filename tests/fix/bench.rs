//! A machine to be fixed: a home with a login that a sandbox knows, and what it looks like.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::path::Path;
use std::process::Stdio;

use cmdop_doctor::sandbox::{Fault, Options, Sandbox, Terms};
use serde_json::{Value, json};

use crate::support::{Home, Run, Told, far_future};

pub(crate) struct Bench {
    pub(crate) home: Home,
    sandbox: Sandbox,
}

impl Bench {
    /// Somebody has signed in, and everything is in order.
    pub(crate) fn well() -> Bench {
        Bench::at(&[])
    }

    /// Somebody has signed in, and the server does this.
    pub(crate) fn at(faults: &[Fault]) -> Bench {
        let terms = Terms { device_interval: 1, ..Terms::default() };
        let sandbox = Sandbox::start(Options { terms, ..Options::broken(faults) }).unwrap();
        let bench = Bench { home: Home::new(), sandbox };
        bench.home.file(".cmdop/auth.json", bench.login());
        bench
    }

    /// What a good token file says.
    pub(crate) fn grant(&self) -> Value {
        let base = self.sandbox.base_url();
        let origin = base.match_indices('/').nth(2).map_or(base, |(at, _)| &base[..at]);
        json!({
            "version": 1, "access_token": self.sandbox.token(), "refresh_token": self.sandbox.refresh_token(),
            "token_type": "Bearer", "expires_at": far_future(), "workspace_id": "ws_acme",
            "workspace_name": "acme-corp", "issuer": origin,
        })
    }

    /// The text of a good token file.
    pub(crate) fn login(&self) -> String {
        format!("{}\n", self.grant())
    }

    /// The token file, whose field `name` says something else; null takes the field away.
    pub(crate) fn saying(&self, fields: &[(&str, Value)]) {
        let mut grant = self.grant();
        for (name, value) in fields {
            match value {
                Value::Null => drop(grant.as_object_mut().unwrap().remove(*name)),
                value => grant[*name] = value.clone(),
            }
        }
        self.home.file(".cmdop/auth.json", format!("{grant}\n"));
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

    /// The same, where somebody stands by who approves the device that is shown.
    pub(crate) fn fixed_and_approved(&self, args: &[&str]) -> Told {
        let all = [&["doctor", "auth", "--format", "json"], args].concat();
        let mut command = self.cmdop(&all).by_ordinary_user().into_command();
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines().map_while(Result::ok);
        let mut stderr = String::new();
        while let Some(line) = lines.next() {
            stderr.push_str(&line);
            stderr.push('\n');
            if line == "and enter this code there:" {
                self.sandbox.approve_device(&lines.next().unwrap()).unwrap();
            }
        }
        let output = child.wait_with_output().unwrap();
        let json = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{stderr}"));
        Told { json, code: output.status.code(), stderr }
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
