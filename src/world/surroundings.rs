//! Where this program runs: whether a person is there, and whether a browser can open for them. What
//! differs between systems is data, and all judging a pure function, so that every system is tested
//! on every other.

use std::path::Path;

use super::terminal::{self, Terminals};
use super::{Env, World, files, programs};

/// What was found out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Surroundings {
    pub platform: String,
    pub terminals: Terminals,
    /// A graphical display, or whoever sits there always has one.
    pub display: bool,
    /// What `BROWSER` names.
    pub browser: Option<Browser>,
    /// A browser that opens here can reach this machine's loopback, and somebody sees it.
    pub can_open_browser: bool,
    pub ssh: bool,
    /// What runs this container.
    pub container: Option<String>,
    pub ci: Option<&'static str>,
    pub wsl: bool,
}

impl Surroundings {
    /// What is found on this machine. Reads a few small files of the system.
    pub fn of_machine(world: &World) -> Surroundings {
        let env = &world.env;
        let starts = |name: &str| !programs::named(name, env.raw("PATH")).is_empty();
        Surroundings::of(&Scene {
            platform: terminal::platform(),
            terminals: terminal::terminals(),
            env,
            traces: &Traces::of_machine(),
            starts: &starts,
        })
    }

    /// What follows from `scene`.
    pub fn of(scene: &Scene) -> Surroundings {
        let Scene { env, terminals, traces, .. } = scene;
        let platform = PLATFORMS.iter().find(|known| known.name == scene.platform).unwrap_or(OTHERWISE);
        let ssh = SSH.iter().any(|name| env.text(name).is_some());
        let ci = ci(env);
        let wsl = is_wsl(env, traces);
        let display = match platform.display {
            [] => !ssh,
            names => names.iter().any(|name| env.text(name).is_some()),
        };
        let browser = browser(env, platform, scene.starts);
        let opens = match &browser {
            Some(browser) => browser.usable(),
            // Windows opens its own browser for its Linux subsystem by this command.
            None => display || wsl && (scene.starts)("wslview"),
        };
        Surroundings {
            platform: scene.platform.to_owned(),
            terminals: *terminals,
            display,
            browser,
            can_open_browser: opens && !ssh && ci.is_none(),
            ssh,
            container: container(env, traces),
            ci,
            wsl,
        }
    }

    /// Whether a person can be asked: input and error output are terminals, and it is no CI.
    pub fn is_interactive(&self) -> bool {
        self.terminals.stdin && self.terminals.stderr && self.ci.is_none()
    }
}

/// Everything that the facts depend on.
pub struct Scene<'a> {
    pub platform: &'a str,
    pub terminals: Terminals,
    pub env: &'a Env,
    pub traces: &'a Traces,
    /// Whether a program of that name can be started.
    pub starts: &'a dyn Fn(&str) -> bool,
}

/// What containers and virtual machines leave behind on Linux.
#[derive(Debug, Default)]
pub struct Traces {
    /// `/.dockerenv`, which Docker makes.
    pub dockerenv: bool,
    /// `/run/.containerenv`, which Podman makes.
    pub containerenv: bool,
    /// `/run/systemd/container`, where systemd notes the container manager (CONTAINER_INTERFACE).
    pub manager: String,
    /// `/proc/1/cgroup`.
    pub cgroup: String,
    /// `/proc/version`.
    pub kernel: String,
}

impl Traces {
    fn of_machine() -> Traces {
        const SHORT: u64 = 64 * 1024;
        let text = |path: &str| {
            let bytes = files::read_plain(Path::new(path), SHORT).unwrap_or_default();
            String::from_utf8_lossy(&bytes).trim().to_owned()
        };
        Traces {
            dockerenv: files::is_there(Path::new("/.dockerenv")),
            containerenv: files::is_there(Path::new("/run/.containerenv")),
            manager: text("/run/systemd/container"),
            cgroup: text("/proc/1/cgroup"),
            kernel: text("/proc/version"),
        }
    }
}

/// How a system differs from the others.
struct Platform {
    name: &'static str,
    /// The variables that name a display; empty where whoever sits there always has one.
    display: &'static [&'static str],
    /// What separates the commands in `BROWSER`; none where it holds one.
    separator: Option<char>,
}

const PLATFORMS: &[Platform] = &[
    Platform { name: "linux", display: &["DISPLAY", "WAYLAND_DISPLAY"], separator: Some(':') },
    Platform { name: "macos", display: &[], separator: Some(':') },
    Platform { name: "windows", display: &[], separator: None },
];

/// What any other system is taken for: the BSDs are like Linux here.
const OTHERWISE: &Platform = &PLATFORMS[0];

/// CI systems by the variable that each documents, more specific ones first; `CI` is the common one.
const CI_SYSTEMS: &[(&str, &str)] = &[
    ("GITHUB_ACTIONS", "GitHub Actions"),
    ("GITLAB_CI", "GitLab CI"),
    ("JENKINS_URL", "Jenkins"),
    ("CIRCLECI", "CircleCI"),
    ("BUILDKITE", "Buildkite"),
    ("TRAVIS", "Travis CI"),
    ("TF_BUILD", "Azure Pipelines"),
    ("TEAMCITY_VERSION", "TeamCity"),
    ("BITBUCKET_BUILD_NUMBER", "Bitbucket Pipelines"),
    ("CODEBUILD_BUILD_ID", "AWS CodeBuild"),
    ("DRONE", "Drone"),
    ("APPVEYOR", "AppVeyor"),
    ("CI", "a CI system"),
];

/// Variables that an SSH server sets (ssh(1), "ENVIRONMENT").
const SSH: &[&str] = &["SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY"];

/// Commands that end well and open nothing, or that only say so.
const USELESS: &[&str] = &["true", "false", "echo", "printf", "cat", "none", "null", "off", "no", ":"];

/// A command of `BROWSER`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Browser {
    /// The program, without arguments.
    pub command: String,
    /// It can be started.
    pub found: bool,
    /// It ends well and opens nothing.
    pub useless: bool,
}

impl Browser {
    /// Whether it can open something.
    pub fn usable(&self) -> bool {
        self.found && !self.useless
    }
}

/// The first command of `BROWSER` that can open something, or else its first one.
fn browser(env: &Env, platform: &Platform, starts: &dyn Fn(&str) -> bool) -> Option<Browser> {
    let text = env.text("BROWSER")?;
    let commands: Vec<&str> = match platform.separator {
        Some(separator) => text.split(separator).collect(),
        None => vec![text],
    };
    let program = |command: &str| match platform.separator {
        Some(_) => command.split_whitespace().next().unwrap_or_default().to_owned(),
        None => command.trim().trim_matches('"').to_owned(),
    };
    let mut browsers =
        commands.into_iter().map(program).filter(|command| !command.is_empty()).map(|command| {
            let name = command.rsplit(['/', '\\']).next().unwrap_or_default();
            Browser { found: starts(&command), useless: USELESS.contains(&name), command }
        });
    let first = browsers.next()?;
    if first.usable() {
        return Some(first);
    }
    Some(browsers.find(Browser::usable).unwrap_or(first))
}

fn ci(env: &Env) -> Option<&'static str> {
    let is_on = |name: &str| env.text(name).is_some_and(|value| !matches!(value, "false" | "0" | "no"));
    CI_SYSTEMS.iter().find(|(variable, _)| is_on(variable)).map(|(_, name)| *name)
}

/// What runs this container; the outermost that shows.
fn container(env: &Env, traces: &Traces) -> Option<String> {
    if env.text("KUBERNETES_SERVICE_HOST").is_some() || traces.cgroup.contains("/kubepods") {
        return Some("kubernetes".to_owned());
    }
    // The container manager says its name in a variable of the first process and its children, and
    // systemd keeps it for all others.
    let told = [env.text("container"), Some(traces.manager.as_str())];
    let is_name = |name: &str| {
        (1..=32).contains(&name.len())
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    if let Some(name) = told.into_iter().flatten().find(|name| is_name(name) && *name != "wsl") {
        return Some(name.to_owned());
    }
    let seen = [
        (traces.containerenv || traces.cgroup.contains("/libpod"), "podman"),
        (traces.dockerenv || traces.cgroup.contains("/docker"), "docker"),
        (traces.cgroup.contains("/lxc"), "lxc"),
        (traces.cgroup.contains("containerd"), "containerd"),
    ];
    seen.into_iter().find(|(there, _)| *there).map(|(_, name)| name.to_owned())
}

/// The subsystem's kernels are called `…-Microsoft` (version 1) and `…-microsoft-standard-WSL2`.
fn is_wsl(env: &Env, traces: &Traces) -> bool {
    env.text("WSL_DISTRO_NAME").is_some() || traces.kernel.to_ascii_lowercase().contains("-microsoft")
}
