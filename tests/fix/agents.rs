//! One's own agent, restarted by a fix: judged, asked for, ended, and started again as it was.
#![expect(clippy::disallowed_methods, reason = "tests make, break and look at their own machines")]

use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::bench::{Bench, fates};
use crate::support::{Run, Told, has, is_root};

/// Users of these tests alone, one each: no other test sees their agents as its own.
const ADA: u32 = 61_234;
const LINUS: u32 = 61_235;

/// A home with an agent in it: a shell that is called like the program and reads a script that is called
/// like the verb.
struct Lab {
    bench: Bench,
    program: PathBuf,
    user: u32,
}

impl Lab {
    /// `None` where a test cannot be another user.
    fn of(user: u32) -> Option<Lab> {
        if !has("root", is_root()) {
            return None;
        }
        let bench = Bench::well();
        let program = bench.home.path().join("cmdop");
        std::fs::copy("/bin/sh", &program).unwrap();
        std::fs::set_permissions(&program, PermissionsExt::from_mode(0o755)).unwrap();
        bench.home.file("connect", "while :; do sleep 0.1; done\n");
        give(bench.home.path(), user);
        Some(Lab { bench, program, user })
    }

    /// Starts an agent, and waits until it is one.
    fn agent(&self) -> Child {
        let mut command = Command::new(&self.program);
        command.args(["connect", "--workspace", "acme corp"]).env_clear();
        command.env("PATH", "/usr/bin:/bin").env("CMDOP_LEFT_BEHIND", "kept");
        let child =
            command.current_dir(self.bench.home.path()).uid(self.user).gid(self.user).spawn().unwrap();
        self.wait(|lab| lab.running().contains(&child.id()));
        child
    }

    /// The agents of this home that run.
    fn running(&self) -> Vec<u32> {
        let of = |entry: std::fs::DirEntry| {
            let pid: u32 = entry.file_name().to_str()?.parse().ok()?;
            let here = std::fs::read_link(entry.path().join("exe")).ok()? == self.program;
            (here && words(pid).len() == 4).then_some(pid)
        };
        std::fs::read_dir("/proc").unwrap().flatten().filter_map(of).collect()
    }

    #[track_caller]
    fn wait(&self, until: impl Fn(&Lab) -> bool) {
        let came = (0..3000).any(|_| {
            std::thread::sleep(Duration::from_millis(10));
            until(self)
        });
        assert!(came, "{:?}", self.running());
    }

    fn doctor(&self, args: &[&str]) -> Told {
        let all = [&["doctor", "auth", "--format", "json", "--only", "agent"], args].concat();
        by(self.user, self.bench.cmdop(&all))
    }
}

impl Drop for Lab {
    fn drop(&mut self) {
        for pid in self.running() {
            let _gone_already = kill(pid_of(pid), Signal::SIGKILL);
        }
    }
}

fn pid_of(pid: u32) -> Pid {
    Pid::from_raw(i32::try_from(pid).unwrap())
}

fn give(path: &Path, user: u32) {
    std::os::unix::fs::lchown(path, Some(user), Some(user)).unwrap();
    for entry in std::fs::read_dir(path).into_iter().flatten().flatten() {
        give(&entry.path(), user);
    }
}

fn by(user: u32, run: Run) -> Told {
    let output = run.into_command().uid(user).gid(user).output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    let json = serde_json::from_slice(&output.stdout).unwrap_or_else(|fault| panic!("{fault}: {stderr}"));
    Told { json, code: output.status.code(), stderr }
}

/// The command line of a process.
fn words(pid: u32) -> Vec<Vec<u8>> {
    let whole = std::fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
    let whole = whole.strip_suffix(b"\0").unwrap_or(&whole);
    whole.split(|byte| *byte == 0).map(<[u8]>::to_vec).collect()
}

#[test]
fn it_is_ended_and_started_again_with_its_arguments_after_a_yes() {
    let Some(lab) = Lab::of(ADA) else { return };
    let mut agent = lab.agent();
    let first = agent.id();
    let recorded = words(first);
    let told = lab.doctor(&[]);
    assert_eq!(told.roots(), ["agent.running/without_socket"], "{}", told.json);
    assert_eq!(told.fix(), Some(format!("kill {first} && cmdop connect").as_str()));
    let told = lab.doctor(&["--fix"]);
    assert_eq!(fates(&told, "agent.running"), ["not_asked"]);
    assert_eq!(lab.running(), [first], "nothing is done without a yes");
    let reaper = std::thread::spawn(move || agent.wait());
    let told = lab.doctor(&["--fix", "-y"]);
    assert_eq!(fates(&told, "agent.running"), ["done"], "{}", told.json["treatment"]);
    reaper.join().unwrap().unwrap();
    lab.wait(|lab| lab.running().len() == 1);
    let second = lab.running()[0];
    assert_ne!(second, first);
    assert_eq!(words(second), recorded);
    let of = |name: &str| std::fs::read_link(format!("/proc/{second}/{name}")).unwrap();
    assert_eq!((of("exe"), of("cwd").as_path()), (lab.program.clone(), lab.bench.home.path()));
    let variables = std::fs::read(format!("/proc/{second}/environ")).unwrap();
    assert!(variables.split(|byte| *byte == 0).any(|pair| pair == b"CMDOP_LEFT_BEHIND=kept"));
    assert!(!told.json.to_string().contains("acme corp"), "arguments may hold a secret");
}

#[test]
fn of_two_agents_none_is_touched() {
    let Some(lab) = Lab::of(LINUS) else { return };
    let (mut one, mut other) = (lab.agent(), lab.agent());
    let told = lab.doctor(&["--fix", "-y"]);
    assert!(!told.json["treatment"].to_string().contains("\"done\""), "{}", told.json["treatment"]);
    assert_eq!(told.fix(), Some("pkill -f 'cmdop connect' && cmdop connect"), "for a person to do");
    assert_eq!(lab.running().len(), 2);
    for agent in [&mut one, &mut other] {
        agent.kill().unwrap();
        agent.wait().unwrap();
    }
}
